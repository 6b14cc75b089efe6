"""What a pyproject.toml says of us and of its project: the policy's table, read strictly, and the project's name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from publish_guard.domain.names import is_project_name, normalize_name
from publish_guard.domain.text import shown
from publish_guard.errors import PolicyError, PublishGuardError
from publish_guard.sources.reading import read_regular_file

NAME = "pyproject.toml"
TABLE = "publish-guard"
# In bytes, of this and of every policy file.
MAX_SIZE = 256 * 1024

# tomllib takes minutes for one key of some ten thousand parts; a chain of a hundred, with its dots, is refused before.
# Possessive throughout, and never begun in the middle of a word or at an escaped quote: linear in the file's length.
# Compiled where it is needed, as tomllib is imported there: most projects' files cannot hold a policy.
_LONG_KEY = r"""(?<![A-Za-z0-9_\\-])(?>(?:[A-Za-z0-9_-]++|"(?:[^"\\\n]|\\[^\n])*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){100}"""

# A table of ours has its name in it, however it is spelt; escapes could write any name.
_MAY_NAME_US = re.compile(rb"(?i)publish.?guard|\\[uUx]")


def parse_toml(text: str) -> dict[str, object]:
    """Return what the TOML in `text` says.

    Raises ValueError, in the words of Python's own parser, for what is no TOML or has a key of more than 100 parts,
    and RecursionError for what is nested too deep.
    """
    import tomllib

    if re.search(_LONG_KEY, text):
        raise ValueError("a key has more than 100 parts")
    return tomllib.loads(text)


def may_hold_policy(content: bytes) -> bool:
    """Return whether the name of our table could stand in the file; one where it cannot need not be parsed."""
    return _MAY_NAME_US.search(content) is not None


def policy_table(data: Mapping[str, object], name: str) -> tuple[object] | None:
    """Return what stands at tool.publish-guard, of whatever type, in a tuple that tells it from nothing (None).

    `name` is the file's, for the PolicyError that a table of nearly that name raises: it would never be read.
    """
    tool = data.get("tool")
    if not isinstance(tool, dict):
        return None
    for key in tool:
        if key != TABLE and key.lower().replace("-", "").replace("_", "").replace(".", "") == "publishguard":
            raise PolicyError(
                f"[tool.{shown(key)}] in {shown(name)} looks like a policy, but is not read under this name.",
                f"Write [tool.{TABLE}].",
            )
    return (tool[TABLE],) if TABLE in tool else None


def project_of(path: Path) -> str | None:
    """Return the normalized name that `[project]` (or Poetry's older table) gives, or None where there is none.

    A file that cannot be read or parsed names nothing here: whether it holds a policy is judged elsewhere, strictly.
    """
    try:
        content = read_regular_file(str(path), MAX_SIZE, NAME)
        data = parse_toml(content.decode()) if len(content) <= MAX_SIZE else {}
    except (PublishGuardError, ValueError, RecursionError):
        return None
    tool = data.get("tool")
    for table in (data.get("project"), tool.get("poetry") if isinstance(tool, dict) else None):
        name = table.get("name") if isinstance(table, dict) else None
        if isinstance(name, str) and is_project_name(name):
            return normalize_name(name)
    return None
