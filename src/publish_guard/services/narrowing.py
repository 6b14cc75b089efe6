"""The copy of a token that leaves the holder: one project, minutes, one file."""

from __future__ import annotations

from publish_guard.domain.case import Case
from publish_guard.domain.distribution import Distribution
from publish_guard.domain.pace import BYTES_PER_SECOND
from publish_guard.domain.record import record
from publish_guard.domain.secret import StoredSecret


@record
class Credential:
    """What a worker is handed for one file. `expires_at` (seconds since 1970) is None where it was not narrowed."""

    user: str
    password: str
    expires_at: int | None
    __hidden__ = ("password",)


def lifetime_seconds(minutes: int, size: int) -> int:
    """Return how long a copy for a file of `size` bytes lives: the policy's minutes, and what a slow line adds."""
    return 60 * minutes + size // BYTES_PER_SECOND


def narrows(case: Case, *, requested: bool) -> bool:
    """Return whether copies are narrowed: the index reads caveats, the policy wants it and so did the command line."""
    return requested and case.policy.narrow and case.reads_macaroons


def credential_for(
    secret: StoredSecret, distribution: Distribution, case: Case, *, user: str, narrow: bool, now: int
) -> Credential:
    """Return what is handed to the worker for this file: a fresh narrowed copy, or where that is off the secret itself.

    `not_before` is 0, so that an index whose clock is behind accepts the copy too; `now` is in seconds since 1970.
    """
    if secret.token is None:
        return Credential(user, secret.value, None)
    if not narrow:
        # The token as it reads, not as it was written: white space or other filling stays here.
        return Credential(user, secret.token.reveal(), None)
    expires_at = now + lifetime_seconds(case.policy.narrow_minutes, distribution.size)
    return Credential(user, secret.token.narrow([distribution.project], expires_at=expires_at).reveal(), expires_at)
