"""How the holder asks a worker: the one seam between what has the stored token and what has dependencies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

Message = Mapping[str, object]


class AskWorker(Protocol):
    """Asks a worker process for one thing and returns its answer: plain JSON values, bounded in size and time."""

    def __call__(self, operation: str, request: Message, *, timeout: float) -> Message:
        """Return the worker's answer to `request`, within `timeout` seconds.

        Raises FailureError where the worker says why it cannot, breaks, answers no JSON, or takes too long.
        """
        ...
