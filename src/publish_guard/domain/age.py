"""How old a token is: an interval with its evidence, never a lone number."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from publish_guard.domain.caveats import Expiration, OidcPublisher, ProjectId, ProjectName, RequestUser
from publish_guard.domain.record import record
from publish_guard.domain.token import Token

Bound = Literal["at-least", "at-most", "exact"]

# When PyPI's tokens began (pypi/warehouse ef5adeaf8), got project ids (8e378dd19) and became arrays (17565241d).
FIRST_TOKENS = date(2019, 7, 25)
FIRST_PROJECT_IDS = date(2022, 7, 15)
FIRST_ARRAYS = date(2022, 8, 29)
# The dates are those of the commits; deployment follows within days, so the old form may have been made a bit longer.
DEPLOYMENT_LAG = timedelta(days=7)


@record
class Evidence:
    """One reason to believe something about a token's age: made on `date` at the latest, at the earliest, or then.

    `bound` speaks of the age: "at-least" means that the token existed on `date`, "at-most" that it did not before.
    """

    kind: str
    bound: Bound
    date: date
    source: str


@record
class Age:
    """Between `at_least_days` and `at_most_days` old, in whole days; None where nothing bounds that side."""

    at_least_days: int | None
    at_most_days: int | None
    evidence: tuple[Evidence, ...]


def evidence_of(token: Token) -> tuple[Evidence, ...]:
    """Return what the token itself proves of its age, by the caveats that PyPI writes first.

    Later caveats may have been added by anyone in any form, so only the leading ones count.
    """
    if not token.caveats or token.caveats[0].kind in ("unknown", "invalid"):
        return ()
    leading = token.caveats[0]
    if not leading.legacy:
        # A publisher that stands later was appended by a holder, whose not_before says nothing.
        minted = _minted_at(token) if isinstance(leading, OidcPublisher) else None
        if minted is None:
            source = "the first caveat has the form of 2022-08-29"
            return (Evidence("array-caveat-format", "at-most", FIRST_ARRAYS, source),)
        born = _day(minted)
        if born is None:
            return ()
        return (Evidence("trusted-publisher-not-before", "exact", born, "not_before of a Trusted Publisher's token"),)
    # PyPI's old tokens began with permissions; another old form in front was appended to a token without caveats.
    if not isinstance(leading, RequestUser | ProjectName):
        return ()
    first = FIRST_TOKENS
    second = token.caveats[1] if len(token.caveats) > 1 else None
    if isinstance(leading, ProjectName) and isinstance(second, ProjectId) and second.legacy:
        first = FIRST_PROJECT_IDS
    last = FIRST_ARRAYS + DEPLOYMENT_LAG
    source = "the first caveat has the form that PyPI gave up on 2022-08-29"
    return (
        Evidence("legacy-caveat-format", "at-least", last, source),
        Evidence("legacy-caveat-format", "at-most", first, source),
    )


def age_of(evidence: Iterable[Evidence], today: date) -> Age:
    """Return the narrowest interval that all the evidence allows, counted in days up to `today` (UTC)."""
    collected = tuple(evidence)
    at_least = [_days(item.date, today) for item in collected if item.bound != "at-most"]
    at_most = [_days(item.date, today) for item in collected if item.bound != "at-least"]
    return Age(max(at_least, default=None), min(at_most, default=None), collected)


def _minted_at(token: Token) -> int | None:
    """Return not_before of the first expiration, which is the index's own; a holder can only append others."""
    for caveat in token.caveats:
        if isinstance(caveat, Expiration):
            return caveat.not_before
    return None


def _days(day: date, today: date) -> int:
    return max(0, (today - day).days)


def _day(timestamp: int) -> date | None:
    try:
        return datetime.fromtimestamp(timestamp, UTC).date()
    except (OverflowError, OSError, ValueError):
        return None
