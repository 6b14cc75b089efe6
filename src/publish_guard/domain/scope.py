"""How far a token reaches: the most that its caveats allow. The server can only be narrower, never wider."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Literal, TypeAlias

from publish_guard.domain.caveats import (
    Caveat,
    Expiration,
    InvalidCaveat,
    OidcPublisher,
    ProjectId,
    ProjectName,
    RequestUser,
)
from publish_guard.domain.record import record

Issuer: TypeAlias = Literal["user", "trusted-publisher", "unknown"]
ScopeKind: TypeAlias = Literal["project-scoped", "account-wide", "unreadable", "unusable"]


@record
class ProjectScoped:
    """Some projects only. `projects` and `project_ids` are sorted, and None where the token names none of that kind."""

    projects: tuple[str, ...] | None
    project_ids: tuple[str, ...] | None
    kind: ClassVar[ScopeKind] = "project-scoped"
    reason: ClassVar[None] = None

    def reaches(self, project: str) -> bool | None:
        """Return whether the token may publish the normalized name `project`; None where only ids could tell."""
        return None if self.projects is None else project in self.projects


@record
class AccountWide:
    """Every project of the account, those of tomorrow included."""

    kind: ClassVar[ScopeKind] = "account-wide"
    reason: ClassVar[None] = None
    projects: ClassVar[None] = None
    project_ids: ClassVar[None] = None

    def reaches(self, project: str) -> bool | None:  # noqa: ARG002 - the same question for every scope
        """Return True: whether the account owns `project` is for the index to say."""
        return True


@record
class Unreadable:
    """The token shows no restriction, which is neither "account-wide" nor "fine": the index may keep one of its own."""

    reason: str
    kind: ClassVar[ScopeKind] = "unreadable"
    projects: ClassVar[None] = None
    project_ids: ClassVar[None] = None

    def reaches(self, project: str) -> bool | None:  # noqa: ARG002 - the same question for every scope
        """Return None: nobody can tell from the token."""
        return None


@record
class Unusable:
    """The index would refuse every upload with it; `reason` says why."""

    reason: str
    kind: ClassVar[ScopeKind] = "unusable"
    projects: ClassVar[None] = None
    project_ids: ClassVar[None] = None

    def reaches(self, project: str) -> bool | None:  # noqa: ARG002 - the same question for every scope
        """Return False, for any project."""
        return False


Scope: TypeAlias = ProjectScoped | AccountWide | Unreadable | Unusable

NO_CAVEATS = "it carries no caveats; the index may hold some for it"
NO_SCOPE_CAVEATS = "none of its caveats limits projects or names a user"


@record
class Validity:
    """When a token can be used: from `not_before` up to, not at, `expires_at` (seconds since 1970; None: no limit)."""

    not_before: int | None
    expires_at: int | None

    def expired(self, now: int) -> bool:
        """Return whether it is over at `now` (seconds since 1970)."""
        return self.expires_at is not None and now >= self.expires_at

    def begun(self, now: int) -> bool:
        """Return whether it has begun at `now` (seconds since 1970)."""
        return self.not_before is None or now >= self.not_before

    @property
    def empty(self) -> bool:
        """Return whether there is no moment at which the token could be used."""
        return self.expires_at is not None and self.not_before is not None and self.not_before >= self.expires_at


def judge_caveats(caveats: Iterable[Caveat]) -> tuple[Issuer, Scope, Validity]:
    """Return who issued a token with these caveats, how far it reaches and when, all caveats holding at once."""
    user = publisher = None
    by_user = False
    names: set[str] | None = None
    ids: set[str] | None = None
    not_before = expires_at = None
    broken: str | None = None
    count = 0
    for caveat in caveats:
        count += 1
        if isinstance(caveat, ProjectName):
            names = set(caveat.names) if names is None else names.intersection(caveat.names)
        elif isinstance(caveat, ProjectId):
            ids = set(caveat.ids) if ids is None else ids.intersection(caveat.ids)
        elif isinstance(caveat, RequestUser):
            by_user = True
            if user is not None and caveat.user_id not in (None, user):
                broken = broken or "it names two different users"
            user = user or caveat.user_id
        elif isinstance(caveat, OidcPublisher):
            if publisher is not None and caveat.publisher_id != publisher:
                broken = broken or "it names two different Trusted Publishers"
            publisher = caveat.publisher_id
        elif isinstance(caveat, Expiration):
            expires_at = caveat.expires_at if expires_at is None else min(expires_at, caveat.expires_at)
            not_before = caveat.not_before if not_before is None else max(not_before, caveat.not_before)
        elif isinstance(caveat, InvalidCaveat):
            broken = broken or caveat.reason.value

    validity = Validity(not_before, expires_at)
    issuer: Issuer = "unknown"
    if publisher is not None:
        issuer = "trusted-publisher"
    elif by_user or names is not None or ids is not None:
        issuer = "user"
    if by_user and publisher is not None:
        broken = broken or "it names both a user and a Trusted Publisher"
    if names is not None and not names:
        broken = broken or "no project name is left that all its caveats allow"
    if ids is not None and not ids:
        broken = broken or "no project id is left that all its caveats allow"
    if validity.empty:
        broken = broken or "it ends before it begins"

    scope: Scope
    if broken is not None:
        scope = Unusable(broken)
    elif names is not None or ids is not None or publisher is not None:
        scope = ProjectScoped(
            None if names is None else tuple(sorted(names)), None if ids is None else tuple(sorted(ids))
        )
    elif by_user:
        scope = AccountWide()
    else:
        scope = Unreadable(NO_SCOPE_CAVEATS if count else NO_CAVEATS)
    return issuer, scope, validity
