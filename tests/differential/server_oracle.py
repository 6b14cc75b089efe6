"""The server's judgement of a token, restated from what pypi/warehouse does and independent of the project's reader.

Plain values and `json` only. Facts: warehouse/macaroons/caveats/__init__.py, _core.py and _legacy.py at 6b62157, and
what pydantic 2.13 takes for its strict types (a lone surrogate is text, a boolean is no integer).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Literal

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Request:
    """An upload to one project, by a user or a Trusted Publisher (who is registered for it), at one moment."""

    identity: Literal["user", "publisher"]
    identity_id: str
    project_name: str
    project_id: str
    now: int


class Refused(Exception):  # noqa: N818 - an answer, not a fault
    """The server raises, or answers with a failure: either way there is no upload."""


def allows(predicates: list[bytes], request: Request) -> bool:
    """Return whether every first-party caveat lets the upload pass; nothing else about the token is judged."""
    try:
        return all(_passes(predicate, request) for predicate in predicates)
    except Refused:
        return False


def _passes(predicate: bytes, request: Request) -> bool:
    try:
        value = json.loads(predicate.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Refused from None
    if isinstance(value, dict):
        value = _from_mapping(value, request)
    if not isinstance(value, list) or not value:
        raise Refused
    tag, *fields = value
    if isinstance(tag, list | dict) or tag not in (0, 1, 2, 3, 4):
        raise Refused
    if tag == 0:
        return _in_window(fields, request.now)
    if not fields:
        raise Refused
    if tag == 1:
        return request.project_name in _texts(fields[0])
    if tag == 2:
        return request.project_id in _ids(fields[0])
    if not isinstance(fields[0], str):
        raise Refused
    if tag == 3:
        return request.identity == "user" and request.identity_id == fields[0]
    if len(fields) > 1 and not (fields[1] is None or isinstance(fields[1], dict)):
        raise Refused
    return request.identity == "publisher" and request.identity_id == fields[0]


def _from_mapping(value: dict[str, object], request: Request) -> list[object]:
    if value.get("version") == 1:
        permissions = value.get("permissions")
        if permissions == "user" and request.identity == "user":
            return [3, request.identity_id]
        if isinstance(permissions, dict) and "projects" in permissions:
            return [1, permissions["projects"]]
        raise Refused
    if {"exp", "nbf"} <= set(value):
        return [0, value["exp"], value["nbf"]]
    if "project_ids" in value:
        return [2, value["project_ids"]]
    raise Refused


def _in_window(fields: list[object], now: int) -> bool:
    if len(fields) < 2:
        raise Refused
    expires_at, not_before = fields[:2]
    for time in (expires_at, not_before):
        if isinstance(time, bool) or not isinstance(time, int):
            raise Refused
    return not_before <= now < expires_at  # type: ignore[operator]  # both are int: the loop refused the rest


def _texts(value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise Refused
    return value


def _ids(value: object) -> list[str]:
    """Tighter than the server in one point, on purpose: one id that no project can have spoils the whole list.

    The server would pass over it. PyPI never writes such a list, and the contract calls it unusable.
    """
    texts = _texts(value)
    if not all(_UUID.fullmatch(text) for text in texts):
        raise Refused
    return texts
