"""What is wrong with a policy, collected and put into words: where, what was found, what is allowed instead."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time

from publish_guard.domain.finding import DOCUMENTATION
from publish_guard.domain.text import holds_token, listed, shown
from publish_guard.errors import PolicyError

REFERENCE = f"{DOCUMENTATION}/reference/policy/"

# A person mends a few things at a time; the rest is only counted.
MOST_SHOWN = 10
_EXCERPT = 40
# difflib compares in quadratic time.
_LONGEST_COMPARED = 64
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


class Problems:
    """Collects everything that is wrong with one policy, so that a person can mend it in one go."""

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self._lines: list[str] = []
        self._count = 0

    @property
    def count(self) -> int:
        """How many problems there are so far, shown or not."""
        return self._count

    def add(self, path: str, problem: str) -> None:
        """Note that the value at `path` ("" for the whole policy) is wrong, and how."""
        self._count += 1
        if self._count <= MOST_SHOWN:
            self._lines.append(f"{path}: {problem}" if path else problem)

    def wrong(self, path: str, value: object, allowed: str, better: str | None = None) -> None:
        """Note that `value` is not what is `allowed` at `path`; `better` is what was probably meant."""
        # A suggestion is made of the value itself: none is made of a token.
        hint = f"; write {better}" if better and not (isinstance(value, str) and holds_token(value)) else ""
        self.add(path, f"found {found(value)}, allowed is {allowed}{hint}")

    def unknown(self, path: str, key: object, known: Iterable[str], what: str = "key") -> None:
        """Note that `key` is none of the `known` ones, with the nearest of them."""
        if self._count >= MOST_SHOWN:
            self._count += 1
            return
        names = tuple(known)
        near = nearest(key, names)
        known_words = f"did you mean {near}?" if near else f"known are {listed(names, 10)}"
        self.add(path, f"unknown {what}; {known_words}")

    def example(self, key: str, value: object) -> str:
        """Return a mapping of one key, as one writes it in the policy's own format."""
        text = json.dumps(value, ensure_ascii=False)
        if self._origin.lower().endswith(".toml"):
            return f"{{{key} = {text}}}"
        if self._origin.lower().endswith(".json"):
            return f'{{"{key}": {text}}}'
        return f"{{{key}: {text}}}"

    def raise_if_any(self) -> None:
        """Raise PolicyError with all that was collected; do nothing where nothing was."""
        if not self._count:
            return
        origin = shown(self._origin)
        remedy = f"Mend the policy and run again; every key is explained at {REFERENCE}"
        if self._count == 1:
            raise PolicyError(f"The policy in {origin} is wrong: {self._lines[0]}.", remedy)
        lines = [f"The policy in {origin} is wrong in {self._count} places:", *(f"- {line}" for line in self._lines)]
        if self._count > MOST_SHOWN:
            lines.append(f"- and {self._count - MOST_SHOWN} more")
        raise PolicyError("\n".join(lines), remedy)


def join(path: str, key: object) -> str:
    """Return the path of `key` below `path`, in quotes where the key has a dot or anything unusual in it."""
    if not isinstance(key, str):
        name = f"({found(key)})"
    elif holds_token(key):
        name = "(an API token)"
    elif len(key) <= _EXCERPT and _BARE_KEY.fullmatch(key):
        name = key
    else:
        name = f'"{shown(key, _EXCERPT)}"'
    return f"{path}.{name}" if path else name


def found(value: object) -> str:
    """Return what a value is, in words: its type and, of a plain value, a short printable excerpt."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "the boolean true" if value else "the boolean false"
    if isinstance(value, int):
        # A number of thousands of digits is not even printed by Python.
        return f"the number {value}" if abs(value) < 10**_EXCERPT else "a huge number"
    if isinstance(value, float):
        return f"the number {value!r}"
    if isinstance(value, str):
        if holds_token(value):
            return "an API token, which must be revoked now"
        return f'the text "{shown(value, _EXCERPT)}"' if value else "an empty text"
    if isinstance(value, datetime | date | time):
        return f"the date or time {value.isoformat()}"
    if isinstance(value, Mapping):
        return "a mapping" if value else "an empty mapping"
    return "a list" if isinstance(value, list | tuple) else "something else"


def nearest(given: object, known: Iterable[str]) -> str | None:
    """Return the known word that `given` was probably meant to be, if one is near."""
    if not isinstance(given, str) or len(given) > _LONGEST_COMPARED:
        return None
    import difflib

    spelt = given.strip().lower().replace("_", "-").replace(" ", "-")
    return next(iter(difflib.get_close_matches(spelt, tuple(known), n=1)), None)
