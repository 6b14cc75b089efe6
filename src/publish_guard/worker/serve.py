"""The worker's loop: one JSON line in, one JSON line out, until the holder closes the pipe."""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections.abc import Callable
from typing import BinaryIO

from publish_guard.worker import WorkerProblem

# Explicit, so that a name from outside can import nothing else.
OPERATIONS = ("publish", "read_keyring", "read_yaml")
MAX_LINE = 16 * 1024 * 1024

Handle = Callable[[dict[str, object]], dict[str, object]]


def serve(name: str) -> int:
    """Answer the holder's requests with the operation `name` until its end of the pipe is closed; return 0."""
    if name not in OPERATIONS:
        sys.stderr.write("--worker is how the program starts its own workers.\n")
        return 2
    # Whatever prints to stdout from here on lands on stderr: the pipe to the holder carries answers only.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    requests = sys.stdin.buffer
    try:
        module = importlib.import_module(f"publish_guard.worker.{name}")
        prepare: Callable[[], None] | None = getattr(module, "prepare", None)
        if prepare is not None:
            prepare()
    except ImportError as error:
        _answer(answers, _missing(error.name))
        return 1
    except WorkerProblem as problem:
        _answer(answers, {"problem": {"message": problem.message, "remedy": problem.remedy}})
        return 1
    _answer(answers, {"ready": True})
    _loop(module.handle, requests, answers)
    return 0


def _loop(handle: Handle, requests: BinaryIO, answers: BinaryIO) -> None:
    while line := requests.readline(MAX_LINE):
        request = json.loads(line)
        number = request.pop("id", None)
        try:
            answer: dict[str, object] = {"answer": handle(request)}
        except WorkerProblem as problem:
            answer = {"problem": {"message": problem.message, "remedy": problem.remedy}}
        except Exception as error:  # noqa: BLE001 - whatever breaks in a dependency is the holder's to report
            # Only the kind of the error: its text may repeat what the request held.
            answer = {"broken": f"{type(error).__module__}.{type(error).__qualname__}"}
        _answer(answers, {"id": number, **answer})


def _answer(answers: BinaryIO, message: dict[str, object]) -> None:
    # Not as ASCII: escapes would make a long listing longer than the holder takes.
    answers.write(json.dumps(message, ensure_ascii=False).encode(errors="replace") + b"\n")
    answers.flush()


def _missing(name: str | None) -> dict[str, object]:
    return {
        "problem": {
            "message": f"The worker's Python lacks the package {(name or 'it needs').partition('.')[0]}.",
            "remedy": "Install publish-guard with its dependencies there (pip install publish-guard), "
            "or name a Python that has them in PUBLISH_GUARD_WORKER_PYTHON.",
        }
    }
