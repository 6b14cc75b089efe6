"""The stored token never meets third-party code: spies in the worker's environment look everywhere and find nothing."""

from __future__ import annotations

import base64
import contextlib
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from publish_guard.domain.token import Token
from publish_guard.embedded_index.server import RunningIndex, start
from support.archives import wheel
from support.spied_environment import SpiedEnvironment, make_spied_environment

NOBODY = 65534
README = Path(__file__).parents[2] / "README.md"
# How the README starts the command in a CI step, word for word, and how a person's machine does.
README_STEP = re.findall(r"- run: (exec .*) publish --env PYPI_TOKEN dist/\*$", README.read_text(), re.MULTILINE)
CONSOLE_SCRIPT = "exec publish-guard"

pytestmark = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="the spies read /proc")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that an unprivileged user can enter, which pytest's own are not."""
    path = Path(tempfile.mkdtemp(prefix="publish-guard-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[RunningIndex]:
    with start(tmp_path / "index") as running:
        yield running


def run_step(
    folder: Path, start_line: str, arguments: str, token: str, *, user: int | None
) -> tuple[SpiedEnvironment, subprocess.CompletedProcess[str]]:
    """Run a CI step: a script of bash with the secret in the step's environment, as the runners start one."""
    environment = make_spied_environment(folder, user)
    wheel_folder = folder / "dist"
    wheel_folder.mkdir()
    wheel(wheel_folder)
    script = folder / "step.sh"
    script.write_text(f"{start_line} {arguments} dist/*\n")
    result = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
        cwd=folder,
        env={
            "PATH": f"{environment.programs}:{os.defpath}",
            "RUNNER_TEMP": str(folder),
            "PYPI_TOKEN": token,
            "GITHUB_TOKEN": "not-for-workers",
        },
        capture_output=True,
        text=True,
        user=user,
        group=user,
        extra_groups=() if user else None,
        timeout=120,
        check=False,
    )
    return environment, result


def forms(token: str) -> list[str]:
    """Return the stored token and everything that gives it away: its body, header, signature, in several spellings."""
    signature = Token.parse(token).macaroon.signature
    return [
        token,
        token[-40:],
        base64.b64encode(f"__token__:{token}".encode()).decode(),
        signature.hex(),
        signature.decode("latin-1"),
        base64.b64encode(signature).decode()[:40],
        base64.urlsafe_b64encode(signature).decode()[:40],
    ]


def flatten(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from flatten(key)
            yield from flatten(item)
    elif isinstance(value, list):
        for item in value:
            yield from flatten(item)
    else:
        yield str(value)


def where_found(record: dict[str, object], token: str) -> list[str]:
    """Return the kinds of places in a record in which the stored token shows."""
    return [
        key for key, value in record.items() if any(form in text for text in flatten(value) for form in forms(token))
    ]


def users() -> list[object]:
    here = os.getuid()
    return [
        pytest.param(None, id="as root" if here == 0 else "unprivileged"),
        pytest.param(
            NOBODY, id="as nobody", marks=pytest.mark.skipif(here != 0, reason="only root can become someone else")
        ),
    ]


@pytest.mark.parametrize("user", users())
def test_no_spy_finds_the_stored_token(folder: Path, index: RunningIndex, user: int | None) -> None:
    """Started as the README's step starts it, nothing of the stored token is in reach of the worker's code."""
    token = index.mint("project", "alpha-pkg")
    arguments = f"publish --env PYPI_TOKEN --repository-url {index.url}"

    environment, result = run_step(folder, README_STEP[0], arguments, token, user=user)

    assert result.returncode == 0, result.stdout + result.stderr
    records = environment.records()
    events = {str(record["event"]) for record in records}
    assert events == {"pth", "dependency imported", "request"}
    assert all(record["worker"] for record in records)
    assert [where_found(record, token) for record in records] == [[] for _ in records]
    assert not any("not-for-workers" in text for record in records for text in flatten(record))
    # The spy is no blind one: it did see the narrowed copy go by.
    sent = next(text for record in records if "Basic" in (text := str(record["seen"])))
    password = base64.b64decode(sent.partition("Basic ")[2].partition("'")[0]).decode().partition(":")[2]
    assert Token.parse(password).fingerprint == Token.parse(token).fingerprint
    assert Token.parse(password).validity.expires_at is not None
    assert token not in result.stdout + result.stderr


@pytest.mark.parametrize("user", users())
def test_a_console_script_is_weaker_before_its_second_start_only(
    folder: Path, index: RunningIndex, user: int | None
) -> None:
    """The installed command is itself started with `.pth` files: there, once, and nowhere later (threat model)."""
    token = index.mint("project", "alpha-pkg")
    arguments = f"publish --env PYPI_TOKEN --repository-url {index.url}"

    environment, result = run_step(folder, CONSOLE_SCRIPT, arguments, token, user=user)

    assert result.returncode == 0, result.stdout + result.stderr
    workers = [record for record in environment.records() if record["worker"]]
    launchers = [record for record in environment.records() if not record["worker"]]
    assert {str(record["event"]) for record in workers} == {"pth", "dependency imported", "request"}
    assert [where_found(record, token) for record in workers] == [[] for _ in workers]
    assert {str(record["event"]) for record in launchers} == {"pth"}
    assert "environ" in where_found(launchers[0], token)


def test_the_spies_would_find_it(folder: Path, index: RunningIndex) -> None:
    """With narrowing off the worker gets the stored token, and the same search finds it: the search is not blind."""
    token = index.mint("project", "alpha-pkg")
    arguments = f"publish --env PYPI_TOKEN --narrow off --repository-url {index.url}"

    environment, result = run_step(folder, README_STEP[0], arguments, token, user=None)

    assert result.returncode == 0, result.stdout + result.stderr
    assert any("seen" in where_found(record, token) for record in environment.records())


@pytest.mark.parametrize("source", ["--stdin", "--file", "--pypirc"])
def test_other_sources_leave_nothing_open(folder: Path, index: RunningIndex, source: str) -> None:
    """A token from standard input or a file is in no open file of the holder while the worker runs."""
    token = index.mint("project", "alpha-pkg")
    secret = folder / "secret"
    secret.write_text(token)
    (folder / "pypirc").write_text(
        f"[distutils]\nindex-servers = here\n[here]\nrepository = {index.url}\nusername = __token__\npassword = {token}\n"
    )
    how = {"--stdin": "--stdin", "--file": f"--file {secret}", "--pypirc": f"--pypirc {folder}/pypirc"}[source]
    arguments = f"publish {how} --repository-url {index.url}"
    if source == "--stdin":
        arguments += f" < {secret}"

    environment, result = run_step(folder, README_STEP[0], arguments, "unused", user=None)

    assert result.returncode == 0, result.stdout + result.stderr
    records = environment.records()
    assert len(records) > 3
    assert [where_found(record, token) for record in records] == [[] for _ in records]


_REWRITER = """
import pathlib
for path in pathlib.Path({guard!r}).rglob("*.py"):
    with path.open("a") as stream:
        stream.write("\\nimport sys as _s\\nif _s.flags.no_site: open({marker!r}, 'a').close()\\n")
"""


def test_a_worker_cannot_change_what_the_holder_runs(folder: Path, index: RunningIndex) -> None:
    """A worker that rewrites the guard's files changes nothing any more in this run: all of it is loaded by then."""
    token = index.mint("project", "alpha-pkg")
    environment = make_spied_environment(folder)
    (folder / "dist").mkdir()
    wheel(folder / "dist")
    (folder / ".publish-guard.yml").write_text("narrow: {minutes: 5}\n")
    marker = folder / "marker"
    site = next((folder / "python").glob("lib/python3*/site-packages"))
    (site / "rewriter.py").write_text(_REWRITER.format(guard=str(folder / "guard"), marker=str(marker)))
    (site / "rewriter.pth").write_text("import rewriter\n")
    start_holder = [str(environment.programs / "python"), "-I", "-S", str(folder / "guard/publish_guard/__main__.py")]
    given = {"PATH": os.defpath, "PYPI_TOKEN": token}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*start_holder, *arguments], cwd=folder, env=given, capture_output=True, text=True, timeout=120, check=False
        )

    done = run("publish", "--env", "PYPI_TOKEN", "--repository-url", index.url, "dist/alpha_pkg-1.0-py3-none-any.whl")

    assert done.returncode == 0, done.stdout + done.stderr
    assert not marker.exists()
    # The files were changed, though: what the next run would load is no longer ours.
    run("explain")
    assert marker.exists()


def open_files(proc: Path) -> Iterator[str]:
    """Yield what a process has open; what is closed in this very moment is passed over."""
    for fd in (proc / "fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            yield str(fd.readlink())


@pytest.mark.parametrize("user", users())
def test_the_holder_is_closed_to_other_processes(folder: Path, user: int | None) -> None:
    """While it waits its environment is empty, it leaves no core file, and its /proc belongs to root, whoever runs it."""
    token = "pypi-AgEIcHlwaS5vcmcCJDAxNDFhMWEwLTE5MjEtNDgzMS05MjczLTc4Zjc0ZDExMDA1ZgAABiDYYOxEbVZsPkR2VmCzRkKm"
    environment = make_spied_environment(folder, user)
    program = (str(environment.programs / "python"), "-I", "-S", str(folder / "guard/publish_guard/__main__.py"))
    holder = subprocess.Popen(
        [*program, "check", "--stdin", "--env", "PYPI_TOKEN"],
        env={"PATH": os.defpath, "PYPI_TOKEN": token},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        user=user,
        group=user,
        extra_groups=() if user else None,
    )
    proc = Path(f"/proc/{holder.pid}")
    try:
        deadline = time.monotonic() + 30
        while (proc / "environ").stat().st_uid != 0 or b"--handover" not in (proc / "cmdline").read_bytes():
            assert time.monotonic() < deadline, "the holder stayed open to processes of its own user"
            time.sleep(0.02)
        # Its last act before it waits for standard input is to close the file that the environment came in.
        while any("memfd" in target for target in open_files(proc)):
            assert time.monotonic() < deadline, "the environment is still in an open file"
            time.sleep(0.02)
        assert token[:30].encode() not in (proc / "environ").read_bytes()
        assert re.search(r"^Max core file size\s+0\s+0\s", (proc / "limits").read_text(), re.MULTILINE)
    finally:
        holder.kill()
        holder.communicate(timeout=30)
