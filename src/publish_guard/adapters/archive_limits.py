"""How much of an archive is read, and the file views that hold tarfile and zipfile to it."""

from __future__ import annotations

import gzip
import os
import re
from typing import BinaryIO

from publish_guard.domain.record import record

_CHUNK = 1024 * 1024
_TAR_BLOCK = 512

# Some versions of tarfile search an extended header in quadratic time where it has a long run of digits
# (CVE-2024-6232). No name in an sdist has one.
_DIGIT_RUN = re.compile(rb"[0-9]{32}").search


@record
class Limits:
    """The bounds, in bytes where they are sizes; a file beyond one of them is refused, never read in part.

    `metadata_size` bounds METADATA or PKG-INFO, `header_size` the headers of one tar member, `long_headers_size` all
    headers of a tar that do not fit into one block, `header_lines` the lines of text in all of them (build tools write
    about three for a member), `global_headers` the fields that hold for every member of a tar, `directory_size` any
    single read of a zip's structure, `unpacked_size` what a .tar.gz unpacks to (it is only walked, never stored).
    """

    metadata_size: int = 4 * 1024 * 1024
    members: int = 100_000
    header_size: int = 64 * 1024
    long_headers_size: int = 16 * 1024 * 1024
    header_lines: int = 1_000_000
    global_headers: int = 16
    directory_size: int = 16 * 1024 * 1024
    unpacked_size: int = 2 * 1024 * 1024 * 1024


DEFAULT_LIMITS = Limits()


class UnreadableArchiveError(ValueError):
    """The file is no distribution that can be read. `reason` is a clause ("it has no PKG-INFO in ...")."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TarStream:
    """The unpacked bytes of a .tar.gz, read forward only, as tarfile wants a file to be.

    Everything that is read or skipped counts towards `unpacked_size`; what tarfile reads for one member's headers is
    bounded by `header_size` since `begin_member`. Raises UnreadableArchiveError beyond either.
    """

    def __init__(self, packed: BinaryIO, limits: Limits) -> None:
        self._unpacked = gzip.GzipFile(fileobj=packed, mode="rb")
        self._limits = limits
        self._position = 0
        self._header_budget = limits.header_size
        self._long_headers_budget = limits.long_headers_size
        self._lines_budget = limits.header_lines

    def begin_member(self) -> None:
        """Give the next member's headers their full allowance."""
        self._header_budget = self._limits.header_size

    def tell(self) -> int:
        """Return how many unpacked bytes are behind."""
        return self._position

    def read(self, size: int = -1) -> bytes:
        """Return `size` bytes of tar structure, fewer at the end."""
        if not 0 <= size <= self._header_budget:
            raise UnreadableArchiveError("one of its tar headers is larger than any real one")
        self._header_budget -= size
        data = self._take(size)
        self._lines_budget -= data.count(b"\n")
        long = size > _TAR_BLOCK
        if long:
            self._long_headers_budget -= size
        if min(self._lines_budget, self._long_headers_budget) < 0 or (long and _DIGIT_RUN(data)):
            raise UnreadableArchiveError("its tar headers are not such as a build tool writes")
        return data

    def read_content(self, size: int) -> bytes:
        """Return the next `size` bytes of a member's content. The caller has bounded `size`."""
        return self._take(size)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Skip forward to `offset` and return it."""
        if whence != os.SEEK_SET or offset < self._position:
            raise UnreadableArchiveError("its tar headers point backwards")
        while self._position < offset and self._take(min(_CHUNK, offset - self._position)):
            pass
        return self._position

    def drain(self) -> None:
        """Read to the end, so that a cut or damaged file is noticed."""
        while self._take(_CHUNK):
            pass

    def _take(self, size: int) -> bytes:
        # One byte beyond the bound is enough to know.
        data = self._unpacked.read(min(size, self._limits.unpacked_size - self._position + 1))
        self._position += len(data)
        if self._position > self._limits.unpacked_size:
            raise UnreadableArchiveError(f"it unpacks to more than {self._limits.unpacked_size} bytes")
        return data


class ZipView:
    """A seekable file whose single reads are bounded by `directory_size`, as zipfile wants a file to be."""

    def __init__(self, file: BinaryIO, limits: Limits) -> None:
        self._file = file
        self._limits = limits

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes. Raises UnreadableArchiveError for more than any real list of files has."""
        bound = self._limits.directory_size
        data = self._file.read(bound + 1 if size < 0 else min(size, bound + 1))
        if len(data) > bound:
            raise UnreadableArchiveError("its list of files is larger than any real one")
        return data

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to `offset` and return the position."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """Return the position."""
        return self._file.tell()

    def seekable(self) -> bool:
        """Return True: a regular file is."""
        return True
