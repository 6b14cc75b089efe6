"""Where words go, and that they are redacted and fit to show wherever they go."""

from __future__ import annotations

from pathlib import Path

import pytest

from publish_guard.cli.options import OutputOptions
from publish_guard.cli.output import Output
from publish_guard.domain.redact import Redactor
from publish_guard.domain.report import Report, ReportError
from publish_guard.errors import ExitCode, UsageError

SECRET = "a-secret-that-must-never-be-shown"


def output(path: Path | None = None, *, json: bool = False) -> Output:
    redactor = Redactor()
    redactor.add(SECRET)
    return Output(OutputOptions("json" if json else "text", path), {}, redactor)


def failure(message: str) -> Report:
    return Report("check", "failed", ExitCode.USAGE, 0, error=ReportError(message, "Mend it."))


def test_errors_go_to_standard_error_line_by_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Several problems stay on their lines; nothing of a secret or a control character gets through."""
    output().fail(failure(f"one {SECRET}\ntwo \x1b[31m\n::error::three"))

    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.splitlines()[0] == "error: one [redacted]"
    assert captured.err.splitlines()[1] == "two \\x1b[31m"
    assert captured.err.splitlines()[-1] == "  remedy: Mend it."
    assert SECRET not in captured.err


def test_a_failure_in_json_is_a_report_and_words(capsys: pytest.CaptureFixture[str]) -> None:
    """The program reads the report on standard output, the person the words on standard error."""
    output(json=True).fail(failure(f"no {SECRET}"))

    captured = capsys.readouterr()
    assert '"verdict": "failed"' in captured.out
    assert "error: no [redacted]" in captured.err
    assert SECRET not in captured.out


def test_a_report_that_cannot_be_written_is_a_usage_error(tmp_path: Path) -> None:
    """A folder that is not there is told; no half of a report is left anywhere."""
    with pytest.raises(UsageError, match="cannot be written"):
        output(tmp_path / "nowhere" / "r.json", json=True).report(failure("x"))

    assert list(tmp_path.iterdir()) == []


def test_a_report_replaces_another_whole(tmp_path: Path) -> None:
    """What stood in the file before is gone, and no temporary file stays."""
    path = tmp_path / "r.json"
    path.write_text("x" * 100_000)

    output(path, json=True).report(failure("x"))

    assert path.read_text().startswith("{")
    assert [item.name for item in tmp_path.iterdir()] == ["r.json"]


def test_a_workflow_command_cannot_be_smuggled_in(capsys: pytest.CaptureFixture[str]) -> None:
    """No line that we print begins with `::` because of what came from outside."""
    output().fail(failure("bad name\n::add-mask::x"))
    output().progress("::error::y")

    captured = capsys.readouterr()
    assert not any(line.startswith("::") for line in (captured.out + captured.err).splitlines())
