"""Regular files are read to a bound, in the encodings that editors and shells write; nothing else is opened."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from publish_guard.domain import details
from publish_guard.domain.secret import SecretKind
from publish_guard.domain.token import MAX_SECRET_SIZE
from publish_guard.errors import FailureError, UsageError
from publish_guard.sources.file import from_file
from support.tokens import made_token

TOKEN = made_token("alpha-pkg")
OTHER = made_token("beta-pkg", number=7)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-mark"])
def test_file_is_read_in_the_usual_encodings(tmp_path: Path, encoding: str) -> None:
    """UTF-8, and what PowerShell writes (UTF-8 or UTF-16 with a byte order mark), give the same token."""
    path = tmp_path / "token.txt"
    if encoding == "utf-16-le-mark":
        path.write_bytes(b"\xff\xfe" + f"{TOKEN}\r\n".encode("utf-16-le"))
    else:
        path.write_bytes(f"{TOKEN}\r\n".encode(encoding))
    (secret,) = from_file(str(path))
    assert (secret.id, secret.kind, secret.value) == (f"file:{path}", SecretKind.API_TOKEN, TOKEN)


def test_file_with_one_token_a_line_is_a_secret_each(tmp_path: Path) -> None:
    """A list of tokens is read as a variable's is."""
    path = tmp_path / "tokens"
    path.write_text(f"{TOKEN}\n{OTHER}\n")
    assert [secret.name for secret in from_file(str(path))] == [f"{path}#1", f"{path}#2"]


def test_file_that_is_no_text_or_too_large_is_said_to_be(tmp_path: Path) -> None:
    """Bytes that are no text, and more than 1 MiB, are kinds and not crashes; exactly 1 MiB is read."""
    path = tmp_path / "secret"
    path.write_bytes(b"\x80\x81\xff")
    (secret,) = from_file(str(path))
    assert (secret.kind, secret.detail, secret.value) == (SecretKind.UNRECOGNIZED, details.NO_TEXT, "")
    path.write_bytes(TOKEN.encode() + b" " * (MAX_SECRET_SIZE - len(TOKEN)))
    assert from_file(str(path))[0].kind is SecretKind.API_TOKEN
    path.write_bytes(TOKEN.encode() + b" " * (MAX_SECRET_SIZE - len(TOKEN) + 1))
    (secret,) = from_file(str(path))
    assert (secret.kind, secret.detail, secret.value) == (SecretKind.UNRECOGNIZED, details.TOO_LARGE, "")


def test_empty_file_is_an_empty_secret(tmp_path: Path) -> None:
    """An empty file is no error of reading: the secret is empty."""
    path = tmp_path / "secret"
    path.write_bytes(b"")
    assert from_file(str(path))[0].kind is SecretKind.EMPTY


def test_missing_file_names_the_path_and_the_option(tmp_path: Path) -> None:
    """A file that is not there is the caller's to mend: the path and --file are named."""
    for path in (tmp_path / "none", tmp_path / "none" / "none"):
        with pytest.raises(UsageError, match="There is no file") as caught:
            from_file(str(path))
        assert str(path) in caught.value.message
        assert "--file" in caught.value.remedy


@pytest.mark.parametrize("path", ["", "-"])
def test_dash_is_pointed_to_stdin(path: str) -> None:
    """Standard input has its own option."""
    with pytest.raises(UsageError) as caught:
        from_file(path)
    assert "--stdin" in caught.value.remedy


def test_folder_device_and_pipe_are_refused_at_once(tmp_path: Path) -> None:
    """A named pipe without a writer, a device without an end and a folder are refused, not waited for."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path, word in ((pipe, "pipe"), (Path("/dev/zero"), "device"), (tmp_path, "folder")):
        with pytest.raises(UsageError, match=word) as caught:
            from_file(str(path))
        assert "--stdin" in caught.value.remedy


def test_path_is_shown_without_control_characters(tmp_path: Path) -> None:
    """A path cannot write to the terminal."""
    with pytest.raises(UsageError) as caught:
        from_file(f"{tmp_path}/\x1b[2J")
    assert "\x1b" not in caught.value.message
    with pytest.raises(UsageError, match="zero character"):
        from_file("a\x00b")


def test_token_instead_of_a_path_is_not_repeated() -> None:
    """--file "$TOKEN" is refused before a "no such file" could show it."""
    with pytest.raises(UsageError) as caught:
        from_file(TOKEN)
    assert TOKEN[5:13] not in caught.value.message + caught.value.remedy


def test_path_that_loops_is_a_failure(tmp_path: Path) -> None:
    """What the system refuses to open, here a link to itself, is a failure and not a traceback."""
    path = tmp_path / "loop"
    path.symlink_to(path)
    with pytest.raises(FailureError, match="cannot be read"):
        from_file(str(path))
