"""The copy that leaves the holder."""

from __future__ import annotations

from publish_guard.services.narrowing import BYTES_PER_MINUTE, lifetime_seconds


def test_a_small_file_gets_the_policys_minutes() -> None:
    """Ten minutes are six hundred seconds."""
    assert lifetime_seconds(10, 1000) == 600


def test_the_minutes_grow_with_the_file() -> None:
    """A file that takes longer to send gets a copy that lives longer, a minute for each ten MiB."""
    assert lifetime_seconds(10, 3 * BYTES_PER_MINUTE) == 780
    assert lifetime_seconds(1, 2 * 1024**3) == 60 * (1 + 204)
