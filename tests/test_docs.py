"""Every block of code in the README and the documentation is parsed, linted or run: none of it may rot."""

from __future__ import annotations

import configparser
import doctest
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from publish_guard.cli.parser import build_parser, parse_options
from publish_guard.domain.macaroon import mint
from publish_guard.domain.policy.reader import read_policy
from publish_guard.domain.token import Token
from publish_guard.embedded_index.commands import build_parser as build_index_parser
from publish_guard.errors import UsageError
from publish_guard.rules.registry import ALL_RULES
from support.markdown import Block, anchors, blocks, command_lines, inline_code, links, programs

ROOT = Path(__file__).resolve().parent.parent
PAPERS = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")]
PAGES = [*PAPERS, *sorted((ROOT / "docs").rglob("*.md"))]
POLICY_KEYS = {"mode", "account-wide", "unreadable-scope", "projects", "severities", "narrow", "indexes", "age"}

# PyPI shows the README without the files beside it, so its links are whole.
IN_THE_REPOSITORY = "https://github.com/publish-guard/publish-guard/blob/main/"

# What a reader has anyway, or what a page may take for granted that the reader chose.
ORDINARY = {".", "[", "cat", "cd", "curl", "echo", "git", "jq", "keyring", "pass", "pip", "source", "test", "twine"}
MODULES = {"build", "pip", "venv"}


def _name(thing: Path | Block) -> str:
    page = thing.page if isinstance(thing, Block) else thing
    return page.relative_to(ROOT).as_posix() + (f":{thing.line}" if isinstance(thing, Block) else "")


ALL_BLOCKS = [block for page in PAGES for block in blocks(page)]


def command_problem(words: list[str]) -> str | None:
    """Return what is wrong with a command that a page tells people to type, or None."""
    program = words[0].rpartition("/")[2]
    try:
        if words[:2] == ["publish-guard", "index"]:
            build_index_parser().parse_args(words[2:])
        elif program == "publish-guard":
            parse_options(words[1:])
        elif program.startswith("python"):
            return _python_problem(words[1:])
        elif program == "make":
            return _make_problem(words[1:])
        elif program not in ORDINARY and not program.startswith("pre-commit"):
            return f"{program} is nothing that a reader is sure to have"
    except UsageError as error:
        return error.message
    except SystemExit as leaving:
        return None if leaving.code == 0 else "the arguments cannot be parsed"
    return None


def _python_problem(arguments: list[str]) -> str | None:
    rest = [word for word in arguments if word not in ("-I", "-S", "-Im")]
    if rest and rest[0].endswith("publish_guard/__main__.py"):
        parse_options(rest[1:])
        return None
    if rest and rest[0].endswith(".py"):
        return None if (ROOT / rest[0]).is_file() else f"{rest[0]} does not exist"
    known = rest[:1] in (["-c"], ["--version"]) or (rest[:1] == ["-m"] and rest[1] in MODULES) or rest[:1] == ["build"]
    return None if known else f"python {' '.join(rest)} is nothing that this project knows"


def _make_problem(arguments: list[str]) -> str | None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    asked = {word for word in arguments if "=" not in word}
    return f"make has no target {asked - targets}" if asked - targets else None


def _check_console(block: Block, _: Path) -> None:
    lines = list(command_lines(block.text))
    assert lines, "a console block starts its commands with `$ `"
    _check_lines(lines)


def _check_shell(block: Block, _: Path) -> None:
    _check_lines([line for line in block.text.replace("\\\n", " ").splitlines() if line and not line.startswith("#")])


def _check_plain(block: Block, folder: Path) -> None:
    if block.text.startswith(">>> "):
        # Their answers are compared by tests/unit/test_public_api.py.
        for example in doctest.DocTestParser().get_examples(block.text):
            compile(example.source, "example", "single")
    elif list(command_lines(block.text)):
        _check_console(block, folder)


def _check_lines(lines: list[str]) -> None:
    for line in lines:
        assert subprocess.run(["bash", "-n", "-c", line], capture_output=True, check=False).returncode == 0, line
        problems = {" ".join(words): command_problem(words) for words in programs(line)}
        assert {command: problem for command, problem in problems.items() if problem} == {}


def _check_yaml(block: Block, folder: Path) -> None:
    value = yaml.safe_load(block.text)
    if isinstance(value, list) and all(isinstance(step, dict) and {"run", "uses"} & set(step) for step in value):
        value = {
            "name": "Steps",
            "on": {"push": {"tags": ["v*"]}},
            "permissions": {},
            "jobs": {"publish": {"runs-on": "ubuntu-latest", "environment": "pypi", "steps": value}},
        }
        _check_workflow(yaml.safe_dump(value, sort_keys=False), folder, whole=False)
    elif isinstance(value, dict) and "jobs" in value:
        _check_workflow(block.text, folder)
    elif isinstance(value, dict) and ("stages" in value or any("script" in _table(job) for job in value.values())):
        path = folder / ".gitlab-ci.yml"
        path.write_text(block.text, encoding="utf-8")
        _run("check_jsonschema", "--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci", str(path))
        _check_steps([line for job in value.values() for line in _table(job).get("script", [])])
    elif isinstance(value, dict) and set(value) & POLICY_KEYS:
        _check_policy(value)


def _table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _check_workflow(text: str, folder: Path, *, whole: bool = True) -> None:
    path = folder / ".github" / "workflows" / "release.yml"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    _run("check_jsonschema", "--builtin-schema", "vendor.github-workflows", str(path))
    if whole:
        zizmor = Path(sys.executable).with_name("zizmor")
        command = [str(zizmor), "--offline", "--no-progress", "--pedantic", "--min-severity=medium", str(path)]
        seen = subprocess.run(command, capture_output=True, text=True, check=False)
        assert seen.returncode == 0, seen.stdout
    jobs = yaml.safe_load(text)["jobs"].values()
    _check_steps([line for job in jobs for step in job["steps"] for line in step.get("run", "").splitlines()])


def _check_steps(lines: list[str]) -> None:
    problems = [command_problem(words) for line in lines for words in programs(line)]
    assert [problem for problem in problems if problem] == []


def _check_policy(value: object) -> None:
    read_policy(value, origin="the page", lowest={rule.ident: rule.lowest for rule in ALL_RULES})


def _check_toml(block: Block, _: Path) -> None:
    value = tomllib.loads(block.text)
    policy = value.get("tool", {}).get("publish-guard", value if set(value) & POLICY_KEYS else None)
    if policy is not None:
        _check_policy(policy)


def _run(module: str, *arguments: str) -> None:
    command = [sys.executable, "-I", "-m", module, *arguments]
    seen = subprocess.run(command, capture_output=True, text=True, check=False)
    assert seen.returncode == 0, seen.stdout + seen.stderr


CHECKS: dict[str, Callable[[Block, Path], object]] = {
    "console": _check_console,
    "sh": _check_shell,
    "yaml": _check_yaml,
    "toml": _check_toml,
    "json": lambda block, _: json.loads(block.text),
    "ini": lambda block, _: configparser.RawConfigParser().read_string(block.text),
    "python": lambda block, _: compile(block.text, "block", "exec"),
    # What a program prints, and drawings.
    "text": lambda block, _: None,
    "": _check_plain,
}


@pytest.mark.parametrize("block", ALL_BLOCKS, ids=_name)
def test_every_block_holds(block: Block, tmp_path: Path) -> None:
    """Commands parse with the program's own parser, workflows pass schema and linter, policies are read."""
    assert block.language in CHECKS, "a block names its language, one that is checked"
    CHECKS[block.language](block, tmp_path)


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_link_leads_somewhere(page: Path) -> None:
    """A link within the project leads to a file that exists, and to a heading that it has."""
    broken = []
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if path.startswith(IN_THE_REPOSITORY):
            target = ROOT / path.removeprefix(IN_THE_REPOSITORY)
        elif re.match(r"[a-z]+:", link):
            continue
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_commands_in_running_text_exist(page: Path) -> None:
    """What a sentence names as a command of publish-guard is one, with options that it has."""
    commands = [code.split() for code in inline_code(page) if re.match(r"publish-guard (?!\.)\w", code)]
    assert [words for words in commands if words[1] not in ("check", "publish", "explain", "index")] == []
    known = set(re.findall(r"--[a-z-]+", _help()))
    named = {word.partition("=")[0] for words in commands for word in words if word.startswith("--")}
    assert named - known == set()


def _help() -> str:
    texts = []
    for parser in (build_parser(), build_index_parser()):
        texts.append(parser.format_help())
        for action in parser._actions:
            choices = action.choices
            if isinstance(choices, dict):
                texts += [choice.format_help() for choice in choices.values()]
    return "\n".join(texts)


def _without_age(text: str) -> str:
    return re.sub(r"\d+ days", "N days", text)


def test_the_refusal_in_the_readme_is_what_is_printed(tmp_path: Path) -> None:
    """The README shows a refusal exactly as the program prints it, the days that have gone by since then aside."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = re.search(r"<!-- output of: publish-guard (.+?) -->\n```text\n(.*?)```", readme, re.DOTALL)
    assert shown is not None
    user = "00000000-0000-0000-0000-000000000001"
    token = Token(mint("pypi.org", user, b"a key of nobody").with_caveat(f'[3,"{user}"]'.encode()))
    seen = subprocess.run(
        [Path(sys.executable).with_name("publish-guard"), *shown[1].split()],
        env={"PYPI_TOKEN": token.reveal()},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert seen.returncode == 11
    assert _without_age(shown[2]) == _without_age(seen.stdout)


@pytest.mark.parametrize(
    "line",
    [
        "publish-guard check --envv PYPI_TOKEN",
        "publish-guard publish --env PYPI_TOKEN",
        'export PYPI_TOKEN="$(publish-guard index mint --sort project)"',
        "exec python -I -S ./holder/publish_guard/__main__.py check --toke",
        "make everything",
        "make test && publish-guard check --jason > report.txt",
        "publish-gard check",
        ".venv/bin/python tools/nothing.py",
    ],
)
def test_a_wrong_command_is_seen(line: str) -> None:
    """The check of commands finds a misspelt option, program, target and file."""
    assert [problem for words in programs(line) if (problem := command_problem(words))]


def test_a_careless_workflow_is_seen(tmp_path: Path) -> None:
    """The check of workflows finds what its schema and its linter are for."""
    step = {"run": "publish-guard publish dist/*", "env": {"TOKEN": "${{ secrets.TOKEN }}"}}
    careless = {"on": "push", "jobs": {"publish": {"runs-on": "ubuntu-latest", "steps": [step]}}}
    with pytest.raises(AssertionError):
        _check_workflow(yaml.safe_dump({**careless, "jobs": {"publish": {"steps": [step]}}}), tmp_path / "schema")
    with pytest.raises(AssertionError):
        _check_workflow(yaml.safe_dump({**careless, "permissions": "write-all"}), tmp_path / "linter")
