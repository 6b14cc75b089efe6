"""Runs every benchmark and prints one table; exits with 1 where a claim was not held, with 2 where one cannot run."""

from __future__ import annotations

import argparse
import platform
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import against_pymacaroons, against_pypitoken, check_process, scaling
from benchmarks.measure import FULL, QUICK, Effort, Row, table

BENCHMARKS: dict[str, Callable[[Effort], list[Row]]] = {
    "pypitoken": against_pypitoken.run,
    "pymacaroons": against_pymacaroons.run,
    "check": check_process.run,
    "scaling": scaling.run,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the chosen benchmarks and return the exit code."""
    parser = argparse.ArgumentParser(prog="benchmarks/run.py", description=__doc__)
    parser.add_argument("benchmark", nargs="*", help=f"only these: {', '.join(BENCHMARKS)}")
    parser.add_argument("--quick", action="store_true", help="a few short rounds: shows that it runs, judges no claim")
    options = parser.parse_args(arguments)
    unknown = set(options.benchmark) - set(BENCHMARKS)
    if unknown:
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    rows: list[Row] = []
    for name in options.benchmark or BENCHMARKS:
        try:
            rows += BENCHMARKS[name](QUICK if options.quick else FULL)
        except check_process.BenchmarkError as error:
            print(f"{error} Install the project first: make test does.", file=sys.stderr)
            return 2
    print(f"Python {platform.python_version()} on {platform.system()} {platform.machine()}")
    print(table(rows))
    return 0 if options.quick or all(row.held for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
