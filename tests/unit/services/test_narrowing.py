"""The copy that leaves the holder."""

from __future__ import annotations

from publish_guard.domain.pace import BYTES_PER_SECOND, seconds_to_send
from publish_guard.services.narrowing import lifetime_seconds


def test_a_small_file_gets_the_policys_minutes() -> None:
    """Ten minutes are six hundred seconds."""
    assert lifetime_seconds(10, 1000) == 600


def test_the_minutes_grow_with_the_file() -> None:
    """A file that takes longer to send on a slow line gets a copy that lives longer by as much."""
    assert lifetime_seconds(10, 90 * BYTES_PER_SECOND) == 690
    assert lifetime_seconds(1, 2 * 1024**3) > seconds_to_send(2 * 1024**3)
