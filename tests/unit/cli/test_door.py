"""The door: every way to end has its exit code and its words, in text and in JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.program import PROGRAM, run

ACCOUNT = (
    "pypi-AgEIcHlwaS5vcmcCJDhmMDVkNzY5LTY1MTktNDA4MS04YTlkLTI2MDEyYTM4NGFiMgACKlszLCI5MDQ4Mzk1ZC1lZTNhLTRmOWItOGE2ZS1k"
    "MmQyZWMzYTQ4YjIiXQAABiAM9R5aS__3iJN5itK0KtxpnWNNKfJ1Tu8ooW-kNJ1KUA"
)


@pytest.mark.parametrize(
    ("arguments", "environ", "code", "verdict"),
    [
        (["--env", "T", "--project", "a"], {"T": ACCOUNT}, 11, "refused"),
        (["--env", "T", "--allow-account-wide", "moving"], {"T": ACCOUNT}, 0, "ok"),
        (["--env", "T", "--nonsense"], {"T": ACCOUNT}, 2, "failed"),
        (["--all-env"], {}, 3, "failed"),
        (["--env", "T", "--repository-url", "nonsense"], {"T": ACCOUNT}, 2, "failed"),
        ([], {}, 11, "refused"),
        ([], {"TWINE_PASSWORD": ACCOUNT}, 11, "refused"),
        ([], {"PUBLISH_GUARD_TOKEN": ACCOUNT}, 11, "refused"),
    ],
)
def test_each_ending_in_json(
    tmp_path: Path, arguments: list[str], environ: dict[str, str], code: int, verdict: str
) -> None:
    """The JSON report is there for every ending, satisfies the schema, and agrees with the exit code."""
    result = run("check", "--format", "json", *arguments, environ={**environ, "GITHUB_ACTIONS": "true"}, cwd=tmp_path)

    assert result.code == code, result.err
    assert (result.report["exit_code"], result.report["verdict"]) == (code, verdict)
    assert result.report["run"]["platform"] == "github"


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_the_report_goes_to_a_file(tmp_path: Path) -> None:
    """--output writes the whole report there, readable for others, and keeps standard output empty."""
    result = run(
        *("check", "--env", "T", "--format", "json", "--output", "report.json"), environ={"T": ACCOUNT}, cwd=tmp_path
    )

    assert result.code == 11
    assert result.out == ""
    assert '"verdict": "refused"' in (tmp_path / "report.json").read_text()
    assert (tmp_path / "report.json").stat().st_mode & 0o777 == 0o666 & ~_umask()
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]


def test_the_project_comes_from_pyproject(tmp_path: Path) -> None:
    """Without --project the folder's own name is expected, and the report says so; without one that is said too."""
    without = run("check", "--env", "T", environ={"T": ACCOUNT}, cwd=tmp_path)
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "Alpha_Pkg"\n')
    with_one = run("check", "--env", "T", environ={"T": ACCOUNT}, cwd=tmp_path)

    assert "No project is expected" in without.out
    assert "Expecting the project alpha-pkg, which ./pyproject.toml names." in with_one.out


def test_colour_is_for_terminals_alone(tmp_path: Path) -> None:
    """A pipe gets plain text unless FORCE_COLOR asks for colour."""
    plain = run("check", "--env", "T", environ={"T": ACCOUNT}, cwd=tmp_path)
    forced = run("check", "--env", "T", environ={"T": ACCOUNT, "FORCE_COLOR": "1"}, cwd=tmp_path)

    assert "\x1b[" not in plain.out
    assert "\x1b[" in forced.out


def test_a_reader_that_leaves_early_is_no_error(tmp_path: Path) -> None:
    """`| head -1` closes the pipe: the exit code still tells, and no traceback is printed."""
    command = f'"{sys.executable}" -I -S "{PROGRAM}" explain | head -1; echo "${{PIPESTATUS[0]}}"'
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, env={"PATH": os.environ["PATH"]}, check=True
    )

    assert done.stdout.splitlines()[-1] == "0"
    assert done.stderr == ""


@pytest.mark.parametrize("redirection", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_standard_streams_change_nothing(redirection: str) -> None:
    """The secret's anonymous file never becomes one of the standard streams, whichever of them is closed."""
    command = f'"{sys.executable}" -I -S "{PROGRAM}" check --env T {redirection}; echo "$?" >&9'
    read, write = os.pipe()
    subprocess.run(
        ["bash", "-c", command.replace(">&9", f">&{write}")],
        capture_output=True,
        env={"PATH": os.environ["PATH"], "T": ACCOUNT},
        pass_fds=[write],
        check=True,
    )
    os.close(write)
    with os.fdopen(read) as stream:
        assert stream.read().split() == ["11"]


@pytest.mark.parametrize("arguments", [["--handover=0", "check"], ["--handover=x"], ["--worker", "os"], ["--worker"]])
def test_the_programs_own_starts_are_not_for_people(arguments: list[str]) -> None:
    """The internal arguments are refused in words when somebody else uses them."""
    result = run(*arguments, start=[sys.executable, str(PROGRAM)])

    assert result.code == 2
    assert "is how the program starts its" in result.err


def test_version_and_help() -> None:
    """Both answer on standard output with 0."""
    assert run("--version").out.startswith("publish-guard 0.")
    assert "where the secret is" in run("check", "--help").out
    assert run("publish", "--help").code == 0


def test_an_unwritable_report_is_found_before_anything_is_read(tmp_path: Path) -> None:
    """--output into nowhere ends with 2 at once, before a secret is looked at or a file is sent."""
    result = run(
        *("check", "--env", "T", "--format", "json", "--output", "nowhere/r.json"), environ={"T": ACCOUNT}, cwd=tmp_path
    )

    assert result.code == 2
    assert "cannot be written" in result.report["error"]["message"]
    assert result.report["secrets"] == []


@pytest.mark.parametrize("form", [["--output", "r.json"], ["--output=r.json"]])
def test_a_mistake_on_the_command_line_is_reported_to_the_file(tmp_path: Path, form: list[str]) -> None:
    """Where the report of a usage error goes is read from a command line that cannot be parsed as a whole."""
    (tmp_path / "r.json").write_text("an older report")

    result = run("check", "--frob", "--format", "json", *form, cwd=tmp_path)

    assert (result.code, result.out) == (2, "")
    assert '"exit_code": 2' in (tmp_path / "r.json").read_text()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--all-env"], 0),
        (["--all-env", "--env", "NOT_SET"], 11),
        (["--all-env", "--project", "beta"], 11),
    ],
)
def test_a_sweep_hides_nothing_that_was_named(tmp_path: Path, arguments: list[str], code: int) -> None:
    """With --all-env alone every token is looked at; what is named beside it is judged as it would be without."""
    project = (
        "pypi-AgEIcHlwaS5vcmcCJDAxNDFhMWEwLTE5MjEtNDgzMS05MjczLTc4Zjc0ZDExMDA1ZgACEVsxLFsiYWxwaGEtcGtnIl1dAAIsWzIsWyIyZTUw"
        "NzZkYS0yNzEzLTQ0MWEtOTAyZS0yZjFkM2U1MzVhZTYiXV0AAAYg2OD9V75TFYcwlgk4wai1m9wWjcKl6rTfdp3i1C6XIOQ"
    )

    assert run("check", *arguments, environ={"T": project}, cwd=tmp_path).code == code


@pytest.mark.parametrize(("more", "code"), [("", 11), ("--allow-account-wide moving", 1)])
def test_a_full_disk_is_told(tmp_path: Path, more: str, code: int) -> None:
    """Standard output that takes nothing loses the report: that is a failure in words, unless there is worse."""
    command = f'"{sys.executable}" -I -S "{PROGRAM}" check --env T --format json {more} > /dev/full'
    done = subprocess.run(
        ["bash", "-c", command],
        capture_output=True,
        text=True,
        env={"PATH": os.environ["PATH"], "T": ACCOUNT},
        check=False,
    )

    assert done.returncode == code
    assert done.stderr == "error: The report could not be written to standard output.\n"


def test_a_keyring_that_cannot_be_asked_does_not_hide_a_refusal(tmp_path: Path) -> None:
    """One source failing leaves the others judged: the refusal counts, and the failure is told."""
    result = run(
        *("check", "--keyring", "--env", "T", "--format", "json"),
        environ={"T": ACCOUNT, "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"},
        cwd=tmp_path,
    )

    assert result.code == 11
    assert result.report["error"] is not None
    assert "account-wide-token" in result.rules


def test_an_old_python_is_told_so() -> None:
    """The door itself runs on what it refuses: the version is said in words, to people and to the holder."""
    old = "import sys, runpy; sys.version_info = (3, 10, 0); sys.argv = sys.argv[1:]; "
    command = [sys.executable, "-I", "-c", f"{old}runpy.run_path(sys.argv[0], run_name='__main__')", str(PROGRAM)]
    person = subprocess.run([*command, "check"], capture_output=True, text=True, check=False)
    worker = subprocess.run([*command, "--worker", "publish"], capture_output=True, text=True, check=False)

    assert person.returncode == 2
    assert "needs Python 3.11 or later; this is 3.10." in person.stderr
    assert "PUBLISH_GUARD_WORKER_PYTHON" in json.loads(worker.stdout)["problem"]["remedy"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["publish", "--env", "T", "nodist/*"], 11),
        (["publish", "--env", "T", "--allow-account-wide", "moving", "nodist/*"], 3),
        (["publish", "--env", "T", "--allow-account-wide", "moving", "--fail-on", "warning", "empty"], 3),
        (["check", "--env", "T", "--allow-account-wide", "moving", "--dist", "empty"], 3),
        (["check", "--env", "T", "--allow-account-wide", "moving", "--dist", "nodist/*"], 3),
        (["check", "--env", "T", "--dist", "empty"], 11),
    ],
)
def test_nothing_to_publish_counts_after_a_refusal_and_before_warnings(
    tmp_path: Path, arguments: list[str], code: int
) -> None:
    """The order of the exit codes holds for an empty dist/ too, and the report has the secret all the same."""
    (tmp_path / "empty").mkdir()

    result = run(*arguments, "--format", "json", environ={"T": ACCOUNT}, cwd=tmp_path)

    assert result.code == code
    assert len(result.report["secrets"]) == 1


def test_an_older_report_does_not_outlive_a_failure(tmp_path: Path) -> None:
    """A text report in a file is replaced by the failure, too."""
    (tmp_path / "r.txt").write_text("ok: everything was fine yesterday")

    result = run("check", "--env", "T", "--frob", "--output", "r.txt", environ={"T": ACCOUNT}, cwd=tmp_path)

    assert result.code == 2
    assert "yesterday" not in (tmp_path / "r.txt").read_text()
    assert "--frob" in (tmp_path / "r.txt").read_text()


def test_a_report_goes_where_the_path_leads(tmp_path: Path) -> None:
    """A link keeps leading to its file, which keeps its permissions; a device or pipe is written to and stays one."""
    (tmp_path / "real.json").write_text("old")
    (tmp_path / "real.json").chmod(0o600)
    (tmp_path / "link.json").symlink_to("real.json")
    check = ("check", "--env", "T", "--format", "json", "--output")

    linked = run(*check, "link.json", environ={"T": ACCOUNT}, cwd=tmp_path)
    streamed = run(*check, "/dev/stdout", environ={"T": ACCOUNT}, cwd=tmp_path)

    assert (linked.code, streamed.code) == (11, 11)
    assert (tmp_path / "link.json").is_symlink()
    assert '"refused"' in (tmp_path / "real.json").read_text()
    assert (tmp_path / "real.json").stat().st_mode & 0o777 == 0o600
    assert streamed.report["verdict"] == "refused"
    assert not Path("/dev/stdout").is_file() or Path("/dev/stdout").is_symlink()
