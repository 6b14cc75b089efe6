"""`check` as a service: a report on what was judged, and never success on nothing."""

from __future__ import annotations

import pytest

from publish_guard.domain.finding import Finding, Severity
from publish_guard.errors import ExitCode, NothingToCheckError
from publish_guard.services.assignment import assign
from publish_guard.services.check import check
from support.cases import distribution, make_case, project_token, secret


def test_no_secret_is_nothing_to_check() -> None:
    """A sweep that found nothing ends with its own exit code."""
    with pytest.raises(NothingToCheckError) as caught:
        check(make_case(), judge=lambda _: (), refuses_always=lambda _: False, fail_on=Severity.ERROR)

    assert caught.value.exit_code is ExitCode.NOTHING_TO_CHECK


def test_the_report_has_what_was_found_and_said() -> None:
    """Findings, remarks, verdict and the secret of each distribution are in the report."""
    finding = Finding("too-many-projects", Severity.WARNING, "m", "r")
    case = make_case(project_token("alpha-pkg"), dists=[distribution("alpha-pkg")])

    report = check(
        case, judge=lambda _: (finding,), refuses_always=lambda _: False, fail_on=Severity.WARNING, remarks=("said",)
    )

    assert (report.verdict, report.exit_code) == ("warned", ExitCode.WARNINGS)
    assert report.findings == (finding,)
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
