"""The values of a policy, the defaults of a project that wrote none, and the digest that tells policies apart."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from fnmatch import fnmatchcase
from types import MappingProxyType

from publish_guard.domain.finding import Severity
from publish_guard.domain.known_index import OTHER
from publish_guard.domain.record import record, replace
from publish_guard.domain.target import Target


class AccountWideRule(StrEnum):
    """What happens to a token that reaches every project of its account."""

    REFUSE = "refuse"
    FIRST_RELEASE = "first-release"
    ALLOW = "allow"


@record
class IndexPolicy:
    """One host that a policy names; `macaroons` says whether it reads PyPI tokens (None: the policy does not say)."""

    macaroons: bool | None = None


@record
class Policy:
    """The values that the rules judge by: `origin` is a path or "built-in", `digest` is "sha256:" and 64 hex digits.

    `read_by_worker` tells that a worker with dependencies read the file: its word may not hand over a whole token.
    """

    origin: str = "built-in"
    digest: str = ""
    account_wide: AccountWideRule = AccountWideRule.REFUSE
    account_wide_reason: str | None = None
    unreadable_scope_reason: str | None = None
    projects: tuple[str, ...] | None = None
    severities: Mapping[str, Severity] = MappingProxyType({})
    narrow: bool = True
    narrow_minutes: int = 10
    indexes: Mapping[str, IndexPolicy] | None = None
    report_until: date | None = None
    age_warn_after_days: int | None = 365
    age_refuse_after_days: int | None = None
    read_by_worker: bool = False

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

        PyPI and TestPyPI always do, loopback counts so unless the policy says otherwise, any other host only by the
        policy.
        """
        # First, whatever a policy says: otherwise one word in a file would turn narrowing off.
        if target.index != OTHER:
            return True
        named = self.index_policy(target)
        if named is not None and named.macaroons is not None:
            return named.macaroons
        return target.loopback

    def expects(self, project: str) -> bool:
        """Return whether the policy expects this normalized name to be published from here."""
        if self.projects is None:
            return True
        # Only `*` and `?` mean something in a policy's globs: the reader lets no bracket in.
        return any(fnmatchcase(project, pattern) for pattern in self.projects)


def effective_values(policy: Policy) -> dict[str, object]:
    """Return what the policy says, defaults written out, in the keys of docs/reference/policy.md.

    Plain JSON values; what is not limited (`projects`, `indexes`) is left out, so that it reads as the same policy.
    """
    account_wide: object = policy.account_wide.value
    if policy.account_wide is AccountWideRule.ALLOW:
        account_wide = {"allow": policy.account_wide_reason}
    unreadable = policy.unreadable_scope_reason
    values: dict[str, object] = {
        "mode": {"report-until": policy.report_until.isoformat()} if policy.report_until else "enforce",
        "account-wide": account_wide,
        "unreadable-scope": "refuse" if unreadable is None else {"allow": unreadable},
        "severities": {ident: severity.value for ident, severity in sorted(policy.severities.items())},
        "narrow": {"enabled": policy.narrow, "minutes": policy.narrow_minutes},
        "age": {
            "warn-after": _duration(policy.age_warn_after_days),
            "refuse-after": _duration(policy.age_refuse_after_days),
        },
    }
    if policy.projects is not None:
        values["projects"] = sorted(set(policy.projects))
    if policy.indexes is not None:
        values["indexes"] = {
            host: {} if index.macaroons is None else {"macaroons": index.macaroons}
            for host, index in sorted(policy.indexes.items())
        }
    return values


def with_digest(policy: Policy) -> Policy:
    """Return the policy with its digest: "sha256:" and the SHA-256 of its effective values as canonical JSON.

    The origin does not count: two files that say the same have the same digest.
    """
    # Keys sorted, no spaces, ASCII only: one spelling per value.
    text = json.dumps(effective_values(policy), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return replace(policy, digest="sha256:" + hashlib.sha256(text.encode("ascii")).hexdigest())


def built_in_policy() -> Policy:
    """Return the policy of a project that wrote none, with its digest."""
    return with_digest(Policy())


def _duration(days: int | None) -> str:
    return "never" if days is None else f"{days}d"
