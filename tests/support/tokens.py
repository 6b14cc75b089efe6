"""Tokens made for tests: real macaroons, signed with a key that opens nothing."""

from __future__ import annotations

import json
from uuid import UUID

from publish_guard.domain.macaroon import mint
from publish_guard.domain.token import Token

KEY = b"a key that opens nothing"


def made_token(*projects: str, number: int = 1, location: str = "pypi.org") -> str:
    """Return the text of a token for these projects, or an account-wide one where none is named."""
    macaroon = mint(location, str(UUID(int=number)), KEY)
    caveat = [1, list(projects)] if projects else [3, str(UUID(int=number + 1))]
    return Token(macaroon.with_caveat(json.dumps(caveat).encode())).reveal()
