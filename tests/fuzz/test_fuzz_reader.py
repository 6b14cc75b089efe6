"""Nothing that a secret can hold crashes the reader: it answers with a token or with one kind of error."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Callable
from datetime import date
from typing import TypeVar

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from differential.caveat_strategies import any_json, any_predicates
from differential.macaroon_strategies import macaroons, mutated, nearly_macaroons
from publish_guard.domain.age import age_of, evidence_of
from publish_guard.domain.caveats import (
    ProjectId,
    ProjectName,
    read_caveat,
)
from publish_guard.domain.macaroon import MacaroonError, mint, parse, serialize
from publish_guard.domain.names import is_normalized_name
from publish_guard.domain.target import parse_target
from publish_guard.domain.token import Token, TokenError
from publish_guard.errors import UsageError

TODAY = date(2026, 11, 22)


Argument = TypeVar("Argument")
Value = TypeVar("Value")
Error = TypeVar("Error", bound=Exception)


def outcome(function: Callable[[Argument], Value], argument: Argument, error_type: type[Error]) -> Value | Error:
    """Return the function's value or its one expected error; any other error is a failure of the test."""
    try:
        return function(argument)
    except error_type as error:
        return error


def read_everything(token: Token) -> None:
    """Ask all that a report asks of a token."""
    assert token.scope.kind in ("project-scoped", "account-wide", "unreadable", "unusable")
    assert token.usable == (token.scope.kind != "unusable")
    assert len(token.fingerprint) == 16
    assert token.index in ("pypi.org", "test.pypi.org", "other")
    assert repr(token) == f"<Token {token.fingerprint} {token.scope.kind}>"
    for name in token.scope.projects or ():
        assert is_normalized_name(name)
    for project_id in token.scope.project_ids or ():
        assert str(uuid.UUID(project_id)) == project_id
    age = age_of(evidence_of(token), TODAY)
    assert age.at_least_days is None or age.at_least_days >= 0
    token.reveal().encode("ascii")
    token.narrow(["alpha"], expires_at=1)


@given(st.binary(max_size=200) | nearly_macaroons | mutated(macaroons()))
def test_any_bytes(data: bytes) -> None:
    """Bytes are a macaroon that is written and read back as itself, or refused with a reason."""
    macaroon = outcome(parse, data, MacaroonError)
    if isinstance(macaroon, MacaroonError):
        assert macaroon.reason
        assert macaroon.args == (macaroon.reason,)
    else:
        assert parse(serialize(macaroon)) == macaroon
        read_everything(Token(macaroon))


@given(st.text(max_size=200) | st.text(max_size=200).map(lambda tail: "pypi-" + tail))
@example("pypi-\x00")
@example("\ud800")
@example("pypi-" + "=" * 9)
def test_any_text(text: str) -> None:
    """Text is a token or refused with a reason that holds nothing of it."""
    token = outcome(Token.parse, text, TokenError)
    if isinstance(token, TokenError):
        assert token.reason
        assert token.__context__ is None
    else:
        read_everything(token)


@given(st.lists(any_predicates, max_size=4))
def test_any_caveats(predicates: list[bytes]) -> None:
    """Whatever stands in the caveats, the token has a scope and can be reported, narrowed and revealed."""
    macaroon = mint("pypi.org", "an identifier", b"a key for tests")
    for predicate in predicates:
        macaroon = macaroon.with_caveat(predicate)
    read_everything(Token.parse(Token(macaroon).reveal()))


@given(any_json, st.sampled_from(["utf-8", "utf-16-le", "utf-16", "utf-32-be", "utf-8-sig", "latin-1"]))
def test_any_json(value: object, encoding: str) -> None:
    """Arbitrary JSON in arbitrary encodings is a caveat of some kind, and only valid values come out of it."""
    caveat = read_caveat(json.dumps(value).encode(encoding))
    if isinstance(caveat, ProjectName):
        assert all(is_normalized_name(name) for name in caveat.names)
    if isinstance(caveat, ProjectId):
        assert all(str(uuid.UUID(text)) == text for text in caveat.ids)


@given(
    mutated(st.builds(lambda predicate: base64.urlsafe_b64encode(b"\x02\x02\x01i\0" + predicate), any_predicates)),
    st.sampled_from(["pypi-", " pypi-", "pypi-AgEIcHlwaS5vcmcC"]),
)
def test_spoilt_tokens(spoilt: bytes, prefix: str) -> None:
    """A token's text that was cut, changed or mixed up is read or refused, never anything else."""
    token = outcome(Token.parse, prefix + spoilt.decode("latin-1"), TokenError)
    if isinstance(token, Token):
        read_everything(token)


@given(st.text(max_size=60) | st.text(max_size=60).map(lambda tail: "https://" + tail))
@example("https://[::1]]/")
@example("https://\u2100.example/")
def test_any_url(url: str) -> None:
    """A repository URL is read or refused as a mistake of use; what is read has a plain host and no credential."""
    target = outcome(parse_target, url, UsageError)
    if isinstance(target, UsageError):
        assert target.__context__ is None
        return
    again = parse_target(target.url)
    assert not again.has_credential
    assert (again.host, again.port, again.scheme) == (target.host, target.port, target.scheme)
    assert target.host.isascii()


HUGE = 700_000

PREDICATES: dict[str, Callable[[], bytes]] = {
    "deep arrays": lambda: b"[" * HUGE,
    "deep arrays, closed": lambda: b"[" * (HUGE // 2) + b"]" * (HUGE // 2),
    "deep mappings": lambda: b'{"a":' * (HUGE // 5),
    "deep tail of a known caveat": lambda: b'[1,["alpha"],' + b"[" * (HUGE // 2) + b"]" * (HUGE // 2) + b"]",
    "a long number": lambda: b"[0," + b"9" * HUGE + b",0]",
    "a long fraction": lambda: b"[0,1." + b"9" * HUGE + b",0]",
    "a long exponent": lambda: b"[0,1e" + b"9" * HUGE + b",0]",
    "many numbers": lambda: b"[0" + b",9" * (HUGE // 2) + b"]",
    "many long numbers": lambda: b"[0" + (b"," + b"9" * 4000) * (HUGE // 4001) + b"]",
    "a long name": lambda: b'[1,["' + b"a-" * (HUGE // 2) + b'"]]',
    "many names": lambda: b'[1,["alpha"' + b',"a"' * (HUGE // 4) + b"]]",
    "escapes": lambda: b'[1,["' + b"\\u0061" * (HUGE // 6) + b'"]]',
    "lone surrogates": lambda: b'[1,["' + b"\\ud800" * (HUGE // 6) + b'"]]',
    "backslashes": lambda: b'[1,["' + b"\\\\" * (HUGE // 2),
    "white space": lambda: b" " * HUGE,
    "many keys": lambda: b"{" + b",".join(b'"%d":0' % number for number in range(HUGE // 9)) + b"}",
    "one key many times": lambda: b'{"exp":1' + b',"exp":1' * (HUGE // 8) + b"}",
    "zero bytes": lambda: bytes(HUGE),
}


@pytest.mark.parametrize("name", sorted(PREDICATES))
def test_caveats_as_large_as_a_secret_may_be(name: str) -> None:
    """The worst JSON that fits into 1 MiB is read or called invalid, and the token is reported."""
    macaroon = mint("pypi.org", "an identifier", b"a key for tests").with_caveat(PREDICATES[name]())
    read_everything(Token.parse(Token(macaroon).reveal()))


def test_a_macaroon_of_nothing_but_caveats() -> None:
    """A quarter of a million empty caveats are read and refused as unusable."""
    data = b"\x02\x02\x00\x00" + b"\x02\x00\x00" * 250_000 + b"\x00\x06\x20" + bytes(32)
    token = Token(parse(data))
    assert len(token.caveats) == 250_000
    assert not token.usable
