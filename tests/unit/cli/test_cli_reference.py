"""The command line's page in the documentation is what the program itself says."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from publish_guard.cli.reference import command_line_reference
from publish_guard.embedded_index.commands import build_parser as index_parser

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "cli.md"


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="later Pythons wrap help texts elsewhere; 3.11 holds the page")
def test_the_page_is_the_help_text() -> None:
    """docs/reference/cli.md equals the help; `python tools/write_reference.py` writes it anew."""
    assert PAGE.read_text() == command_line_reference(index_parser())


def test_every_command_has_its_section() -> None:
    """Each command of the parser is a heading of the page."""
    headings = [line for line in PAGE.read_text().splitlines() if line.startswith("## ")]

    assert headings == [
        f"## publish-guard{name}"
        for name in ("", " check", " explain", " index", " index mint", " index serve", " publish")
    ]
