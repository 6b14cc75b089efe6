"""A secret in the keyring of the system, as `keyring set URL __token__` stores it for twine.

A short-lived worker reads it: the holder imports no keyring backend. The worker's part is worker/read_keyring.py.
"""

from __future__ import annotations

from publish_guard.domain.recognise import stored_secret
from publish_guard.domain.secret import SecretKind, StoredSecret
from publish_guard.domain.token import TOKEN_USER
from publish_guard.domain.worker import AskWorker
from publish_guard.errors import FailureError
from publish_guard.sources.argument import refuse_a_secret

SOURCE = "keyring"
OPERATION = "read_keyring"
NO_ENTRY = "no entry"

# How long the keyring may take once the worker is ready, in seconds; the worker ends the wait itself.
KEYRING_SECONDS = 1.0
# The holder waits a little longer, for a worker that is stopped as a whole.
ANSWER_SECONDS = 3.0


def from_keyring(ask: AskWorker, *, service: str, user: str = TOKEN_USER) -> StoredSecret:
    """Return what the keyring keeps for `service` (the repository URL, as twine has it) and `user`.

    An absent entry has the kind "empty" and the detail "no entry". Raises FailureError, with the keyring's trouble in
    words, where there is no keyring, where it is locked and would ask a person, and where it does not answer.
    """
    refuse_a_secret(user, "--user", "the user's name")
    request = {"service": service, "user": user, "seconds": KEYRING_SECONDS}
    answer = ask(OPERATION, request, timeout=ANSWER_SECONDS)
    password = answer.get("password", "")
    if password is None:
        return StoredSecret(SOURCE, service, SecretKind.EMPTY, NO_ENTRY, user=user)
    if not isinstance(password, str) or not isinstance(answer.get("backend"), str):
        raise FailureError(
            "The keyring worker answered something that is no password.",
            "Check that publish-guard and its worker are of the same version.",
        )
    return stored_secret(SOURCE, service, password, user=user)
