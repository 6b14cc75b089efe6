"""Moments and lengths of time in words, the same in findings and in reports."""

from __future__ import annotations

from datetime import UTC, datetime

_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR


def moment(timestamp: int, *, seconds: bool = False) -> str:
    """Return a moment in seconds since 1970 as date and time in UTC, or words for one that no calendar has.

    To the minute, or with `seconds` to the second.
    """
    date = _date(timestamp)
    if date is None:
        return "a time beyond every calendar"
    return f"{date:%Y-%m-%d %H:%M:%S} UTC" if seconds else f"{date:%Y-%m-%d %H:%M} UTC"


def has_date(timestamp: int) -> bool:
    """Return whether a calendar has this moment: none goes beyond the year 9999."""
    return _date(timestamp) is not None


def span(seconds: int) -> str:
    """Return a length of time in the largest unit of which it has at least two, rounded down: "3 days"."""
    for size, name in ((_DAY, "days"), (_HOUR, "hours"), (_MINUTE, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds // size} {name}"
    return "1 second" if seconds == 1 else f"{seconds} seconds"


def _date(timestamp: int) -> datetime | None:
    try:
        return datetime.fromtimestamp(timestamp, UTC)
    except (OverflowError, OSError, ValueError):
        return None
