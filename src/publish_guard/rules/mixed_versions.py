"""Distributions of one project that belong to different releases."""

from __future__ import annotations

from collections.abc import Iterator

from publish_guard.domain.case import Case
from publish_guard.domain.finding import Judgement, Rule, Severity
from publish_guard.domain.text import listed, shown


def _judge(case: Case) -> Iterator[Judgement]:
    projects: dict[str, dict[str, list[str]]] = {}
    for dist in case.distributions:
        projects.setdefault(dist.project, {}).setdefault(dist.version, []).append(dist.filename)
    for project, versions in projects.items():
        if len(versions) > 1:
            parts = [
                f"{shown(version, 60)} ({listed([shown(name, 100) for name in names], 2)})"
                for version, names in versions.items()
            ]
            yield Judgement(
                f"The distributions of {project} have {len(versions)} versions: {listed(parts, 3)}.",
                "Take the files of the other release away, or build into an empty folder.",
            )


RULE = Rule(
    ident="mixed-versions",
    severity=Severity.ERROR,
    # Two releases in one run can be meant, but never go unseen.
    lowest=Severity.WARNING,
    summary="The distributions of one project have different versions.",
    when="Two distributions of the same project carry different versions in their metadata.",
    why=(
        "Files of an earlier build that were left in `dist/` are published along with the new ones. If the index has "
        "them already, the upload stops at the first; if it does not, a version goes public that nobody meant to "
        "release, and a file name on PyPI can never be used again.\n\n"
        "A build whose version comes from the git tag makes such leftovers with every commit."
    ),
    mend=(
        "1. Empty the folder before the build: `rm -rf dist` and then `python -m build`.\n"
        "2. In CI, start from a fresh checkout and cache no `dist/`.\n"
        "3. If both versions are meant, publish them in two runs, or lower the rule: "
        "`severities: {mixed-versions: warning}`."
    ),
    judge=_judge,
)
