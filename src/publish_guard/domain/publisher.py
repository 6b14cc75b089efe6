"""What a release asks of the world, as a Protocol; the command line chooses who answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Protocol

from publish_guard.domain.distribution import Distribution
from publish_guard.domain.record import record

# How much of a file was on its way when there was no answer: nothing at all, or perhaps all of it.
Sent = Literal["nothing", "part", "whole"]


@record
class Listing:
    """What an index has of one project: file names and SHA-256 digests (None where it tells none).

    `files` is None where the project is missing; `asked` is false where the index has no known address to ask.
    """

    files: Mapping[str, str | None] | None
    asked: bool = True


@record
class IndexAnswer:
    """What became of one request to upload: a status and the index's own words, or no answer and how much was sent."""

    status: int | None
    message: str = ""
    sent: Sent = "whole"


class Publisher(Protocol):
    """Talks to the index and to twine, in a process that has a narrowed copy, or what shall not be narrowed."""

    def list_files(self, project: str) -> Listing:
        """Return what the index has of a project (a normalized name).

        Raises WorkerRefusalError where the index cannot be asked, any other FailureError where the worker is gone.
        """
        ...

    def check_metadata(self, distribution: Distribution) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return what `twine check` says against the file: its errors, and its warnings."""
        ...

    def upload(self, distribution: Distribution, *, user: str, password: str) -> IndexAnswer:
        """Send one file with the given credential and return the index's answer, or how much went without one.

        Raises WorkerRefusalError where the worker did not send it (the file has changed, its metadata is broken).
        """
        ...
