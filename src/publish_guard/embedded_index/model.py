"""What the embedded index knows: users, projects, Trusted Publishers, issued tokens, files and an operator's switches.

All of it is frozen: an upload is judged against one `State` and yields another, so that a refusal leaves no trace
but the one it leaves on PyPI (a hit on the limit of new projects).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from publish_guard.domain.names import normalize_name

MIB = 1024 * 1024
# The defaults of pypi/warehouse, warehouse/constants.py.
MAX_FILE_SIZE = 100 * MIB
MAX_PROJECT_SIZE = 10 * 1024 * MIB


class ProjectStatus(StrEnum):
    """Whether a project takes uploads: an archived one takes none, a quarantined one none by Trusted Publishers."""

    ACTIVE = "active"
    ARCHIVED = "archived"
    QUARANTINED = "quarantined"


@dataclass(frozen=True)
class User:
    """An account. Without two-factor authentication or a verified e-mail address it may not upload."""

    id: str
    name: str
    two_factor: bool = True
    verified_email: bool = True
    frozen: bool = False


@dataclass(frozen=True)
class Project:
    """A project: `name` in its own spelling, `owners` as ids of users, sizes in bytes."""

    id: str
    name: str
    owners: tuple[str, ...]
    status: ProjectStatus = ProjectStatus.ACTIVE
    file_size_limit: int = MAX_FILE_SIZE
    size_limit: int = MAX_PROJECT_SIZE

    @property
    def normalized(self) -> str:
        """The name in the form in which names are compared."""
        return normalize_name(self.name)


@dataclass(frozen=True)
class Publisher:
    """A Trusted Publisher and the projects (ids) that it is registered with."""

    id: str
    projects: tuple[str, ...]


@dataclass(frozen=True)
class IssuedToken:
    """What the index keeps of a token: the key it was signed with and the caveats that it appends at verification.

    Exactly one of `user` and `publisher` (ids) is set. The repr shows neither identifier nor key nor caveats.
    """

    id: str = field(repr=False)
    key: bytes = field(repr=False)
    user: str | None
    publisher: str | None
    caveats: tuple[bytes, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class StoredFile:
    """A distribution that was accepted; `uploaded_at` in seconds since 1970, digests in lower-case hex."""

    filename: str
    project: str
    version: str
    filetype: str
    python_version: str
    size: int
    sha256: str
    blake2b_256: str
    md5: str
    requires_python: str | None
    uploaded_at: float


@dataclass(frozen=True)
class Flags:
    """What an operator of the index can switch off (pypi/warehouse, warehouse/admin/flags.py)."""

    read_only: bool = False
    disallow_new_upload: bool = False
    disallow_new_project: bool = False


@dataclass(frozen=True)
class Creation:
    """One hit on the limit of new projects: by which user (id), when (seconds since 1970)."""

    user: str
    at: float


@dataclass(frozen=True)
class State:
    """Everything at one moment. Users, publishers and tokens by id, projects by normalized name, files by file name."""

    users: Mapping[str, User] = field(default_factory=dict)
    projects: Mapping[str, Project] = field(default_factory=dict)
    publishers: Mapping[str, Publisher] = field(default_factory=dict)
    tokens: Mapping[str, IssuedToken] = field(default_factory=dict)
    files: Mapping[str, StoredFile] = field(default_factory=dict)
    creations: tuple[Creation, ...] = ()
    prohibited_names: tuple[str, ...] = ()
    flags: Flags = Flags()

    def with_user(self, user: User) -> State:
        """Return the state with this user added or replaced."""
        return replace(self, users={**self.users, user.id: user})

    def with_project(self, project: Project) -> State:
        """Return the state with this project added or replaced."""
        return replace(self, projects={**self.projects, project.normalized: project})

    def with_publisher(self, publisher: Publisher) -> State:
        """Return the state with this Trusted Publisher added or replaced."""
        return replace(self, publishers={**self.publishers, publisher.id: publisher})

    def with_token(self, token: IssuedToken) -> State:
        """Return the state with this token added or replaced."""
        return replace(self, tokens={**self.tokens, token.id: token})

    def with_file(self, file: StoredFile) -> State:
        """Return the state with this file added."""
        return replace(self, files={**self.files, file.filename: file})

    def user_named(self, name: str) -> User | None:
        """Return the user with this name, or None."""
        return next((user for user in self.users.values() if user.name == name), None)

    def files_of(self, project: Project) -> tuple[StoredFile, ...]:
        """Return the project's files, in the order of their upload."""
        return tuple(file for file in self.files.values() if file.project == project.id)
