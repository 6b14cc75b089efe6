"""project-mismatch and its neighbours: which token reaches which project, said once and by the right rule."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

import pytest

from publish_guard.domain.finding import Severity
from publish_guard.domain.policy import Policy
from publish_guard.domain.token import Token
from publish_guard.rules import (
    ambiguous_token,
    missing_project,
    project_mismatch,
    too_many_projects,
    uncovered_distribution,
    unverifiable_projects,
)
from support.cases import (
    PRIVATE_INDEX,
    account_token,
    distribution,
    found,
    idents,
    index_state,
    legacy_token,
    make_case,
    password,
    project_token,
    publisher_token,
    secret,
    token,
)
from support.rule_samples import TODAY

MISMATCH = project_mismatch.RULE.ident
UNVERIFIABLE = unverifiable_projects.RULE.ident
TOO_MANY = too_many_projects.RULE.ident
AMBIGUOUS = ambiguous_token.RULE.ident
UNCOVERED = uncovered_distribution.RULE.ident
MISSING = missing_project.RULE.ident

ALPHA, BETA = distribution(), distribution("beta-pkg")
ALPHA_SDIST = distribution(sdist=True)


def test_the_mismatch_names_both_sides() -> None:
    """The project asked for, those that the token reaches, the file, and the page for the right one."""
    (finding,) = found(make_case(project_token("alpha-pkg"), dists=[BETA]), MISMATCH)
    assert "reaches alpha-pkg, not beta-pkg" in finding.message
    assert "?selected_project=beta-pkg" in finding.remedy
    assert finding.distribution == BETA.path
    assert finding.secret == "environment:PYPI_TOKEN"


def test_a_single_wrong_token_is_told_once() -> None:
    """project-mismatch says it; uncovered-distribution and too-many-projects keep quiet."""
    case = make_case(project_token("alpha-pkg"), dists=[BETA])
    assert idents(case) == [MISMATCH, "unknown-age"]


def test_a_mismatch_of_several_files_is_told_once_for_the_project() -> None:
    """Two files of one project are one finding, which names no single file."""
    (finding,) = found(make_case(project_token("beta-pkg"), dists=[ALPHA, ALPHA_SDIST]), MISMATCH)
    assert finding.distribution is None


@pytest.mark.parametrize("given", [account_token(), token(), publisher_token()])
def test_what_may_reach_it_is_no_mismatch(given: Token) -> None:
    """Account-wide, unreadable and ids only: not known to miss it."""
    assert not found(make_case(given, dists=[BETA]), MISMATCH)


def test_with_several_secrets_one_must_reach_the_project() -> None:
    """Two tokens for two projects are fine; an expected project that neither reaches is not."""
    tokens = (project_token("alpha-pkg"), project_token("beta-pkg", number=7))
    assert not found(make_case(*tokens, projects=["alpha-pkg", "beta-pkg"]), MISMATCH)
    (finding,) = found(make_case(*tokens, projects=["alpha-pkg", "gamma"]), MISMATCH)
    assert "No token reaches gamma: looked at PYPI_TOKEN and PYPI_TOKEN_2" in finding.message
    assert finding.secret is None


def test_several_secrets_without_a_token_are_told() -> None:
    """Two empty secrets reach nothing."""
    (finding,) = found(make_case(secret(), secret(name="OTHER"), projects=["alpha-pkg"]), MISMATCH)
    assert "none of the 2 secrets holds one" in finding.message


def test_an_opaque_credential_may_reach_anything() -> None:
    """On an index that reads no tokens, a password beside others may reach the project."""
    case = make_case(password(), password("OTHER"), url=PRIVATE_INDEX, projects=["alpha-pkg"])
    assert not found(case, MISMATCH)


def test_the_policy_may_not_expect_the_project() -> None:
    """A build that calls itself something else is refused, though the token reaches it."""
    policy = Policy(".publish-guard.yml", projects=("alpha-*",))
    (finding,) = found(make_case(account_token(), dists=[BETA], policy=policy), MISMATCH)
    assert ".publish-guard.yml" in finding.message
    assert "alpha-*" in finding.message
    assert finding.severity is Severity.ERROR
    assert not found(make_case(account_token(), dists=[ALPHA], policy=policy), MISMATCH)


def test_during_a_rollout_the_policys_list_only_reports() -> None:
    """What only the policy or the command line says refuses in no rollout; what the token cannot do always does."""
    policy = Policy(projects=("alpha-*",), report_until=TODAY + timedelta(days=1))
    case = make_case(project_token(), dists=[BETA], projects=["alpha-pkg"], policy=policy)
    policy_says, command_line_says, token_says = found(case, MISMATCH)
    assert "does not expect beta-pkg" in policy_says.message
    assert "--project expects alpha-pkg" in command_line_says.message
    assert "reaches alpha-pkg, not beta-pkg" in token_says.message
    assert [finding.always for finding in (policy_says, command_line_says, token_says)] == [False, False, True]
    assert {finding.severity for finding in found(case, MISMATCH)} == {Severity.ERROR}


@pytest.mark.parametrize("more", [(), (project_token("beta-pkg", number=7),)])
def test_an_expected_project_without_a_file_is_told_once(more: tuple[Token, ...]) -> None:
    """Where there are distributions and none is of an expected project, the remedy is --project, not another token."""
    case = make_case(project_token(), *more, dists=[ALPHA, ALPHA_SDIST], projects=["alpha-pkg", "gamma"])
    (finding,) = found(case, MISMATCH)
    assert "--project expects gamma, and no distribution is of it: they are of alpha-pkg." in finding.message
    assert "mend --project" in finding.remedy
    assert not found(make_case(project_token(), *more, dists=[ALPHA], projects=["alpha-pkg"]), MISMATCH)


def test_a_sweep_expects_nothing() -> None:
    """A sweep finds no mismatch, no unverifiable project and, without a policy, not too many."""
    case = make_case(project_token("alpha-pkg", "beta-pkg"), publisher_token(), sweep=True, policy=Policy())
    for ident in (MISMATCH, UNVERIFIABLE, TOO_MANY, AMBIGUOUS, UNCOVERED, MISSING):
        assert not found(case, ident)


def test_ids_only_is_a_note() -> None:
    """A Trusted Publisher's token cannot be compared with names; the note leads to the project's publishers."""
    (finding,) = found(make_case(publisher_token(), dists=[ALPHA]), UNVERIFIABLE)
    assert finding.severity is Severity.NOTE
    assert "https://pypi.org/manage/project/alpha-pkg/settings/publishing/" in finding.remedy


def test_ids_do_not_matter_where_another_token_is_sure() -> None:
    """With a second token that names the project, nobody needs to wonder about the ids."""
    assert not found(make_case(publisher_token(), project_token(), dists=[ALPHA]), UNVERIFIABLE)


def test_an_ids_note_can_be_raised() -> None:
    """A policy may make a note an error."""
    policy = Policy(severities={UNVERIFIABLE: Severity.ERROR})
    (finding,) = found(make_case(publisher_token(), dists=[ALPHA], policy=policy), UNVERIFIABLE)
    assert finding.severity is Severity.ERROR


def test_too_many_projects_are_named() -> None:
    """Only those that are not published, at most five, as a warning."""
    names = ["alpha-pkg", *(f"other-{letter}" for letter in "abcdefg")]
    (finding,) = found(make_case(project_token(*names), dists=[ALPHA]), TOO_MANY)
    assert finding.severity is Severity.WARNING
    assert "reaches other-a, other-b, other-c, other-d and 3 more" in finding.message


def test_a_token_that_this_release_does_not_need_is_told() -> None:
    """Of several tokens, one that reaches nothing of this release should not be here."""
    case = make_case(project_token(), project_token("beta-pkg", number=7), dists=[ALPHA])
    (finding,) = found(case, TOO_MANY)
    assert finding.secret == "environment:PYPI_TOKEN_2"
    assert "Take the secret away" in finding.remedy


def test_without_expectations_the_policy_decides_what_is_too_many() -> None:
    """A sweep with a policy that lists its projects compares with these."""
    policy = Policy(projects=("alpha-*",))
    (finding,) = found(make_case(project_token("alpha-pkg", "beta-pkg"), sweep=True, policy=policy), TOO_MANY)
    assert "reaches beta-pkg, which the policy does not expect" in finding.message


@pytest.mark.parametrize("command", ["check", "publish"])
def test_two_tokens_for_one_project_are_ambiguous(command: Literal["check", "publish"]) -> None:
    """Both places are named, once for the project, in `check --dist` and in `publish`."""
    case = make_case(
        account_token(),
        project_token(number=7),
        dists=[ALPHA, ALPHA_SDIST],
        command=command,
    )
    (finding,) = found(case, AMBIGUOUS)
    assert "alpha-pkg: those in PYPI_TOKEN and PYPI_TOKEN_2" in finding.message


def test_a_sure_token_goes_before_a_possible_one() -> None:
    """A token that names the project is chosen before one whose projects cannot be read."""
    assert not found(make_case(project_token(), publisher_token(), dists=[ALPHA]), AMBIGUOUS)
    assert found(make_case(publisher_token(), publisher_token(number=9), dists=[ALPHA]), AMBIGUOUS)


def test_a_file_without_a_token_is_uncovered() -> None:
    """With several secrets, the file that none fits is named with all that were looked at."""
    (finding,) = found(make_case(project_token(), secret(name="BETA_TOKEN"), dists=[ALPHA, BETA]), UNCOVERED)
    assert "beta-pkg: looked at PYPI_TOKEN and BETA_TOKEN" in finding.message
    assert finding.distribution == BETA.path


@pytest.mark.parametrize(
    ("given", "may_create"),
    [
        (project_token(), False),
        (legacy_token("alpha-pkg"), False),
        (publisher_token(), False),
        (account_token(), True),
        (account_token([1, ["alpha-pkg"]]), True),
        (token(), True),
    ],
)
def test_who_can_create_a_project(given: Token, may_create: bool) -> None:
    """Only an account-wide token, narrowed by hand or not, can; one that nobody can read might."""
    case = make_case(given, dists=[ALPHA], index_state=index_state({"alpha-pkg": None}))
    assert bool(found(case, MISSING)) is not may_create


def test_a_missing_project_has_two_ways_out() -> None:
    """A pending Trusted Publisher, or an account-wide token once."""
    case = make_case(project_token(), dists=[ALPHA], index_state=index_state({"alpha-pkg": None}))
    (finding,) = found(case, MISSING)
    assert "https://pypi.org/manage/account/publishing/" in finding.remedy
    assert "account-wide: first-release" in finding.remedy


def test_a_publishers_token_for_a_missing_project_names_the_pending_publisher() -> None:
    """A Trusted Publisher's token cannot create a project: its name differs from the pending publisher's."""
    case = make_case(publisher_token(), dists=[ALPHA], index_state=index_state({"alpha-pkg": None}))
    (finding,) = found(case, MISSING)
    assert "Compare the project's name" in finding.remedy


@pytest.mark.parametrize("state", [None, index_state({}), index_state({}, "timeout"), index_state({"beta-pkg": None})])
def test_a_project_that_nobody_asked_about_is_not_missing(state: object) -> None:
    """Unknown is not missing."""
    assert not found(make_case(project_token(), dists=[ALPHA], index_state=state), MISSING)


def test_a_second_token_may_create_it() -> None:
    """Where one of several tokens can create the project, it is not missing for good."""
    case = make_case(
        project_token(), account_token(number=7), dists=[ALPHA], index_state=index_state({"alpha-pkg": None})
    )
    assert not found(case, MISSING)


def test_a_plain_index_makes_its_own_rules() -> None:
    """An index that reads no tokens may create projects for whom it likes."""
    case = make_case(password(), dists=[ALPHA], url=PRIVATE_INDEX, index_state=index_state({"alpha-pkg": None}))
    assert not found(case, MISSING)
