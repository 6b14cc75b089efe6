"""Before the first worker starts the holder has loaded all that it may need, and afterwards it loads nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from publish_guard.cli import preload
from publish_guard.embedded_index.server import start
from support.archives import sdist, wheel

ROOT = Path(preload.__file__).parents[2]

# Runs the holder's own command line in one process and tells what was imported after the first worker was started.
_WATCH = """
import json, os, subprocess, sys
sys.path.insert(0, sys.argv[1]); sys.argv = sys.argv[1:]
from publish_guard.cli import run
known = []
class Popen(subprocess.Popen):
    def __init__(self, *a, **k):
        known.append(set(sys.modules))
        super().__init__(*a, **k)
subprocess.Popen = Popen
code = run(sys.argv[1:], dict(os.environ))
late = sorted(set(sys.modules) - known[0]) if known else ["no worker was started"]
sys.stderr.write("\\nLATE " + json.dumps([code, late]))
"""


def late_imports(cwd: Path, environ: dict[str, str], *arguments: str) -> tuple[int, list[str]]:
    done = subprocess.run(
        [sys.executable, "-I", "-c", _WATCH, str(ROOT), *arguments],
        cwd=cwd,
        env={"PATH": os.defpath, **environ},
        capture_output=True,
        text=True,
        check=False,
    )
    code, late = json.loads(done.stderr.rpartition("LATE ")[2])
    return code, late


def test_nothing_is_imported_after_the_first_worker_started(tmp_path: Path) -> None:
    """A release that succeeds, one that the index refuses, one in JSON with a policy in YAML: no late import in any."""
    (tmp_path / "dist").mkdir()
    files = [str(wheel(tmp_path / "dist")), str(sdist(tmp_path / "dist"))]
    with start(tmp_path / "index") as index:
        good, revoked = index.mint("project", "alpha-pkg"), index.mint("revoked", "alpha-pkg")
        publish = ("publish", "--env", "T", "--repository-url", index.url, "--verbose")
        refused = late_imports(tmp_path, {"T": revoked}, *publish, *files)
        (tmp_path / ".publish-guard.yml").write_text("narrow: {minutes: 3}\n")
        done = late_imports(tmp_path, {"T": good}, *publish, "--format", "json", "--output", "r.json", *files)
    unreachable = late_imports(
        tmp_path, {"T": good}, "publish", "--env", "T", "--repository-url", "http://127.0.0.1:1/", *files
    )
    (tmp_path / ".publish-guard.yml").write_text("narrow: {minutes: [}\n")
    broken = late_imports(tmp_path, {"T": good}, "check", "--env", "T")

    assert refused == (1, [])
    assert done == (0, [])
    assert unreachable == (1, [])
    assert broken == (2, [])


@pytest.mark.parametrize("source", [["--stdin"], ["--file", "secret"], ["--pypirc", "rc"], ["--all-env"]])
def test_no_source_imports_anything_late(tmp_path: Path, source: list[str]) -> None:
    """Whatever the secret comes from, beside a policy in YAML nothing is imported after the worker that reads it."""
    (tmp_path / ".publish-guard.yml").write_text("narrow: {minutes: 3}\n")
    (tmp_path / "secret").write_text("pypi-AgEI")
    (tmp_path / "rc").write_text("[pypi]\nusername = \u00e4\npassword = pypi-AgEI\n")

    code, late = late_imports(tmp_path, {}, "check", *source)

    assert code in (3, 11)
    assert late == []


def test_the_rooms_of_other_processes_stay_out() -> None:
    """The holder never imports what runs beside dependencies, not even now."""
    script = (
        "import sys; sys.path.insert(0, sys.argv[1]); from publish_guard.cli.preload import load_everything; "
        "load_everything(); "
        "print([name for name in sys.modules if name.startswith(('publish_guard.worker.', 'publish_guard.embedded'))])"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", script, str(ROOT)], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"
