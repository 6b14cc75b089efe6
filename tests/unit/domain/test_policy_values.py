"""The small readers behind a policy's values, globs and digest among them."""

from __future__ import annotations

import re
from datetime import date
from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish_guard.domain.finding import Severity
from publish_guard.domain.policy import (
    AccountWideRule,
    IndexPolicy,
    Policy,
    built_in_policy,
    effective_values,
    matches,
    with_digest,
)
from publish_guard.domain.policy_reader import KEYS, read_policy
from publish_guard.domain.policy_values import clean_reason, is_glob, read_days, read_host
from publish_guard.domain.record import replace

NORMALIZED = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@given(pattern=st.text("ab-*?", max_size=12), project=st.from_regex(r"[ab]+(-[ab]+)*", fullmatch=True))
def test_globs_match_as_fnmatch_does(pattern: str, project: str) -> None:
    """Without brackets, a glob matches exactly what the standard library's fnmatch says."""
    assert matches(pattern, project) == fnmatchcase(project, pattern)


def test_many_stars_are_no_trap() -> None:
    """A pattern that would take a backtracking matcher longer than the universe lasts is answered."""
    assert not matches("a*" * 60 + "b", "a" * 120)


@given(pattern=st.text("ab-*?", min_size=1, max_size=6))
def test_a_refused_glob_could_never_match(pattern: str) -> None:
    """A glob is accepted exactly when there is a normalized name that it matches."""
    candidate = pattern.replace("*", "a").replace("?", "a")
    possible = NORMALIZED.fullmatch(candidate) is not None
    assert is_glob(pattern) == possible
    assert not possible or matches(pattern, candidate)


@pytest.mark.parametrize(("text", "days"), [("1d", 1), ("3650d", 3650), ("521w", 3647), ("3651d", None), ("٣d", None)])
def test_spans_are_days_or_weeks(text: str, days: int | None) -> None:
    """A span counts in days, ASCII digits only, ten years at most."""
    assert read_days(text) == days


@pytest.mark.parametrize(
    "text", ["pypi.org.", "a..b", "user@pypi.org", "pypi.org/legacy", "[::1", "[::1]x", "a:b", "é"]
)
def test_what_is_no_host_is_none(text: str) -> None:
    """Only a bare host, with or without a port, is a name for an index."""
    assert read_host(text) is None


@pytest.mark.parametrize("text", ["", " ", "\n", "--", "\u2800", "\u3164", "a\u202eb", "x" * 201])
def test_what_says_nothing_is_no_reason(text: str) -> None:
    """Blank, invisible, reordered and endless texts are no reasons."""
    assert clean_reason(text) is None


DIFFERENT = [
    Policy(account_wide=AccountWideRule.FIRST_RELEASE),
    Policy(account_wide=AccountWideRule.ALLOW, account_wide_reason="a"),
    Policy(account_wide=AccountWideRule.ALLOW, account_wide_reason="b"),
    Policy(unreadable_scope_reason="a"),
    Policy(projects=("a",)),
    Policy(severities={"too-many-projects": Severity.ERROR}),
    Policy(narrow=False),
    Policy(narrow_minutes=11),
    Policy(indexes={"pypi.org": IndexPolicy()}),
    Policy(indexes={"pypi.org": IndexPolicy(macaroons=False)}),
    Policy(report_until=date(2027, 1, 1)),
    Policy(age_warn_after_days=None),
    Policy(age_refuse_after_days=400),
]


def test_different_policies_have_different_digests() -> None:
    """Every field that is judged by counts in the digest."""
    digests = {with_digest(policy).digest for policy in (Policy(), *DIFFERENT)}
    assert len(digests) == len(DIFFERENT) + 1
    assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", digest) for digest in digests)


def test_equal_policies_have_equal_digests_wherever_they_stand() -> None:
    """Neither the file, nor the order, nor a default that is written out changes the digest."""
    built_in = built_in_policy()
    assert built_in.origin == "built-in"
    written = read_policy({"mode": "enforce", "narrow": {"minutes": 10}}, origin="pyproject.toml", lowest={})
    assert written.digest == built_in.digest
    assert replace(written, origin="built-in") == built_in
    first = read_policy({"projects": ["a", "b"]}, origin="x.yml", lowest={})
    assert first.digest == read_policy({"projects": ["b", "a", "b"]}, origin="y.toml", lowest={}).digest


def test_the_built_in_digest_is_frozen() -> None:
    """Reports are compared by this digest: it changes only when a default or a key does."""
    assert built_in_policy().digest == "sha256:e1498e6854ffae2fef6efe5c2e0f0f311ac630440eac8db141274351e3922bb6"


def test_effective_values_have_the_keys_of_the_reader() -> None:
    """What a policy says is told in the words in which it is written, every key of them."""
    whole = Policy(projects=("a",), indexes={"pypi.org": IndexPolicy()})
    assert set(effective_values(whole)) == set(KEYS)
