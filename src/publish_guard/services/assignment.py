"""Which secret publishes which file."""

from __future__ import annotations

from publish_guard.domain.case import Case
from publish_guard.domain.secret import StoredSecret


def assign(case: Case) -> dict[str, StoredSecret]:
    """Return, for each distribution's path, the one secret that reaches its project.

    A path is missing where no secret fits or more than one does; the rules `uncovered-distribution` and
    `ambiguous-token` say so.
    """
    chosen = {}
    for distribution in case.distributions:
        candidates = case.candidates(distribution)
        if len(candidates) == 1:
            chosen[distribution.path] = candidates[0]
    return chosen
