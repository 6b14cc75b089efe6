"""The project that a folder is the source of, by its pyproject.toml."""

from __future__ import annotations

import tomllib
from pathlib import Path

from publish_guard.domain.caveats import is_normalized_name
from publish_guard.domain.distribution import normalize_name

MAX_SIZE = 1024 * 1024


def project_of(pyproject: Path) -> str | None:
    """Return the normalized name that `[project]` (or Poetry's older table) gives, or None where there is none.

    A file that cannot be read or parsed names nothing here: whether it holds a policy is judged elsewhere, strictly.
    """
    try:
        with pyproject.open("rb") as stream:
            content = stream.read(MAX_SIZE + 1)
        if len(content) > MAX_SIZE:
            return None
        value = tomllib.loads(content.decode())
    except (OSError, ValueError, RecursionError):
        return None
    for table in (value.get("project"), _nested(value, "tool", "poetry")):
        name = table.get("name") if isinstance(table, dict) else None
        if isinstance(name, str) and is_normalized_name(normalize_name(name)):
            return normalize_name(name)
    return None


def _nested(value: object, *keys: str) -> object:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value
