"""From findings to a verdict and an exit code."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from publish_guard.domain.case import Case
from publish_guard.domain.finding import Finding, Severity
from publish_guard.domain.report import Verdict
from publish_guard.errors import ExitCode

Judge = Callable[[Case], tuple[Finding, ...]]
# Whether a rule refuses in every mode, a rollout's included.
RefusesAlways = Callable[[str], bool]


def refusals(findings: Iterable[Finding], case: Case, refuses_always: RefusesAlways) -> tuple[Finding, ...]:
    """Return the findings that refuse: the errors, and during a rollout those errors that refuse always."""
    reports_only = case.policy.reports_only(case.today)
    return tuple(
        finding
        for finding in findings
        if finding.severity is Severity.ERROR and (not reports_only or refuses_always(finding.rule))
    )


def conclude(
    findings: tuple[Finding, ...], case: Case, *, refuses_always: RefusesAlways, fail_on: Severity
) -> tuple[Verdict, ExitCode]:
    """Return the verdict on a case and the exit code that goes with it."""
    if refusals(findings, case, refuses_always):
        return "refused", ExitCode.REFUSED
    if any(finding.severity is not Severity.NOTE for finding in findings):
        return "warned", ExitCode.WARNINGS if fail_on is Severity.WARNING else ExitCode.CLEAN
    return "ok", ExitCode.CLEAN


def rollout_remarks(findings: tuple[Finding, ...], case: Case) -> tuple[str, ...]:
    """Return what a report says during a rollout, each time: until when nothing is refused, and what then will be."""
    if not case.policy.reports_only(case.today):
        return ()
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    coming = f"{errors} of these findings would refuse then." if errors else "Nothing found here would refuse then."
    return (f"The policy only reports until {case.policy.report_until} (mode: report-until). {coming}",)
