"""From YAML's events to plain values, one event at a time, without recursion and within bounds."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field

import yaml

from publish_guard.domain.text import shown

MAX_DEPTH = 32
MAX_NODES = 10_000
_MAX_DIGITS = 18

_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})\.[0-9]{1,18}(?:[eE][-+]?[0-9]{1,3})?")
_NULLS = frozenset({"", "~", "null"})
_BOOLEANS = {"true": True, "false": False}
_CORE = "tag:yaml.org,2002:"
_MISSING = object()


class Refusal(Exception):  # noqa: N818 - what happens to the file, in the words of the policy
    """Why a file is not read, for people; `line` and `column` count from 1, None where nothing is known."""

    def __init__(self, message: str, remedy: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.line = line
        self.column = column


@dataclass
class _Open:
    """A mapping or list that is not closed yet; `lines` has the line of each key, `key` the one that waits."""

    value: dict[str, object] | list[object]
    key: object = _MISSING
    lines: dict[str, int] = field(default_factory=dict)


class Builder:
    """Takes the events of a file in their order; `value` is what they write. Every refusal is a Refusal."""

    def __init__(self) -> None:
        self.value: object = None
        self._open: list[_Open] = []
        self._nodes = 0
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        """Take the next event."""
        match event:
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    raise _at(event, "a second document begins", "A policy is one document: take out the line ---")
            case yaml.AliasEvent():
                raise _at(
                    event, "an alias (*name) is not read", "Write the value out; quote a text that begins with *."
                )
            case yaml.ScalarEvent():
                self._count(event)
                self._add(event, _scalar(event))
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._count(event)
                self._begin(event)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._open.pop()
            case _:
                # Starts and ends of the stream and of the document say nothing more.
                pass

    def _count(self, event: yaml.NodeEvent) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise _at(event, f"more than {MAX_NODES} values", "A policy is a page long: is this the right file?")
        if event.anchor is not None:
            raise _at(event, "an anchor (&name) is not read", "Write values out; quote a text that begins with &.")

    def _begin(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent) -> None:
        is_mapping = isinstance(event, yaml.MappingStartEvent)
        own = _CORE + ("map" if is_mapping else "seq")
        if event.tag not in (None, own):
            raise _foreign_tag(event)
        if len(self._open) >= MAX_DEPTH:
            raise _at(event, f"values nested more than {MAX_DEPTH} deep", "A policy needs three levels.")
        value: dict[str, object] | list[object] = {} if is_mapping else []
        self._add(event, value)
        self._open.append(_Open(value))

    def _add(self, event: yaml.NodeEvent, value: object) -> None:
        if not self._open:
            self.value = value
            return
        parent = self._open[-1]
        if isinstance(parent.value, list):
            parent.value.append(value)
        elif parent.key is _MISSING:
            parent.key = _key(event, value, parent.lines)
        else:
            parent.value[str(parent.key)] = value
            parent.key = _MISSING


def _key(event: yaml.NodeEvent, value: object, lines: dict[str, int]) -> str:
    """Return `value` as a key that is text and new, having noted its line."""
    if not isinstance(value, str):
        raise _at(event, "a key that is not text", "Put the key in quotes.")
    if value == "<<" and isinstance(event, yaml.ScalarEvent) and not event.style:
        raise _at(event, "a merge key (<<) is not read", "Write the keys out.")
    line = _position(event)[0]
    if value in lines:
        first = lines[value]
        raise _at(event, f'the key "{shown(value, 40)}" stands twice, first in line {first}', "Keep one of the two.")
    lines[value] = line
    return value


def _scalar(event: yaml.ScalarEvent) -> object:
    text = event.value
    if event.tag is None:
        # Quotes, | and > make it text whatever it looks like.
        return text if event.style else _plain(event, text)
    if event.tag in ("!", _CORE + "str"):
        return text
    value = _plain(event, text)
    kinds = {"null": type(None), "bool": bool, "int": int, "float": float}
    if event.tag.startswith(_CORE) and kinds.get(event.tag.removeprefix(_CORE)) is type(value):
        return value
    raise _foreign_tag(event)


def _plain(event: yaml.ScalarEvent, text: str) -> object:
    """Return what a text without quotes means in YAML 1.2's core schema; every other spelling stays text.

    So `yes`, `True`, `010`, `0x10`, `1_000`, `1:30` and dates stay text, for the strict reader of the policy to name.
    """
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if _INT.fullmatch(text):
        if len(text.lstrip("+-")) > _MAX_DIGITS:
            raise _at(event, f"a number of more than {_MAX_DIGITS} digits", "Put it in quotes if it is a name.")
        return int(text)
    if _FLOAT.fullmatch(text) and math.isfinite(number := float(text)):
        return number
    return text


def _foreign_tag(event: yaml.ScalarEvent | yaml.MappingStartEvent | yaml.SequenceStartEvent) -> Refusal:
    return _at(event, f"the tag {shown(event.tag or '', 60)} is not read", "Leave the tag out.")


def _at(event: yaml.Event, message: str, remedy: str) -> Refusal:
    return Refusal(message, remedy, *_position(event))


def _position(event: yaml.Event) -> tuple[int, int]:
    """Return the line and column at which an event begins, counted from 1."""
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)
