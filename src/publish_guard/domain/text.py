"""Outside text made fit to show: file paths, names, an index's words. Nothing here knows a secret's value."""

from __future__ import annotations

import re
from collections.abc import Sequence

SHOWN_LENGTH = 200

# Every token, and every part that begins one: the prefix, then the version 2 and the field of a location (base64 AgE to
# AgH) or, in a token without a location, of an identifier (AgI to AgL). The fourth character has bits of the length.
TOKEN = re.compile(r"pypi-Ag[E-L][A-Za-z0-9_+/-]*={0,2}")
_WITHHELD = "[a token, not shown]"


def holds_token(text: str) -> bool:
    """Return whether a PyPI token, or the beginning of one, stands anywhere in `text`; a file pypi-token.txt is none.

    The one answer to "does this look like a token?" wherever a name, a path or a value must not be repeated.
    """
    return TOKEN.search(text) is not None


def shown(text: str, limit: int = SHOWN_LENGTH) -> str:
    r"""Return `text` so that a terminal or a CI log only shows it: on one line, at most `limit` characters long.

    Whatever is not printable (control characters, line breaks, bidirectional overrides, lone surrogates) is written as
    a backslash escape such as `\x1b`; what looks like a token is left out. Looks at no more than the beginning.
    """
    # A token that the cut goes through is still recognised: it needs only a few characters.
    head = TOKEN.sub(_WITHHELD, text[: limit + 1 + len(_WITHHELD)])
    out: list[str] = []
    length = 0
    for character in head:
        piece = character if character.isprintable() else character.encode("unicode_escape").decode()
        if length + len(piece) > limit:
            return _cut(out, limit)
        out.append(piece)
        length += len(piece)
    if len(text) > limit + 1 + len(_WITHHELD):
        return _cut(out, limit)
    return "".join(out)


def one_line(text: str, limit: int = SHOWN_LENGTH) -> str:
    """Return what `shown` makes of `text` after every run of white space became a single space."""
    return shown(" ".join(text[: 4 * limit].split()), limit)


def listed(names: Sequence[str], limit: int = 5) -> str:
    """Return the names as a person lists them: "a", "a and b", "a, b and c", "a, b and 7 more". Empty for no name."""
    if len(names) > limit:
        return f"{', '.join(names[: limit - 1])} and {len(names) - limit + 1} more"
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _cut(pieces: list[str], limit: int) -> str:
    return "".join(pieces)[: max(0, limit - 3)] + "..."
