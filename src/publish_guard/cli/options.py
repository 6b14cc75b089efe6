"""What the command line asked for, frozen: parsing ends here and building begins."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from publish_guard.domain.finding import Severity
from publish_guard.domain.record import record


@record
class SourceOptions:
    """Where secrets are read from. `pypirc` is None (not asked), the default path's marker "" or a path."""

    env: tuple[str, ...]
    stdin: bool
    files: tuple[str, ...]
    pypirc: str | None
    keyring: bool
    all_env: bool

    @property
    def only_all_env(self) -> bool:
        """Whether this is a sweep: every variable is looked at, and nothing was named."""
        named = self.env or self.stdin or self.files or self.pypirc is not None or self.keyring
        return self.all_env and not named

    @property
    def given(self) -> bool:
        """Whether any source was named; where none was, the default variables are read."""
        return bool(self.env or self.stdin or self.files or self.pypirc is not None or self.keyring or self.all_env)


@record
class OutputOptions:
    """How the report is shown and where it goes; `path` None means standard output."""

    format: Literal["text", "json"] = "text"
    path: Path | None = None


@record
class CheckOptions:
    """`check`, and what `publish` shares with it."""

    sources: SourceOptions
    projects: tuple[str, ...]
    dists: tuple[str, ...]
    repository_url: str
    policy: Path | None
    fail_on: Severity
    allow_account_wide: str | None
    output: OutputOptions


@record
class PublishOptions:
    """`publish`: what it shares with `check` as `common`, and what happens after judging."""

    common: CheckOptions
    user: str | None
    skip_existing: bool
    verbose: bool
    print_hash: bool
    verify_metadata: bool
    narrow: bool
    dry_run: bool


@record
class ExplainOptions:
    """`explain`: one rule, or None for the list of all."""

    rule: str | None
