"""Bytes that are macaroons, nearly macaroons, or once were."""

from __future__ import annotations

from hypothesis import strategies as st


def varint(number: int, needless: int = 0) -> bytes:
    out = bytearray()
    while number >= 0x80 or needless:
        if number < 0x80:
            needless -= 1
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


_kinds = st.sampled_from([1, 2, 4, 6]) | st.integers(1, 300)
_contents = st.binary(max_size=12) | st.sampled_from([b"pypi.org", b"\xff", b"x" * 127, b"x" * 128, b"x" * 300])
_needless = st.sampled_from([0, 0, 0, 0, 0, 1, 8, 9, 12])


@st.composite
def _field(draw: st.DrawFn, kind: int | None = None) -> bytes:
    content = draw(_contents)
    return varint(draw(_kinds) if kind is None else kind) + varint(len(content), draw(_needless)) + content


_end = st.just(b"\0") | st.just(b"\0") | st.just(b"\x80\0") | st.just(b"")
_header = st.tuples(_field(1), _field(2), _end) | st.tuples(_field(2), _end) | st.tuples(_field(), _field(), _end)
_caveat = (
    st.tuples(_field(2), _end)
    | st.tuples(_field(1), _field(2), _field(4), _end)
    | st.tuples(_field(2), _field(4), _end)
    | st.tuples(_field(), _field(), _end)
)
_signature = st.binary(min_size=32, max_size=32).map(lambda content: b"\x06\x20" + content) | _field()

# From parts of the format, in the right places more often than not.
nearly_macaroons: st.SearchStrategy[bytes] = st.builds(
    lambda version, header, caveats, end, signature, tail: (
        version + b"".join(header) + b"".join(b"".join(caveat) for caveat in caveats) + end + signature + tail
    ),
    st.sampled_from([b"\x02", b"\x02", b"\x02", b"\x02", b"\x01", b"0", b""]),
    _header,
    st.lists(_caveat, max_size=3),
    _end,
    _signature,
    st.just(b"") | st.binary(max_size=3),
)

_location = st.text(max_size=8).map(str.encode)


@st.composite
def macaroons(draw: st.DrawFn) -> bytes:
    """Canonical bytes of a macaroon, as a server would write them."""

    def field(kind: int, content: bytes) -> bytes:
        return bytes([kind]) + varint(len(content)) + content

    out = b"\x02" + field(1, draw(_location)) + field(2, draw(_contents)) + b"\0"
    for predicate in draw(st.lists(_contents, max_size=3)):
        third_party = draw(st.booleans()) and draw(st.booleans())
        out += field(1, draw(_location)) if third_party else b""
        out += field(2, predicate)
        out += field(4, draw(_contents)) if third_party else b""
        out += b"\0"
    return out + b"\0" + field(6, draw(st.binary(min_size=32, max_size=32)))


@st.composite
def mutated(draw: st.DrawFn, base: st.SearchStrategy[bytes]) -> bytes:
    """The base with some of: a byte changed, a piece cut out, a piece put in, two pieces swapped."""
    data = draw(base)
    for _ in range(draw(st.integers(1, 3))):
        start, stop = sorted((draw(st.integers(0, len(data))), draw(st.integers(0, len(data)))))
        match draw(st.sampled_from(["change", "cut", "insert", "swap", "end"])):
            case "change" if data:
                at = min(start, len(data) - 1)
                data = data[:at] + bytes([draw(st.integers(0, 255))]) + data[at + 1 :]
            case "cut":
                data = data[:start] + data[stop:]
            case "insert":
                data = data[:start] + draw(st.binary(max_size=4)) + data[start:]
            case "swap":
                middle = (start + stop) // 2
                data = data[:start] + data[middle:stop] + data[start:middle] + data[stop:]
            case _:
                data = data[:stop]
    return data
