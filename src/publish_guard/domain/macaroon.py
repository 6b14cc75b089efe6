"""Macaroons of version 2 in their binary form: read, narrowed and written with the standard library alone.

The format is libmacaroons' (doc/format.txt there); what is accepted follows the reader that PyPI uses (pymacaroons),
so that a token is read here exactly when the index reads it. Two bounds are tighter, and both fail closed: a length
takes at most ten bytes, and a signature is 32 bytes long.
"""

from __future__ import annotations

import hmac
from typing import NoReturn

from publish_guard.domain.record import record

VERSION = b"\x02"
SIGNATURE_SIZE = 32

_END = 0
_LOCATION = 1
_IDENTIFIER = 2
_VERIFICATION_ID = 4
_SIGNATURE = 6

_MAX_VARINT_BYTES = 10
_KEY_GENERATOR = b"macaroons-key-generator"


class MacaroonError(ValueError):
    """The bytes are no macaroon of version 2.

    `reason` says why in a few words without repeating any of the bytes; `truncated` is true where the bytes simply
    stop too early, which is what a token copied in part looks like.
    """

    def __init__(self, reason: str, *, truncated: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.truncated = truncated


@record
class RawCaveat:
    """One caveat as it stands in the macaroon: its bytes, and for a third-party one where and how it is discharged."""

    predicate: bytes
    location: bytes | None = None
    verification_id: bytes | None = None

    @property
    def third_party(self) -> bool:
        return self.verification_id is not None

    def __repr__(self) -> str:
        return f"<RawCaveat of {len(self.predicate)} bytes>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a caveat is not pickled: it would be written where nobody looks for a secret")


@record
class Macaroon:
    """A macaroon: where it is used, which one it is, what restricts it, and the signature that chains all of it.

    `location` and `identifier` are bytes as they stand; `signature` is 32 bytes. The repr shows none of them.
    """

    location: bytes | None
    identifier: bytes
    caveats: tuple[RawCaveat, ...]
    signature: bytes

    def __repr__(self) -> str:
        return f"<Macaroon with {len(self.caveats)} caveats>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a macaroon is not pickled: it would be written where nobody looks for a secret")

    def with_caveat(self, predicate: bytes) -> Macaroon:
        """Return a copy that is narrowed by one first-party caveat; nobody can take it off again without the key."""
        signature = hmac.digest(self.signature, predicate, "sha256")
        return Macaroon(self.location, self.identifier, (*self.caveats, RawCaveat(predicate)), signature)


def mint(location: str, identifier: str, key: bytes) -> Macaroon:
    """Return a new macaroon without caveats, signed with `key` (any length of bytes)."""
    signature = _root_signature(key, identifier.encode())
    return Macaroon(location.encode(), identifier.encode(), (), signature)


def signed_by(macaroon: Macaroon, key: bytes) -> bool:
    """Return whether the chain of first-party caveats that starts at `key` ends in this macaroon's signature.

    A macaroon with a third-party caveat is never taken as signed: nothing here can discharge one.
    """
    signature = _root_signature(key, macaroon.identifier)
    for caveat in macaroon.caveats:
        if caveat.third_party:
            return False
        signature = hmac.digest(signature, caveat.predicate, "sha256")
    return hmac.compare_digest(signature, macaroon.signature)


def parse(data: bytes) -> Macaroon:
    """Return the macaroon that `data` begins with; bytes behind the signature are ignored, as the index ignores them.

    Takes time linear in the size of `data`. Raises MacaroonError for anything else.
    """
    if not data:
        raise MacaroonError("it is empty", truncated=True)
    if data[:1] != VERSION:
        if data[0] in b"0123456789abcdef":
            raise MacaroonError("it is a macaroon of version 1, on which the index fails")
        raise MacaroonError("it is no macaroon of version 2")
    header, position = _section(data, 1)
    location = None
    if header and header[0][0] == _LOCATION:
        location = _utf8(header[0][1])
        del header[0]
    if len(header) != 1 or header[0][0] != _IDENTIFIER:
        raise MacaroonError("its header has no identifier")
    identifier = header[0][1]
    caveats: list[RawCaveat] = []
    while True:
        section, position = _section(data, position)
        if not section:
            break
        caveats.append(_caveat(section))
    kind, signature, _ = _packet(data, position)
    if kind != _SIGNATURE:
        raise MacaroonError("it has no signature where one must stand")
    if len(signature) != SIGNATURE_SIZE:
        raise MacaroonError("its signature is not 32 bytes long")
    return Macaroon(location, identifier, tuple(caveats), signature)


def serialize(macaroon: Macaroon) -> bytes:
    """Return the binary form of version 2, which `parse` reads back as an equal macaroon."""
    out = bytearray(VERSION)
    if macaroon.location is not None:
        _append(out, _LOCATION, macaroon.location)
    _append(out, _IDENTIFIER, macaroon.identifier)
    out.append(_END)
    for caveat in macaroon.caveats:
        if caveat.location is not None:
            _append(out, _LOCATION, caveat.location)
        _append(out, _IDENTIFIER, caveat.predicate)
        if caveat.verification_id is not None:
            _append(out, _VERIFICATION_ID, caveat.verification_id)
        out.append(_END)
    out.append(_END)
    _append(out, _SIGNATURE, macaroon.signature)
    return bytes(out)


def _root_signature(key: bytes, identifier: bytes) -> bytes:
    derived = hmac.digest(_KEY_GENERATOR, key, "sha256")
    return hmac.digest(derived, identifier, "sha256")


def _caveat(section: list[tuple[int, bytes]]) -> RawCaveat:
    location = None
    if section[0][0] == _LOCATION:
        location = _utf8(section[0][1])
        del section[0]
    if not section or section[0][0] != _IDENTIFIER:
        raise MacaroonError("one of its caveats has no content")
    predicate = section[0][1]
    if len(section) == 1:
        if location is not None:
            raise MacaroonError("one of its caveats names a location without a key to discharge it")
        return RawCaveat(predicate)
    if len(section) > 2 or section[1][0] != _VERIFICATION_ID:
        raise MacaroonError("one of its caveats has a field that does not belong there")
    return RawCaveat(predicate, location, section[1][1])


def _section(data: bytes, position: int) -> tuple[list[tuple[int, bytes]], int]:
    """Return the fields up to the end mark as (type, content), and the position behind the mark."""
    fields: list[tuple[int, bytes]] = []
    previous = -1
    while True:
        kind, content, position = _packet(data, position)
        if kind == _END:
            return fields, position
        if kind <= previous:
            raise MacaroonError("its fields are out of order")
        previous = kind
        fields.append((kind, content))


def _packet(data: bytes, position: int) -> tuple[int, bytes, int]:
    """Return one field's type and content, and the position behind it; the end mark has no content."""
    # One byte is the case of nearly every field: the general way below costs three times as much.
    try:
        kind = data[position]
        position += 1
        if kind >= 0x80:
            kind, position = _varint(data, position - 1)
        if kind == _END:
            return kind, b"", position
        size = data[position]
        position += 1
        if size >= 0x80:
            size, position = _varint(data, position - 1)
    except IndexError:
        raise MacaroonError("it stops before its end", truncated=True) from None
    end = position + size
    if end > len(data):
        raise MacaroonError("it stops before its end", truncated=True)
    return kind, data[position:end], end


def _varint(data: bytes, position: int) -> tuple[int, int]:
    """Return a number of variable length (seven bits a byte, lowest first) and the position behind it."""
    number = 0
    for count in range(_MAX_VARINT_BYTES):
        byte = data[position + count]
        number |= (byte & 0x7F) << (7 * count)
        if byte < 0x80:
            return number, position + count + 1
    raise MacaroonError("one of its lengths is written with more than ten bytes")


def _utf8(content: bytes) -> bytes:
    try:
        content.decode()
    except UnicodeDecodeError:
        pass
    else:
        return content
    # Raised out here, since what could not be decoded would hang on the error as its context.
    raise MacaroonError("one of its locations is not text")


def _append(out: bytearray, kind: int, content: bytes) -> None:
    out.append(kind)
    size = len(content)
    while size >= 0x80:
        out.append(size & 0x7F | 0x80)
        size >>= 7
    out.append(size)
    out += content
