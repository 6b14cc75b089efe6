"""The reference page is what the rules say."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

from publish_guard.domain.finding import DOCUMENTATION
from publish_guard.domain.rule import Rule
from publish_guard.rules.reference import for_project, rule_reference
from publish_guard.rules.registry import ALL_RULES

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs" / "reference" / "rules.md"


def test_the_page_is_up_to_date() -> None:
    """Who changes a rule's words writes the page anew."""
    assert PAGE.read_text(encoding="utf-8") == rule_reference(), "run: python tools/write_reference.py"


def test_the_tool_writes_this_page(tmp_path: Path) -> None:
    """The command that the failure above names writes exactly this page, and means the one in docs/."""
    tool = runpy.run_path(str(ROOT / "tools" / "write_reference.py"))
    tool["main"](tmp_path)
    assert (tmp_path / "rules.md").read_text(encoding="utf-8") == rule_reference()
    assert tool["REFERENCE"] == PAGE.parent


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.ident)
def test_every_rule_has_a_section_with_its_anchor(rule: Rule) -> None:
    """The link of a finding leads to a heading of the same name, once."""
    assert len(re.findall(rf"^## {rule.ident}$", rule_reference(), re.MULTILINE)) == 1
    assert f"{DOCUMENTATION}/reference/rules/#{rule.ident}".startswith("https://")


def test_tables_are_not_torn_apart() -> None:
    """No text puts a bar or a line break into a table's row."""
    for rule in ALL_RULES:
        assert "|" not in rule.when + rule.summary
        assert "\n" not in rule.when + rule.summary


def test_project_is_filled_in() -> None:
    """`explain` shows the reader's own project in the links, and the placeholder where it is not known."""
    text = "https://pypi.org/manage/account/token/?selected_project=PROJECT"
    assert for_project(text, "alpha-pkg").endswith("?selected_project=alpha-pkg")
    assert for_project(text, None) == text
