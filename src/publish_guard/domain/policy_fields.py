"""Reading one field of a policy: what has the right shape is returned, what has not is noted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from publish_guard.domain.policy_problems import Problems, join
from publish_guard.domain.policy_values import meant_boolean

T = TypeVar("T")


def mapping(
    value: object, path: str, known: tuple[str, ...], allowed: str, problems: Problems
) -> Mapping[object, object]:
    """Return `value` where it is a mapping, having noted its unknown keys; else an empty one, having noted that."""
    if not isinstance(value, Mapping):
        problems.wrong(path, value, allowed)
        return {}
    for key in value:
        if key not in known:
            problems.unknown(join(path, key), key, known)
    return value


def boolean(table: Mapping[object, object], key: str, path: str, problems: Problems) -> bool | None:
    """Return the boolean at `key`, or None where it is not there or, as is noted then, no boolean."""
    value = table.get(key)
    if key in table and not isinstance(value, bool):
        problems.wrong(join(path, key), value, "true or false", meant_boolean(value))
    return value if isinstance(value, bool) else None


def only_key(
    value: Mapping[object, object],
    path: str,
    key: str,
    read: Callable[[object, str, Problems], T | None],
    problems: Problems,
) -> T | None:
    """Return what `read` makes of the one key that the mapping at `path` must have, and no other."""
    mapping(value, path, (key,), f"a mapping with {key}", problems)
    if key not in value:
        problems.add(path, f"{key} is missing")
        return None
    return read(value[key], join(path, key), problems)
