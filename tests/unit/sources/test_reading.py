"""Reading stops at the limit, and tells text from what is none."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from publish_guard.sources.reading import decode, read_regular_file


def test_reading_stops_one_byte_behind_the_limit(tmp_path: Path) -> None:
    """One byte more than the limit tells that the file is larger; the rest is never read."""
    path = tmp_path / "large"
    path.write_bytes(b"x" * 1000)
    assert read_regular_file(str(path), 10, "--file") == b"x" * 11
    assert len(read_regular_file(str(path), 1000, "--file")) == 1000


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no named pipes in its file system")
def test_a_pipe_is_not_even_opened(tmp_path: Path) -> None:
    """Merely opening a device can do something, and a pipe's writer would see a reader come and go."""
    os.mkfifo(tmp_path / "pipe")
    code = (
        "import sys\n"
        "from publish_guard.sources.reading import read_regular_file\n"
        "sys.addaudithook(lambda event, args: event == 'open' and print('opened', args[0]))\n"
        "try:\n    read_regular_file(sys.argv[1], 10, '--file')\n"
        "except Exception as error:\n    print(error)\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "pipe")]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert result.stdout.splitlines() == [f"{tmp_path / 'pipe'} is a pipe or device, not a regular file."]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        ("hé".encode(), "hé"),
        ("hé".encode("utf-8-sig"), "hé"),
        ("hé".encode("utf-16"), "hé"),
        (b"\xfe\xff" + "hé".encode("utf-16-be"), "hé"),
        (b"h\xe9", None),
        (b"\xff\xfe\x00", None),
        (b"\xff\xfe\x00\xd8", None),
    ],
    ids=["empty", "utf-8", "utf-8-mark", "utf-16", "utf-16-be", "latin-1", "half-a-character", "surrogate"],
)
def test_decode_knows_the_marks_and_refuses_the_rest(data: bytes, text: str | None) -> None:
    """UTF-8 with and without a mark, UTF-16 with one; anything else is no text."""
    assert decode(data) == text
