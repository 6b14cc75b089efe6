"""`check`: judge secrets, offline, and say what was found."""

from __future__ import annotations

from publish_guard.domain.case import Case
from publish_guard.domain.finding import Severity
from publish_guard.domain.report import Report, ReportError
from publish_guard.errors import ExitCode, PublishGuardError
from publish_guard.rules.registry import judge
from publish_guard.services.assignment import assign
from publish_guard.services.judgement import conclude, rollout_remarks


def check(
    case: Case, *, fail_on: Severity, remarks: tuple[str, ...] = (), problem: PublishGuardError | None = None
) -> Report:
    """Return the report on a case. `problem` is what kept a source from being read: the rest is judged all the same.

    A refusal counts before a failure, a failure before "nothing to check", that before warnings (contract of the exit
    codes).
    """
    findings = judge(case)
    verdict, exit_code = conclude(findings, case, fail_on=fail_on)
    error = None
    if problem is not None:
        error = ReportError(problem.message, problem.remedy)
        if exit_code is not ExitCode.REFUSED:
            verdict, exit_code = "failed", problem.exit_code
    elif not case.secrets and exit_code is not ExitCode.REFUSED:
        error = ReportError(
            "No PyPI token was found in any place that was looked at.",
            "If there should be one, name it: --env NAME, --file PATH, --pypirc, --keyring or --stdin.",
        )
        verdict, exit_code = "failed", ExitCode.NOTHING_TO_CHECK
    return Report(
        command="check",
        verdict=verdict,
        exit_code=exit_code,
        generated_at=case.now,
        case=case,
        findings=findings,
        assignment=tuple((path, secret.id) for path, secret in assign(case).items()),
        error=error,
        remarks=(*remarks, *rollout_remarks(findings, case)),
    )
