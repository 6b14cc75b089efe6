"""Writes docs/reference/rules.md from the rules: `python tools/write_reference.py`, from anywhere."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from publish_guard.rules.reference import rule_reference  # noqa: E402 - found only after the line above

PAGE = ROOT / "docs" / "reference" / "rules.md"


def main(page: Path = PAGE) -> None:
    """Write the page, and say where."""
    page.write_text(rule_reference(), encoding="utf-8")
    print(f"{page}: {page.stat().st_size} bytes")


if __name__ == "__main__":
    main()
