"""`explain`: every rule in words, for this project."""

from __future__ import annotations

from pathlib import Path

import pytest

from publish_guard.cli.explain import explain
from publish_guard.errors import UsageError
from publish_guard.rules.registry import ALL_RULES


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.ident)
def test_each_rule_says_why_and_how(rule: object, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What it is, why it matters, how to mend it and where it is documented, in lines that fit."""
    monkeypatch.chdir(tmp_path)
    text = explain(rule.ident)  # type: ignore[attr-defined] # parametrize's own type is object

    assert text.startswith(rule.ident)  # type: ignore[attr-defined]
    assert "Why it matters" in text
    assert "How to mend it" in text
    assert all(len(line) <= 100 or "https://" in line for line in text.splitlines())


def test_links_are_for_the_project_at_hand(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where ./pyproject.toml names the project, PyPI's form is linked with it preselected."""
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "Alpha_Pkg"\n')
    monkeypatch.chdir(tmp_path)

    assert "https://pypi.org/manage/account/token/?selected_project=alpha-pkg" in explain("account-wide-token")


def test_without_a_rule_all_are_listed() -> None:
    """One line a rule, in the documented order."""
    assert [line.split()[0] for line in explain(None).splitlines()] == [rule.ident for rule in ALL_RULES]


def test_a_misspelt_rule_gets_the_nearest() -> None:
    """The error names what was probably meant."""
    with pytest.raises(UsageError) as caught:
        explain("acount-wide-token")

    assert "account-wide-token" in caught.value.message + caught.value.remedy
