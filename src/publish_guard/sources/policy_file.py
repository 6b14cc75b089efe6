"""Finds the policy of a project and reads it: TOML and JSON here, YAML by a worker that has no secret."""

from __future__ import annotations

import base64
import json
import os
import re
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from publish_guard.domain.finding import Severity
from publish_guard.domain.policy import Policy, built_in_policy
from publish_guard.domain.text import shown
from publish_guard.domain.worker import AskWorker
from publish_guard.errors import FailureError, PolicyError, WorkerRefusalError

MAX_BYTES = 256 * 1024
YAML_TIMEOUT = 10.0

POLICY_NAME = ".publish-guard.yml"
PYPROJECT_NAME = "pyproject.toml"
TABLE = "publish-guard"
_FORMATS = (".yml", ".yaml", ".toml", ".json")
# What somebody may call a policy that would then never be read. A report may well be called publish-guard.json.
_MISTAKEN = frozenset(
    {f".{TABLE}{ending}" for ending in _FORMATS} | {f"{TABLE}{ending}" for ending in _FORMATS if ending != ".json"}
)

# No device, pipe or terminal may be waited for; Windows knows neither flag.
_OPEN = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)

# tomllib takes minutes for one key of some ten thousand parts; a chain of a hundred, with its dots, is refused before.
# Possessive throughout, and never begun in the middle of a word or at an escaped quote: linear in the file's length.
_LONG_KEY = re.compile(
    r"""(?<![A-Za-z0-9_\\-])(?>(?:[A-Za-z0-9_-]++|"(?:[^"\\\n]|\\[^\n])*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){100}"""
)

# A table of ours has its name in it, however it is spelt; escapes could write any name.
_MAY_NAME_US = re.compile(rb"(?i)publish.?guard|\\[uUx]")

T = TypeVar("T")


def find_policy(folder: Path, explicit: Path | None, *, ask: AskWorker, lowest: Mapping[str, Severity]) -> Policy:
    """Return the policy that counts for the project in `folder`.

    That is the file `explicit` (`--policy`) where given; else `.publish-guard.yml` or `[tool.publish-guard]` in
    pyproject.toml; else the built-in one. `ask` is asked only for YAML. `lowest` is for `read_policy`.
    Raises PolicyError where both are there, a file cannot be read or parsed, has a name that is only nearly right, or
    says what no policy says; FailureError where the worker breaks.
    """
    if explicit is not None:
        return _read(_explicit(explicit, ask), origin=_origin(explicit), lowest=lowest)
    names = _names(folder)
    for name in sorted(names):
        if name != POLICY_NAME and name.lower().replace("_", "-") in _MISTAKEN:
            raise PolicyError(
                f"{shown(_origin(folder / name))} looks like a policy, but is not read under this name.",
                f"Rename it to {POLICY_NAME} (YAML), move it to [tool.{TABLE}] in {PYPROJECT_NAME}, or give --policy.",
            )
    pyproject = folder / PYPROJECT_NAME
    table = _table_of(pyproject) if PYPROJECT_NAME in names else None
    if POLICY_NAME not in names:
        return built_in_policy() if table is None else _read(table[0], origin=_origin(pyproject), lowest=lowest)
    if table is not None:
        raise PolicyError(
            f"There are two policies: {POLICY_NAME} and [tool.{TABLE}] in {PYPROJECT_NAME}.",
            "Keep one of them, so that nobody reads the wrong one.",
        )
    path = folder / POLICY_NAME
    return _read(_yaml(_bytes(path), path, ask), origin=_origin(path), lowest=lowest)


def _read(data: object, *, origin: str, lowest: Mapping[str, Severity]) -> Policy:
    # Imported where there is a policy: most projects have none, and every start would pay for the strict reader.
    from publish_guard.domain.policy_reader import read_policy

    return read_policy(data, origin=origin, lowest=lowest)


def _table_of(pyproject: Path) -> tuple[object] | None:
    """Return the table of ours, in a tuple, or None; a file that cannot have one is not parsed, which takes longest."""
    data = _bytes(pyproject)
    return _pyproject_table(_toml(data, pyproject), pyproject) if _MAY_NAME_US.search(data) else None


def _explicit(path: Path, ask: AskWorker) -> object:
    ending = path.suffix.lower()
    if ending not in _FORMATS:
        raise PolicyError(
            f"{shown(_origin(path))} does not tell its format by its name.",
            f"Give --policy a file that ends in {', '.join(_FORMATS[:-1])} or {_FORMATS[-1]}.",
        )
    content = _bytes(path)
    if ending in (".yml", ".yaml"):
        return _yaml(content, path, ask)
    if ending == ".json":
        return _json(content, path)
    data = _toml(content, path)
    table = _pyproject_table(data, path)
    if table is None:
        if path.name == PYPROJECT_NAME or "tool" in data:
            raise PolicyError(f"{shown(_origin(path))} has no [tool.{TABLE}].", "Add the table, or leave out --policy.")
        # A file that was cut off is not a policy that says nothing.
        return data or None
    from publish_guard.domain.policy_reader import KEYS

    doubled = sorted(key for key in data if key in KEYS)
    if doubled:
        raise PolicyError(
            f"{shown(_origin(path))} has policy keys at the top ({', '.join(doubled)}) and in [tool.{TABLE}].",
            "Keep all of them in one place.",
        )
    return table[0]


def _pyproject_table(data: dict[str, object], path: Path) -> tuple[object] | None:
    """Return what stands at tool.publish-guard, wrapped so that it is told from nothing (None)."""
    tool = data.get("tool")
    if not isinstance(tool, dict):
        return None
    for name in tool:
        if name != TABLE and name.lower().replace("-", "").replace("_", "").replace(".", "") == "publishguard":
            raise PolicyError(
                f"[tool.{shown(name)}] in {shown(_origin(path))} looks like a policy, but is not read under this name.",
                f"Write [tool.{TABLE}].",
            )
    return (tool[TABLE],) if TABLE in tool else None


def _toml(content: bytes, path: Path) -> dict[str, object]:
    return _parsed("TOML", content, path, _load_toml)


def _load_toml(text: str) -> dict[str, object]:
    import tomllib

    if _LONG_KEY.search(text):
        raise ValueError("a key has more than 100 parts")
    return tomllib.loads(text)


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
    return answer["value"]


def _names(folder: Path) -> set[str]:
    try:
        return set(os.listdir(folder))  # noqa: PTH208 - the names are all that is wanted
    except OSError as error:
        raise PolicyError(
            f"The folder {shown(_origin(folder))} cannot be looked through for a policy ({_reason(error)}).",
            "Run in the project's folder, or give --policy.",
        ) from None


def _bytes(path: Path) -> bytes:
    """Return the bytes of a regular file of at most 256 KiB. Raises PolicyError for any other."""
    name = shown(_origin(path))
    try:
        # Looked at first, because merely opening a device can do something.
        regular = stat.S_ISREG(path.stat().st_mode)
        content = _read_regular(path) if regular else None
    except (OSError, ValueError) as error:
        raise PolicyError(f"The policy {name} cannot be read ({_reason(error)}).", "Check the path.") from None
    if content is None:
        raise PolicyError(f"The policy {name} is not a regular file.", "Give a file, not a folder, pipe or device.")
    if len(content) > MAX_BYTES:
        raise PolicyError(
            f"{name} has more than {MAX_BYTES // 1024} KiB, and is not read for a policy.",
            "A policy is a page long: give a file of its own with --policy.",
        )
    return content


def _read_regular(path: Path) -> bytes | None:
    """Return the file's bytes, or one more than are allowed; None where it is no regular file any more."""
    with os.fdopen(os.open(path, _OPEN), "rb") as file:
        return file.read(MAX_BYTES + 1) if stat.S_ISREG(os.fstat(file.fileno()).st_mode) else None


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror or "unknown error") if isinstance(error, OSError) else "this is no path"


def _origin(path: Path) -> str:
    """Return the path as it was given, with forward slashes on every system."""
    return path.as_posix()
