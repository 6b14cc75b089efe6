"""Versions of projects: their normalized spelling, and which spellings are one release to the index."""

from __future__ import annotations

import re

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
    first = release_key(one)
    return first is not None and first == release_key(other)


def release_key(version: str) -> tuple[str, str] | None:
    """Return what all spellings of one version have in common, and no other version has; None for what is no version.

    The index keeps the files of all of them as one release (pypi/warehouse, canonical_version in forklift/legacy.py).
    """
    normalized = normalize_version(version)
    if normalized is None:
        return None
    # The release is what stands before the first letter or plus sign; what follows is kept as it is.
    found = re.match(r"(?:[0-9]+!)?[0-9]+(?:\.[0-9]+)*", normalized)
    end = found.end() if found else 0
    return re.sub(r"(?:\.0)+\Z", "", normalized[:end]), normalized[end:]
