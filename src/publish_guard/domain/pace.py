"""How slow a line may be: one assumption for every limit that grows with a file."""

from __future__ import annotations

from collections.abc import Iterable

from publish_guard.domain.distribution import Distribution

# A slow line still carries this many bytes in a second, and an index this many files in a minute.
BYTES_PER_SECOND = 128 * 1024
SECONDS_PER_FILE = 20


def seconds_to_send(size: int) -> int:
    """Return how many seconds sending `size` bytes may take on a slow line, one request included."""
    return SECONDS_PER_FILE + size // BYTES_PER_SECOND


def seconds_for(distributions: Iterable[Distribution]) -> int:
    """Return how many seconds to allow for these files one after the other."""
    return sum(seconds_to_send(distribution.size) for distribution in distributions)
