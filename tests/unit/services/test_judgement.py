"""From findings to a verdict: what refuses, what warns, and what a rollout changes."""

from __future__ import annotations

from datetime import date

import pytest

from publish_guard.domain.case import Case
from publish_guard.domain.finding import Finding, Severity
from publish_guard.domain.policy import Policy
from publish_guard.errors import ExitCode
from publish_guard.services.judgement import conclude, refusals, rollout_remarks
from support.cases import make_case

ERROR = Finding("account-wide-token", Severity.ERROR, "m", "r")
ALWAYS = Finding("empty-secret", Severity.ERROR, "m", "r", always=True)
WARNING = Finding("too-many-projects", Severity.WARNING, "m", "r")
FAR = date(2999, 1, 1)
NOTE = Finding("unknown-age", Severity.NOTE, "m", "r")


@pytest.mark.parametrize(
    ("findings", "fail_on", "expected"),
    [
        ((), Severity.ERROR, ("ok", ExitCode.CLEAN)),
        ((NOTE,), Severity.WARNING, ("ok", ExitCode.CLEAN)),
        ((WARNING, NOTE), Severity.ERROR, ("warned", ExitCode.CLEAN)),
        ((WARNING,), Severity.WARNING, ("warned", ExitCode.WARNINGS)),
        ((ERROR, WARNING), Severity.ERROR, ("refused", ExitCode.REFUSED)),
        ((ERROR, WARNING), Severity.WARNING, ("refused", ExitCode.REFUSED)),
    ],
)
def test_the_worst_finding_decides(
    findings: tuple[Finding, ...], fail_on: Severity, expected: tuple[str, ExitCode]
) -> None:
    """Errors refuse, warnings warn, and only --fail-on warning makes them count."""
    assert conclude(findings, make_case(), fail_on=fail_on) == expected


def rollout(until: date, command: str = "publish") -> Case:
    return make_case(command=command, policy=Policy(report_until=until))  # type: ignore[arg-type] # a command


def test_a_rollout_refuses_only_what_cannot_be_handed_over() -> None:
    """Until its day a release with errors goes on, but not with nothing to hand over; on the day all errors refuse."""
    before = rollout(FAR)
    after = rollout(before.today)

    assert conclude((ERROR,), before, fail_on=Severity.ERROR) == ("warned", ExitCode.CLEAN)
    assert refusals((ERROR, ALWAYS), before) == (ALWAYS,)
    assert refusals((ERROR, ALWAYS), after) == (ERROR, ALWAYS)


def test_in_check_a_rollout_refuses_nothing() -> None:
    """`check` hands nothing over, so until the day it only reports."""
    assert conclude((ERROR, ALWAYS), rollout(FAR, "check"), fail_on=Severity.ERROR) == ("warned", ExitCode.CLEAN)


def test_a_rollout_says_so_each_time() -> None:
    """The remark names the day, counts what is coming and what refuses already; without a rollout there is none."""
    assert rollout_remarks((), rollout(FAR)) == (
        "The policy only reports until 2999-01-01 (mode: report-until). No other error would refuse then.",
    )
    assert "1 of these errors will refuse then." in rollout_remarks((ERROR, WARNING), rollout(FAR))[0]
    assert (
        "1 of these errors will refuse then; 1 of them refuses now" in rollout_remarks((ERROR, ALWAYS), rollout(FAR))[0]
    )
    assert "2 of these errors will refuse then." in rollout_remarks((ERROR, ALWAYS), rollout(FAR, "check"))[0]
    assert rollout_remarks((ERROR,), make_case()) == ()
