"""Finds the policy of a project and reads it: TOML and JSON here, YAML by a worker that has no secret."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from publish_guard.domain.finding import Severity
from publish_guard.domain.policy import Policy, built_in_policy
from publish_guard.domain.record import replace
from publish_guard.domain.text import shown
from publish_guard.domain.worker import AskWorker
from publish_guard.errors import FailureError, PolicyError, UsageError, WorkerRefusalError
from publish_guard.sources.pyproject import MAX_SIZE, TABLE, may_hold_policy, parse_toml, policy_table
from publish_guard.sources.pyproject import NAME as PYPROJECT
from publish_guard.sources.reading import read_regular_file

YAML_TIMEOUT = 10.0

POLICY_NAME = ".publish-guard.yml"
_YAML = (".yml", ".yaml")
_FORMATS = (*_YAML, ".toml", ".json")
# What somebody may call a policy that would then never be read. A report may well be called publish-guard.json.
_MISTAKEN = frozenset(
    {f".{TABLE}{ending}" for ending in _FORMATS} | {f"{TABLE}{ending}" for ending in _FORMATS if ending != ".json"}
)

T = TypeVar("T")


def find_policy(folder: Path, explicit: Path | None, *, ask: AskWorker, lowest: Mapping[str, Severity]) -> Policy:
    """Return the policy that counts for the project in `folder`.

    That is the file `explicit` (`--policy`) where given; else `.publish-guard.yml` or `[tool.publish-guard]` in
    pyproject.toml; else the built-in one. `ask` is asked only for YAML. `lowest` is for `read_policy`.
    Raises PolicyError where both are there, a file cannot be read or parsed, has a name that is only nearly right, or
    says what no policy says; FailureError where the worker breaks.
    """
    if explicit is not None:
        policy = _read(_explicit(explicit, ask), origin=_origin(explicit), lowest=lowest)
        return replace(policy, read_by_worker=explicit.suffix.lower() in _YAML)
    names = _names(folder)
    for name in sorted(names):
        if name != POLICY_NAME and name.lower().replace("_", "-") in _MISTAKEN:
            raise PolicyError(
                f"{shown(_origin(folder / name))} looks like a policy, but is not read under this name.",
                f"Rename it to {POLICY_NAME} (YAML), move it to [tool.{TABLE}] in {PYPROJECT}, or give --policy.",
            )
    pyproject = folder / PYPROJECT
    table = _table_of(pyproject) if PYPROJECT in names else None
    if POLICY_NAME not in names:
        return built_in_policy() if table is None else _read(table[0], origin=_origin(pyproject), lowest=lowest)
    if table is not None:
        raise PolicyError(
            f"There are two policies: {POLICY_NAME} and [tool.{TABLE}] in {PYPROJECT}.",
            "Keep one of them, so that nobody reads the wrong one.",
        )
    path = folder / POLICY_NAME
    policy = _read(_yaml(_bytes(path), path, ask), origin=_origin(path), lowest=lowest)
    return replace(policy, read_by_worker=True)


def _read(data: object, *, origin: str, lowest: Mapping[str, Severity]) -> Policy:
    # Imported where there is a policy: most projects have none, and every start would pay for the strict reader.
    from publish_guard.domain.policy.reader import read_policy

    return read_policy(data, origin=origin, lowest=lowest)


def _table_of(path: Path) -> tuple[object] | None:
    """Return the table of ours, in a tuple, or None; a file that cannot have one is not parsed, which takes longest."""
    content = _bytes(path)
    return policy_table(_toml(content, path), _origin(path)) if may_hold_policy(content) else None


def _explicit(path: Path, ask: AskWorker) -> object:
    ending = path.suffix.lower()
    if ending not in _FORMATS:
        raise PolicyError(
            f"{shown(_origin(path))} does not tell its format by its name.",
            f"Give --policy a file that ends in {', '.join(_FORMATS[:-1])} or {_FORMATS[-1]}.",
        )
    content = _bytes(path)
    if ending in _YAML:
        return _yaml(content, path, ask)
    if ending == ".json":
        return _json(content, path)
    data = _toml(content, path)
    table = policy_table(data, _origin(path))
    if table is None:
        if path.name == PYPROJECT or "tool" in data:
            raise PolicyError(f"{shown(_origin(path))} has no [tool.{TABLE}].", "Add the table, or leave out --policy.")
        # A file that was cut off is not a policy that says nothing.
        return data or None
    from publish_guard.domain.policy.reader import KEYS

    doubled = sorted(key for key in data if key in KEYS)
    if doubled:
        raise PolicyError(
            f"{shown(_origin(path))} has policy keys at the top ({', '.join(doubled)}) and in [tool.{TABLE}].",
            "Keep all of them in one place.",
        )
    return table[0]


def _toml(content: bytes, path: Path) -> dict[str, object]:
    return _parsed("TOML", content, path, parse_toml)


def _json(content: bytes, path: Path) -> object:
    return _parsed("JSON", content, path, _load_json)


def _parsed(kind: str, content: bytes, path: Path, parse: Callable[[str], T]) -> T:
    """Return what `parse` makes of the file. Raises PolicyError, with the line where that is known."""
    name = shown(_origin(path))
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise PolicyError(f"{name}, line {line}: this is not UTF-8.", "Save the file as UTF-8.") from None
    if text.startswith("\ufeff"):
        raise PolicyError(f"{name} begins with a byte order mark.", "Save the file as UTF-8 without one.")
    try:
        return parse(text)
    except ValueError as error:
        # What is wrong and where, in the words of Python's own parsers.
        raise PolicyError(f"{name} is not {kind}: {shown(str(error))}.", "Mend the file and run again.") from None
    except RecursionError:
        raise PolicyError(f"{name} is nested too deep.", "A policy needs three levels.") from None


def _load_json(text: str) -> object:
    return json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    mapping: dict[str, object] = {}
    for key, value in pairs:
        if key in mapping:
            raise ValueError(f'the key "{shown(key, 40)}" stands twice')
        mapping[key] = value
    return mapping


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON value")


def _yaml(content: bytes, path: Path, ask: AskWorker) -> object:
    request = {"content": base64.b64encode(content).decode("ascii"), "name": _origin(path)}
    try:
        answer = ask("read_yaml", request, timeout=YAML_TIMEOUT)
    except WorkerRefusalError as error:
        # The worker is well; the file is what must be mended.
        raise PolicyError(shown(error.message, 400), shown(error.remedy, 400)) from None
    if "value" not in answer:
        raise FailureError("The worker that reads YAML gave no answer.", "Install publish-guard afresh.")
    value = answer["value"]
    if _switches_narrowing_off(value):
        raise PolicyError(
            f"{shown(_origin(path))}: narrow.enabled: a policy in YAML cannot switch narrowing off, because a worker "
            "reads it, and a dependency there could say so in its place and get the stored token.",
            f"Write it to [tool.{TABLE}.narrow] in {PYPROJECT}, or use --narrow off.",
        )
    return value


def _switches_narrowing_off(value: object) -> bool:
    narrow = value.get("narrow") if isinstance(value, dict) else None
    return isinstance(narrow, dict) and narrow.get("enabled") is False


def _names(folder: Path) -> set[str]:
    try:
        return set(os.listdir(folder))  # noqa: PTH208 - the names are all that is wanted
    except OSError as error:
        reason = error.strerror or "unknown error"
        raise PolicyError(
            f"The folder {shown(_origin(folder))} cannot be looked through for a policy ({reason}).",
            "Run in the project's folder, or give --policy.",
        ) from None


def _bytes(path: Path) -> bytes:
    """Return the bytes of a regular file of at most 256 KiB. Raises PolicyError for any other."""
    try:
        content = read_regular_file(_origin(path), MAX_SIZE, "--policy")
    except (UsageError, FailureError) as error:
        # A file that may hold the policy is never skipped, and the remedy is not the one for a secret's file.
        raise PolicyError(f"The policy cannot be read: {error.message}", "Check the path and the file.") from None
    if len(content) > MAX_SIZE:
        raise PolicyError(
            f"{shown(_origin(path))} has more than {MAX_SIZE // 1024} KiB, and is not read for a policy.",
            "A policy is a page long: give a file of its own with --policy.",
        )
    return content


def _origin(path: Path) -> str:
    """Return the path as it was given, with forward slashes on every system."""
    return path.as_posix()
