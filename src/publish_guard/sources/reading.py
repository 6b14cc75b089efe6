"""Bounded reading of what people point at: regular files, never more than a limit, text in the usual encodings."""

from __future__ import annotations

import codecs
import os
import stat
from pathlib import Path

from publish_guard.domain.text import shown
from publish_guard.errors import FailureError, UsageError

# Opening a named pipe must not wait for a writer, nor make a terminal ours; Windows has neither flag.
_OPEN = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)
_UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_regular_file(path: str, limit: int, option: str) -> bytes:
    """Return the content of the regular file at `path`, at most `limit` + 1 bytes: one more tells of a larger file.

    Raises UsageError where there is no such file or it is something else (a folder, pipe or device, which could keep
    the reader waiting for ever), and FailureError where it cannot be read.
    """
    try:
        # Looked at first, because merely opening a device can do something.
        _refuse_irregular(path, Path(path).stat().st_mode)
        fd = os.open(path, _OPEN)
    except (FileNotFoundError, NotADirectoryError):
        raise UsageError(f"There is no file {shown(path)}.", f"Check the path given to {option}.") from None
    except ValueError:
        raise UsageError("A path cannot hold a zero character.", f"Check the path given to {option}.") from None
    except OSError as error:
        raise _unreadable(path, error) from None
    try:
        # Another file may have come in its place.
        _refuse_irregular(path, os.fstat(fd).st_mode)
        with open(fd, "rb", closefd=False) as stream:
            return stream.read(limit + 1)
    except OSError as error:
        raise _unreadable(path, error) from None
    finally:
        os.close(fd)


def decode(data: bytes) -> str | None:
    """Return the text of `data`, or None where it is no text.

    UTF-8 and UTF-16 are told apart by the byte order mark, which is taken off: PowerShell writes one.
    """
    try:
        if data.startswith(_UTF_16_MARKS):
            return data.decode("utf-16")
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def _refuse_irregular(path: str, mode: int) -> None:
    if not stat.S_ISREG(mode):
        what = "a folder" if stat.S_ISDIR(mode) else "a pipe or device, not a regular file"
        raise UsageError(f"{shown(path)} is {what}.", "Give a file, or pipe the secret to --stdin.")


def _unreadable(path: str, error: OSError) -> FailureError:
    return FailureError(
        f"{shown(path)} cannot be read ({error.strerror or type(error).__name__}).",
        "Check who may read it, and that it is still there.",
    )
