"""Finds the metadata that a distribution carries about itself. Nothing is unpacked to disk, and nothing is run.

Where an archive could be read in two ways (two METADATA files, two top-level folders) it is refused: twine, the index
and pip would not have to agree on one. What each of them demands stands in warehouse/forklift/legacy.py and in
twine/wheel.py and twine/sdist.py.
"""

from __future__ import annotations

import re
import tarfile
import zipfile
import zlib
from email.parser import BytesHeaderParser
from email.policy import compat32
from typing import IO, BinaryIO, cast

from publish_guard.adapters.archive_limits import Limits, TarStream, UnreadableArchiveError, ZipView
from publish_guard.domain.distribution import FileType
from publish_guard.domain.names import is_project_name, normalize_name
from publish_guard.domain.version import normalize_version, same_version

# The two that the index accepts; zipfile could be made to load others.
_COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

_DIST_INFO = re.compile(r"(?P<folder>[^/]+)\.dist-info/METADATA").fullmatch

# What zipfile and tarfile raise for damaged input; RecursionError is a RuntimeError, UnicodeError a ValueError.
_BROKEN = (
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,
    OverflowError,
    KeyError,
    IndexError,
)


def read_name_and_version(file: BinaryIO, filename: str, filetype: FileType, limits: Limits) -> tuple[str, str]:
    """Return Name and Version as the distribution's own metadata spells them.

    Raises UnreadableArchiveError where the archive is damaged, too large, ambiguous, says no valid name and version,
    or disagrees with its file name: the index refuses all of these, or would read them in another way.
    """
    try:
        if filename.endswith(".tar.gz"):
            data = _tar_pkg_info(file, limits)
        else:
            data = _zip_metadata(file, filename, filetype, limits)
    except UnreadableArchiveError:
        raise
    except _BROKEN:
        kind = "gzip-compressed tar" if filename.endswith(".tar.gz") else "zip"
        raise UnreadableArchiveError(f"it is no intact {kind} archive, as when a download or build was cut") from None
    name, version = _fields(data)
    if not _agrees(filename, filetype, name, version):
        raise UnreadableArchiveError(
            f"its metadata says {name[:100]} {version}, which its file name does not, and the index refuses that"
        )
    return name, version


def _tar_pkg_info(file: BinaryIO, limits: Limits) -> bytes:
    stream = TarStream(file, limits)
    top: str | None = None
    found: bytes | None = None
    count = 0
    # tarfile asks for read, seek and tell only; the stream has exactly these.
    with tarfile.open(fileobj=cast("IO[bytes]", stream), mode="r:") as archive:
        while (member := archive.next()) is not None:
            count += 1
            # tarfile keeps every member that it read; only the current one is needed.
            archive.members.clear()  # type: ignore[attr-defined] # typeshed leaves the list out
            if count > limits.members:
                raise UnreadableArchiveError(f"it has more than {limits.members} members")
            if len(archive.pax_headers) > limits.global_headers:  # tarfile copies them for every member
                raise UnreadableArchiveError("its tar headers are not such as a build tool writes")
            if member.issparse():
                raise UnreadableArchiveError("it has a sparse member, which the index refuses")
            folder, _, rest = member.name.partition("/")
            if top is not None and folder != top:
                raise UnreadableArchiveError("it has more than one top-level folder, which the index refuses")
            top = folder
            if rest == "PKG-INFO":
                if found is not None:
                    raise UnreadableArchiveError("it has two PKG-INFO files in one place")
                found = _member_content(stream, member, limits)
            stream.begin_member()
    stream.drain()
    if found is None:
        raise UnreadableArchiveError("it has no PKG-INFO in its top-level folder, so it is no source distribution")
    return found


def _member_content(stream: TarStream, member: tarfile.TarInfo, limits: Limits) -> bytes:
    if not member.isreg() or stream.tell() != member.offset_data:
        raise UnreadableArchiveError("its PKG-INFO is not a regular file")
    _bound("PKG-INFO", member.size, limits)
    return stream.read_content(member.size)


def _zip_metadata(file: BinaryIO, filename: str, filetype: FileType, limits: Limits) -> bytes:
    # zipfile asks for read, seek, tell and seekable only; the view has exactly these.
    with zipfile.ZipFile(cast("IO[bytes]", ZipView(file, limits))) as archive:
        entries = archive.infolist()
        if len(entries) > limits.members:
            raise UnreadableArchiveError(f"it has more than {limits.members} members")
        if any(entry.compress_type not in _COMPRESSIONS for entry in entries):
            raise UnreadableArchiveError("it uses a compression that the index refuses")
        names = [entry.filename for entry in entries]
        wanted = _wheel_metadata(names, filename) if filetype == "bdist_wheel" else _sdist_metadata(names)
        chosen = [entry for entry in entries if entry.filename == wanted]
        what = wanted.rpartition("/")[2]
        if not chosen:
            raise UnreadableArchiveError(f"it has no {what} where one belongs")
        if len(chosen) > 1:
            raise UnreadableArchiveError(f"it has two {what} files in one place")
        _bound(what, chosen[0].file_size, limits)
        with archive.open(chosen[0]) as member:
            data = member.read(limits.metadata_size + 1)
        _bound(what, len(data), limits)
        return data


def _wheel_metadata(names: list[str], filename: str) -> str:
    candidates = {name: found["folder"] for name in names if (found := _DIST_INFO(name))}
    if not candidates:
        raise UnreadableArchiveError("it has no top-level *.dist-info/METADATA, so it is no wheel")
    if len(candidates) > 1:
        raise UnreadableArchiveError("it has more than one *.dist-info folder")
    ((name, folder),) = candidates.items()
    if normalize_name(folder.partition("-")[0]) != normalize_name(filename.partition("-")[0]):
        raise UnreadableArchiveError("its *.dist-info folder and its file name do not name the same project")
    return name


def _sdist_metadata(names: list[str]) -> str:
    tops = {name.partition("/")[0] for name in names}
    if len(tops) != 1:
        raise UnreadableArchiveError("it does not have exactly one top-level folder, which the index refuses")
    return f"{tops.pop()}/PKG-INFO"


def _bound(what: str, size: int, limits: Limits) -> None:
    if not 0 <= size <= limits.metadata_size:
        raise UnreadableArchiveError(f"its {what} is larger than {limits.metadata_size} bytes")


def _fields(data: bytes) -> tuple[str, str]:
    """Return the values of Name and Version, checked: only what passes may be repeated in a message."""
    headers = BytesHeaderParser(policy=compat32).parsebytes(data)
    if headers.get("Metadata-Version") is None:
        raise UnreadableArchiveError("its metadata has no Metadata-Version, so nobody would read it")
    values: dict[str, str] = {}
    for field in ("Name", "Version"):
        given = headers.get_all(field) or []
        if len(given) != 1:
            raise UnreadableArchiveError(f"its metadata has {'no' if not given else 'more than one'} {field}")
        # A value with bytes beyond ASCII is an object, not a text; neither a name nor a version has any.
        values[field] = str(given[0]).strip(" \t")
    if not is_project_name(values["Name"]):
        raise UnreadableArchiveError("the Name in its metadata is not a valid project name")
    if normalize_version(values["Version"]) is None:
        raise UnreadableArchiveError("the Version in its metadata is not a valid version")
    return values["Name"], values["Version"]


def _agrees(filename: str, filetype: FileType, name: str, version: str) -> bool:
    project = normalize_name(name)
    if filetype == "bdist_wheel":
        parts = filename.removesuffix(".whl").split("-")
        return len(parts) in (5, 6) and normalize_name(parts[0]) == project and same_version(parts[1], version)
    stem = filename.removesuffix(".tar.gz").removesuffix(".zip")
    # Both a name and a version may hold hyphens (1.0-1 is a post release), so every hyphen may be the one between.
    return any(
        normalize_name(stem[:place]) == project and same_version(stem[place + 1 :], version)
        for place, character in enumerate(stem)
        if character == "-"
    )
