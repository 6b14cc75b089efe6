"""Where words go, and that they are redacted and fit to show wherever they go."""

from __future__ import annotations

import io
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
        output(tmp_path / "nowhere" / "r.json").check_writable()
    with pytest.raises(UsageError, match="cannot be written"):
        output(tmp_path).check_writable()

    assert list(tmp_path.iterdir()) == []


def test_a_report_that_could_not_be_kept_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What was found and sent is not lost with the file, and success does not stay success."""
    done = Report("publish", "ok", ExitCode.CLEAN, 0)

    code = output(tmp_path / "nowhere" / "r.json", json=True).report(done)

    captured = capsys.readouterr()
    assert code is ExitCode.FAILURE
    assert '"command": "publish"' in captured.out
    assert "cannot be written" in captured.err


def test_a_stream_that_cannot_say_a_character_gets_it_escaped_and_redacted(monkeypatch: pytest.MonkeyPatch) -> None:
    """An ASCII terminal sees an escape where a letter is foreign to it, and no secret beside it."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr("sys.stdout", stream)

    output().line(f"caf\xe9 {SECRET}")

    stream.seek(0)
    assert stream.read() == "caf\\xe9 [redacted]\n"


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
    output().log("::error::y")

    captured = capsys.readouterr()
    assert not any(line.startswith("::") for line in (captured.out + captured.err).splitlines())


def test_progress_is_for_people_who_watch(capsys: pytest.CaptureFixture[str]) -> None:
    """Beside a text report in the same log every outcome would stand twice; beside a JSON report it is told once."""
    output().progress("a.whl: uploaded")
    text = capsys.readouterr().err
    output(json=True).progress("a.whl: uploaded")

    assert text == ""
    assert capsys.readouterr().err == "a.whl: uploaded\n"
