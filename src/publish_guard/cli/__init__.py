"""The command line: parsers, frozen options, and the only place that chooses who works."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def run(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run a command line in the holder and return its exit code; whatever goes wrong is told, never raised."""
    from publish_guard.cli.door import run_at_the_door

    return run_at_the_door(arguments, environ)
