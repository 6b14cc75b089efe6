"""The reader of macaroon version 2: what it accepts, refuses, writes and hides."""

from __future__ import annotations

import copy
import hashlib
import hmac
import pickle

import pytest

from publish_guard.domain.macaroon import (
    Macaroon,
    MacaroonError,
    RawCaveat,
    mint,
    parse,
    serialize,
    signed_by,
)

KEY = b"a key for tests"
SIGNATURE = bytes(range(32))


def field(kind: int, content: bytes) -> bytes:
    return bytes([kind, len(content)]) + content


LOCATION = field(1, b"pypi.org")
IDENTIFIER = field(2, b"an identifier")
END = b"\0"
HEADER = b"\x02" + LOCATION + IDENTIFIER + END
SIGNED = END + field(6, SIGNATURE)


def test_fields_are_read() -> None:
    """Every field of the binary form arrives where it belongs."""
    caveats = field(2, b"[1]") + END + field(1, b"there") + field(2, b"who") + field(4, b"key") + END
    assert parse(HEADER + caveats + SIGNED) == Macaroon(
        b"pypi.org",
        b"an identifier",
        (RawCaveat(b"[1]"), RawCaveat(b"who", b"there", b"key")),
        SIGNATURE,
    )


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(HEADER + SIGNED, id="no caveats"),
        pytest.param(b"\x02" + IDENTIFIER + END + SIGNED, id="no location"),
        pytest.param(b"\x02" + field(1, b"") + IDENTIFIER + END + SIGNED, id="empty location"),
        pytest.param(b"\x02" + field(2, b"") + END + SIGNED, id="empty identifier"),
        pytest.param(HEADER + field(2, b"") + END + SIGNED, id="empty caveat"),
        pytest.param(HEADER + field(2, b"\xff\x00") + END + SIGNED, id="caveat that is not text"),
        pytest.param(HEADER + field(2, b"x") + field(4, b"") + END + SIGNED, id="third party without location"),
        pytest.param(HEADER + b"\x02\x80\x01" + b"x" * 128 + END + SIGNED, id="length of two bytes"),
        pytest.param(HEADER + b"\x02\xff\x7f" + b"x" * 16383 + END + SIGNED, id="longest length of two bytes"),
        pytest.param(HEADER + b"\x02\x80\x80\x01" + b"x" * 16384 + END + SIGNED, id="length of three bytes"),
    ],
)
def test_writing_gives_the_bytes_that_were_read(data: bytes) -> None:
    """What is read from canonical bytes is written as the same bytes."""
    assert serialize(parse(data)) == data


def test_bytes_behind_the_signature_are_ignored() -> None:
    """The index ignores what follows the signature, so a token with such a tail is a token."""
    assert parse(HEADER + SIGNED + b"tail") == parse(HEADER + SIGNED)


def test_lengths_with_needless_bytes_are_read() -> None:
    """A length may be written with more bytes than it needs, up to ten."""
    long_length = b"\x02" + b"\x83" + b"\x80" * 8 + b"\x00" + b"[1]"
    assert parse(HEADER + long_length + END + SIGNED).caveats == (RawCaveat(b"[1]"),)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(b"\x01" + HEADER[1:] + SIGNED, "no macaroon of version 2", id="another version"),
        pytest.param(b"\x00", "no macaroon of version 2", id="zero"),
        pytest.param(b"0017location x\n", "version 1", id="version 1, digit"),
        pytest.param(b"ab17location x\n", "version 1", id="version 1, letter"),
        pytest.param(b"\x02" + END + SIGNED, "no identifier", id="empty header"),
        pytest.param(b"\x02" + LOCATION + END + SIGNED, "no identifier", id="location only"),
        pytest.param(b"\x02" + IDENTIFIER + field(4, b"x") + END + SIGNED, "no identifier", id="more in the header"),
        pytest.param(b"\x02" + IDENTIFIER + LOCATION + END + SIGNED, "out of order", id="order"),
        pytest.param(b"\x02" + IDENTIFIER + IDENTIFIER + END + SIGNED, "out of order", id="twice"),
        pytest.param(b"\x02" + field(1, b"\xff") + IDENTIFIER + END + SIGNED, "not text", id="location"),
        pytest.param(HEADER + field(1, b"x") + END + SIGNED, "no content", id="caveat with location only"),
        pytest.param(HEADER + field(4, b"x") + END + SIGNED, "no content", id="caveat with key only"),
        pytest.param(HEADER + field(1, b"x") + field(2, b"y") + END + SIGNED, "without a key", id="location, no key"),
        pytest.param(HEADER + field(1, b"\xff") + field(2, b"y") + END + SIGNED, "not text", id="caveat location"),
        pytest.param(HEADER + field(2, b"x") + field(3, b"y") + END + SIGNED, "does not belong", id="field 3"),
        pytest.param(HEADER + field(2, b"x") + field(4, b"") + field(5, b"") + END + SIGNED, "does not", id="field 5"),
        pytest.param(HEADER + END + field(5, SIGNATURE), "no signature", id="field 5 for signature"),
        pytest.param(HEADER + END + END, "no signature", id="end mark for signature"),
        pytest.param(HEADER + END + field(6, SIGNATURE[:31]), "not 32 bytes", id="short signature"),
        pytest.param(HEADER + END + field(6, SIGNATURE + b"x"), "not 32 bytes", id="long signature"),
        pytest.param(HEADER + b"\x02" + b"\x80" * 10 + b"\x00" + END, "ten bytes", id="length of eleven bytes"),
    ],
)
def test_what_is_no_macaroon_is_refused(data: bytes, reason: str) -> None:
    """Bytes that the index would not take for a macaroon of version 2 are refused with the cause."""
    with pytest.raises(MacaroonError, match=reason) as caught:
        parse(data)
    assert not caught.value.truncated


@pytest.mark.parametrize("size", range(len(HEADER + field(2, b"[1]") + END + SIGNED)))
def test_every_cut_is_told_as_truncated(size: int) -> None:
    """A macaroon that was copied in part says so, wherever it was cut."""
    whole = HEADER + field(2, b"[1]") + END + SIGNED
    with pytest.raises(MacaroonError) as caught:
        parse(whole[:size])
    assert caught.value.truncated


def test_errors_carry_no_bytes_of_the_macaroon() -> None:
    """Neither an error nor what it was raised from holds any of the bytes."""
    with pytest.raises(MacaroonError) as caught:
        parse(b"\x02" + field(1, b"marked-location\xff") + IDENTIFIER + END + SIGNED)
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None


def test_signature_chain() -> None:
    """The signature is the HMAC chain over the identifier and every first-party caveat."""
    derived = hmac.new(b"macaroons-key-generator", KEY, hashlib.sha256).digest()
    expected = hmac.new(derived, b"id", hashlib.sha256).digest()
    macaroon = mint("pypi.org", "id", KEY)
    assert macaroon.signature == expected
    narrowed = macaroon.with_caveat(b"[1]").with_caveat(b"[2]")
    for predicate in (b"[1]", b"[2]"):
        expected = hmac.new(expected, predicate, hashlib.sha256).digest()
    assert narrowed.signature == expected
    assert [caveat.predicate for caveat in narrowed.caveats] == [b"[1]", b"[2]"]
    assert macaroon.caveats == ()


def test_signed_by_tells_the_key_and_the_caveats() -> None:
    """Only the right key with the untouched caveats in their order verifies."""
    macaroon = mint("pypi.org", "id", KEY).with_caveat(b"[1]").with_caveat(b"[2]")
    assert signed_by(macaroon, KEY)
    assert not signed_by(macaroon, b"another key")
    one, two = macaroon.caveats
    for caveats in ((), (one,), (two, one), (one, two, two)):
        assert not signed_by(Macaroon(b"pypi.org", b"id", caveats, macaroon.signature), KEY)


def test_third_party_caveats_never_verify() -> None:
    """A caveat that needs somebody else's consent is never taken as met."""
    macaroon = mint("pypi.org", "id", KEY)
    third = Macaroon(b"pypi.org", b"id", (RawCaveat(b"x", b"there", b"key"),), macaroon.signature)
    assert not signed_by(third, KEY)
    # An empty key is a key: what counts is that the field is there.
    assert RawCaveat(b"x", None, b"").third_party


@pytest.mark.parametrize("value", [mint("pypi.org", "marked", KEY).with_caveat(b"marked"), RawCaveat(b"marked")])
def test_no_bytes_are_shown_or_pickled(value: Macaroon | RawCaveat) -> None:
    """Neither repr nor str shows bytes, and no copy is written by pickle."""
    for shown in (repr(value), str(value), f"{value}", f"{value!r}"):
        assert "marked" not in shown
        assert "\\x" not in shown
    for copier in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="not pickled"):
            copier(value)
