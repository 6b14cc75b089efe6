"""Reading stops at the limit, and tells text from what is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from publish_guard.sources.reading import decode, read_regular_file


def test_reading_stops_one_byte_behind_the_limit(tmp_path: Path) -> None:
    """One byte more than the limit tells that the file is larger; the rest is never read."""
    path = tmp_path / "large"
    path.write_bytes(b"x" * 1000)
    assert read_regular_file(str(path), 10, "--file") == b"x" * 11
    assert len(read_regular_file(str(path), 1000, "--file")) == 1000


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
