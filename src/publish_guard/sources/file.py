"""A secret in a file, such as one that a CI system or a container's secret store puts there."""

from __future__ import annotations

from publish_guard.domain import details
from publish_guard.domain.recognise import stored_secrets
from publish_guard.domain.secret import SecretKind, StoredSecret
from publish_guard.domain.token import MAX_SECRET_SIZE
from publish_guard.errors import UsageError
from publish_guard.sources.argument import refuse_a_secret
from publish_guard.sources.reading import decode, read_regular_file

SOURCE = "file"


def from_file(path: str) -> tuple[StoredSecret, ...]:
    """Return the secret in the regular file at `path`, under the path as its name; several where it lists tokens.

    Raises UsageError where there is no regular file or the path is a secret itself, FailureError where it cannot be
    read.
    """
    refuse_a_secret(path, "--file", "the path of a file")
    if path in ("", "-"):
        raise UsageError("--file wants the path of a file.", "To read standard input, use --stdin.")
    return secrets_from_bytes(SOURCE, path, read_regular_file(path, MAX_SECRET_SIZE, "--file"))


def secrets_from_bytes(source: str, name: str, data: bytes) -> tuple[StoredSecret, ...]:
    """Return what `data`, read from `source`, holds; more than 1 MiB and what is no text are kinds of their own."""
    if len(data) > MAX_SECRET_SIZE:
        return (StoredSecret(source, name, SecretKind.UNRECOGNIZED, details.TOO_LARGE),)
    text = decode(data)
    if text is None:
        return (StoredSecret(source, name, SecretKind.UNRECOGNIZED, details.NO_TEXT),)
    return stored_secrets(source, name, text)
