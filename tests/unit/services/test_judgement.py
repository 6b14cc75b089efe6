"""From findings to a verdict: what refuses, what warns, and what a rollout changes."""

from __future__ import annotations

from datetime import date

import pytest

from publish_guard.domain.finding import Finding, Severity
from publish_guard.domain.policy import Policy
from publish_guard.errors import ExitCode
from publish_guard.services.judgement import conclude, refusals, rollout_remarks
from support.cases import make_case

ERROR = Finding("account-wide-token", Severity.ERROR, "m", "r")
ALWAYS = Finding("empty-secret", Severity.ERROR, "m", "r")
WARNING = Finding("too-many-projects", Severity.WARNING, "m", "r")
NOTE = Finding("unknown-age", Severity.NOTE, "m", "r")


def refuses_always(rule: str) -> bool:
    return rule == ALWAYS.rule


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
    assert conclude(findings, make_case(), refuses_always=refuses_always, fail_on=fail_on) == expected


def test_a_rollout_refuses_only_what_can_never_be_published() -> None:
    """Until its day a rollout lets errors pass as warnings, but not what refuses always; on the day all refuse."""
    before = make_case(policy=Policy(report_until=date(2999, 1, 1)))
    after = make_case(policy=Policy(report_until=before.today))

    assert conclude((ERROR,), before, refuses_always=refuses_always, fail_on=Severity.ERROR) == (
        "warned",
        ExitCode.CLEAN,
    )
    assert refusals((ERROR, ALWAYS), before, refuses_always) == (ALWAYS,)
    assert refusals((ERROR, ALWAYS), after, refuses_always) == (ERROR, ALWAYS)


def test_a_rollout_says_so_each_time() -> None:
    """The remark names the day and counts what is coming; without a rollout there is none."""
    case = make_case(policy=Policy(report_until=date(2999, 1, 1)))

    assert "2999-01-01" in rollout_remarks((), case)[0]
    assert "1 of these findings would refuse then" in rollout_remarks((ERROR, WARNING), case)[0]
    assert rollout_remarks((ERROR,), make_case()) == ()
