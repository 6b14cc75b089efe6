"""The list of rules is whole, each rule has its sample and its papers, and a name that is wrong is helped."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

from publish_guard.domain.finding import Severity
from publish_guard.domain.rule import Rule
from publish_guard.errors import ExitCode, UsageError
from publish_guard.rules.registry import ALL_RULES, judge, rule_named
from support.cases import idents, make_case, project_token
from support.rule_samples import SAMPLES

ROOT = Path(__file__).resolve().parents[3]
FILES = sorted(path.stem for path in (ROOT / "src" / "publish_guard" / "rules").glob("*.py"))

# In the order of the contract; a change here is a change for everyone whose policy names a rule.
FROZEN = [
    "empty-secret",
    "not-an-api-token",
    "malformed-token",
    "account-wide-token",
    "unreadable-scope",
    "unusable-token",
    "unknown-caveat",
    "project-mismatch",
    "unverifiable-projects",
    "too-many-projects",
    "index-mismatch",
    "expired-token",
    "not-yet-valid-token",
    "expiring-token",
    "stale-token",
    "unknown-age",
    "ambiguous-token",
    "uncovered-distribution",
    "not-a-distribution",
    "mixed-versions",
    "unreadable-distribution",
    "different-content",
    "metadata-check",
    "index-not-allowed",
    "insecure-index",
    "credential-in-url",
    "missing-project",
]


def _rule_in(stem: str) -> Rule | None:
    rule = getattr(importlib.import_module(f"publish_guard.rules.{stem}"), "RULE", None)
    assert rule is None or isinstance(rule, Rule)
    return rule


def test_the_idents_are_frozen() -> None:
    """No rule is renamed, removed or moved without somebody meaning it."""
    assert [rule.ident for rule in ALL_RULES] == FROZEN


@pytest.mark.parametrize("stem", [stem for stem in FILES if stem != "__init__"])
def test_a_file_with_a_rule_is_in_the_list_under_its_own_name(stem: str) -> None:
    """Who adds a file with a RULE and forgets the list, or names it otherwise, is told."""
    rule = _rule_in(stem)
    if rule is not None:
        assert rule in ALL_RULES
        assert rule.ident == stem.replace("_", "-")


def test_every_rule_has_a_file_of_its_own() -> None:
    """As many files with a RULE as rules in the list."""
    assert sum(_rule_in(stem) is not None for stem in FILES if stem != "__init__") == len(ALL_RULES)


def test_every_rule_has_a_sample() -> None:
    """Who adds a rule shows when it speaks and when it does not."""
    assert list(SAMPLES) == [rule.ident for rule in ALL_RULES]


@pytest.mark.parametrize("ident", SAMPLES)
def test_the_rule_speaks_in_its_sample(ident: str) -> None:
    """The sample gives a finding of this rule at its own severity, or milder where the rule says so."""
    findings = [finding for finding in judge(SAMPLES[ident].triggers) if finding.rule == ident]
    assert findings
    for finding in findings:
        assert finding.severity.weight <= rule_named(ident).severity.weight
        assert finding.url.endswith(f"/reference/rules/#{ident}")


@pytest.mark.parametrize("ident", SAMPLES)
def test_the_rule_is_silent_in_the_near_miss(ident: str) -> None:
    """What only looks like the defect is none."""
    assert ident not in idents(SAMPLES[ident].near_miss)


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.ident)
def test_every_rule_explains_itself(rule: Rule) -> None:
    """Summary, why and how to mend are there, in sentences, and neither too short nor too long to be read."""
    assert re.fullmatch(r"[A-Z`][^\n]*\.", rule.summary)
    assert rule.when.endswith(".")
    assert 200 < len(rule.why) < 1400
    assert 60 < len(rule.mend) < 1100
    steps = rule.mend.split("\n")
    if len(steps) > 1:
        assert [step.split(" ")[0] for step in steps] == [f"{number}." for number in range(1, len(steps) + 1)]
    for text in (rule.summary, rule.why, rule.mend, rule.when):
        assert all(line.isprintable() for line in text.split("\n"))


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.ident)
def test_what_always_refuses_cannot_be_lowered(rule: Rule) -> None:
    """A rule that refuses in every mode is an error in every policy."""
    if rule.always:
        assert rule.severity is rule.lowest is Severity.ERROR
    assert rule.lowest.weight <= rule.severity.weight


def test_which_rules_always_refuse_is_frozen() -> None:
    """Only what leaves nothing to hand over, or would give a secret away, refuses during a rollout."""
    assert {rule.ident for rule in ALL_RULES if not rule.always} == {
        "account-wide-token",
        "unreadable-scope",
        "unknown-caveat",
        "unverifiable-projects",
        "too-many-projects",
        "expired-token",
        "not-yet-valid-token",
        "expiring-token",
        "stale-token",
        "unknown-age",
        "not-a-distribution",
        "mixed-versions",
        "different-content",
        "metadata-check",
        "index-not-allowed",
        "missing-project",
    }


def test_findings_come_in_the_order_of_the_list() -> None:
    """The same case gives the same findings, in the registry's order."""
    case = SAMPLES["mixed-versions"].triggers
    assert judge(case) == judge(case)
    order = [FROZEN.index(finding.rule) for finding in judge(case)]
    assert order == sorted(order)


def test_a_good_token_gives_only_a_note_on_its_age() -> None:
    """The usual good case is quiet."""
    findings = judge(make_case(project_token(), projects=["alpha-pkg"]))
    assert [(finding.rule, finding.severity) for finding in findings] == [("unknown-age", Severity.NOTE)]


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.ident)
def test_a_rule_is_found_by_its_name(rule: Rule) -> None:
    """Every rule is found by its ident."""
    assert rule_named(rule.ident) is rule


@pytest.mark.parametrize(
    ("given", "near"),
    [
        ("account-wide", "account-wide-token"),
        ("acount-wide-token", "account-wide-token"),
        ("STALE_TOKEN", "stale-token"),
        ("mixed-version", "mixed-versions"),
    ],
)
def test_a_misspelt_name_is_answered_with_the_nearest(given: str, near: str) -> None:
    """Who misspells a rule is asked whether that one is meant."""
    with pytest.raises(UsageError) as caught:
        rule_named(given)
    assert caught.value.remedy == f"Did you mean {near}?"
    assert caught.value.exit_code is ExitCode.USAGE


def test_a_name_like_no_other_is_answered_with_the_list() -> None:
    """Nothing near: all rules are named, and the wrong name is shown without its control characters."""
    with pytest.raises(UsageError) as caught:
        rule_named("\x1b[2J0123456789" * 50)
    assert "account-wide-token" in caught.value.remedy
    assert caught.value.message.isprintable()
    assert len(caught.value.message) < 100
