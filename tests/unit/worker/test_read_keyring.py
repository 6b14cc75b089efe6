"""The keyring worker: each kind of trouble has its words, nothing a backend says gets out, and no wait is endless."""

from __future__ import annotations

import getpass
import sys
import threading
from collections.abc import Callable
from typing import ClassVar

import keyring
import keyring.backend
import keyring.backends.chainer
import keyring.backends.fail
import keyring.backends.null
import keyring.core
import keyring.errors
import pytest

from publish_guard.worker import WorkerProblem
from publish_guard.worker.read_keyring import handle, prepare

SECRET = "QXZ-0123456789-QXZ"
REQUEST: dict[str, object] = {"service": "https://upload.pypi.org/legacy/", "user": "__token__", "seconds": 0.2}


class Backend(keyring.backend.KeyringBackend):
    """A backend whose one entry is what a function makes of (service, user)."""

    priority: ClassVar[float] = 1

    def __init__(self, get: Callable[[str, str], str | None]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # keyring leaves its own without types
        self.get = get

    def get_password(self, service: str, username: str) -> str | None:
        return self.get(service, username)

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NotImplementedError


def use(monkeypatch: pytest.MonkeyPatch, backend: keyring.backend.KeyringBackend) -> None:
    monkeypatch.setattr(keyring.core, "_keyring_backend", backend)


def raising(error: BaseException) -> Backend:
    def get(service: str, user: str) -> str:
        raise error

    return Backend(get)


def test_entry_comes_with_the_name_of_the_backend(monkeypatch: pytest.MonkeyPatch) -> None:
    """The password of exactly that service and user is read, and which backend had it is told."""
    use(
        monkeypatch,
        Backend(lambda service, user: SECRET if (service, user) == (REQUEST["service"], "__token__") else None),
    )
    prepare()
    assert handle(REQUEST) == {"password": SECRET, "backend": f"{__name__}.Backend"}
    assert handle({**REQUEST, "user": "alice"})["password"] is None


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (keyring.errors.NoKeyringError(SECRET), "no keyring here"),
        (keyring.errors.InitError(SECRET), "is locked"),
        (keyring.errors.KeyringLocked(SECRET), "is locked"),
        (keyring.errors.KeyringError(SECRET), "KeyringError"),
        (EOFError(SECRET), "asked for a password"),
        (OSError(SECRET), "OSError"),
        (SystemExit(SECRET), "SystemExit"),
    ],
    ids=["none", "no-collection", "locked", "other", "prompt", "system", "exit"],
)
def test_each_trouble_has_its_words_and_a_remedy(
    monkeypatch: pytest.MonkeyPatch, error: BaseException, words: str
) -> None:
    """Absent, locked, prompting and broken keyrings are told apart; what the backend said is not repeated."""
    use(monkeypatch, raising(error))
    with pytest.raises(WorkerProblem, match=words) as caught:
        handle(REQUEST)
    assert "--env" in caught.value.remedy
    assert SECRET not in caught.value.message + caught.value.remedy


def test_absent_and_switched_off_keyrings_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """keyring's own stand-ins: the fail backend is no keyring, the null backend is one that was switched off."""
    use(monkeypatch, keyring.backends.fail.Keyring())  # type: ignore[no-untyped-call]  # as above
    with pytest.raises(WorkerProblem, match="no keyring here"):
        handle(REQUEST)
    use(monkeypatch, keyring.backends.null.Keyring())  # type: ignore[no-untyped-call]  # as above
    with pytest.raises(WorkerProblem, match="switched off"):
        handle(REQUEST)


def test_backend_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A keyring that waits for somebody is given up after the time that the request allows, in words."""
    forever = threading.Event()
    use(monkeypatch, Backend(lambda *_: str(forever.wait(60))))
    try:
        with pytest.raises(WorkerProblem, match=r"did not answer within 0\.2 s: it may be waiting for a password"):
            handle(REQUEST)
    finally:
        forever.set()


def test_prompting_backend_finds_no_terminal_and_no_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """A backend that reads a password from standard input gets its end at once, not the holder's next request."""
    before = sys.stdin
    use(monkeypatch, Backend(lambda *_: input()))
    with pytest.raises(WorkerProblem, match="asked for a password"):
        handle(REQUEST)
    assert sys.stdin is before

    # What getpass does where there is no terminal; its types are not public.
    ask: Callable[..., str] = vars(getpass)["fallback_getpass"]
    use(monkeypatch, Backend(lambda *_: ask("Password: ", sys.stderr)))
    with pytest.warns(getpass.GetPassWarning), pytest.raises(WorkerProblem, match="asked for a password"):
        handle(REQUEST)


@pytest.mark.parametrize(
    "change",
    [
        {"service": None},
        {"service": ""},
        {"service": "x" * 3000},
        {"user": 7},
        {"seconds": 0},
        {"seconds": 1e9},
        {"seconds": True},
        {"seconds": "1"},
        {"seconds": float("nan")},
    ],
    ids=range(9),
)
def test_request_of_another_form_is_refused(monkeypatch: pytest.MonkeyPatch, change: dict[str, object]) -> None:
    """The keyring is asked for nothing that is not bounded."""
    use(monkeypatch, raising(AssertionError("must not be asked")))
    with pytest.raises(WorkerProblem, match="cannot be asked"):
        handle({**REQUEST, **change})


def test_backend_that_does_not_exist_is_told_before_the_first_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """A misspelt PYTHON_KEYRING_BACKEND is a problem in words, found while the worker starts."""
    monkeypatch.setattr(keyring.core, "_keyring_backend", None)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.none_of_these.Keyring")
    with pytest.raises(WorkerProblem, match="no backend could be chosen"):
        prepare()
