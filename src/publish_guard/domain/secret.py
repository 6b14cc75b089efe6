"""A secret as it was found: where it is kept, what it is, and the token where it holds one."""

from __future__ import annotations

from enum import StrEnum

from publish_guard.domain.record import record
from publish_guard.domain.token import Token


class SecretKind(StrEnum):
    """What a secret is, as far as its text tells."""

    API_TOKEN = "api-token"  # noqa: S105 - a kind, not a password
    EMPTY = "empty"
    MALFORMED_TOKEN = "malformed-token"  # noqa: S105 - likewise
    USERNAME_PASSWORD = "username-password"  # noqa: S105 - likewise
    FOREIGN_TOKEN = "foreign-token"  # noqa: S105 - likewise
    UNRECOGNIZED = "unrecognized"


@record
class Recognised:
    """What a secret's text is: its kind, and a clause that names what it looks like without any piece of it.

    `token` is there exactly when `kind` is API_TOKEN. `inside` holds the tokens that would work once they are taken
    out of what is wrapped around them. `user` is `__token__` where the text pairs it with a password, else None.
    """

    kind: SecretKind
    detail: str | None
    token: Token | None = None
    user: str | None = None
    inside: tuple[Token, ...] = ()


@record
class StoredSecret:
    """One secret, from one place.

    `id` is `source:name` and unique within a run; `detail` is a clause on what the secret looks like or what is
    wrong with it, never a part of it. `token` is there exactly when `kind` is API_TOKEN; `value` is the text as it
    was found, without surrounding white space, and is never shown. It is kept for a token and for an opaque
    credential, and empty where nothing may be sent: a broken token, or one with something wrapped around it.
    """

    source: str
    name: str
    kind: SecretKind
    detail: str | None
    token: Token | None = None
    value: str = ""
    user: str | None = None
    __hidden__ = ("value", "user")

    @property
    def id(self) -> str:
        """How reports and findings name this secret."""
        return f"{self.source}:{self.name}"
