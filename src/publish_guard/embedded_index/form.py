"""The form of an upload, read piece by piece: text fields are bounded, the file goes straight to the disk."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email.message import Message
from email.utils import collapse_rfc2231_value
from pathlib import Path
from typing import BinaryIO, Protocol
from urllib.parse import parse_qsl

# A release's metadata with a long description is some hundred KiB; twine sends a field for each classifier.
MAX_TEXT = 16 * 1024 * 1024
MAX_PARTS = 10_000
MAX_PART_HEADER = 16 * 1024
_CHUNK = 256 * 1024

CONTENT = "content"


class FormError(ValueError):
    """The body is not the form that its Content-Type announces; the message says how, without repeating any of it."""


class Body(Protocol):
    """What a request's body is read from."""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes, none at the end."""
        ...


@dataclass(frozen=True)
class UploadedFile:
    """The file of the form, on the disk for as long as the request is judged; size in bytes, digests in hex.

    Above the limit of the index nothing is kept, but size and digests are those of all that was sent.
    """

    filename: str
    content_type: str
    path: Path = field(repr=False)
    size: int
    sha256: str
    blake2b_256: str
    md5: str


@dataclass(frozen=True)
class Form:
    """The text fields in their order, each with all its values; the names that were sent as files; the file itself."""

    fields: Mapping[str, tuple[str, ...]]
    file_fields: frozenset[str] = frozenset()
    content: UploadedFile | None = None

    def get(self, name: str) -> str | None:
        """Return the last value of a field, or None; the server's form reads the last one too."""
        values = self.fields.get(name)
        return values[-1] if values else None


class _Text:
    """Collects text fields within a bound for all of them together."""

    def __init__(self) -> None:
        self.fields: dict[str, list[str]] = {}
        self._left = MAX_TEXT

    def add(self, name: str, value: bytes) -> None:
        self.fields.setdefault(name, []).append(value.decode("utf-8", "replace"))

    def take(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise FormError("its text fields are larger than 16 MiB")

    def form(self, file_fields: frozenset[str] = frozenset(), content: UploadedFile | None = None) -> Form:
        return Form({name: tuple(values) for name, values in self.fields.items()}, file_fields, content)


def read_form(body: Body, content_type: str, folder: Path, *, file_limit: int) -> Form:
    """Return the form that `body` holds; its file is written to `folder`, up to `file_limit` bytes of it.

    The caller removes the file when the request is done. Raises FormError; takes memory for the text fields only.
    """
    message = Message()
    message["Content-Type"] = content_type
    kind = message.get_content_type()
    if kind == "application/x-www-form-urlencoded":
        return _read_urlencoded(body)
    boundary = message.get_boundary() if kind == "multipart/form-data" else None
    if not boundary or len(boundary) > 200:
        raise FormError("it is no form: send multipart/form-data with a boundary")
    return _Multipart(body, boundary.encode(), folder, file_limit).read()


def _read_urlencoded(body: Body) -> Form:
    data = b""
    while chunk := body.read(_CHUNK):
        data += chunk
        if len(data) > MAX_TEXT:
            raise FormError("its text fields are larger than 16 MiB")
    text = _Text()
    try:
        for name, value in parse_qsl(data.decode(), keep_blank_values=True, max_num_fields=MAX_PARTS):
            text.add(name, value.encode("utf-8", "replace"))
    except ValueError:
        raise FormError("it is not a URL-encoded form") from None
    return text.form()


class _Multipart:
    """Reads multipart/form-data (RFC 7578) from a stream, never holding more than a chunk of a file."""

    def __init__(self, body: Body, boundary: bytes, folder: Path, file_limit: int) -> None:
        self._body = body
        # With a line break ahead, the first boundary looks like every other one.
        self._buffer = b"\r\n"
        self._delimiter = b"\r\n--" + boundary
        self._folder = folder
        self._file_limit = file_limit
        self._parts = 0

    def read(self) -> Form:
        text = _Text()
        file_fields: set[str] = set()
        content: UploadedFile | None = None
        self._copy_part(None)
        try:
            while not self._at_end():
                name, filename, content_type = self._header()
                if filename is None:
                    text.add(name, self._text(text))
                elif name == CONTENT and content is None:
                    content = self._file(filename, content_type)
                else:
                    file_fields.add(name)
                    self._copy_part(None)
            return text.form(frozenset(file_fields), content)
        except BaseException:
            if content is not None:
                content.path.unlink(missing_ok=True)
            raise

    def _more(self) -> None:
        chunk = self._body.read(_CHUNK)
        if not chunk:
            raise FormError("it stops before its end")
        self._buffer += chunk

    def _take(self, size: int) -> bytes:
        while len(self._buffer) < size:
            self._more()
        taken, self._buffer = self._buffer[:size], self._buffer[size:]
        return taken

    def _at_end(self) -> bool:
        mark = self._take(2)
        self._parts += 1
        if self._parts > MAX_PARTS:
            raise FormError("it has too many fields")
        if mark == b"--":
            while self._body.read(_CHUNK):
                pass
            return True
        if mark != b"\r\n":
            raise FormError("a boundary is followed by something else")
        return False

    def _header(self) -> tuple[str, str | None, str]:
        while b"\r\n\r\n" not in self._buffer:
            if len(self._buffer) > MAX_PART_HEADER:
                raise FormError("the header of a field is too long")
            self._more()
        header, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        if len(header) > MAX_PART_HEADER:
            raise FormError("the header of a field is too long")
        message = Message()
        for line in header.decode("utf-8", "replace").split("\r\n"):
            key, _, value = line.partition(":")
            if key.strip().lower() in ("content-disposition", "content-type") and key.strip() not in message:
                message[key.strip()] = value.strip()
        name = message.get_param("name", header="content-disposition")
        if name is None:
            raise FormError("a field has no name")
        filename = message.get_param("filename", header="content-disposition")
        return (
            collapse_rfc2231_value(name),
            None if filename is None else collapse_rfc2231_value(filename),
            message["content-type"] or "",
        )

    def _text(self, text: _Text) -> bytes:
        value = bytearray()
        for chunk in self._part():
            text.take(len(chunk))
            value += chunk
        return bytes(value)

    def _file(self, filename: str, content_type: str) -> UploadedFile:
        fd, name = tempfile.mkstemp(dir=self._folder)
        path = Path(name)
        try:
            with open(fd, "wb") as stream:  # noqa: PTH123 - a descriptor, not a path
                size, digests = self._copy_part(stream)
        except BaseException:
            path.unlink()
            raise
        return UploadedFile(filename, content_type, path, size, *digests)

    def _copy_part(self, stream: BinaryIO | None) -> tuple[int, tuple[str, str, str]]:
        """Pass one part on to `stream`, up to the limit, and return its size and digests."""
        hashes = (hashlib.sha256(), hashlib.blake2b(digest_size=32), hashlib.md5(usedforsecurity=False))
        size = 0
        for chunk in self._part():
            size += len(chunk)
            if stream is None:
                continue
            for each in hashes:
                each.update(chunk)
            if size <= self._file_limit:
                stream.write(chunk)
        sha256, blake2b_256, md5 = (each.hexdigest() for each in hashes)
        return size, (sha256, blake2b_256, md5)

    def _part(self) -> Iterator[bytes]:
        """Yield the bytes up to the next boundary, and leave the buffer behind it."""
        keep = len(self._delimiter) - 1
        while True:
            end = self._buffer.find(self._delimiter)
            if end >= 0:
                if end:
                    yield self._buffer[:end]
                self._buffer = self._buffer[end + len(self._delimiter) :]
                return
            if len(self._buffer) > keep:
                # The last bytes may be the beginning of a boundary.
                ready, self._buffer = self._buffer[:-keep], self._buffer[-keep:]
                yield ready
            self._more()
