"""The files of a release, by what their own metadata says."""

from __future__ import annotations

from typing import Literal

from publish_guard.domain.record import record

FileType = Literal["sdist", "bdist_wheel"]


@record
class Distribution:
    """A source or built distribution: `project` is the normalized name, `name` the metadata's spelling of it.

    `size` is in bytes; the three digests are lower-case hex (blake2b with 256 bits, as PyPI names files).
    """

    path: str
    filename: str
    filetype: FileType
    name: str
    project: str
    version: str
    size: int
    sha256: str
    blake2b_256: str
    md5: str


@record
class Stray:
    """Something among the distributions that is not one: `unreadable` where it should have been, and why."""

    path: str
    reason: str
    unreadable: bool
