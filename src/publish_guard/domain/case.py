"""Everything that the rules judge by, gathered before the first of them is asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import Enum
from types import MappingProxyType
from typing import Literal

from publish_guard.domain.age import Age, age_of, evidence_of
from publish_guard.domain.distribution import Distribution, Stray
from publish_guard.domain.policy import Policy
from publish_guard.domain.record import record
from publish_guard.domain.run import Run
from publish_guard.domain.secret import StoredSecret
from publish_guard.domain.target import Target
from publish_guard.domain.token import Token


class Presence(Enum):
    """What an index has under a file's name: nothing, the same, another, or one whose hash it does not say."""

    ABSENT = "absent"
    SAME = "same"
    OTHER = "other"
    UNHASHED = "unhashed"


@record
class IndexState:
    """What the index already has: per project a map of file name to SHA-256 (None: the index does not say).

    A project that is missing on the index maps to None. `problem` says why nothing is known where that is so.
    """

    projects: Mapping[str, Mapping[str, str | None] | None] = MappingProxyType({})
    problem: str | None = None

    def presence(self, distribution: Distribution) -> Presence:
        """Return whether the index has a file of this distribution's name, and whether it is the same file."""
        files = self.projects.get(distribution.project) or {}
        if distribution.filename not in files:
            return Presence.ABSENT
        there = files[distribution.filename]
        if there is None:
            return Presence.UNHASHED
        return Presence.SAME if there.lower() == distribution.sha256 else Presence.OTHER


@record
class MetadataProblem:
    """What `twine check` says against one file."""

    path: str
    message: str
    strict_only: bool = False


@record
class Case:
    """What is judged: secrets, where they go, what is to be published, by which policy, at which moment.

    `expected_projects` are normalized names, sorted; `now` is in seconds since 1970 (UTC). `index_state` and
    `metadata_problems` are None until somebody asked the index and twine.
    """

    command: Literal["check", "publish"]
    secrets: tuple[StoredSecret, ...]
    target: Target
    policy: Policy
    now: int
    run: Run
    expected_projects: tuple[str, ...] = ()
    distributions: tuple[Distribution, ...] = ()
    strays: tuple[Stray, ...] = ()
    sweep: bool = False
    allow_account_wide: str | None = None
    skip_existing: bool = False
    index_state: IndexState | None = None
    metadata_problems: tuple[MetadataProblem, ...] | None = None

    @property
    def today(self) -> date:
        """The day of `now` in UTC."""
        return datetime.fromtimestamp(self.now, UTC).date()

    @property
    def reads_macaroons(self) -> bool:
        """Whether the target index reads a token's caveats."""
        return self.policy.reads_macaroons(self.target)

    @property
    def takes_passwords(self) -> bool:
        """Whether the target index may take a credential that is no API token, handed over as it is."""
        named = self.policy.index_policy(self.target)
        return self.target.index == "other" and not (named is not None and named.macaroons)

    @property
    def tokens(self) -> tuple[tuple[StoredSecret, Token], ...]:
        """The secrets that hold a PyPI token, each with its token, in the order of `secrets`."""
        return tuple((secret, secret.token) for secret in self.secrets if secret.token is not None)

    @property
    def published_projects(self) -> tuple[str, ...]:
        """The normalized names that this release is about, sorted: expected ones and those of the distributions."""
        return tuple(sorted({*self.expected_projects, *(dist.project for dist in self.distributions)}))

    def age(self, secret: StoredSecret) -> Age:
        """Return how old the secret's token is, as far as anything says."""
        return age_of(evidence_of(secret.token) if secret.token else (), self.today)

    def candidates(self, distribution: Distribution) -> tuple[StoredSecret, ...]:
        """Return the secrets that could publish this distribution: those whose scope reaches its project.

        A token whose projects cannot be read (ids only, or unreadable) counts only where no token is sure to reach it;
        a secret that is no token counts where the index takes such credentials.
        """
        sure: list[StoredSecret] = []
        possible: list[StoredSecret] = []
        for secret in self.secrets:
            if secret.token is None:
                if self.takes_passwords and secret.value:
                    possible.append(secret)
                continue
            reaches = secret.token.scope.reaches(distribution.project)
            if reaches:
                sure.append(secret)
            elif reaches is None:
                possible.append(secret)
        return tuple(sure or possible)
