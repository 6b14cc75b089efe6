"""Who sends a request, and whether the token allows it: in the server's order and words.

The identifier alone is looked up first; caveats and signature are judged only once the project is known, the caveats
before the signature, and all that fail are listed (pypi/warehouse, warehouse/macaroons/security_policy.py, services.py
and caveats/__init__.py). Stored caveats are appended to the token's own, so what both hold is refused twice.
"""

from __future__ import annotations

import base64
import json
import uuid
from dataclasses import dataclass

from publish_guard.domain.caveats import (
    Caveat,
    Expiration,
    Fault,
    InvalidCaveat,
    OidcPublisher,
    ProjectId,
    ProjectName,
    RequestUser,
    read_caveat,
)
from publish_guard.domain.macaroon import Macaroon, signed_by
from publish_guard.domain.token import PREFIX, TOKEN_USER, Token, TokenError
from publish_guard.embedded_index import words
from publish_guard.embedded_index.answers import refuse
from publish_guard.embedded_index.model import IssuedToken, Project, ProjectStatus, Publisher, State, User

_INVALID = {
    Fault.TOO_FEW: words.NOT_ENOUGH_VALUES,
    Fault.EMPTY_ARRAY: words.EMPTY_ARRAY,
    Fault.WRONG_TYPE: words.INVALID_FIELDS,
}


@dataclass(frozen=True)
class Identity:
    """A known token as it was sent, and whose it is: a user's or a Trusted Publisher's."""

    token: Token
    issued: IssuedToken
    user: User | None
    publisher: Publisher | None


def read_authorization(header: str | None) -> str | None:
    """Return the credential that may be a token: of Basic `__token__`, `token` or `bearer`; None where there is none.

    Raises Refusal for a user name and password.
    """
    scheme, _, value = (header or "").partition(" ")
    if scheme.lower() in ("token", "bearer"):
        return value
    if scheme.lower() != "basic":
        return None
    try:
        user, colon, secret = base64.b64decode(value).decode().partition(":")
    except ValueError:
        return None
    if user == TOKEN_USER:
        return secret.strip()
    if colon:
        raise refuse(403, words.PASSWORD)
    return None


def identify(state: State, header: str | None) -> Identity:
    """Return who sends the request. Raises Refusal where the index knows no such token or its user is frozen."""
    unknown = refuse(403, words.NO_IDENTITY)
    text = read_authorization(header)
    # Only Basic is stripped, so a space ahead of the prefix is no token here.
    if text is None or not text.startswith(PREFIX):
        raise unknown
    try:
        token = Token.parse(text)
        identifier = str(uuid.UUID(token.macaroon.identifier.decode()))
    except TokenError as error:
        raise (refuse(500) if _is_version_1(text) else unknown) from error
    except ValueError:
        raise unknown from None
    issued = state.tokens.get(identifier)
    if issued is None:
        raise unknown
    user = state.users.get(issued.user or "")
    publisher = state.publishers.get(issued.publisher or "")
    if (user is None or user.frozen) and publisher is None:
        raise unknown
    return Identity(token, issued, user, publisher)


def check_permission(identity: Identity, project: Project, now: float) -> None:
    """Return where this identity may upload to the project at `now` (seconds since 1970); raise Refusal otherwise."""
    reasons = _judge(identity, project, int(now))
    if reasons is not None:
        raise refuse(403, words.invalid_token(reasons))
    if identity.user is not None:
        if identity.user.id not in project.owners or project.status is ProjectStatus.ARCHIVED:
            raise refuse(403, words.user_not_allowed(identity.user.name, project.name))
        return
    registered = identity.publisher is not None and project.id in identity.publisher.projects
    if not registered or project.status is not ProjectStatus.ACTIVE:
        raise refuse(403, words.token_not_allowed(project.name))


def _judge(identity: Identity, project: Project, now: int) -> str | None:
    """Return what is wrong with the token, all of it, or None."""
    macaroon: Macaroon = identity.token.macaroon
    for predicate in identity.issued.caveats:
        macaroon = macaroon.with_caveat(predicate)
    reasons: list[str] = []
    for raw in macaroon.caveats:
        value = None if raw.third_party else _json(raw.predicate)
        if value is None:
            # Here the server's own reading breaks off: what comes later is not looked at any more.
            return ", ".join(reasons) or words.UNKNOWN_ERROR
        reason = _refused(read_caveat(raw.predicate), value[0], identity, project, now)
        if reason is not None:
            reasons.append(reason)
    if reasons:
        return ", ".join(reasons)
    return None if signed_by(macaroon, identity.issued.key) else words.SIGNATURES


def _json(predicate: bytes) -> tuple[object] | None:
    """Return the caveat's JSON value in a tuple of one, or None where the server cannot even look at it."""
    try:
        value = json.loads(predicate.decode())
    except (ValueError, RecursionError):
        return None
    if isinstance(value, list) and value and isinstance(value[0], list | dict):
        return None
    return (value,)


def _refused(caveat: Caveat, value: object, identity: Identity, project: Project, now: int) -> str | None:
    """Return why this caveat refuses, in the server's words, or None where it holds."""
    if isinstance(caveat, Expiration):
        return None if caveat.not_before <= now < caveat.expires_at else words.EXPIRED
    if isinstance(caveat, ProjectName):
        return None if project.normalized in caveat.names else words.wrong_project(project.name)
    if isinstance(caveat, ProjectId):
        return None if project.id in caveat.ids else words.wrong_project(project.name)
    if isinstance(caveat, RequestUser):
        if identity.user is None:
            return words.NO_ARRAY if caveat.user_id is None else words.NO_USER
        return None if caveat.user_id in (None, identity.user.id) else words.OTHER_USER
    if isinstance(caveat, OidcPublisher):
        if identity.publisher is None:
            return words.NO_PUBLISHER
        if identity.publisher.id != caveat.publisher_id:
            return words.OTHER_PUBLISHER
        return None if project.id in identity.publisher.projects else words.wrong_publisher_project(project.name)
    if isinstance(caveat, InvalidCaveat):
        if caveat.reason is Fault.NO_UUID:
            return _refused_id(value, identity, project)
        return _INVALID.get(caveat.reason, words.NO_ARRAY)
    return words.unknown_tag(value[0] if isinstance(value, list) else None)


def _refused_id(value: object, identity: Identity, project: Project) -> str | None:
    """Judge a caveat with an id that is no UUID: the server compares ids as the strings they are."""
    tag, content = (value[0], value[1]) if isinstance(value, list) else (2, _project_ids(value))
    if tag == 2:
        return None if isinstance(content, list) and project.id in content else words.wrong_project(project.name)
    if tag == 3:
        return words.NO_USER if identity.user is None else words.OTHER_USER
    return words.NO_PUBLISHER if identity.publisher is None else words.OTHER_PUBLISHER


def _project_ids(value: object) -> object:
    return value.get("project_ids") if isinstance(value, dict) else None


def _is_version_1(text: str) -> bool:
    """Return whether this is a whole macaroon of version 1, on which the server breaks instead of refusing."""
    try:
        encoded = text[len(PREFIX) :].encode()
        data = base64.urlsafe_b64decode(encoded + b"=" * (-len(encoded) % 4))
        position = 0
        while position < len(data):
            size = int(data[position : position + 4], 16)
            key, _, _ = data[position + 4 : position + size].partition(b" ")
            if size <= 4 or key not in (b"location", b"identifier", b"cid", b"vid", b"cl", b"signature"):
                return False
            position += size
    except ValueError:
        return False
    return position == len(data) > 0
