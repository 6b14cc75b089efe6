"""The files of a release, by what their own metadata says."""

from __future__ import annotations

import re
from typing import Literal

from publish_guard.domain.caveats import is_normalized_name
from publish_guard.domain.record import record

FileType = Literal["sdist", "bdist_wheel"]


@record
class Distribution:
    """A source or built distribution: `project` is the normalized name, `name` the metadata's spelling of it.

    `size` is in bytes; the three digests are lower-case hex (blake2b with 256 bits, as PyPI names files).
    """

    path: str
    filename: str
    filetype: FileType
    name: str
    project: str
    version: str
    size: int
    sha256: str
    blake2b_256: str
    md5: str


@record
class Stray:
    """Something among the distributions that is not one: `unreadable` where it should have been, and why."""

    path: str
    reason: str
    unreadable: bool


def normalize_name(name: str) -> str:
    """Return the form in which project names are compared (packaging.python.org, "Names and normalization")."""
    return re.sub(r"[-_.]+", "-", name).lower()


# What a project name may look like before it is normalized (packaging.python.org, "Names and normalization").
_PROJECT_NAME = re.compile(r"[A-Z0-9](?:[A-Z0-9._-]*[A-Z0-9])?", re.IGNORECASE | re.ASCII).fullmatch

MAX_VERSION_LENGTH = 128

# What a version may look like before it is normalized (packaging.python.org, "Version specifiers").
_VERSION = re.compile(
    r"""
    v?(?:(?P<epoch>[0-9]+)!)?
    (?P<release>[0-9]+(?:\.[0-9]+)*)
    (?:[-_.]?(?P<pre>alpha|beta|preview|pre|a|b|c|rc)[-_.]?(?P<pre_number>[0-9]*))?
    (?:-(?P<bare_post>[0-9]+)|[-_.]?(?P<post>post|rev|r)[-_.]?(?P<post_number>[0-9]*))?
    (?:[-_.]?(?P<dev>dev)[-_.]?(?P<dev_number>[0-9]*))?
    (?:\+(?P<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
).fullmatch
_PRE_SPELLINGS = {"alpha": "a", "beta": "b", "c": "rc", "pre": "rc", "preview": "rc"}


def is_project_name(name: str) -> bool:
    """Return whether `name` could name a project: ASCII letters, digits, `.`, `_`, `-`, neither end a separator."""
    return _PROJECT_NAME(name) is not None and is_normalized_name(normalize_name(name))


def normalize_version(version: str) -> str | None:
    """Return the normalized spelling of a version (1.0-RC.1 is 1.0rc1), or None for what is no version.

    Longer than 128 characters counts as no version.
    """
    found = _VERSION(version) if len(version) <= MAX_VERSION_LENGTH else None
    if found is None:
        return None
    text = f"{int(found['epoch'])}!" if found["epoch"] and int(found["epoch"]) else ""
    text += ".".join(str(int(number)) for number in found["release"].split("."))
    if found["pre"]:
        spelling = found["pre"].lower()
        text += f"{_PRE_SPELLINGS.get(spelling, spelling)}{int(found['pre_number'] or 0)}"
    if found["bare_post"] or found["post"]:
        text += f".post{int(found['bare_post'] or found['post_number'] or 0)}"
    if found["dev"]:
        text += f".dev{int(found['dev_number'] or 0)}"
    if found["local"]:
        parts = re.split(r"[-_.]", found["local"].lower())
        text += "+" + ".".join(str(int(part)) if part.isdecimal() else part for part in parts)
    return text


def same_version(one: str, other: str) -> bool:
    """Return whether two spellings mean the same version, zeros at the end of the release aside (1.0 is 1.0.0)."""
    first, second = normalize_version(one), normalize_version(other)
    return first is not None and second is not None and _comparable(first) == _comparable(second)


def _comparable(normalized: str) -> tuple[str, str]:
    # The release is what stands before the first letter or plus sign; what follows is kept as it is.
    found = re.match(r"(?:[0-9]+!)?[0-9]+(?:\.[0-9]+)*", normalized)
    end = found.end() if found else 0
    return re.sub(r"(?:\.0)+\Z", "", normalized[:end]), normalized[end:]
