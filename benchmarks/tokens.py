"""The tokens that are timed: those that a real server minted, which open nothing, and large ones made from them."""

from __future__ import annotations

import json
from pathlib import Path

from publish_guard.domain.macaroon import mint
from publish_guard.domain.token import Token

_FILE = Path(__file__).parents[1] / "tests" / "data" / "warehouse-tokens.json"
BY_NAME: dict[str, str] = {entry["name"]: entry["token"] for entry in json.loads(_FILE.read_text())["tokens"]}


def with_caveats(count: int) -> str:
    """Return a token with `count` caveats of one kind."""
    macaroon = mint("pypi.org", "an identifier", b"a key for benchmarks")
    for _ in range(count):
        macaroon = macaroon.with_caveat(b'[1,["alpha-pkg"]]')
    return Token(macaroon).reveal()


def with_names(size: int) -> str:
    """Return a token whose text has about `size` characters, nearly all of them names in one caveat."""
    names = ",".join(f'"alpha-{number:06}"' for number in range(size * 3 // 4 // 15 - 10))
    macaroon = mint("pypi.org", "an identifier", b"a key for benchmarks")
    return Token(macaroon.with_caveat(f"[1,[{names}]]".encode())).reveal()
