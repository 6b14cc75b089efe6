"""Worker processes: started with a bare environment, asked over pipes, ended when they take too long."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Self, cast

import publish_guard
from publish_guard.domain.worker import Message
from publish_guard.errors import FailureError, WorkerRefusalError

# Importing twine takes a fifth of a second on a quick machine; a cold and busy one may need much longer.
START_TIMEOUT = 60.0
MAX_ANSWER = 16 * 1024 * 1024
_MAX_LOG_LINE = 4096
# How long a worker that has nothing more to do may take to end, in seconds.
_FAREWELL = 5.0

Log = Callable[[str], None]


class WorkerProcess:
    """One worker, from its start to its end; use it as a context manager.

    `log` gets every line that the worker, or a dependency in it, prints; the caller redacts and shows them.
    """

    def __init__(self, operation: str, *, python: str, environment: Mapping[str, str], log: Log) -> None:
        program = Path(publish_guard.__file__).resolve().with_name("__main__.py")
        self._operation = operation
        self._log = log
        self._last_line = ""
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own file, by the chosen interpreter
                [python, "-I", str(program), "--worker", operation],
                env=dict(environment),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                # A Ctrl-C in the terminal goes to the holder alone, which decides what becomes of the worker.
                start_new_session=True,
            )
        except OSError as error:
            raise FailureError(
                f"The worker's Python cannot be started ({error.strerror}).",
                "Check the interpreter that PUBLISH_GUARD_WORKER_PYTHON names.",
            ) from None
        self._ended = False
        self._asked = 0
        self._requests: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._answers: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        # Each pipe has a thread, so that no worker can make the holder wait: neither by not reading nor by not closing.
        self._threads = tuple(
            threading.Thread(target=target, daemon=True)
            for target in (self._write_requests, self._read_answers, self._read_log)
        )
        for thread in self._threads:
            thread.start()

    def __enter__(self) -> Self:
        try:
            self._receive(START_TIMEOUT, "ready", 0)
        except BaseException:
            self._end(at_once=True)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end(at_once=kind is not None)

    def ask(self, request: Message, *, timeout: float) -> Message:
        """Return the answer to `request` within `timeout` seconds, else raise FailureError and end the worker."""
        if self._ended:
            raise FailureError(
                f"The {self._operation} worker was ended before, because it did not answer.",
                "Run the same command again.",
            )
        self._asked += 1
        self._requests.put(json.dumps({**request, "id": self._asked}).encode() + b"\n")
        answer = self._receive(timeout, "answer", self._asked)
        if not isinstance(answer, dict):
            raise self._nonsense()
        return answer

    def _receive(self, timeout: float, expected: str, number: int) -> object:
        try:
            line = self._answers.get(timeout=timeout)
        except queue.Empty:
            self._end(at_once=True)
            raise FailureError(
                f"The {self._operation} worker did not answer within {timeout:.0f} seconds and was ended.",
                "Try again; if it hangs again, look at what it talks to: the network, the index, the keyring.",
            ) from None
        if not line:
            raise self._gone()
        try:
            message = json.loads(line)
        except (ValueError, RecursionError):
            raise self._nonsense() from None
        # An answer to another request is none to this one.
        if not isinstance(message, dict) or message.get("id", 0) != number:
            raise self._nonsense()
        if expected in message:
            return message[expected]
        problem = message.get("problem")
        if isinstance(problem, dict):
            raise WorkerRefusalError(str(problem.get("message", "")), str(problem.get("remedy", "")))
        kind = message.get("broken")
        raise FailureError(
            f"The {self._operation} worker broke ({kind if isinstance(kind, str) else 'unknown error'}).",
            "Run it again with --verbose to see what it printed.",
        )

    def _gone(self) -> FailureError:
        try:
            how = f"status {self._process.wait(timeout=_FAREWELL)}"
        except subprocess.TimeoutExpired:
            how = "it closed its end of the pipe and went on"
        self._end(at_once=True)
        printed = f" It printed last: {self._last_line}" if self._last_line else ""
        return FailureError(
            f"The {self._operation} worker ended by itself ({how}).{printed}",
            "Check that the worker's Python works and has publish-guard's dependencies.",
        )

    def _nonsense(self) -> FailureError:
        self._end(at_once=True)
        return FailureError(
            f"The {self._operation} worker answered something that is no answer.",
            "Install publish-guard afresh: its own files or a dependency may have been changed.",
        )

    def _kill(self) -> None:
        """End the worker and whatever it started: it has a session of its own."""
        if sys.platform == "win32":
            self._process.kill()
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()

    def _write_requests(self) -> None:
        stdin = cast("IO[bytes]", self._process.stdin)
        # A worker that is gone is noticed by its answers' end.
        with contextlib.suppress(OSError, ValueError):
            while (line := self._requests.get()) is not None:
                stdin.write(line)
                stdin.flush()
        with contextlib.suppress(OSError):
            stdin.close()

    def _read_answers(self) -> None:
        stdout = cast("IO[bytes]", self._process.stdout)
        while line := stdout.readline(MAX_ANSWER):
            self._answers.put(line)
        # The end of the pipe, and of every wait for it.
        self._answers.put(b"")

    def _read_log(self) -> None:
        stderr = cast("IO[bytes]", self._process.stderr)
        while line := stderr.readline(_MAX_LOG_LINE):
            text = line.decode(errors="replace").rstrip()
            self._last_line = text
            self._log(text)

    def _end(self, *, at_once: bool) -> None:
        if self._ended:
            return
        self._ended = True
        self._requests.put(None)
        if at_once:
            self._kill()
        else:
            try:
                self._process.wait(timeout=_FAREWELL)
            except subprocess.TimeoutExpired:
                self._kill()
        self._process.wait()
        for thread in self._threads:
            thread.join(1)
        if not any(thread.is_alive() for thread in self._threads):
            for stream in (self._process.stdout, self._process.stderr):
                cast("IO[bytes]", stream).close()


def ask_once(
    operation: str, request: Message, *, timeout: float, python: str, environment: Mapping[str, str], log: Log
) -> Message:
    """Start a worker for one request, return its answer and end it; FailureError as in WorkerProcess.ask."""
    with WorkerProcess(operation, python=python, environment=environment, log=log) as worker:
        return worker.ask(request, timeout=timeout)
