"""Our reader of macaroons against pymacaroons, which is what the index reads them with.

Documented exceptions, all of which refuse: a length of more than ten bytes, a signature that is not 32 bytes long, and
version 1, which pymacaroons reads and on which the index then fails.
"""

from __future__ import annotations

import base64
from typing import Any

import pymacaroons
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pymacaroons.serializers.binary_serializer import BinarySerializer

from differential.macaroon_strategies import macaroons, mutated, nearly_macaroons
from publish_guard.domain.macaroon import (
    SIGNATURE_SIZE,
    Macaroon,
    MacaroonError,
    mint,
    parse,
    serialize,
    signed_by,
)
from publish_guard.domain.token import Token, TokenError

keys = st.binary(min_size=1, max_size=70)
predicates = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=30).map(str.encode)


def theirs_of(data: bytes) -> Any | None:
    """Return what pymacaroons reads, or None where it fails in any way or reads another version."""
    try:
        macaroon = BinarySerializer().deserialize_raw(data)
    except Exception:  # noqa: BLE001 - it fails with whatever comes, as the index's code notes
        return None
    return macaroon if macaroon.version == pymacaroons.MACAROON_V2 else None


def ours_of(data: bytes) -> Macaroon | MacaroonError:
    try:
        return parse(data)
    except MacaroonError as error:
        return error


def agree(data: bytes) -> None:
    theirs, ours = theirs_of(data), ours_of(data)
    if isinstance(ours, MacaroonError):
        if theirs is not None:
            tighter = len(theirs.signature_bytes) != 2 * SIGNATURE_SIZE or "ten bytes" in ours.reason
            assert tighter, ours.reason
        return
    assert theirs is not None
    assert theirs.location.encode() == (ours.location or b"")
    assert theirs.identifier_bytes == ours.identifier
    assert theirs.signature_bytes == ours.signature.hex().encode()
    assert [(caveat.caveat_id_bytes, caveat.location, caveat.verification_key_id) for caveat in theirs.caveats] == [
        (caveat.predicate, None if caveat.location is None else caveat.location.decode(), caveat.verification_id)
        for caveat in ours.caveats
    ]
    # pymacaroons writes an empty location where there was none.
    same = Macaroon(ours.location or b"", ours.identifier, ours.caveats, ours.signature)
    assert BinarySerializer().serialize_raw(theirs) == serialize(same)
    assert parse(serialize(ours)) == ours


@given(nearly_macaroons)
@example(b"\x02\x02\x01i\x00\x00\x06\x20" + bytes(32))
@example(b"\x02\x01\x00\x02\x00\x80\x00\x02\x00\x00\x80\x00\x06\x20" + bytes(32))
def test_same_bytes_same_answer(data: bytes) -> None:
    """Bytes that look like a macaroon are read with equal fields, or refused by both."""
    agree(data)


@given(mutated(macaroons()))
def test_same_answer_on_mutations(data: bytes) -> None:
    """A macaroon with changed, cut, inserted or swapped bytes gets the same answer from both."""
    agree(data)


@given(st.binary(max_size=80).map(lambda tail: b"\x02" + tail))
def test_same_answer_on_any_bytes(data: bytes) -> None:
    """Arbitrary bytes get the same answer from both."""
    agree(data)


@given(macaroons())
def test_canonical_bytes_are_read_by_both(data: bytes) -> None:
    """What a server writes is read by both, and written by us as the same bytes."""
    assert theirs_of(data) is not None
    assert serialize(parse(data)) == data
    agree(data)


@given(st.text(max_size=20), st.text(min_size=1, max_size=40), keys, st.lists(predicates, max_size=4))
def test_signatures_are_equal(location: str, identifier: str, key: bytes, caveats: list[bytes]) -> None:
    """Minting and narrowing give the same bytes in both, and each verifies what the other made."""
    theirs = pymacaroons.Macaroon(location=location, identifier=identifier, key=key, version=pymacaroons.MACAROON_V2)
    ours = mint(location, identifier, key)
    for predicate in caveats:
        theirs.add_first_party_caveat(predicate)
        ours = ours.with_caveat(predicate)
    assert BinarySerializer().serialize_raw(theirs) == serialize(ours)
    assert signed_by(parse(BinarySerializer().serialize_raw(theirs)), key)
    verifier = pymacaroons.Verifier()
    verifier.satisfy_general(lambda _predicate: True)
    assert verifier.verify(theirs_of(serialize(ours)), key)


@given(keys, keys, st.lists(predicates, max_size=3), st.data())
def test_verification_is_equal(key: bytes, other_key: bytes, caveats: list[bytes], data: st.DataObject) -> None:
    """With the right or another key, whole or with caveats taken off, both verify alike."""
    whole = mint("pypi.org", "an identifier", key)
    for predicate in caveats:
        whole = whole.with_caveat(predicate)
    kept = data.draw(st.lists(st.sampled_from(whole.caveats), max_size=3) if whole.caveats else st.just([]))
    verifier = pymacaroons.Verifier()
    verifier.satisfy_general(lambda _predicate: True)
    for macaroon in (whole, Macaroon(whole.location, whole.identifier, tuple(kept), whole.signature)):
        for candidate in (key, other_key):
            try:
                expected = verifier.verify(theirs_of(serialize(macaroon)), candidate)
            except pymacaroons.exceptions.MacaroonInvalidSignatureException:
                expected = False
            assert signed_by(macaroon, candidate) == expected


def server_reads(text: str) -> bool:
    """Return whether the index takes the text for a token (warehouse/macaroons/services.py), version 1 aside."""
    prefix, _, raw = text.strip().partition("-")
    if prefix != "pypi" or not raw:
        return False
    try:
        macaroon = pymacaroons.Macaroon.deserialize(raw)
    except Exception:  # noqa: BLE001 - as above
        return False
    return bool(macaroon.version == pymacaroons.MACAROON_V2 and len(macaroon.signature_bytes) == 2 * SIGNATURE_SIZE)


def encoded(data: bytes) -> str:
    return "pypi-" + base64.urlsafe_b64encode(data).decode()


@st.composite
def respelt(draw: st.DrawFn) -> str:
    text = encoded(draw(macaroons()))
    text = draw(st.sampled_from([text, text.rstrip("="), text[:-1], text + "=", text.swapcase()]))
    if draw(st.booleans()):
        body = text[5:].replace("-", "+").replace("_", "/")
        text = "pypi-" + body
    at = draw(st.integers(0, len(text)))
    piece = draw(st.sampled_from(["", "", " ", "\n", "=", "==", "-", "+", "!", "\u00e9", "\u3000", "\ud800", "A"]))
    return text[:at] + piece + text[at:]


@given(respelt() | st.text(max_size=30).map(lambda tail: "pypi-" + tail) | st.text(max_size=30))
def test_texts_are_tokens_exactly_where_the_index_reads_them(text: str) -> None:
    """Alphabets, padding and stray characters are taken or refused as the index does."""
    try:
        Token.parse(text)
    except TokenError:
        read = False
    else:
        read = True
    assert read == server_reads(text)


def test_version_1_is_refused_though_pymacaroons_reads_it() -> None:
    """The index fails on version 1, so it is no token here."""
    old = pymacaroons.Macaroon(location="pypi.org", identifier="id", key="k", version=pymacaroons.MACAROON_V1)
    with pytest.raises(TokenError, match="version 1"):
        Token.parse("pypi-" + old.serialize())
