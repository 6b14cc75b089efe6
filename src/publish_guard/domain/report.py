"""What a command found and did, before anyone puts it into words."""

from __future__ import annotations

from typing import Literal

from publish_guard.domain.case import Case
from publish_guard.domain.finding import Finding
from publish_guard.domain.record import record
from publish_guard.domain.run import Run
from publish_guard.errors import ExitCode

Verdict = Literal["ok", "warned", "refused", "failed"]
Outcome = Literal["uploaded", "already-there", "skipped", "would-upload", "failed", "in-doubt", "not-attempted"]


@record
class Upload:
    """What became of one file: `status` is the index's HTTP status, `message` its words, `cause` and `remedy` ours.

    `narrowed_until` is when the copy ends that was sent with the file, in seconds since 1970; None where nothing was
    sent, or what was sent was not narrowed.
    """

    path: str
    outcome: Outcome
    status: int | None = None
    attempts: int = 0
    cause: str | None = None
    message: str | None = None
    remedy: str | None = None
    url: str | None = None
    narrowed_until: int | None = None


@record
class ReportError:
    """Why a command failed, and what to do about it."""

    message: str
    remedy: str


@record
class Report:
    """A command's whole answer. `case` is None, and `run` given, where it failed before there was anything to judge."""

    command: str
    verdict: Verdict
    exit_code: ExitCode
    generated_at: int
    case: Case | None = None
    findings: tuple[Finding, ...] = ()
    uploads: tuple[Upload, ...] = ()
    assignment: tuple[tuple[str, str], ...] = ()
    error: ReportError | None = None
    remarks: tuple[str, ...] = ()
    run: Run | None = None
