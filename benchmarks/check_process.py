"""`publish-guard check` of one token, the whole process, against `twine --version`."""

from __future__ import annotations

import compileall
import os
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks.measure import Effort, Row, interleaved, shown
from benchmarks.tokens import BY_NAME

import publish_guard

CLAIM = 0.5
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "SYSTEMROOT", "PYTHONPATH")


class BenchmarkError(Exception):
    """What was to be timed is not installed, or does not do what it is timed for."""


def run(effort: Effort) -> list[Row]:
    """Return one row. Both commands are started as the console scripts beside the running Python."""
    # Both have their byte code, as after an installation: compiling would be timed otherwise.
    compileall.compile_dir(Path(publish_guard.__file__).parent, quiet=2)
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    environment["PUBLISH_GUARD_TOKEN"] = BY_NAME["alpha"]
    with tempfile.TemporaryDirectory() as empty:
        start = partial(_start, environment=environment, folder=empty)
        check = [_script("publish-guard"), "check", "--env", "PUBLISH_GUARD_TOKEN", "--project", "alpha-pkg"]
        rounds = interleaved([partial(start, check), partial(start, [_script("twine"), "--version"])], effort)
    ratios = tuple(ours / theirs for ours, theirs in rounds)
    return [
        Row(
            "publish-guard check, whole process",
            shown(median(ours for ours, _ in rounds)),
            f"twine --version {shown(median(theirs for _, theirs in rounds))}",
            ratios,
            f"at most {CLAIM:g} times as long",
            median(ratios) <= CLAIM,
        )
    ]


def _script(name: str) -> str:
    path = Path(sys.executable).with_name(name + (".exe" if os.name == "nt" else ""))
    if not path.exists():
        raise BenchmarkError(f"{name} is not installed beside this Python.")
    return str(path)


def _start(command: list[str], *, environment: dict[str, str], folder: str) -> None:
    result = subprocess.run(command, env=environment, cwd=folder, capture_output=True, check=False, timeout=60)
    if result.returncode != 0:
        raise BenchmarkError(f"{Path(command[0]).name} {command[1]} ended with exit code {result.returncode}.")
