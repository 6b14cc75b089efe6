"""Where the command runs: a CI job or a person's machine, as far as a report names it."""

from __future__ import annotations

from typing import Literal

from publish_guard.domain.record import record


@record
class Run:
    """The run that a report is about; every field but `platform` may be unknown (None)."""

    platform: Literal["github", "gitlab", "local"] = "local"
    repository: str | None = None
    ref: str | None = None
    workflow: str | None = None
    run_url: str | None = None
    event: str | None = None
    actor: str | None = None
    ref_protected: bool | None = None
