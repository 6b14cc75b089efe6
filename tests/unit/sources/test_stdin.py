"""Standard input is read to its end or its bound; a terminal and a pipe that says nothing are not waited for."""

from __future__ import annotations

import io
import os
import time
from pathlib import Path
from typing import BinaryIO, cast

import pytest

from publish_guard.domain import details
from publish_guard.domain.secret import SecretKind
from publish_guard.errors import FailureError, UsageError
from publish_guard.sources.stdin import from_stdin
from support.tokens import made_token

TOKEN = made_token("alpha-pkg")
OTHER = made_token("beta-pkg", number=7)


def test_piped_secret_is_read_to_its_end() -> None:
    """What several writes put into the pipe is one secret, `stdin:stdin`."""
    reader, writer = os.pipe()
    os.write(writer, TOKEN[:20].encode())
    os.write(writer, f"{TOKEN[20:]}\n".encode())
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        (secret,) = from_stdin(stream, monotonic=time.monotonic)
    assert (secret.id, secret.kind, secret.value) == ("stdin:stdin", SecretKind.API_TOKEN, TOKEN)


def test_stream_in_memory_is_read_too() -> None:
    """A stream without a descriptor is read as it is, and a list of tokens is split."""
    secrets = from_stdin(io.BytesIO(f"{TOKEN}\n{OTHER}".encode()), monotonic=time.monotonic)
    assert [secret.id for secret in secrets] == ["stdin:stdin#1", "stdin:stdin#2"]


def test_endless_input_is_cut_at_the_bound() -> None:
    """A device without an end gives "too large", not an endless wait."""
    with Path("/dev/zero").open("rb") as stream:
        (secret,) = from_stdin(stream, monotonic=time.monotonic)
    assert (secret.kind, secret.detail, secret.value) == (SecretKind.UNRECOGNIZED, details.TOO_LARGE, "")


def test_empty_input_is_an_empty_secret() -> None:
    """In a CI job standard input is often /dev/null: that is an empty secret."""
    with Path(os.devnull).open("rb") as stream:
        (secret,) = from_stdin(stream, monotonic=time.monotonic)
    assert (secret.kind, secret.detail) == (SecretKind.EMPTY, "empty")


def test_terminal_is_refused_at_once() -> None:
    """A terminal would wait silently and show what is typed: it is refused with what to do."""
    pty = pytest.importorskip("pty", reason="no pseudo-terminals here")
    controller, terminal = pty.openpty()
    try:
        with os.fdopen(terminal, "rb") as stream, pytest.raises(UsageError, match="terminal") as caught:
            from_stdin(stream, monotonic=time.monotonic)
    finally:
        os.close(controller)
    assert "--env" in caught.value.remedy


def test_closed_input_is_refused() -> None:
    """A process without standard input is told so."""
    for stream in (None, closed_stream()):
        with pytest.raises(UsageError, match="closed"):
            from_stdin(stream, monotonic=time.monotonic)


def closed_stream() -> BinaryIO:
    stream = io.BytesIO()
    stream.close()
    return stream


def test_silent_pipe_is_given_up() -> None:
    """A writer that says nothing until the time is over is a failure that names the command in front of the pipe."""
    reader, writer = os.pipe()
    os.write(writer, TOKEN[:20].encode())
    try:
        with os.fdopen(reader, "rb") as stream, pytest.raises(FailureError, match="no secret arrived") as caught:
            from_stdin(stream, monotonic=iter([0.0, 1.0, 400.0, 500.0]).__next__, wait=300.0)
    finally:
        os.close(writer)
    assert TOKEN[5:13] not in caught.value.message + caught.value.remedy


def test_input_that_cannot_be_read_is_a_failure() -> None:
    """A descriptor that is open for writing only is a failure and not a traceback."""
    fd = os.open(os.devnull, os.O_WRONLY)
    stream = cast("BinaryIO", os.fdopen(fd, "wb"))
    with stream, pytest.raises(FailureError, match="cannot be read"):
        from_stdin(stream, monotonic=time.monotonic)
