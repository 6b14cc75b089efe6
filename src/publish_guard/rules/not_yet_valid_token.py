"""A token whose time has not come."""

from __future__ import annotations

from collections.abc import Iterator

from publish_guard.domain.case import Case
from publish_guard.domain.finding import Severity
from publish_guard.domain.moments import moment
from publish_guard.domain.rule import Judgement, Rule
from publish_guard.rules.times import CLOCK_SKEW
from publish_guard.rules.words import place


def _judge(case: Case) -> Iterator[Judgement]:
    for secret, token in case.tokens:
        begins = token.validity.not_before
        if begins is None or not token.usable or begins <= case.now + CLOCK_SKEW:
            continue
        yield Judgement(
            f"The token in {place(secret)} is valid from {moment(begins)} on, and it is {moment(case.now)} now.",
            "Compare this machine's clock with the true time; if it is right, wait, or make the copy without a "
            "beginning.",
            secret=secret.id,
        )


RULE = Rule(
    ident="not-yet-valid-token",
    severity=Severity.ERROR,
    # The index has the last word, and its clock; a policy may leave it to that.
    lowest=Severity.WARNING,
    summary="The token's time has not come yet.",
    when="The latest beginning among the token's caveats is more than a minute after now.",
    why=(
        "The index answers `token is expired` for a token that is not valid yet too, which sends people looking in the "
        "wrong direction (pypi/warehouse, warehouse/macaroons/caveats).\n\n"
        "A Trusted Publisher's token begins at the moment when it is made. If it seems to lie in the future, the clock "
        "of the machine that reads it is behind. A minute is let pass, because the index judges by its own clock."
    ),
    mend=(
        "1. Set the clock of the machine: self-hosted runners and suspended virtual machines drift.\n"
        "2. If a script narrows the token, let the window begin at 0, so that a clock ahead of the index's does no "
        "harm."
    ),
    judge=_judge,
)
