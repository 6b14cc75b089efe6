"""Reads one password from the system's keyring, in a process that lives for this one answer.

A keyring can ask a person, and in a CI job or a script there is none: whatever waits for longer than the request
allows is given up, and nothing here can read from a terminal.
"""

from __future__ import annotations

import io
import sys
import threading
from collections.abc import Callable
from typing import TypeVar

from publish_guard.worker import WorkerProblem

# Looking for backends imports each of them and asks the message bus; on a cold machine that takes a while.
DETECTION_SECONDS = 15.0
MAX_SECONDS = 60.0
MAX_LENGTH = 2048

_Result = TypeVar("_Result")
_INSTEAD = "or give the token with --env NAME or --stdin."


def prepare() -> None:
    """Import keyring and choose its backend, before time is counted.

    Raises WorkerProblem where the choice hangs or fails, as for a PYTHON_KEYRING_BACKEND that does not exist.
    """
    import keyring

    _within(DETECTION_SECONDS, keyring.get_keyring, "no backend could be chosen")


def handle(request: dict[str, object]) -> dict[str, object]:
    """Return {"password": text or None where there is no entry, "backend": its class} for a "service" and a "user".

    "seconds" is how long the keyring may take. Raises WorkerProblem where there is no keyring, it is switched off or
    locked, asks for something, fails, or does not answer in time. No error repeats what a backend said.
    """
    import keyring
    import keyring.backends.null

    service, user, seconds = _text(request, "service"), _text(request, "user"), _seconds(request)
    backend = _within(DETECTION_SECONDS, keyring.get_keyring, "no backend could be chosen")
    if isinstance(backend, keyring.backends.null.Keyring):
        raise WorkerProblem(
            "The keyring is switched off (its null backend is chosen).",
            f"Choose another in PYTHON_KEYRING_BACKEND or keyringrc.cfg, {_INSTEAD}",
        )
    password = _within(seconds, lambda: backend.get_password(service, user), "it could not be read")
    kind = type(backend)
    return {"password": password, "backend": f"{kind.__module__}.{kind.__qualname__}"}


def _within(seconds: float, call: Callable[[], _Result], failure: str) -> _Result:
    """Return what `call` returns within `seconds`; else say in a WorkerProblem what went wrong."""
    results: list[_Result] = []
    errors: list[BaseException] = []

    def work() -> None:
        try:
            results.append(call())
        except BaseException as error:  # noqa: BLE001 - backends raise what they like, SystemExit included
            errors.append(error)

    # The request pipe is standard input: a backend that prompts must find an end, not the next request.
    kept, sys.stdin = sys.stdin, io.StringIO()
    try:
        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        thread.join(seconds)
    finally:
        sys.stdin = kept
    if errors:
        raise _problem(errors[0], failure)
    if not results:
        raise WorkerProblem(
            f"The keyring did not answer within {seconds:g} s: it may be waiting for a password that nobody can type.",
            f"Unlock it first, {_INSTEAD}",
        )
    return results[0]


def _problem(error: BaseException, failure: str) -> WorkerProblem:
    from keyring.errors import InitError, KeyringLocked, NoKeyringError

    if isinstance(error, NoKeyringError):
        return WorkerProblem(
            "There is no keyring here that can be used.",
            f"Install a backend (on Linux a Secret Service such as gnome-keyring on a D-Bus session), {_INSTEAD}",
        )
    if isinstance(error, InitError | KeyringLocked):
        return WorkerProblem(
            "The keyring is locked, or has no collection yet, and nobody is there to type its password.",
            f"Unlock it in your session first, {_INSTEAD}",
        )
    if isinstance(error, EOFError):
        return WorkerProblem(
            "The keyring asked for a password that nobody can type.",
            f"Use a backend that needs none while you are logged in, {_INSTEAD}",
        )
    # Only the kind: a backend's words may repeat what it holds.
    return WorkerProblem(
        f"The keyring failed: {failure} ({type(error).__name__}).", f"Try `python -m keyring diagnose`, {_INSTEAD}"
    )


def _text(request: dict[str, object], key: str) -> str:
    value = request.get(key)
    if not isinstance(value, str) or not value or len(value) > MAX_LENGTH:
        raise WorkerProblem(f"The keyring cannot be asked: the {key} is missing or too long.")
    return value


def _seconds(request: dict[str, object]) -> float:
    value = request.get("seconds", 1.0)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= MAX_SECONDS:
        raise WorkerProblem("The keyring cannot be asked: the time is missing or too long.")
    return float(value)
