"""A PyPI API token: what it says of itself, and narrowed copies of it. Never shown, not even in part."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable
from typing import NoReturn

from publish_guard.domain import macaroon as macaroons
from publish_guard.domain.caveats import (
    Caveat,
    Expiration,
    Fault,
    InvalidCaveat,
    ProjectName,
    read_caveat,
)
from publish_guard.domain.known_index import OTHER, known_index
from publish_guard.domain.macaroon import Macaroon, MacaroonError
from publish_guard.domain.names import is_normalized_name
from publish_guard.domain.scope import Issuer, Scope, Unusable, Validity, judge_caveats

PREFIX = "pypi-"
# The user that goes with every API token where HTTP wants one (docs.pypi.org, "API tokens").
TOKEN_USER = "__token__"  # noqa: S105 - a user's name, the same for everybody
# The largest secret that is read at all, in bytes: a real token has some hundred.
MAX_SECRET_SIZE = 1024 * 1024

_FINGERPRINT_DOMAIN = b"publish-guard/v1"


class TokenError(ValueError):
    """The text is no PyPI token. `reason` says why without repeating any of it; `truncated`: it stops too early."""

    def __init__(self, reason: str, *, truncated: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.truncated = truncated


class Token:
    """A PyPI API token that could be read.

    Made by `Token.parse`. Its repr and str show scope and fingerprint only; `reveal()` is the one way to the text.
    Immutable; two tokens are equal where their texts mean the same macaroon.
    """

    __slots__ = ("caveats", "issuer", "macaroon", "scope", "validity")

    macaroon: Macaroon
    caveats: tuple[Caveat, ...]
    issuer: Issuer
    scope: Scope
    validity: Validity

    def __init__(self, macaroon: Macaroon) -> None:
        caveats = tuple(
            [
                InvalidCaveat(Fault.THIRD_PARTY) if raw.verification_id is not None else read_caveat(raw.predicate)
                for raw in macaroon.caveats
            ]
        )
        issuer, scope, validity = judge_caveats(caveats)
        put = object.__setattr__
        put(self, "macaroon", macaroon)
        put(self, "caveats", caveats)
        put(self, "issuer", issuer)
        put(self, "scope", scope)
        put(self, "validity", validity)

    @classmethod
    def parse(cls, text: str) -> Token:
        """Return the token that `text` holds, white space around it ignored.

        Both base64 alphabets are read, with or without padding, as PyPI reads them (warehouse/macaroons/services.py).
        Raises TokenError for anything else. Takes time linear in the length of `text`, at most 1 MiB.
        """
        if len(text) > MAX_SECRET_SIZE:
            raise TokenError("it is larger than 1 MiB")
        text = text.strip()
        if not text.startswith(PREFIX):
            raise TokenError("it does not begin like a PyPI token")
        try:
            encoded = text[len(PREFIX) :].encode()
            if len(PREFIX) + len(encoded) > MAX_SECRET_SIZE:
                raise TokenError("it is larger than 1 MiB")
            data = base64.urlsafe_b64decode(encoded + b"=" * (-len(encoded) % 4))
            return cls(macaroons.parse(data))
        except MacaroonError as error:
            problem = TokenError(error.reason, truncated=error.truncated)
        except UnicodeEncodeError:
            problem = TokenError("it holds characters that no token has")
        except binascii.Error:
            problem = TokenError("its base64 is broken, as when a part is missing", truncated=True)
        # Raised out here, since what could not be decoded would hang on the error as its context.
        raise problem

    @property
    def index(self) -> str:
        """The index that the token says it is for: "pypi.org", "test.pypi.org" or "other"; nobody has signed that."""
        known = known_index((self.macaroon.location or b"").decode(errors="replace"))
        return OTHER if known is None else known.ident

    @property
    def fingerprint(self) -> str:
        """16 hex digits that stay the same when the token is narrowed, and from which nobody can make the token.

        They begin the SHA-256 of `publish-guard/v1`, the location and the identifier, with a zero byte between each.
        """
        content = b"\0".join((_FINGERPRINT_DOMAIN, self.macaroon.location or b"", self.macaroon.identifier))
        return hashlib.sha256(content).hexdigest()[:16]

    def narrow(self, projects: Iterable[str], *, expires_at: int, not_before: int = 0) -> Token:
        """Return a copy that reaches only `projects` (normalized names) and only until `expires_at`.

        `expires_at` and `not_before` are whole seconds since 1970. The copy can be narrowed again but never widened.
        Raises ValueError for a name that is not normalized, for no name at all, and for a time that is no integer.
        """
        if isinstance(projects, str):
            raise ValueError("projects must be a list of names, not one text")  # noqa: TRY004 - as documented
        names = tuple(projects)
        if not names:
            raise ValueError("a copy must keep at least one project")
        for name in names:
            if not is_normalized_name(name):
                raise ValueError("a project name must be normalized, or the index never matches it")
        if type(expires_at) is not int or type(not_before) is not int:
            raise ValueError("times must be whole seconds")
        narrowed = self.macaroon.with_caveat(ProjectName(names).predicate())
        return Token(narrowed.with_caveat(Expiration(expires_at, not_before).predicate()))

    def reveal(self) -> str:
        """Return the token's text, for the one who hands it to the index. Keep it out of logs and arguments."""
        data = macaroons.serialize(self.macaroon)
        return PREFIX + base64.urlsafe_b64encode(data).rstrip(b"=").decode()

    @property
    def usable(self) -> bool:
        """Whether there is any upload that the index could accept with it."""
        return not isinstance(self.scope, Unusable)

    def __eq__(self, other: object) -> bool:
        return self.macaroon == other.macaroon if isinstance(other, Token) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.macaroon)

    def __repr__(self) -> str:
        return f"<Token {self.fingerprint} {self.scope.kind}>"

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("a token cannot be changed: narrow it to get another")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError("a token cannot be changed: narrow it to get another")

    def __reduce__(self) -> NoReturn:
        raise TypeError("a token is not pickled: it would be written where nobody looks for a secret")
