"""The state as JSON and back, read as strictly as anything that a person may have edited."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import StrEnum
from typing import Any, TypeVar, get_type_hints

from publish_guard.embedded_index.model import (
    Creation,
    Flags,
    IssuedToken,
    Project,
    Publisher,
    State,
    StoredFile,
    User,
)

# Some hundred thousand files; beyond it is no index to try things out with.
MAX_STATE_SIZE = 256 * 1024 * 1024

_T = TypeVar("_T")


class StateError(ValueError):
    """The text is no state of the index; the message names the place, never a value."""


def write_state(state: State) -> str:
    """Return the JSON text of `state`; it holds the keys of all tokens, so it is kept as a secret."""
    return json.dumps(_plain(state), indent=1)


def read_state(text: str) -> State:
    """Return the state that `text` holds. Raises StateError for anything that is not exactly one."""
    if len(text) > MAX_STATE_SIZE:
        raise StateError("it is too large")
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise StateError("it is not JSON") from None
    if not isinstance(value, dict):
        raise StateError("it is not a JSON object")
    known = {item.name for item in fields(State)}
    if not value.keys() <= known:
        raise StateError("it has a key that the index does not know")
    return State(
        users=_keyed(User, value, "users", "id"),
        projects=_keyed(Project, value, "projects", "normalized"),
        publishers=_keyed(Publisher, value, "publishers", "id"),
        tokens=_keyed(IssuedToken, value, "tokens", "id"),
        files=_keyed(StoredFile, value, "files", "filename"),
        creations=tuple(_records(Creation, value, "creations")),
        prohibited_names=_typed(tuple[str, ...], value.get("prohibited_names", []), "prohibited_names"),
        flags=_record(Flags, value.get("flags", {}), "flags"),
    )


def _plain(value: object) -> object:
    if is_dataclass(value):
        return {item.name: _plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, Mapping):
        # Every record names itself: its key in the mapping is one of its fields.
        return [_plain(item) for item in value.values()]
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value.hex() if isinstance(value, bytes) else value


def _keyed(kind: type[_T], value: Mapping[str, object], place: str, key: str) -> dict[str, _T]:
    records = _records(kind, value, place)
    keyed = {str(getattr(record, key)): record for record in records}
    if len(keyed) != len(records):
        raise StateError(f"two of its {place} are the same")
    return keyed


def _records(kind: type[_T], value: Mapping[str, object], place: str) -> list[_T]:
    records = value.get(place, [])
    if not isinstance(records, list):
        raise StateError(f"{place} is not a list")
    return [_record(kind, record, place) for record in records]


def _record(kind: type[_T], value: object, place: str) -> _T:
    hints = get_type_hints(kind)
    if not isinstance(value, dict) or not value.keys() <= hints.keys():
        raise StateError(f"{place} has a record with an unknown field")
    try:
        return kind(**{name: _typed(hints[name], item, f"{place}.{name}") for name, item in value.items()})
    except TypeError:
        raise StateError(f"{place} has a record that lacks a field") from None


def _typed(kind: Any, value: object, place: str) -> Any:  # noqa: ANN401 - the type is an argument
    if isinstance(value, list) and kind in (tuple[str, ...], tuple[bytes, ...]):
        part = str if kind == tuple[str, ...] else bytes
        return tuple(_typed(part, item, place) for item in value)
    if isinstance(value, str):
        if kind is str or kind == str | None:
            return value
        try:
            if kind is bytes:
                return bytes.fromhex(value)
            if isinstance(kind, type) and issubclass(kind, StrEnum):
                return kind(value)
        except ValueError:
            raise StateError(f"{place} has a value that is not allowed there") from None
    if (value is None and kind == str | None) or (kind in (bool, int) and type(value) is kind):
        return value
    if kind is float and type(value) in (int, float):
        return value
    raise StateError(f"{place} has a value of a wrong type")
