"""Moments and lengths of time, as findings and reports tell them."""

from __future__ import annotations

import pytest

from publish_guard.domain.moments import has_date, moment, span


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, "0 seconds"),
        (1, "1 second"),
        (90, "90 seconds"),
        (119, "119 seconds"),
        (120, "2 minutes"),
        (7199, "119 minutes"),
        (7200, "2 hours"),
        (172799, "47 hours"),
        (172800, "2 days"),
    ],
)
def test_lengths_of_time(seconds: int, expected: str) -> None:
    """The largest unit of which there are two; a short span is told to the second."""
    assert span(seconds) == expected


def test_moments_are_told_to_the_minute() -> None:
    """Date and time in UTC, and seconds only where they are asked for."""
    assert moment(1795330859) == "2026-11-22 07:00 UTC"
    assert moment(1795330859, seconds=True) == "2026-11-22 07:00:59 UTC"


def test_moment_holds_the_edges_of_the_calendar() -> None:
    """Year 9999 is a date, year 10000 is none."""
    assert moment(253402300799) == "9999-12-31 23:59 UTC"
    assert has_date(253402300799)
    assert not has_date(253402300800)


@pytest.mark.parametrize("timestamp", [253402300800, 10**12, -(10**12), 10**40, -(10**40), 2**63])
def test_moments_beyond_the_calendar(timestamp: int) -> None:
    """What no date can hold has words."""
    assert moment(timestamp) == "a time beyond every calendar"
