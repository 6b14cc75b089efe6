"""What a project allows: the values of a policy, with the defaults of a project that wrote none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from publish_guard.domain.finding import Severity
from publish_guard.domain.target import Target


class AccountWideRule(StrEnum):
    """What happens to a token that reaches every project of its account."""

    REFUSE = "refuse"
    FIRST_RELEASE = "first-release"
    ALLOW = "allow"


@dataclass(frozen=True)
class IndexPolicy:
    """One host that a policy names; `macaroons` says whether it reads PyPI tokens (None: the policy does not say)."""

    macaroons: bool | None = None


@dataclass(frozen=True)
class Policy:
    """The values that the rules judge by: `origin` is a path or "built-in", `digest` is "sha256:" and 64 hex digits."""

    origin: str = "built-in"
    digest: str = ""
    account_wide: AccountWideRule = AccountWideRule.REFUSE
    account_wide_reason: str | None = None
    unreadable_scope_reason: str | None = None
    projects: tuple[str, ...] | None = None
    severities: Mapping[str, Severity] = field(default_factory=lambda: MappingProxyType({}))
    narrow: bool = True
    narrow_minutes: int = 10
    indexes: Mapping[str, IndexPolicy] | None = None
    report_until: date | None = None
    age_warn_after_days: int | None = 365
    age_refuse_after_days: int | None = None

    def reports_only(self, today: date) -> bool:
        """Return whether this is a rollout whose last day of mere reporting has not come yet."""
        return self.report_until is not None and today < self.report_until

    def index_policy(self, target: Target) -> IndexPolicy | None:
        """Return what the policy says of this index, or None where it does not name it."""
        if self.indexes is None:
            return None
        for name in target.policy_names:
            if name in self.indexes:
                return self.indexes[name]
        return None

    def reads_macaroons(self, target: Target) -> bool:
        """Return whether the index reads a PyPI token's caveats, so that a narrowed copy works there.

        PyPI and TestPyPI do, loopback counts so unless the policy says otherwise, any other host only by the policy.
        """
        named = self.index_policy(target)
        if named is not None and named.macaroons is not None:
            return named.macaroons
        return target.index != "other" or target.loopback

    def expects(self, project: str) -> bool:
        """Return whether the policy expects this normalized name to be published from here."""
        return self.projects is None or any(matches(pattern, project) for pattern in self.projects)


def matches(pattern: str, project: str) -> bool:
    """Return whether a glob matches a normalized project name: `*` any run of characters, `?` one, nothing else."""
    parts = [".*" if char == "*" else "." if char == "?" else re.escape(char) for char in re.sub(r"\*+", "*", pattern)]
    return re.fullmatch("".join(parts), project) is not None
