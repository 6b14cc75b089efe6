"""From findings to a verdict and an exit code."""

from __future__ import annotations

from collections.abc import Iterable

from publish_guard.domain.case import Case
from publish_guard.domain.finding import Finding, Severity
from publish_guard.domain.report import Verdict
from publish_guard.errors import ExitCode


def refusals(findings: Iterable[Finding], case: Case) -> tuple[Finding, ...]:
    """Return the findings that refuse: the errors.

    During a rollout `check` refuses nothing, `publish` only what leaves nothing to hand over or gives a secret away.
    """
    reports_only = case.policy.reports_only(case.today)
    return tuple(
        finding
        for finding in findings
        if finding.severity is Severity.ERROR and (not reports_only or (finding.always and case.command == "publish"))
    )


def conclude(findings: tuple[Finding, ...], case: Case, *, fail_on: Severity) -> tuple[Verdict, ExitCode]:
    """Return the verdict on a case and the exit code that goes with it."""
    if refusals(findings, case):
        return "refused", ExitCode.REFUSED
    if any(finding.severity is not Severity.NOTE for finding in findings):
        return "warned", ExitCode.WARNINGS if fail_on is Severity.WARNING else ExitCode.CLEAN
    return "ok", ExitCode.CLEAN


def rollout_remarks(findings: tuple[Finding, ...], case: Case) -> tuple[str, ...]:
    """Return what a report says during a rollout, each time: until when nothing is refused, and what then will be."""
    if not case.policy.reports_only(case.today):
        return ()
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    now = len(refusals(findings, case))
    coming = f"{errors - now} of these errors will refuse then" if errors > now else "No other error would refuse then"
    already = f"; {now} of them refuses now all the same" if now == 1 else f"; {now} of them refuse now all the same"
    until = f"The policy only reports until {case.policy.report_until} (mode: report-until)."
    return (f"{until} {coming}{already if now else ''}.",)
