"""What a policy answers to the rules, and how it tells what it says: its effective values and its digest."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date

import pytest

from publish_guard.domain.finding import Severity
from publish_guard.domain.policy import (
    AccountWideRule,
    IndexPolicy,
    Policy,
    built_in_policy,
    effective_values,
    with_digest,
)
from publish_guard.domain.policy.reader import KEYS, read_policy
from publish_guard.domain.record import replace
from publish_guard.domain.target import parse_target


def test_a_run_without_a_policy_does_not_import_the_strict_reader() -> None:
    """The values alone are imported: whoever found no policy does not pay for reading one."""
    code = (
        "import sys, publish_guard.domain.policy;"
        "print(*sorted(name for name in sys.modules if name.startswith('publish_guard.domain.policy')))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.split() == ["publish_guard.domain.policy", "publish_guard.domain.policy.model"]


@pytest.mark.parametrize(
    ("patterns", "project", "expected"),
    [
        (None, "anything", True),
        (("alpha-pkg",), "alpha-pkg", True),
        (("alpha-pkg",), "alpha-pkg-extra", False),
        (("acme-*",), "acme-tool", True),
        (("acme-*",), "acme", False),
        (("x?", "beta"), "xy", True),
        (("x?",), "x", False),
        (("x?",), "xyz", False),
    ],
)
def test_projects_are_names_and_globs(patterns: tuple[str, ...] | None, project: str, expected: bool) -> None:
    """`*` stands for any run of characters, `?` for one, and a policy without `projects` expects all."""
    assert Policy(projects=patterns).expects(project) is expected


def test_many_stars_are_no_trap() -> None:
    """A pattern that would take a backtracking matcher longer than the universe lasts is answered."""
    assert not Policy(projects=("a*" * 60 + "b",)).expects("a" * 120)


@pytest.mark.parametrize(
    ("url", "named", "expected"),
    [
        ("https://upload.pypi.org/legacy/", "upload.pypi.org", True),
        ("https://upload.pypi.org:443/legacy/", "upload.pypi.org:443", True),
        ("https://test.pypi.org/legacy/", "test.pypi.org", True),
        ("http://localhost:8080/", "localhost:8080", False),
        ("http://[::1]:8080/", "[::1]:8080", False),
        ("https://index.example/", "index.example", False),
    ],
)
def test_no_policy_turns_narrowing_off_on_pypi(url: str, named: str, expected: bool) -> None:
    """PyPI and TestPyPI read macaroons even where the values of a policy, however they came about, say otherwise."""
    policy = Policy(indexes={named: IndexPolicy(macaroons=False)})
    assert policy.reads_macaroons(parse_target(url)) is expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [("https://upload.pypi.org/legacy/", True), ("http://[::1]:80/", True), ("https://index.example/", False)],
)
def test_what_no_policy_names_reads_macaroons_on_pypi_and_on_this_machine(url: str, expected: bool) -> None:
    """Without a word of the policy PyPI and loopback read macaroons, and no other host does."""
    assert Policy().reads_macaroons(parse_target(url)) is expected
    assert Policy(indexes={"index.example": IndexPolicy(macaroons=True)}).reads_macaroons(
        parse_target("https://index.example/")
    )


DIFFERENT = [
    Policy(account_wide=AccountWideRule.FIRST_RELEASE),
    Policy(account_wide=AccountWideRule.ALLOW, account_wide_reason="a"),
    Policy(account_wide=AccountWideRule.ALLOW, account_wide_reason="b"),
    Policy(unreadable_scope_reason="a"),
    Policy(projects=("a",)),
    Policy(severities={"too-many-projects": Severity.ERROR}),
    Policy(narrow=False),
    Policy(narrow_minutes=11),
    Policy(indexes={"index.example": IndexPolicy()}),
    Policy(indexes={"index.example": IndexPolicy(macaroons=False)}),
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
