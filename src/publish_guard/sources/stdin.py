"""A secret from standard input, as a password manager or a CI step pipes it."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Callable
from typing import BinaryIO

from publish_guard.domain.secret import StoredSecret
from publish_guard.domain.token import MAX_SECRET_SIZE
from publish_guard.errors import FailureError, UsageError
from publish_guard.sources.file import secrets_from_bytes

SOURCE = "stdin"
# A password manager may ask for a finger or a passphrase first; nobody takes longer than this.
WAIT_SECONDS = 300.0
_CHUNK = 64 * 1024


def from_stdin(
    stream: BinaryIO | None, *, monotonic: Callable[[], float], wait: float = WAIT_SECONDS
) -> tuple[StoredSecret, ...]:
    """Return the secret that `stream` holds up to its end, under the name "stdin"; several where it lists tokens.

    Raises UsageError where it is a terminal (it would wait for typing, and show it) or closed, and FailureError where
    it cannot be read or its end is not reached within `wait` seconds on the clock `monotonic`.
    """
    if stream is None or stream.closed:
        raise UsageError("--stdin: standard input is closed.", "Pipe the secret in, or use --env NAME.")
    if stream.isatty():
        raise UsageError(
            "--stdin: standard input is a terminal, and nothing is piped into it.",
            "Pipe the secret in from a password manager or a file, or use --env NAME.",
        )
    try:
        data = _read(stream, monotonic, wait)
    except OSError as error:
        raise FailureError(
            f"--stdin: standard input cannot be read ({error.strerror or type(error).__name__}).",
            "Pipe the secret in, or use --env NAME.",
        ) from None
    return secrets_from_bytes(SOURCE, "stdin", data)


def _read(stream: BinaryIO, monotonic: Callable[[], float], wait: float) -> bytes:
    """Return everything up to the end or one byte beyond the limit, whichever comes first."""
    try:
        fd = stream.fileno()
    except OSError:
        # A stream in memory: it never waits.
        return stream.read(MAX_SECRET_SIZE + 1)
    data = bytearray()
    deadline = monotonic() + wait
    while len(data) <= MAX_SECRET_SIZE:
        # Windows can wait for sockets only; there a silent pipe ends with its writer.
        if sys.platform != "win32" and not select.select([fd], [], [], max(0.0, deadline - monotonic()))[0]:
            raise FailureError(
                f"--stdin: no secret arrived within {wait:.0f} seconds.",
                "Check the command in front of the pipe: it may be waiting for someone.",
            )
        chunk = os.read(fd, min(_CHUNK, MAX_SECRET_SIZE + 1 - len(data)))
        if not chunk:
            break
        data += chunk
    return bytes(data)
