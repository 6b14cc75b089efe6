"""Gathers the files of a release: what each says of itself, its digests, and what lies among them by mistake."""

from __future__ import annotations

import glob
import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from publish_guard.adapters.archive_limits import DEFAULT_LIMITS, Limits, UnreadableArchiveError
from publish_guard.adapters.stray_files import FOLDER, FOLDER_OF_DISTRIBUTIONS, filetype_of, reason_for
from publish_guard.domain.distribution import Distribution, FileType, Stray
from publish_guard.domain.names import normalize_name
from publish_guard.errors import FailureError, NothingToCheckError, UsageError

# More files than any release has: a folder beyond it is not a folder of distributions.
MAX_FILES = 10_000

_CHUNK = 1024 * 1024

# `uv build` puts one into every dist/ that it makes. It is no mistake of anybody's.
_EXPECTED_NAMES = frozenset({".gitignore"})


def gather(
    paths: Sequence[Path], limits: Limits = DEFAULT_LIMITS
) -> tuple[tuple[Distribution, ...], tuple[Stray, ...]]:
    """Return the distributions that `paths` name, wheels first as twine uploads them, and all else that lies there.

    A path is a file, a folder (its own files, not those of folders in it), or a glob pattern. A folder that is named
    beside files of its parent is a nested one, as when a shell expands dist/*. Every file is named once, in the order
    given and by name within a folder. Each file is read once for its metadata and once for its digests.

    Raises UsageError for a path that does not exist and for too many files, NothingToCheckError for a pattern that
    matches nothing, FailureError for a folder that cannot be read.
    """
    distributions: list[Distribution] = []
    strays: list[Stray] = []
    seen: set[Path] = set()
    for path, nested in _expand(paths):
        # A folder may be reached in two ways; a link to a file is a file of its own, under its own name.
        place = path.parent.resolve() / path.name
        if place in seen:
            continue
        seen.add(place)
        if len(seen) > MAX_FILES:
            raise UsageError(f"There are more than {MAX_FILES} files to publish.", "Name the files of one release.")
        if nested:
            strays.append(Stray(str(path), _folder_reason(path), unreadable=False))
            continue
        found = _look_at(path, limits)
        if isinstance(found, Distribution):
            distributions.append(found)
        else:
            strays.append(found)
    # Sorting is stable: within wheels, and within the rest, the order stays.
    distributions.sort(key=lambda distribution: distribution.filetype != "bdist_wheel")
    return tuple(distributions), tuple(strays)


def _expand(paths: Sequence[Path]) -> Iterator[tuple[Path, bool]]:
    """Yield each path to look at, and whether it is a folder among files."""
    folders_of_files = {path.absolute().parent for path in paths if os.path.lexists(path) and not path.is_dir()}
    for path in paths:
        if path.is_dir():
            if path.absolute().parent in folders_of_files:
                yield path, True
            else:
                yield from _children(path)
        elif os.path.lexists(path):
            yield path, False
        else:
            yield from _matches(path)


def _matches(pattern: Path) -> Iterator[tuple[Path, bool]]:
    if not glob.has_magic(str(pattern)):
        raise UsageError(
            f"There is no file or folder {_quoted(pattern)}.",
            "Build the distributions first (python -m build), or name where they are.",
        )
    # Path.glob takes no absolute pattern.
    matches = sorted(islice(glob.iglob(str(pattern)), MAX_FILES + 1))  # noqa: PTH207 - the comment above says why
    if not matches:
        raise NothingToCheckError(
            f"No file matches {_quoted(pattern)}.",
            "Build the distributions first (python -m build), or name where they are.",
        )
    for match in matches:
        path = Path(match)
        yield path, path.is_dir()


def _children(folder: Path) -> Iterator[tuple[Path, bool]]:
    try:
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry in islice(entries, MAX_FILES + 1))
    except OSError as error:
        raise FailureError(
            f"The folder {_quoted(folder)} cannot be read: {error.strerror}.", "Check its permissions."
        ) from None
    for name in names:
        if name not in _EXPECTED_NAMES:
            path = folder / name
            yield path, path.is_dir()


def _folder_reason(folder: Path) -> str:
    try:
        with os.scandir(folder) as entries:
            inside = any(filetype_of(entry.name) for entry in islice(entries, MAX_FILES))
    except OSError:
        return FOLDER
    return FOLDER_OF_DISTRIBUTIONS if inside else FOLDER


def _look_at(path: Path, limits: Limits) -> Distribution | Stray:
    filetype = filetype_of(path.name)
    if filetype is None:
        return Stray(str(path), reason_for(path.name), unreadable=False)
    if not path.name.isprintable():
        return Stray(
            str(path), "its file name has characters that cannot be shown, which the index refuses", unreadable=True
        )
    try:
        with open(path, "rb", opener=_open_without_waiting) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return Stray(str(path), "it is a device or a pipe, not a regular file", unreadable=True)
            return _read(path, filetype, file, limits)
    except UnreadableArchiveError as error:
        return Stray(str(path), error.reason, unreadable=True)
    except OSError as error:
        return Stray(str(path), f"it cannot be read: {error.strerror or 'unknown reason'}", unreadable=True)


def _read(path: Path, filetype: FileType, file: BinaryIO, limits: Limits) -> Distribution:
    # Loaded here: a check without distributions does not pay for zipfile, tarfile and email.
    from publish_guard.adapters.archive_metadata import read_name_and_version

    name, version = read_name_and_version(file, path.name, filetype, limits)
    file.seek(0)
    # MD5 is what the upload form wants beside the others; nothing trusts it.
    sha256, blake2b, md5 = hashlib.sha256(), hashlib.blake2b(digest_size=32), hashlib.md5(usedforsecurity=False)
    size = 0
    while chunk := file.read(_CHUNK):
        size += len(chunk)
        for digest in (sha256, blake2b, md5):
            digest.update(chunk)
    return Distribution(
        path=str(path),
        filename=path.name,
        filetype=filetype,
        name=name,
        project=normalize_name(name),
        version=version,
        size=size,
        sha256=sha256.hexdigest(),
        blake2b_256=blake2b.hexdigest(),
        md5=md5.hexdigest(),
    )


def _open_without_waiting(path: str, flags: int) -> int:
    # Opening a pipe would wait for its writer; Windows has no such flag and no such files.
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _quoted(path: Path) -> str:
    return ascii(str(path)[:300])
