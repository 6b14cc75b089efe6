"""What PyPI writes into a macaroon's caveats: the array forms of today and the mappings of before 2022-08-29.

The forms and their checks are the server's (pypi/warehouse, warehouse/macaroons/caveats/__init__.py, _core.py and
_legacy.py at commit 6b62157). A caveat that cannot be understood is a value too: `UnknownCaveat` where the server
would answer "unknown tag", `InvalidCaveat` where it would refuse the caveat itself. Reading never raises.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import ClassVar, Literal, NoReturn, TypeAlias

from publish_guard.domain.names import is_normalized_name
from publish_guard.domain.record import record

CaveatKind: TypeAlias = Literal[
    "project-name", "project-id", "request-user", "oidc-publisher", "expiration", "unknown", "invalid"
]

_EXPIRATION = 0
_PROJECT_NAME = 1
_PROJECT_ID = 2
_REQUEST_USER = 3
_OIDC_PUBLISHER = 4

_CANONICAL_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}").fullmatch


class Fault(StrEnum):
    """Why the server refuses a caveat itself, as a clause that repeats nothing of it."""

    WRONG_TYPE = "a caveat has a field of a wrong type"
    TOO_FEW = "a caveat has too few fields"
    NO_JSON = "a caveat is not JSON"
    NO_ARRAY = "a caveat is not an array"
    EMPTY_ARRAY = "a caveat is an empty array"
    THIRD_PARTY = "a caveat asks for a third party's consent"
    NO_UUID = "a caveat has an id that is not a canonical UUID"


@record
class Expiration:
    """Valid from `not_before` up to, but not at, `expires_at`; both are whole seconds since 1970 in UTC."""

    expires_at: int
    not_before: int
    legacy: bool = False
    kind: ClassVar[CaveatKind] = "expiration"

    def predicate(self) -> bytes:
        """Return the bytes of this caveat in the server's own compact spelling."""
        return _compact([_EXPIRATION, self.expires_at, self.not_before])


@record
class ProjectName:
    """Only the named projects. `names` holds what can match at all: normalized names, in the token's order."""

    names: tuple[str, ...]
    legacy: bool = False
    kind: ClassVar[CaveatKind] = "project-name"

    def predicate(self) -> bytes:
        """Return the bytes of this caveat in the server's own compact spelling."""
        return _compact([_PROJECT_NAME, list(self.names)])


@record
class ProjectId:
    """Only the projects with these ids: canonical UUIDs, which PyPI shows to nobody but keeps across no re-creation."""

    ids: tuple[str, ...]
    legacy: bool = False
    kind: ClassVar[CaveatKind] = "project-id"


@record
class RequestUser:
    """Made for a user. The legacy form says "whoever it belongs to": its `user_id` is None."""

    user_id: str | None
    legacy: bool = False
    kind: ClassVar[CaveatKind] = "request-user"

    def __repr__(self) -> str:
        return f"RequestUser(legacy={self.legacy})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a user's id is not pickled: it is never shown")


@record
class OidcPublisher:
    """Made for a Trusted Publisher; it reaches that publisher's projects at most."""

    publisher_id: str
    legacy: bool = False
    kind: ClassVar[CaveatKind] = "oidc-publisher"

    def __repr__(self) -> str:
        return "OidcPublisher()"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a publisher's id is not pickled: it is never shown")


@record
class UnknownCaveat:
    """A well-formed caveat with a tag that the server of today refuses, and a later one may know."""

    legacy: bool = False
    kind: ClassVar[CaveatKind] = "unknown"


@record
class InvalidCaveat:
    """A caveat that the server refuses whatever is uploaded, and why."""

    reason: Fault
    legacy: bool = False
    kind: ClassVar[CaveatKind] = "invalid"


Caveat: TypeAlias = Expiration | ProjectName | ProjectId | RequestUser | OidcPublisher | UnknownCaveat | InvalidCaveat


def read_caveat(predicate: bytes) -> Caveat:
    """Return what a first-party caveat's bytes say, in time linear in their length."""
    try:
        # Decoded here, as the server does: `json` would guess UTF-16 and skip a byte order mark.
        value: object = json.loads(predicate.decode())
    except (ValueError, RecursionError):
        return InvalidCaveat(Fault.NO_JSON)
    if isinstance(value, dict):
        adapted = _adapt(value)
        if adapted is None:
            return InvalidCaveat(Fault.NO_ARRAY, legacy=True)
        return _read_array(adapted, legacy=True)
    if not isinstance(value, list):
        return InvalidCaveat(Fault.NO_ARRAY)
    if not value:
        return InvalidCaveat(Fault.EMPTY_ARRAY)
    return _read_array(value, legacy=False)


class _CurrentUser:
    """Stands for "the user whom the token belongs to", which only a legacy caveat can say."""


def _adapt(value: Mapping[str, object]) -> list[object] | None:
    """Return the array that a legacy mapping stands for, by the server's own order of tests."""
    if value.get("version") == 1:
        permissions = value.get("permissions")
        if permissions == "user":
            return [_REQUEST_USER, _CurrentUser]
        if isinstance(permissions, dict) and "projects" in permissions:
            return [_PROJECT_NAME, permissions["projects"]]
        return None
    if "exp" in value and "nbf" in value:
        return [_EXPIRATION, value["exp"], value["nbf"]]
    if "project_ids" in value:
        return [_PROJECT_ID, value["project_ids"]]
    return None


def _read_array(value: list[object], *, legacy: bool) -> Caveat:
    try:
        # A mapping look-up as on the server, so that `true` and `1.0` count as the tag 1 here exactly if they do there.
        read = _READERS.get(value[0])
    except TypeError:
        return InvalidCaveat(Fault.WRONG_TYPE, legacy)
    if read is None:
        return UnknownCaveat(legacy)
    return read(value, legacy)


def _read_expiration(value: list[object], legacy: bool) -> Caveat:
    if len(value) < 3:
        return InvalidCaveat(Fault.TOO_FEW, legacy)
    expires_at, not_before = value[1], value[2]
    # bool is an int to Python but not to the server, hence the exact type.
    if type(expires_at) is not int or type(not_before) is not int:
        return InvalidCaveat(Fault.WRONG_TYPE, legacy)
    return Expiration(expires_at, not_before, legacy)


def _read_project_name(value: list[object], legacy: bool) -> Caveat:
    if len(value) < 2:
        return InvalidCaveat(Fault.TOO_FEW, legacy)
    names = _strings(value[1])
    if names is None:
        return InvalidCaveat(Fault.WRONG_TYPE, legacy)
    return ProjectName(tuple([name for name in names if is_normalized_name(name)]), legacy)


def _read_project_id(value: list[object], legacy: bool) -> Caveat:
    if len(value) < 2:
        return InvalidCaveat(Fault.TOO_FEW, legacy)
    ids = _strings(value[1])
    if ids is None:
        return InvalidCaveat(Fault.WRONG_TYPE, legacy)
    for text in ids:
        if _CANONICAL_UUID(text) is None:
            return InvalidCaveat(Fault.NO_UUID, legacy)
    return ProjectId(tuple(ids), legacy)


def _read_request_user(value: list[object], legacy: bool) -> Caveat:
    if len(value) < 2:
        return InvalidCaveat(Fault.TOO_FEW, legacy)
    user_id = value[1]
    if user_id is _CurrentUser:
        return RequestUser(None, legacy)
    if not isinstance(user_id, str):
        return InvalidCaveat(Fault.WRONG_TYPE, legacy)
    if _CANONICAL_UUID(user_id) is None:
        return InvalidCaveat(Fault.NO_UUID, legacy)
    return RequestUser(user_id, legacy)


def _read_oidc_publisher(value: list[object], legacy: bool) -> Caveat:
    if len(value) < 2:
        return InvalidCaveat(Fault.TOO_FEW, legacy)
    publisher_id = value[1]
    claims = value[2] if len(value) > 2 else None
    if not isinstance(publisher_id, str) or not (claims is None or isinstance(claims, dict)):
        return InvalidCaveat(Fault.WRONG_TYPE, legacy)
    if _CANONICAL_UUID(publisher_id) is None:
        return InvalidCaveat(Fault.NO_UUID, legacy)
    return OidcPublisher(publisher_id, legacy)


_READERS: dict[object, Callable[[list[object], bool], Caveat]] = {
    _EXPIRATION: _read_expiration,
    _PROJECT_NAME: _read_project_name,
    _PROJECT_ID: _read_project_id,
    _REQUEST_USER: _read_request_user,
    _OIDC_PUBLISHER: _read_oidc_publisher,
}


def _strings(value: object) -> list[str] | None:
    """Return `value` where it is a list of strings, else None."""
    if not isinstance(value, list):
        return None
    for item in value:
        if not isinstance(item, str):
            return None
    return value


def _compact(value: list[object]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
