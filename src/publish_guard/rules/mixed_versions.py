"""Distributions of one project that belong to different releases."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from publish_guard.domain.case import Case
from publish_guard.domain.finding import Severity
from publish_guard.domain.rule import Judgement, Rule
from publish_guard.domain.text import listed, shown


def _judge(case: Case) -> Iterator[Judgement]:
    projects: dict[str, dict[str, list[str]]] = {}
    for dist in case.distributions:
        projects.setdefault(dist.project, {}).setdefault(dist.version, []).append(dist.filename)
    for project, spellings in projects.items():
        versions = _releases(spellings) if len(spellings) > 1 else ()
        if len(versions) > 1:
            parts = [
                f"{shown(version, 60)} ({listed([shown(name, 100) for name in names], 2)})"
                for version, names in versions
            ]
            yield Judgement(
                f"The distributions of {project} have {len(versions)} versions: {listed(parts, 3)}.",
                "Take the files of the other release away, or build into an empty folder.",
            )


def _releases(spellings: Mapping[str, list[str]]) -> Collection[tuple[str, list[str]]]:
    """Return each release in its first spelling with all its files: 1.0 and 1.0.0 are one."""
    # Imported where spellings differ: every start would pay for its expressions.
    from publish_guard.domain.version import release_key

    releases: dict[object, tuple[str, list[str]]] = {}
    for version, names in spellings.items():
        releases.setdefault(release_key(version) or version, (version, []))[1].extend(names)
    return releases.values()


RULE = Rule(
    ident="mixed-versions",
    severity=Severity.ERROR,
    # Two releases in one run can be meant, but never go unseen.
    lowest=Severity.WARNING,
    summary="The distributions of one project have different versions.",
    when=(
        "Two distributions of the same project carry different versions in their metadata. Spellings of the "
        "same version (1.0 and 1.0.0) are one release to the index, and here."
    ),
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
