"""Lines that a terminal and a CI log only show: nothing from outside colours them, hides in them, or is obeyed."""

from __future__ import annotations

import re
import textwrap

from publish_guard.domain.text import one_line, shown

# The index's words and findings are a sentence or two; a whole page of HTML is not.
TEXT_LIMIT = 1000
NAME_LIMIT = 300

_INDENT = "  "


def clean(text: str) -> str:
    """Return a sentence on one line, bounded in length, with whatever is not printable written as an escape."""
    return one_line(text, TEXT_LIMIT)


def name(text: str) -> str:
    """Return a path or a name so that every character of it is seen, spaces and line breaks too."""
    return shown(text, NAME_LIMIT)


def wrapped(label: str, text: str, width: int, *, indent: int = 0) -> list[str]:
    """Return `label: text` in lines of at most `width` characters; the lines after the first are indented further.

    A word that is longer than a line, such as a link, stays whole.
    """
    return textwrap.wrap(
        f"{label}: {text}",
        width=width,
        initial_indent=_INDENT * indent,
        subsequent_indent=_INDENT * (indent + 1),
        break_long_words=False,
        break_on_hyphens=False,
    )


def disarm(line: str) -> str:
    """Return `line` so that GitHub's runner does not take it for a workflow command.

    The runner obeys a line that begins with `::` after white space, and `##[` anywhere in a line (actions/runner,
    ActionCommand.cs). A space in between keeps both readable.
    """
    line = line.replace("##[", "# #[")
    return re.sub(r"\A(\s*)::", r"\1: :", line)
