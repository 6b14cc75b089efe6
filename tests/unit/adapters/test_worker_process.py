"""Worker processes: what they answer, and every way in which one can fail to."""

from __future__ import annotations

import base64
import os
import signal
import sys
from pathlib import Path

import pytest

from publish_guard.adapters.worker_environment import worker_environment, worker_python
from publish_guard.adapters.worker_process import WorkerProcess, ask_once
from publish_guard.domain.worker import Message
from publish_guard.errors import FailureError, UsageError, WorkerRefusalError

YAML_REQUEST = {"content": base64.b64encode(b"narrow: {minutes: 5}").decode(), "name": "p.yml"}


def interpreter(folder: Path, script: str) -> str:
    """Return the path of a stand-in for Python that does what a broken or hostile worker could do."""
    path = folder / "python"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def ask(python: str, request: Message = YAML_REQUEST, *, timeout: float = 5, log: list[str] | None = None) -> Message:
    lines = [] if log is None else log
    environment = worker_environment(os.environ)
    return ask_once("read_yaml", request, timeout=timeout, python=python, environment=environment, log=lines.append)


def test_a_real_worker_answers() -> None:
    """The real worker process parses YAML and answers over its pipe."""
    assert ask(sys.executable) == {"value": {"narrow": {"minutes": 5}}}


def test_one_worker_answers_several_requests() -> None:
    """A worker stays until it is left."""
    environment = worker_environment(os.environ)
    worker = WorkerProcess("read_yaml", python=sys.executable, environment=environment, log=print)

    with worker:
        answers = [worker.ask(YAML_REQUEST, timeout=5) for _ in range(3)]

    assert answers == [{"value": {"narrow": {"minutes": 5}}}] * 3


def test_a_worker_sees_only_the_allowed_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a CI puts into the environment does not reach a worker."""
    for name in (
        "GITHUB_TOKEN",
        "ACTIONS_RUNTIME_TOKEN",
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
        "CI_JOB_TOKEN",
        "PYPI_TOKEN",
    ):
        monkeypatch.setenv(name, "not for workers")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")

    environment = worker_environment(os.environ)

    assert "not for workers" not in environment.values()
    assert environment["HTTPS_PROXY"] == "http://proxy.example:3128"
    assert environment["NETRC"] == os.devnull


def test_an_allowed_variable_that_holds_the_secret_is_left_out() -> None:
    """The allow-list does not carry a secret in a proxy's URL or anywhere else."""
    environ = {"HTTPS_PROXY": "http://user:the-secret-itself@proxy.example", "TMPDIR": "/tmp"}

    assert "HTTPS_PROXY" not in worker_environment(environ, secrets=("the-secret-itself",))
    assert worker_environment(environ, secrets=("the-secret-itself",))["TMPDIR"] == "/tmp"


def test_only_the_keyring_worker_finds_the_desktop() -> None:
    """The session bus and the home folder are for the worker that reads the keyring."""
    environ = {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/x", "HOME": "/home/someone"}

    assert worker_environment(environ, for_keyring=True) == environ
    assert not environ.keys() & worker_environment(environ).keys()


def test_a_refusal_is_told_in_the_workers_words() -> None:
    """What the worker refuses arrives as its own cause and remedy."""
    with pytest.raises(WorkerRefusalError, match="line 1"):
        ask(sys.executable, {"content": base64.b64encode(b"a: &x 1").decode(), "name": "p.yml"})


def test_a_worker_that_hangs_is_ended(tmp_path: Path) -> None:
    """A worker that never answers costs the time that was given, and is dead afterwards."""
    python = interpreter(tmp_path, f"echo '{{\"ready\": true}}'; echo $$ > {tmp_path}/pid; exec sleep 600")

    with pytest.raises(FailureError, match="did not answer within"):
        ask(python, timeout=0.3)

    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), signal.SIGCONT)


@pytest.mark.parametrize(
    "answer",
    ["not json", "[1]", '{"answer": 7}', '{"answer": {"value": ' + "[" * 100_000, '{"ready": true', "{}"],
)
def test_an_answer_that_is_none_is_refused(tmp_path: Path, answer: str) -> None:
    """Whatever a changed worker writes to the pipe, it is an error in words."""
    (tmp_path / "answer").write_text(answer + "\n")
    python = interpreter(tmp_path, f"echo '{{\"ready\": true}}'; cat {tmp_path}/answer; exec sleep 600")

    with pytest.raises(FailureError, match="worker"):
        ask(python, timeout=5)


def test_a_worker_that_dies_says_what_it_printed_last(tmp_path: Path) -> None:
    """The status and the last line on stderr are in the error."""
    python = interpreter(tmp_path, "echo 'cannot load libfoo' >&2; exit 3")

    with pytest.raises(FailureError, match=r"status 3.*cannot load libfoo"):
        ask(python)


def test_an_interpreter_that_cannot_be_started(tmp_path: Path) -> None:
    """A wrong PUBLISH_GUARD_WORKER_PYTHON is named as the thing to check."""
    with pytest.raises(FailureError) as caught:
        ask(str(tmp_path / "missing"))

    assert "PUBLISH_GUARD_WORKER_PYTHON" in caught.value.remedy


def test_a_missing_dependency_is_named(tmp_path: Path) -> None:
    """A Python without PyYAML gives an error that says what to install, not a traceback."""
    without = "import runpy, sys; sys.modules['yaml'] = None; sys.argv = sys.argv[1:]; "
    run = "runpy.run_path(sys.argv[0], run_name='__main__')"
    python = interpreter(tmp_path, f'shift; exec {sys.executable} -c "{without}{run}" "$@"')

    with pytest.raises(FailureError, match="lacks the package yaml") as caught:
        ask(python)

    assert "pip install publish-guard" in caught.value.remedy


def test_an_operation_that_nobody_wrote_is_refused() -> None:
    """--worker imports nothing but the operations that are listed."""
    environment = worker_environment(os.environ)

    with pytest.raises(FailureError), WorkerProcess("os", python=sys.executable, environment=environment, log=print):
        pass


def test_what_a_worker_prints_reaches_the_log(tmp_path: Path) -> None:
    """Lines on stderr go to the caller's log and never into an answer."""
    python = interpreter(tmp_path, f'echo noise >&2; exec {sys.executable} "$@"')
    log: list[str] = []

    assert ask(python, log=log) == {"value": {"narrow": {"minutes": 5}}}
    assert log == ["noise"]


def test_a_worker_that_closes_its_pipe_and_lives_on_is_ended(tmp_path: Path) -> None:
    """Nobody waits for a worker that will not answer any more: it is ended, and the error says what it did."""
    python = interpreter(tmp_path, f"echo '{{\"ready\": true}}'; echo $$ > {tmp_path}/pid; exec >&-; exec sleep 600")

    with pytest.raises(FailureError, match="closed its end of the pipe"):
        ask(python, timeout=30)

    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), signal.SIGCONT)


def test_a_worker_that_never_reads_is_ended(tmp_path: Path) -> None:
    """A request larger than the pipe does not make the holder wait longer than the time that was given."""
    python = interpreter(tmp_path, "echo '{\"ready\": true}'; exec sleep 600")

    with pytest.raises(FailureError, match="did not answer within"):
        ask(python, {"content": "x" * 4_000_000, "name": "p.yml"}, timeout=0.3)


def test_a_worker_that_was_ended_is_not_asked_again(tmp_path: Path) -> None:
    """After a timeout the next request fails in words too."""
    python = interpreter(tmp_path, "echo '{\"ready\": true}'; exec sleep 600")
    worker = WorkerProcess("read_yaml", python=python, environment=worker_environment(os.environ), log=print)

    with worker:
        for said in ("did not answer within", "was ended before"):
            with pytest.raises(FailureError, match=said):
                worker.ask(YAML_REQUEST, timeout=0.3)


def test_what_goes_to_this_machine_goes_round_by_no_proxy() -> None:
    """For a loopback index the worker has no proxy settings, for any other it has."""
    environ = {"HTTP_PROXY": "http://proxy.example:3128", "all_proxy": "socks5://p", "LANG": "C.UTF-8"}

    assert not {"HTTP_PROXY", "all_proxy"} & worker_environment(environ, loopback=True).keys()
    assert worker_environment(environ, loopback=True)["LANG"] == "C.UTF-8"
    assert worker_environment(environ)["HTTP_PROXY"] == "http://proxy.example:3128"


@pytest.mark.parametrize("chosen", ["python3", "./python3", "/nowhere/python3"])
def test_the_workers_python_is_named_by_its_full_path(
    chosen: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A name that another folder's file could answer to is refused."""
    (tmp_path / "python3").write_text("")
    monkeypatch.chdir(tmp_path)

    with pytest.raises(UsageError):
        worker_python({"PUBLISH_GUARD_WORKER_PYTHON": chosen})


def test_an_answer_to_another_request_is_none(tmp_path: Path) -> None:
    """A worker that answers twice cannot have its second answer taken for the next request's."""
    answers = 'echo \'{"ready": true}\'; read -r x; echo \'{"id": 1, "answer": {}}\'; echo \'{"id": 1, "answer": {}}\''
    python = interpreter(tmp_path, f"{answers}; exec sleep 600")
    worker = WorkerProcess("read_yaml", python=python, environment=worker_environment(os.environ), log=print)

    with worker:
        assert worker.ask(YAML_REQUEST, timeout=5) == {}
        with pytest.raises(FailureError, match="something that is no answer"):
            worker.ask(YAML_REQUEST, timeout=5)
