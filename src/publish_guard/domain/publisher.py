"""What a release asks of the world, as a Protocol; the command line chooses who answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from publish_guard.domain.distribution import Distribution
from publish_guard.domain.record import record
from publish_guard.domain.report import Upload


@record
class Listing:
    """What an index has of one project: file names and SHA-256 digests (None where it tells none).

    `files` is None where the project is missing; `asked` is false where the index has no known address to ask.
    """

    files: Mapping[str, str | None] | None
    asked: bool = True


class Publisher(Protocol):
    """Talks to the index and to twine, in a process that never has the stored token."""

    def list_files(self, project: str) -> Listing:
        """Return what the index has of a project (a normalized name). Raises FailureError where it cannot be asked."""
        ...

    def check_metadata(self, distribution: Distribution) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return what `twine check` says against the file: its errors, and its warnings."""
        ...

    def upload(self, distribution: Distribution, *, user: str, password: str) -> Upload:
        """Upload one file with the given credential and return what became of it; refusals are outcomes, not errors."""
        ...
