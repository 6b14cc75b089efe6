"""The benchmarks run. What they measure is judged by who runs them, never here."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

RUN = Path(__file__).parents[2] / "benchmarks" / "run.py"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(RUN), *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        encoding="utf-8",
    )


def test_quick_run_prints_a_row_for_every_comparison() -> None:
    """Every comparison within a process gives a row with a median, a spread and a claim."""
    result = run("--quick", "pypitoken", "pymacaroons", "scaling")
    assert result.returncode == 0, result.stderr
    rows = [line.split("|")[1:-1] for line in result.stdout.splitlines() if line.startswith("|")]
    headings, _, *values = [[cell.strip() for cell in row] for row in rows]
    assert headings == ["what", "ours", "compared with", "median ratio", "min to max", "claim", "held"]
    assert len(values) == 5 + 7 + 4
    assert all(float(row[3]) > 0 for row in values)
    assert {row[6] for row in values} <= {"yes", "NO"}


def test_an_unknown_benchmark_is_a_mistake_of_use() -> None:
    """A misspelt name runs nothing."""
    result = run("--quick", "nonsense")
    assert result.returncode == 2
    assert "no such benchmark: nonsense" in result.stderr
