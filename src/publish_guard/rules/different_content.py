"""A file name that the index has already, with other bytes behind it."""

from __future__ import annotations

from collections.abc import Iterator

from publish_guard.domain.case import Case, Presence
from publish_guard.domain.distribution import Distribution
from publish_guard.domain.finding import Severity
from publish_guard.domain.rule import Judgement, Rule
from publish_guard.domain.text import shown


def _judge(case: Case) -> Iterator[Judgement]:
    if case.index_state is None:
        return
    for distribution in case.distributions:
        judgement = _judge_one(case, distribution, case.index_state.presence(distribution))
        if judgement is not None:
            yield judgement


def _judge_one(case: Case, distribution: Distribution, presence: Presence) -> Judgement | None:
    name = shown(distribution.filename)
    if presence is Presence.UNHASHED:
        if case.skip_existing:
            return None
        return Judgement(
            f"The index has a file {name} already and does not say its hash.",
            "If it is the same file, use --skip-existing; if not, raise the version and build again.",
            distribution=distribution.path,
            severity=Severity.WARNING,
        )
    if presence is not Presence.OTHER:
        return None
    if case.skip_existing:
        return Judgement(
            f"The index has a file {name} with other content; --skip-existing leaves it as it is.",
            "If the new content is meant to be published, raise the version and build again.",
            distribution=distribution.path,
            severity=Severity.WARNING,
        )
    return Judgement(
        f"The index has a file {name} already, with other content; a file name is never used twice.",
        "Raise the version and build again; if the file there is the right one, use --skip-existing.",
        distribution=distribution.path,
    )


RULE = Rule(
    ident="different-content",
    severity=Severity.ERROR,
    # The index refuses that file itself; a policy may prefer the other files to be published.
    lowest=Severity.WARNING,
    summary="The index has a file of that name with other content.",
    when=(
        "The index was asked and has the file name with another SHA-256: an error, or a warning with "
        "`--skip-existing`. Where the index gives no hash: a warning, or nothing with `--skip-existing`. The same file "
        "again is fine."
    ),
    why=(
        "PyPI takes the very same file again without a word and refuses another one under its name with status 400 "
        "(pypi/warehouse, warehouse/forklift/legacy.py): file names are never reused, not even after a deletion. In a "
        "release of many files the refusal would come in the middle.\n\n"
        "Tools that skip what exists look at the name alone. Then a second build, with other bytes, passes for "
        "published while users get the first one. The hash tells the difference."
    ),
    mend=(
        "1. If something changed since that release, raise the version and build again.\n"
        "2. If nothing changed, the build is not reproducible: publish the files of the first build, for instance from "
        "the run's artifacts.\n"
        "3. If what is on the index is right, say `--skip-existing`."
    ),
    judge=_judge,
)
