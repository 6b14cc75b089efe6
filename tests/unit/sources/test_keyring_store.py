"""The holder's side of the keyring: what it asks, and what it makes of the answers."""

from __future__ import annotations

import pytest

from publish_guard.domain.secret import SecretKind
from publish_guard.domain.worker import Message
from publish_guard.errors import FailureError, UsageError, WorkerRefusalError
from publish_guard.sources.keyring_store import from_keyring
from support.tokens import made_token

TOKEN = made_token("alpha-pkg")
URL = "https://upload.pypi.org/legacy/"


class Answering:
    """Stands where the worker process is: gives one answer and keeps what it was asked."""

    def __init__(self, answer: Message | Exception) -> None:
        self.answer = answer
        self.asked: list[tuple[str, dict[str, object], float]] = []

    def __call__(self, operation: str, request: Message, *, timeout: float) -> Message:
        self.asked.append((operation, dict(request), timeout))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def test_entry_is_found_under_the_url_and_twines_user() -> None:
    """The service is the repository URL and the user __token__, where twine's users store their token."""
    ask = Answering({"password": f"{TOKEN}\n", "backend": "b"})
    secret = from_keyring(ask, service=URL)
    assert (secret.id, secret.kind, secret.value, secret.user) == (
        f"keyring:{URL}",
        SecretKind.API_TOKEN,
        TOKEN,
        "__token__",
    )
    ((operation, request, timeout),) = ask.asked
    assert (operation, request["service"], request["user"]) == ("read_keyring", URL, "__token__")
    # The worker gives up first, so that its words are the ones that are read.
    assert isinstance(request["seconds"], float)
    assert request["seconds"] < timeout


def test_other_user_is_asked_for() -> None:
    """A private index has users of its own."""
    ask = Answering({"password": "hunter2", "backend": "b"})
    secret = from_keyring(ask, service="https://index.example/", user="alice")
    assert (secret.kind, secret.value, secret.user) == (SecretKind.USERNAME_PASSWORD, "hunter2", "alice")
    assert ask.asked[0][1]["user"] == "alice"


def test_no_entry_is_an_empty_secret() -> None:
    """The keyring works and has nothing for this index: that is told apart from a keyring in trouble."""
    secret = from_keyring(Answering({"password": None, "backend": "b"}), service=URL)
    assert (secret.kind, secret.detail, secret.value) == (SecretKind.EMPTY, "no entry", "")
    secret = from_keyring(Answering({"password": "", "backend": "b"}), service=URL)
    assert (secret.kind, secret.detail) == (SecretKind.EMPTY, "empty")


def test_worker_in_trouble_speaks_for_itself() -> None:
    """What the worker says about a locked keyring reaches the caller unchanged."""
    with pytest.raises(FailureError, match="is locked") as caught:
        from_keyring(Answering(WorkerRefusalError("The keyring is locked.", "Unlock it.")), service=URL)
    assert caught.value.remedy == "Unlock it."


@pytest.mark.parametrize(
    "answer", [{}, {"password": 7, "backend": "b"}, {"password": TOKEN}, {"password": [TOKEN], "backend": ""}]
)
def test_answer_that_is_none_is_refused_without_repeating_it(answer: Message) -> None:
    """An answer of another form is a failure, and nothing of it is shown."""
    with pytest.raises(FailureError, match="no password") as caught:
        from_keyring(Answering(answer), service=URL)
    assert TOKEN[5:13] not in str(caught.value) + caught.value.remedy


def test_token_as_the_user_is_refused() -> None:
    """Who gives the token as the user is told so before anything is asked."""
    ask = Answering({})
    with pytest.raises(UsageError):
        from_keyring(ask, service=URL, user=TOKEN)
    assert ask.asked == []
