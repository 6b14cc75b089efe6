"""account-wide-token, unreadable-scope, unusable-token, unknown-caveat: how far a token reaches, and who lets it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from publish_guard.domain.case import Case
from publish_guard.domain.finding import Severity
from publish_guard.domain.policy import AccountWideRule, Policy
from publish_guard.domain.token import Token
from publish_guard.rules import account_wide_token, unknown_caveat, unreadable_scope, unusable_token
from support.cases import (
    NOW,
    TEST_PYPI,
    account_token,
    distribution,
    found,
    index_state,
    legacy_token,
    make_case,
    project_token,
    token,
)

ACCOUNT_WIDE = account_wide_token.RULE.ident
UNREADABLE = unreadable_scope.RULE.ident
UNUSABLE = unusable_token.RULE.ident
UNKNOWN = unknown_caveat.RULE.ident

FIRST_RELEASE = Policy(account_wide=AccountWideRule.FIRST_RELEASE)
WHEEL = distribution()
SDIST = distribution(sdist=True)
BETA = distribution("beta-pkg")


@pytest.mark.parametrize("given", [account_token(), legacy_token()])
def test_an_account_wide_token_is_refused(given: Token) -> None:
    """Both forms of an account-wide token are errors, with the page that makes the right one."""
    (finding,) = found(make_case(given, projects=["alpha-pkg"]), ACCOUNT_WIDE)
    assert finding.severity is Severity.ERROR
    assert "https://pypi.org/manage/account/token/?selected_project=alpha-pkg" in finding.remedy
    assert "store it in PYPI_TOKEN" in finding.remedy
    assert "--allow-account-wide REASON" in finding.remedy


def test_testpypi_has_its_own_pages() -> None:
    """A release for TestPyPI is sent to TestPyPI's pages."""
    (finding,) = found(make_case(account_token(location="test.pypi.org"), url=TEST_PYPI), ACCOUNT_WIDE)
    assert "https://test.pypi.org/manage/account/token/" in finding.remedy


def test_a_reason_on_the_command_line_lets_it_pass_as_a_note() -> None:
    """What let an account-wide token pass stands in the report."""
    (finding,) = found(make_case(account_token(), allow_account_wide="bootstrap of 40 projects"), ACCOUNT_WIDE)
    assert finding.severity is Severity.NOTE
    assert "--allow-account-wide lets it pass: bootstrap of 40 projects" in finding.message


def test_a_reason_in_the_policy_lets_it_pass_as_a_note() -> None:
    """The policy's reason and its file stand in the report."""
    policy = Policy("pyproject.toml", account_wide=AccountWideRule.ALLOW, account_wide_reason="one bot\nfor all")
    (finding,) = found(make_case(account_token(), policy=policy), ACCOUNT_WIDE)
    assert finding.severity is Severity.NOTE
    assert "(pyproject.toml) lets it pass: one bot for all" in finding.message


@pytest.mark.parametrize(
    "case",
    [
        make_case(account_token(), allow_account_wide=" "),
        make_case(account_token(), policy=Policy(account_wide=AccountWideRule.ALLOW)),
        make_case(account_token(), policy=Policy(account_wide=AccountWideRule.ALLOW, account_wide_reason="\t")),
        make_case(account_token(), policy=Policy(account_wide_reason="a reason without the permission")),
        make_case(account_token(), policy=Policy(severities={ACCOUNT_WIDE: Severity.NOTE})),
        make_case(account_token(), policy=Policy(unreadable_scope_reason="another switch")),
        make_case(account_token(), sweep=True),
    ],
)
def test_nothing_less_than_a_reason_lets_it_pass(case: Case) -> None:
    """No blank reason, no reason without permission, no severity and no sweep makes it less than an error."""
    (finding,) = found(case, ACCOUNT_WIDE)
    assert finding.severity is Severity.ERROR


@pytest.mark.parametrize("sweep", [False, True])
def test_check_cannot_tell_a_first_release(sweep: bool) -> None:
    """With `first-release`, `check` warns that only `publish` can ask the index."""
    (finding,) = found(make_case(account_token(), policy=FIRST_RELEASE, sweep=sweep), ACCOUNT_WIDE)
    assert finding.severity is Severity.WARNING
    assert "Only `publish`" in finding.message


def _publish(projects: Mapping[str, Mapping[str, str | None] | None], problem: str | None = None) -> Case:
    return make_case(
        account_token(),
        command="publish",
        policy=FIRST_RELEASE,
        dists=[WHEEL, SDIST],
        index_state=index_state(projects, problem),
    )


def test_publish_waits_for_the_index() -> None:
    """Before the index was asked nothing is decided: publish has it judged again before the first byte."""
    case = make_case(account_token(), command="publish", policy=FIRST_RELEASE, dists=[WHEEL])
    assert not found(case, ACCOUNT_WIDE)


def test_an_index_that_cannot_be_asked_allows_nothing() -> None:
    """Where publish has asked and knows nothing, the token is refused."""
    (finding,) = found(_publish({}, "connection refused"), ACCOUNT_WIDE)
    assert finding.severity is Severity.ERROR
    assert "connection refused" in finding.message


@pytest.mark.parametrize(
    ("projects", "because"),
    [
        ({"alpha-pkg": None}, "alpha-pkg is new on the index"),
        (
            {"alpha-pkg": {WHEEL.filename: WHEEL.sha256}},
            "the index has only files of this very release of alpha-pkg",
        ),
        (
            {"alpha-pkg": {WHEEL.filename: None, SDIST.filename: SDIST.sha256}},
            "the index has only files of this very release of alpha-pkg",
        ),
    ],
)
def test_a_first_release_is_let_pass_with_a_warning(
    projects: dict[str, dict[str, str | None] | None], because: str
) -> None:
    """A project that is missing, or has only files of this very release, may be published; the token must go then."""
    (finding,) = found(_publish(projects), ACCOUNT_WIDE)
    assert finding.severity is Severity.WARNING
    assert finding.message.endswith(f"The policy lets it pass, because {because}.")
    assert "https://pypi.org/manage/account/token/?selected_project=alpha-pkg" in finding.remedy
    assert "https://pypi.org/manage/account/#api-tokens" in finding.remedy


def test_new_and_resumed_projects_are_told_apart() -> None:
    """Of several projects each is named with why it counts as a first release."""
    case = make_case(
        account_token(),
        command="publish",
        policy=FIRST_RELEASE,
        dists=[WHEEL, BETA],
        index_state=index_state({"alpha-pkg": {WHEEL.filename: WHEEL.sha256}, "beta-pkg": None}),
    )
    (finding,) = found(case, ACCOUNT_WIDE)
    assert finding.message.endswith(
        "because beta-pkg is new on the index and the index has only files of this very release of alpha-pkg."
    )


@pytest.mark.parametrize(
    "projects",
    [
        {"alpha-pkg": {"alpha_pkg-0.9.tar.gz": "0" * 64}},
        {"alpha-pkg": {WHEEL.filename: WHEEL.sha256, "alpha_pkg-0.9.tar.gz": "0" * 64}},
        {"alpha-pkg": {WHEEL.filename: "0" * 64}},
        {"alpha-pkg": {}},
        {},
    ],
)
def test_a_project_that_exists_is_no_first_release(projects: dict[str, dict[str, str | None] | None]) -> None:
    """Other files, other content, an empty project, or one that was not asked about: refused."""
    (finding,) = found(_publish(projects), ACCOUNT_WIDE)
    assert finding.severity is Severity.ERROR
    assert "alpha-pkg is on the index already" in finding.message


def test_one_existing_project_among_new_ones_is_enough_to_refuse() -> None:
    """With several projects, every one must be new."""
    case = make_case(
        account_token(),
        command="publish",
        policy=FIRST_RELEASE,
        dists=[WHEEL, BETA],
        index_state=index_state({"alpha-pkg": None, "beta-pkg": {"beta_pkg-0.1.tar.gz": None}}),
    )
    (finding,) = found(case, ACCOUNT_WIDE)
    assert finding.severity is Severity.ERROR
    assert "beta-pkg is on the index already" in finding.message
    assert "selected_project=beta-pkg" in finding.remedy


@pytest.mark.parametrize("given", [token(), token([0, NOW + 10**9, 0]), token([99, "x"])])
def test_an_unreadable_token_is_refused_under_its_own_name(given: Token) -> None:
    """No caveats, only expirations, only unknown ones: neither fine nor account-wide."""
    case = make_case(given)
    (finding,) = found(case, UNREADABLE)
    assert finding.severity is Severity.ERROR
    assert not found(case, ACCOUNT_WIDE)
    assert "#api-tokens" in finding.remedy


@pytest.mark.parametrize("reason", [None, "", "  "])
def test_only_a_reason_lets_an_unreadable_token_pass(reason: str | None) -> None:
    """A missing or blank reason allows nothing, and neither does the switch for account-wide tokens."""
    policy = Policy(unreadable_scope_reason=reason, severities={UNREADABLE: Severity.NOTE})
    (finding,) = found(make_case(token(), policy=policy, allow_account_wide="because"), UNREADABLE)
    assert finding.severity is Severity.ERROR


def test_the_policys_reason_stands_in_the_note() -> None:
    """What let an unreadable token pass stands in the report."""
    policy = Policy(".publish-guard.yml", unreadable_scope_reason="looked up on the page")
    (finding,) = found(make_case(token(), policy=policy), UNREADABLE)
    assert finding.severity is Severity.NOTE
    assert "(.publish-guard.yml) lets it pass: looked up on the page" in finding.message


@pytest.mark.parametrize("sweep", [False, True])
def test_an_unusable_token_says_why(sweep: bool) -> None:
    """The reason that the scope gives stands in the message, and no second rule says the same."""
    case = make_case(project_token(more=[[1, "alpha-pkg"], [99]]), projects=["beta-pkg"], sweep=sweep)
    (finding,) = found(case, UNUSABLE)
    assert "a field of a wrong type" in finding.message
    for ident in ("project-mismatch", UNKNOWN, "expired-token", "too-many-projects"):
        assert not found(case, ident)


def test_an_unknown_caveat_can_be_lowered() -> None:
    """An error by default; a policy may lower it on the day when PyPI adds a caveat."""
    given = project_token(more=[[99, "x"]])
    (finding,) = found(make_case(given), UNKNOWN)
    assert finding.severity is Severity.ERROR
    (finding,) = found(make_case(given, policy=Policy(severities={UNKNOWN: Severity.WARNING})), UNKNOWN)
    assert finding.severity is Severity.WARNING
