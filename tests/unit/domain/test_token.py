"""Tokens: read as the index reads them, narrowed, recognised, immutable."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import TypedDict

import pytest

from publish_guard.domain.macaroon import Macaroon, mint, serialize, signed_by
from publish_guard.domain.scope import ProjectScoped, Unusable, Validity
from publish_guard.domain.token import MAX_SECRET_SIZE, Token, TokenError

KEY = b"a key for tests"


class Vector(TypedDict):
    name: str
    token: str
    scope: str
    projects: list[str] | None
    issuer: str


_FILE = Path(__file__).parents[2] / "data" / "warehouse-tokens.json"
VECTORS: list[Vector] = json.loads(_FILE.read_text())["tokens"]
BY_NAME = {vector["name"]: vector["token"] for vector in VECTORS}


def text_of(data: bytes) -> str:
    return "pypi-" + base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def minted(*caveats: bytes, location: str = "pypi.org") -> Token:
    macaroon = mint(location, "an identifier", KEY)
    for caveat in caveats:
        macaroon = macaroon.with_caveat(caveat)
    return Token(macaroon)


@pytest.mark.parametrize("vector", [pytest.param(vector, id=vector["name"]) for vector in VECTORS])
def test_tokens_of_a_real_server(vector: Vector) -> None:
    """A token that the server itself minted is read as what it was minted for, and revealed byte for byte."""
    token = Token.parse(vector["token"])
    assert token.scope.kind == vector["scope"]
    assert token.scope.projects == (None if vector["projects"] is None else tuple(vector["projects"]))
    assert token.issuer == vector["issuer"]
    assert token.index == "pypi.org"
    assert token.usable
    assert token.reveal() == vector["token"]
    assert not any(caveat.kind in ("unknown", "invalid") for caveat in token.caveats)


def test_all_vectors_are_there() -> None:
    """The nine tokens of the server are what the tests above ran on."""
    assert len(BY_NAME) == 9


def test_times_of_a_trusted_publisher_s_token() -> None:
    """Expiration is read with the expiry first, as the server writes it."""
    assert Token.parse(BY_NAME["oidc"]).validity == Validity(1795331360, 1795332260)


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_every_spelling_that_the_index_reads(name: str) -> None:
    """Both base64 alphabets, padding or none, and white space around are the same token."""
    text = BY_NAME[name]
    token = Token.parse(text)
    standard = "pypi-" + text.removeprefix("pypi-").replace("-", "+").replace("_", "/")
    padding = "=" * (-(len(text) - 5) % 4)
    for spelling in (text + padding, standard, standard + padding, f" \t{text}\r\n", f"\u00a0{text}\u2003"):
        assert Token.parse(spelling) == token
        assert Token.parse(spelling).reveal() == text


@pytest.mark.parametrize(
    ("text", "reason", "truncated"),
    [
        pytest.param("", "does not begin", False, id="empty"),
        pytest.param("pypi", "does not begin", False, id="prefix without hyphen"),
        pytest.param("PYPI-AgEI", "does not begin", False, id="capital prefix"),
        pytest.param("xpypi-AgEI", "does not begin", False, id="something before"),
        pytest.param("pypi-", "empty", True, id="prefix only"),
        pytest.param("pypi-A", "base64", True, id="one character"),
        pytest.param("pypi-AgEIc", "base64", True, id="a number of characters that base64 never has"),
        pytest.param("pypi-\ud800", "no token has", False, id="lone surrogate"),
        pytest.param("pypi-AAAA", "version 2", False, id="no macaroon"),
        pytest.param(text_of(b"0017location x\n"), "version 1", False, id="version 1"),
        pytest.param(BY_NAME["alpha"][:-4], "before its end", True, id="cut at the end"),
        pytest.param(BY_NAME["alpha"][:100], "base64|before its end", True, id="cut in the middle"),
    ],
)
def test_what_is_no_token(text: str, reason: str, truncated: bool) -> None:
    """What cannot be read says why, and whether it seems to be cut."""
    with pytest.raises(TokenError, match=reason) as caught:
        Token.parse(text)
    assert caught.value.truncated is truncated


def test_one_mebibyte_is_read_and_more_is_refused() -> None:
    """The bound of 1 MiB is exact, and counts bytes."""
    token = BY_NAME["alpha"]
    room = MAX_SECRET_SIZE - len(token)
    assert Token.parse(token + " " * room) == Token.parse(token)
    with pytest.raises(TokenError, match="1 MiB"):
        Token.parse(token + " " * (room + 1))
    with pytest.raises(TokenError, match="1 MiB"):
        Token.parse(token + "\u00e9" * (room // 2 + 1))


def test_a_token_of_one_mebibyte_and_one_of_a_thousand_caveats() -> None:
    """The largest token that is read at all, and one with a thousand caveats, give their scope."""
    large = minted(b'[1,["alpha"],"' + b"x" * (MAX_SECRET_SIZE * 3 // 4 - 200) + b'"]')
    assert MAX_SECRET_SIZE - 200 < len(large.reveal()) <= MAX_SECRET_SIZE
    assert Token.parse(large.reveal()).scope == ProjectScoped(("alpha",), None)
    many = minted(*[b'[1,["alpha","beta-%d"]]' % number for number in range(1000)])
    assert Token.parse(many.reveal()).scope == ProjectScoped(("alpha",), None)
    assert len(Token.parse(many.reveal()).caveats) == 1000


@pytest.mark.parametrize(
    ("location", "index"),
    [
        ("pypi.org", "pypi.org"),
        ("test.pypi.org", "test.pypi.org"),
        ("PyPI.org", "other"),
        ("pypi.org.example", "other"),
        ("127.0.0.1", "other"),
        ("", "other"),
    ],
)
def test_index(location: str, index: str) -> None:
    """Only the two known locations are named; every other one is "other"."""
    assert minted(location=location).index == index


def test_a_token_without_location_is_for_another_index() -> None:
    """A missing location is no reason to guess."""
    token = Token(Macaroon(None, b"id", (), bytes(32)))
    assert token.index == "other"
    assert Token.parse(token.reveal()) == token


def test_fingerprint_is_what_the_contract_says() -> None:
    """It is recomputed here from the contract's words, not with the project's code."""
    token = minted(b'[1,["alpha"]]')
    expected = hashlib.sha256(b"publish-guard/v1" + b"\0" + b"pypi.org" + b"\0" + b"an identifier").hexdigest()[:16]
    assert token.fingerprint == expected


def test_fingerprint_survives_narrowing_and_tells_tokens_apart() -> None:
    """Narrowed copies are recognised; another token, and the same identifier elsewhere, are not the same."""
    token = Token.parse(BY_NAME["account"])
    assert token.narrow(["alpha"], expires_at=20).fingerprint == token.fingerprint
    everywhere = {Token.parse(text).fingerprint for text in BY_NAME.values()}
    assert len(everywhere) == len(BY_NAME)
    assert minted(location="test.pypi.org").fingerprint != minted().fingerprint


def test_narrow() -> None:
    """A narrowed copy reaches less, for a while, and still carries a chain that the key verifies."""
    token = minted(b'[3,"9048395d-ee3a-4f9b-8a6e-d2d2ec3a48b2"]')
    copy = token.narrow(["beta", "alpha"], expires_at=20, not_before=5)
    assert copy.scope == ProjectScoped(("alpha", "beta"), None)
    assert copy.validity == Validity(5, 20)
    assert signed_by(copy.macaroon, KEY)
    assert [raw.predicate for raw in copy.macaroon.caveats[1:]] == [b'[1,["beta","alpha"]]', b"[0,20,5]"]
    assert token.scope.kind == "account-wide"
    again = copy.narrow(iter(["alpha"]), expires_at=100)
    assert again.scope == ProjectScoped(("alpha",), None)
    assert again.validity == Validity(5, 20)
    assert isinstance(again.narrow(["gamma"], expires_at=20).scope, Unusable)


@pytest.mark.parametrize(
    ("projects", "problem"),
    [
        pytest.param([], "at least one", id="none"),
        pytest.param(["Alpha"], "normalized", id="capital"),
        pytest.param(["alpha", "a_b"], "normalized", id="one of two"),
        pytest.param([""], "normalized", id="empty"),
        pytest.param("abc", "list", id="text, which is letter by letter another list"),
    ],
)
def test_narrow_refuses_names_that_the_index_never_matches(projects: list[str] | str, problem: str) -> None:
    """A copy is never made for names that would not mean what the caller thinks."""
    with pytest.raises(ValueError, match=problem):
        minted().narrow(projects, expires_at=20)


@pytest.mark.parametrize("times", [{"expires_at": True}, {"expires_at": 20.0}, {"expires_at": 20, "not_before": "0"}])
def test_narrow_refuses_times_that_the_index_refuses(times: dict[str, int]) -> None:
    """The index takes whole seconds only."""
    with pytest.raises(ValueError, match="whole seconds"):
        minted().narrow(["alpha"], **times)


def test_equality_is_that_of_the_macaroon() -> None:
    """Equal tokens are equal and hash alike; narrowed ones and other things are not equal."""
    token = Token.parse(BY_NAME["alpha"])
    same = Token.parse(" " + BY_NAME["alpha"])
    assert token == same
    assert len({token, same}) == 1
    assert token != token.narrow(["alpha-pkg"], expires_at=1)
    assert token != BY_NAME["alpha"]


@pytest.mark.parametrize("name", ["scope", "macaroon", "caveats", "issuer", "validity", "another"])
def test_tokens_do_not_change(name: str) -> None:
    """No attribute of a token can be set, added or taken away."""
    token = minted()
    with pytest.raises(AttributeError, match="cannot be changed"):
        setattr(token, name, None)
    with pytest.raises(AttributeError, match="cannot be changed"):
        delattr(token, name)


def test_reveal_is_what_serialize_gives() -> None:
    """The text of a token is its bytes in base64url without padding, behind the prefix."""
    token = minted(b"[99]")
    assert token.reveal() == text_of(serialize(token.macaroon))
