"""How long an upload may take, and how far two clocks may be apart: the margins around a token's validity."""

from __future__ import annotations

from publish_guard.domain.case import Case
from publish_guard.domain.pace import seconds_for
from publish_guard.domain.token import Token

# A runner's clock and the index's may differ by so much before anybody notices (seconds).
CLOCK_SKEW = 60
# What `check` wants a Trusted Publisher's token to have left of its 900 seconds: publishing comes after it (seconds).
CHECK_MARGIN = 5 * 60
# From when a stored token's end is worth a warning: time for a person to see it and act (days).
STORED_TOKEN_DAYS = 14

_DAY = 24 * 60 * 60


def margin_for(case: Case, token: Token) -> int:
    """Return how many seconds the token should be valid for from now on, so that nobody needs to be warned."""
    needed = CLOCK_SKEW + seconds_for(case.distributions)
    if token.issuer != "trusted-publisher":
        return max(needed, STORED_TOKEN_DAYS * _DAY)
    return needed if case.command == "publish" else max(needed, CHECK_MARGIN)
