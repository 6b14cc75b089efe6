"""Tokens of every kind, each with what the index keeps of it, and the user and projects that it needs."""

from __future__ import annotations

import base64
import json
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from publish_guard.domain import macaroon as macaroons
from publish_guard.domain import record
from publish_guard.domain.names import normalize_name
from publish_guard.domain.token import PREFIX
from publish_guard.embedded_index.model import IssuedToken, Project, Publisher, State, User
from publish_guard.errors import UsageError

DEFAULT_USER = "alice"
DEFAULT_PROJECT = "alpha-pkg"
# A Trusted Publisher's token lives for a quarter of an hour (pypi/warehouse, warehouse/oidc/views.py).
PUBLISHER_LIFETIME = 900


class Kind(StrEnum):
    """What can be minted; docs/how-to/try-with-the-embedded-index.md says what each is good for."""

    ACCOUNT_WIDE = "account-wide"
    PROJECT = "project"
    TRUSTED_PUBLISHER = "trusted-publisher"
    LEGACY_ACCOUNT = "legacy-account"
    LEGACY_PROJECT = "legacy-project"
    NO_CAVEATS = "no-caveats"
    EXPIRED = "expired"
    NOT_YET_VALID = "not-yet-valid"
    REVOKED = "revoked"
    WRONG_SIGNATURE = "wrong-signature"
    UNKNOWN_CAVEAT = "unknown-caveat"


# The kinds that carry project names whether or not somebody named one.
_ALWAYS_SCOPED = (Kind.PROJECT, Kind.TRUSTED_PUBLISHER, Kind.LEGACY_PROJECT)
# The kinds that reach the whole account; a project that is named is made, for the account to have one.
_NEVER_SCOPED = (Kind.ACCOUNT_WIDE, Kind.LEGACY_ACCOUNT)


def mint_token(
    state: State,
    kind: Kind,
    now: float,
    *,
    projects: Sequence[str] = (),
    user: str = DEFAULT_USER,
    location: str = "pypi.org",
    expires_in: int | None = None,
) -> tuple[str, State]:
    """Return a new token's text, and the state with it and the user and projects it needed.

    Without `projects` the kinds that must have one get "alpha-pkg", the others reach the whole account;
    an account-wide token does so although projects are named, which are then made. `expires_in`
    appends an expiration that many seconds after `now` (seconds since 1970), as a holder could. Raises UsageError where
    a named project is somebody else's.
    """
    names = list(projects) or ([DEFAULT_PROJECT] if kind in _ALWAYS_SCOPED else [])
    owner = state.user_named(user) or User(str(uuid.uuid4()), user)
    state = state.with_user(owner)
    scope: list[Project] = []
    for name in names:
        project = state.projects.get(normalize_name(name))
        if project is None:
            project = Project(str(uuid.uuid4()), name, (owner.id,))
        elif owner.id not in project.owners:
            raise UsageError(
                "One of the projects belongs to another user of the embedded index.",
                "Name its owner with --user, or another project.",
            )
        state = state.with_project(project)
        scope.append(project)
    begin = int(now)
    embedded, stored = _caveats(kind, owner, scope)
    issued = IssuedToken(str(uuid.uuid4()), secrets.token_bytes(32), owner.id, None, stored)
    if kind is Kind.TRUSTED_PUBLISHER:
        publisher = Publisher(str(uuid.uuid4()), tuple(project.id for project in scope))
        state = state.with_publisher(publisher)
        until = begin + (PUBLISHER_LIFETIME if expires_in is None else expires_in)
        embedded = (_json([4, publisher.id, None]), _ids(scope), _json([0, until, begin]))
        issued = replace(issued, user=None, publisher=publisher.id, caveats=embedded)
        expires_in = None
    added = () if expires_in is None else (_json([0, begin + expires_in, 0]),)
    macaroon = macaroons.mint(location, issued.id, issued.key)
    for predicate in (*embedded, *_later(kind, begin), *added):
        macaroon = macaroon.with_caveat(predicate)
    if kind is Kind.WRONG_SIGNATURE:
        macaroon = record.replace(macaroon, signature=secrets.token_bytes(macaroons.SIGNATURE_SIZE))
    if kind is not Kind.REVOKED:
        state = state.with_token(issued)
    data = macaroons.serialize(macaroon)
    return PREFIX + base64.urlsafe_b64encode(data).rstrip(b"=").decode(), state


def _caveats(kind: Kind, user: User, scope: Sequence[Project]) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
    """Return the caveats that the token carries and those that the index keeps, as the server makes them."""
    names = [project.normalized for project in scope]
    if kind is Kind.LEGACY_ACCOUNT:
        return (json.dumps({"version": 1, "permissions": "user"}).encode(),), ()
    if kind is Kind.LEGACY_PROJECT:
        return (json.dumps({"version": 1, "permissions": {"projects": names}}).encode(),), ()
    scoped = bool(scope) and kind not in _NEVER_SCOPED
    usual = (_json([1, names]), _ids(scope)) if scoped else (_json([3, user.id]),)
    return (() if kind is Kind.NO_CAVEATS else usual), usual


def _later(kind: Kind, now: int) -> tuple[bytes, ...]:
    """Return the caveats that the holder of such a token would have added."""
    if kind is Kind.EXPIRED:
        return (_json([0, now - 60, 0]),)
    if kind is Kind.NOT_YET_VALID:
        return (_json([0, now + 7200, now + 3600]),)
    return (_json([99, "x"]),) if kind is Kind.UNKNOWN_CAVEAT else ()


def _ids(scope: Sequence[Project]) -> bytes:
    return _json([2, [project.id for project in scope]])


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
