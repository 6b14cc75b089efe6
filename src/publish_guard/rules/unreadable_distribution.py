"""A wheel or source distribution whose name and version cannot be read from it."""

from __future__ import annotations

from collections.abc import Iterator

from publish_guard.domain.case import Case
from publish_guard.domain.finding import Severity
from publish_guard.domain.rule import Judgement, Rule
from publish_guard.domain.text import one_line, shown


def _judge(case: Case) -> Iterator[Judgement]:
    for stray in case.strays:
        if stray.unreadable:
            yield Judgement(
                f"The distribution {shown(stray.path)} cannot be read: {one_line(stray.reason).rstrip('.')}.",
                "Build it again, or copy it again if it came from elsewhere.",
                distribution=stray.path,
            )


RULE = Rule(
    ident="unreadable-distribution",
    severity=Severity.ERROR,
    # Without a name and a version nobody can say which token may publish it; the index would refuse it too.
    lowest=Severity.ERROR,
    always=True,
    summary="A distribution cannot be read.",
    when=(
        "A file is called like a wheel or a source distribution, but it is broken, too large to be read safely, has no "
        "usable metadata, or names another project or version in it than in its file name."
    ),
    why=(
        "Which token may publish a file follows from the name in its own metadata, as on the server; the file name can "
        "say anything. A file whose metadata cannot be read is one that nobody can judge, and a broken archive is "
        "refused by the index too (pypi/warehouse, warehouse/forklift/legacy.py).\n\n"
        "The usual cause is an upload or download that stopped halfway, or an archive that was packed by hand."
    ),
    mend=(
        "1. Build it again: `python -m build`.\n"
        "2. If it came out of an artifact or a cache, fetch it again and compare the size.\n"
        "3. If a tool of your own packs it, let a build backend do that."
    ),
    judge=_judge,
)
