"""`check` as a service: a report on what was judged, and never success on nothing."""

from __future__ import annotations

import pytest

from publish_guard.domain.distribution import Stray
from publish_guard.domain.finding import Severity
from publish_guard.domain.token import Token
from publish_guard.errors import ExitCode, FailureError
from publish_guard.services.assignment import assign
from publish_guard.services.check import check
from support.cases import account_token, distribution, make_case, project_token, secret


def test_no_secret_is_nothing_to_check() -> None:
    """A sweep that found nothing ends with its own exit code, and the report has the case all the same."""
    report = check(make_case(sweep=True), fail_on=Severity.ERROR)

    assert (report.verdict, report.exit_code) == ("failed", ExitCode.NOTHING_TO_CHECK)
    assert report.case is not None
    assert report.error is not None


def test_a_refusal_counts_before_nothing_to_check() -> None:
    """What lies in dist/ is refused although there is no secret: 11 comes before 3."""
    stray = Stray("dist/notes.txt", "it is no distribution", unreadable=False)

    assert check(make_case(strays=(stray,)), fail_on=Severity.ERROR).exit_code is ExitCode.REFUSED


@pytest.mark.parametrize(
    ("token", "expected"),
    [(project_token("alpha-pkg"), ("failed", ExitCode.FAILURE)), (account_token(), ("refused", ExitCode.REFUSED))],
)
def test_a_source_that_failed_does_not_hide_the_others(token: Token, expected: tuple[str, ExitCode]) -> None:
    """The other secrets are judged; a refusal counts before the failure, the failure before success."""
    report = check(
        make_case(token, projects=["alpha-pkg"]), fail_on=Severity.ERROR, problem=FailureError("locked", "unlock it")
    )

    assert (report.verdict, report.exit_code) == expected
    assert report.error is not None
    assert report.error.message == "locked"


def test_the_report_has_what_was_found_and_said() -> None:
    """Findings, remarks, verdict and the secret of each distribution are in the report."""
    case = make_case(project_token("alpha-pkg", "beta-pkg"), dists=[distribution("alpha-pkg")])

    report = check(case, fail_on=Severity.WARNING, remarks=("said",))

    assert (report.verdict, report.exit_code) == ("warned", ExitCode.WARNINGS)
    assert "too-many-projects" in [finding.rule for finding in report.findings]
    assert report.remarks == ("said",)
    assert report.assignment == ((case.distributions[0].path, case.secrets[0].id),)


def test_a_distribution_is_assigned_only_where_one_secret_fits() -> None:
    """None and two candidates leave it out, for the rules to refuse."""
    alpha, beta = secret(project_token("alpha-pkg")), secret(project_token("beta-pkg"), name="BETA")
    dist = distribution("alpha-pkg")

    assert assign(make_case(alpha, beta, dists=[dist])) == {dist.path: alpha}
    assert assign(make_case(beta, dists=[dist])) == {}
    again = secret(project_token("alpha-pkg"), name="AGAIN")
    assert assign(make_case(alpha, again, dists=[dist])) == {}
