"""Reads a policy written in YAML into plain values, and refuses what could mean two things or cost too much.

PyYAML only takes the text apart into events; what they mean is decided here, so that nothing of YAML 1.1 can surprise:
`true` and `false` alone are booleans, dates stay text, and anchors, aliases, merge keys and tags are refused.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator

import yaml

from publish_guard.domain.text import shown
from publish_guard.worker import WorkerProblem
from publish_guard.worker.yaml_values import Builder, Refusal

MAX_BYTES = 256 * 1024

# YAML 1.1 ends a line, and so a comment, at these too; no editor shows it.
_HIDDEN_BREAK = re.compile("\r(?!\n)|[\x85\u2028\u2029]")


def handle(request: dict[str, object]) -> dict[str, object]:
    """Return {"value": …}, the plain values of a YAML file: mappings with text keys, lists, texts, numbers, booleans.

    `request` has the file's bytes in base64 as "content" and its "name", for messages only. Raises WorkerProblem with
    the line and column where the file is not one document of YAML, UTF-8 and at most 256 KiB, or holds anything
    that is refused.
    """
    content, name = request.get("content"), request.get("name")
    if not isinstance(content, str) or not isinstance(name, str):
        raise WorkerProblem("The YAML worker was asked for nothing that it knows.", "Install publish-guard afresh.")
    try:
        data = base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        raise WorkerProblem("The YAML worker got no base64.", "Install publish-guard afresh.") from None
    try:
        return {"value": read_yaml(data)}
    except Refusal as refusal:
        where = f", line {refusal.line}, column {refusal.column}" if refusal.line else ""
        raise WorkerProblem(f"{shown(name)}{where}: {refusal.message}.", refusal.remedy) from None


def read_yaml(data: bytes) -> object:
    """Return the value that a YAML file's bytes write, None for an empty file. Raises Refusal."""
    text = _text(data)
    builder = Builder()
    try:
        for event in _events(text):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        raise _syntax(error) from None
    except yaml.reader.ReaderError as error:
        raise _refusal_at(text, error.position, f"the character U+{error.character:04X} cannot stand here") from None
    except (yaml.YAMLError, ValueError, OverflowError):
        # Escapes such as "\UFFFFFFFF" and absurd version numbers: Python's own refusals, from inside of PyYAML.
        raise Refusal(
            "this is not YAML that can be read", "Look for escapes in quotes that name no character."
        ) from None
    return builder.value


def _events(text: str) -> Iterator[yaml.Event]:
    # The scanner in Python, not libyaml's: one behaviour on every machine.
    yield from yaml.parse(text, Loader=yaml.SafeLoader)


def _text(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise Refusal(
            f"the file has more than {MAX_BYTES // 1024} KiB", "A policy is a page long: is this the right file?"
        )
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refusal("the file is UTF-16", "Save it as UTF-8.")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        raise _refusal_at(before, len(before), "this is not UTF-8", "Save the file as UTF-8.") from None
    hidden = _HIDDEN_BREAK.search(text)
    if hidden:
        code = ord(hidden[0])
        raise _refusal_at(text, hidden.start(), f"the invisible line break U+{code:04X}", "Break the line as usual.")
    return text


def _syntax(error: yaml.MarkedYAMLError) -> Refusal:
    mark = error.problem_mark or error.context_mark
    problem = shown(error.problem or error.context or "no YAML")
    remedy = "Mend the line; a text with : or # in it stands in quotes."
    if problem == "mapping values are not allowed here":
        remedy = "A second colon in a line needs braces, such as mode: {report-until: 2027-03-31}, or quotes."
    elif "'\\t'" in problem:
        remedy = "Indent with spaces, not tabs."
    return Refusal(problem, remedy, mark.line + 1 if mark else None, mark.column + 1 if mark else None)


def _refusal_at(text: str, position: int, message: str, remedy: str = "Take it out.") -> Refusal:
    before = text[:position]
    return Refusal(message, remedy, before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1)
