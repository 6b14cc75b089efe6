"""Writes the pages of docs/reference that follow from the code: `python tools/write_reference.py`, from anywhere.

The command line's page shows the help texts as Python 3.11 wraps them; later versions wrap a few lines elsewhere.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from publish_guard.cli.reference import command_line_reference  # noqa: E402 - found only after the line above
from publish_guard.embedded_index.commands import build_parser as index_parser  # noqa: E402 - as above
from publish_guard.rules.reference import rule_reference  # noqa: E402 - as above

REFERENCE = ROOT / "docs" / "reference"


def main(folder: Path = REFERENCE) -> None:
    """Write the pages, and say where."""
    for name, text in (("rules.md", rule_reference()), ("cli.md", command_line_reference(index_parser()))):
        page = folder / name
        page.write_text(text, encoding="utf-8")
        print(f"{page}: {page.stat().st_size} bytes")


if __name__ == "__main__":
    main()
