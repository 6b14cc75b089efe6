"""`check`: judge secrets, offline, and say what was found."""

from __future__ import annotations

from publish_guard.domain.case import Case
from publish_guard.domain.finding import Severity
from publish_guard.domain.report import Report
from publish_guard.errors import NothingToCheckError
from publish_guard.services.assignment import assign
from publish_guard.services.judgement import Judge, RefusesAlways, conclude, rollout_remarks


def check(
    case: Case, *, judge: Judge, refuses_always: RefusesAlways, fail_on: Severity, remarks: tuple[str, ...] = ()
) -> Report:
    """Return the report on a case. Raises NothingToCheckError where there is no secret at all to look at."""
    if not case.secrets:
        raise NothingToCheckError(
            "No PyPI token was found in any place that was looked at.",
            "Name the secret with --env NAME, --file PATH or --pypirc, or hand it in with --stdin.",
        )
    findings = judge(case)
    verdict, exit_code = conclude(findings, case, refuses_always=refuses_always, fail_on=fail_on)
    return Report(
        command="check",
        verdict=verdict,
        exit_code=exit_code,
        generated_at=case.now,
        case=case,
        findings=findings,
        assignment=tuple((path, secret.id) for path, secret in assign(case).items()),
        remarks=(*remarks, *rollout_remarks(findings, case)),
    )
