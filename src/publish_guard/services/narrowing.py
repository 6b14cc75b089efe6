"""The copy of a token that leaves the holder: one project, minutes, one file."""

from __future__ import annotations

from publish_guard.domain.case import Case
from publish_guard.domain.distribution import Distribution
from publish_guard.domain.secret import StoredSecret

# A slow line still carries this many bytes in a minute (about 170 kB a second), so large files get more minutes.
BYTES_PER_MINUTE = 10 * 1024 * 1024


def lifetime_seconds(minutes: int, size: int) -> int:
    """Return how long a copy for a file of `size` bytes lives: the policy's minutes, and more as the file grows."""
    return 60 * (minutes + size // BYTES_PER_MINUTE)


def narrows(case: Case, *, requested: bool) -> bool:
    """Return whether copies are narrowed: the index reads caveats, the policy wants it and so did the command line."""
    return requested and case.policy.narrow and case.reads_macaroons


def upload_password(secret: StoredSecret, distribution: Distribution, case: Case, *, narrow: bool, now: int) -> str:
    """Return what is handed to the worker for this file: a fresh narrowed copy, or where that is off the secret itself.

    `not_before` is 0, so that an index whose clock is behind accepts the copy too; `now` is in seconds since 1970.
    """
    if secret.token is None or not narrow:
        return secret.value
    lifetime = lifetime_seconds(case.policy.narrow_minutes, distribution.size)
    return secret.token.narrow([distribution.project], expires_at=now + lifetime).reveal()
