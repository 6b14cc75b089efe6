"""Project names: the form in which they are compared, and what can be one (packaging.python.org, "Names")."""

from __future__ import annotations

import re

# PyPI bounds no name (projects.name is text), but a distribution's file name begins with it, and file systems end at
# 255 bytes: a longer name cannot be published, and would only fill a report.
MAX_NAME_LENGTH = 512

_NORMALIZED_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*").fullmatch


def is_normalized_name(name: str) -> bool:
    """Return whether `name` is a project name as PyPI compares it (packaging.python.org, "Name normalization")."""
    return len(name) <= MAX_NAME_LENGTH and _NORMALIZED_NAME(name) is not None


def normalize_name(name: str) -> str:
    """Return the form in which project names are compared (packaging.python.org, "Names and normalization")."""
    return re.sub(r"[-_.]+", "-", name).lower()


def is_project_name(name: str) -> bool:
    """Return whether `name` could name a project: ASCII letters, digits, `.`, `_`, `-`, neither end a separator."""
    # Some letters beyond ASCII, such as the sign of the kelvin, have an ASCII letter for their lower case.
    return name.isascii() and is_normalized_name(normalize_name(name))
