"""What a project allows: the values of a policy, and those of a project that wrote none.

Reading a policy strictly is another matter (`reader`, which needs the other modules here): only a run that found one
imports it.
"""

from __future__ import annotations

from publish_guard.domain.policy.model import (
    AccountWideRule,
    IndexPolicy,
    Policy,
    built_in_policy,
    effective_values,
    with_digest,
)

__all__ = ["AccountWideRule", "IndexPolicy", "Policy", "built_in_policy", "effective_values", "with_digest"]
