"""Runs the program as its users do: as a process of its own, in an environment that holds only what a test puts there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import publish_guard
from support.schema import validated

PROGRAM = Path(publish_guard.__file__).with_name("__main__.py")


@dataclass(frozen=True)
class Result:
    """What a run printed and answered."""

    code: int
    out: str
    err: str

    @property
    def report(self) -> Any:
        """The JSON report on standard output, which satisfies the published schema."""
        return validated(json.loads(self.out))

    @property
    def rules(self) -> list[str]:
        """The rules of the findings in the JSON report, in their order."""
        return [finding["rule"] for finding in self.report["findings"]]


def run(
    *arguments: str,
    environ: Mapping[str, str] | None = None,
    stdin: bytes = b"",
    cwd: Path | None = None,
    timeout: float = 60,
    start: Sequence[str] = (sys.executable, "-I", "-S", str(PROGRAM)),
) -> Result:
    """Run the program with these arguments and return the result; nothing of this process's environment gets in."""
    done = subprocess.run(
        [*start, *arguments],
        env={"PATH": os.defpath, **(environ or {})},
        input=stdin,
        capture_output=True,
        cwd=cwd,
        timeout=timeout,
        check=False,
    )
    return Result(done.returncode, done.stdout.decode(), done.stderr.decode())
