"""What is asked of the file itself: its name, its digests, that it is new, and that it is a distribution at all.

In the server's order and words (pypi/warehouse, warehouse/forklift/legacy.py). Not judged here: malware, the framing of
zip archives, RECORD, licence files, attestations.
"""

from __future__ import annotations

import os.path
import re
import tarfile
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from publish_guard.embedded_index import words
from publish_guard.embedded_index.answers import refuse
from publish_guard.embedded_index.form import UploadedFile
from publish_guard.embedded_index.form_rules import EXTENSIONS
from publish_guard.embedded_index.model import MIB, Project, State, StoredFile

if TYPE_CHECKING:
    from packaging.metadata import Metadata

_EXTENSION = re.compile(r".+?(\.tar\.gz|\.zip|\.whl)", re.IGNORECASE | re.DOTALL)
# A zip archive that unpacks to this much and to fifty times its size counts as a bomb.
_BOMB_SIZE = 64 * MIB
_BOMB_RATIO = 50
_MAX_RELEASE_AGE = 14 * 24 * 3600

_PLATFORMS = re.compile(
    r"any|win32|win_(arm64|amd64|ia64)|linux_armv[67]l"
    r"|manylinux(1|2010|2014)_(x86_64|i686)|manylinux2014_(aarch64|armv7l|ppc64|ppc64le|s390x)"
    r"|manylinux_\d+_\d+_(x86_64|i686|aarch64|armv7l|ppc64|ppc64le|s390x|riscv64)"
    r"|musllinux_\d+_\d+_(x86_64|i686|aarch64|armv7l|ppc64le|s390x|riscv64)"
    r"|macosx_(10_\d+|(11|12|13|14|15|26)_0)_(ppc|ppc64|i386|x86_64|arm64|intel|fat|fat3|fat64|universal|universal2)"
    r"|ios_\d+_\d+_(arm64|x86_64)_(iphoneos|iphonesimulator)"
    r"|android_\d+_(armeabi_v7a|arm64_v8a|x86|x86_64)|pyemscripten_\d+_\d+_wasm32"
)


def check_name(file: UploadedFile, filetype: str) -> None:
    """Raise Refusal where the file's name or content type cannot be one of a distribution."""
    name = file.filename
    if any(ord(character) < 32 or ord(character) == 127 for character in name):
        raise refuse(400, words.CONTROL_CHARACTERS)
    if "/" in name or "\\" in name:
        raise refuse(400, words.PATH_SEPARATORS)
    match = _EXTENSION.fullmatch(name)
    if match is None:
        raise refuse(400, words.NO_EXTENSION)
    if match[1] not in EXTENSIONS[filetype]:
        raise refuse(400, words.wrong_extension(match[1], filetype))
    if not file.content_type or file.content_type.startswith("image/"):
        raise refuse(400, words.INVALID_FILE)


def check_size_and_digests(file: UploadedFile, project: Project, state: State, digests: dict[str, str | None]) -> None:
    """Raise Refusal where the file is too large, or one of the digests given (by algorithm) is not the file's."""
    total = file.size + sum(each.size for each in state.files_of(project))
    if file.size > project.file_size_limit:
        raise refuse(400, words.file_too_large(project.name, project.file_size_limit))
    if total > project.size_limit:
        raise refuse(400, words.project_too_large(project.name, project.size_limit))
    actual = {"md5": file.md5, "sha256": file.sha256, "blake2_256": file.blake2b_256}
    if any(given and given.lower() != actual[algorithm] for algorithm, given in digests.items()):
        raise refuse(400, words.BAD_DIGEST)


def is_there_already(file: UploadedFile, state: State) -> bool:
    """Return whether exactly this file is there. Raises Refusal for its name with other content, or the reverse."""
    for stored in state.files.values():
        if file.filename == stored.filename or file.blake2b_256 == stored.blake2b_256:
            if (file.filename, file.sha256) == (stored.filename, stored.sha256):
                return True
            raise refuse(400, words.already_exists(file.filename, file.blake2b_256))
    return False


def check_release(release: list[StoredFile], filetype: str, now: float) -> None:
    """Raise Refusal where a release with these files takes no further one of this type at `now`."""
    if release and now - min(file.uploaded_at for file in release) > _MAX_RELEASE_AGE:
        raise refuse(400, words.OLD_RELEASE)
    if filetype == "sdist" and any(file.filetype == "sdist" for file in release):
        raise refuse(400, words.ONE_SDIST)


def check_archive(file: UploadedFile) -> None:
    """Raise Refusal where the file is not the archive that its name promises, or lacks what makes it a distribution."""
    try:
        reason = _zip_problem(file) if file.filename.endswith((".zip", ".whl")) else _tar_problem(file.path)
    except (zipfile.BadZipFile, tarfile.TarError, EOFError, zlib.error, OSError, ValueError, RuntimeError):
        # The server has no words for an archive that breaks half-way.
        reason = "None"
    if reason is not None:
        raise refuse(400, words.invalid_file(reason))


def _zip_problem(file: UploadedFile) -> str | None:
    if not zipfile.is_zipfile(file.path):
        return "File is not a zipfile"
    if tarfile.is_tarfile(file.path):
        return "File is both a zip and a tar file"
    with zipfile.ZipFile(file.path) as archive:
        members = archive.infolist()
        size = sum(member.file_size for member in members)
        if size > _BOMB_SIZE and size / file.size > _BOMB_RATIO:
            return f"File exceeds compression ratio of {_BOMB_RATIO}"
        if any(member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for member in members):
            return "File does not use a supported compression type"
        names = archive.namelist()
        if file.filename.endswith(".whl"):
            parts = file.filename.split("-", 2)
            if len(parts) < 3:
                return "Unable to parse name and version from wheel filename"
            wanted = f"{parts[0]}-{parts[1]}.dist-info/WHEEL"
            return None if wanted in names else f"WHEEL not found at {wanted}"
    return _sdist_problem(names)


def _tar_problem(path: Path) -> str | None:
    if not tarfile.is_tarfile(path):
        return "File is not a tarfile"
    if zipfile.is_zipfile(path):
        return "File is both a zip and a tar file"
    with tarfile.open(path, "r:gz") as archive:
        members = archive.getmembers()
    if any(member.issparse() for member in members):
        return (
            "tar archive not accepted: Sparse members are not allowed. "
            "See https://docs.pypi.org/archives for more information"
        )
    return _sdist_problem([member.name for member in members])


def _sdist_problem(names: list[str]) -> str | None:
    top = os.path.commonpath(names) if names else ""
    if top in (".", "/", ""):
        return "Incorrect number of top-level directories in sdist"
    wanted = f"{top}/PKG-INFO"
    return None if wanted in names else f"PKG-INFO not found at {wanted}"


def check_name_against(file: UploadedFile, project: Project, metadata: Metadata, filetype: str) -> None:
    """Raise Refusal where the file's name is not the one that project and version must have."""
    from packaging.utils import InvalidSdistFilename, InvalidWheelFilename, parse_sdist_filename, parse_wheel_filename

    name, escaped = file.filename, project.normalized.replace("-", "_")
    if filetype == "sdist":
        try:
            found, _ = parse_sdist_filename(name)
        except InvalidSdistFilename:
            raise refuse(400, f"Invalid source distribution filename: {name}") from None
        if found != project.normalized:
            raise refuse(400, words.wrong_start(project.name, escaped))
        expected = f"{escaped}-{metadata.version}.tar.gz"
        if name != expected:
            raise refuse(400, words.wrong_filename(name, expected))
        return
    try:
        found, version, _, tags = parse_wheel_filename(name)
    except InvalidWheelFilename as error:
        raise refuse(400, str(error)) from None
    for platform in sorted({tag.platform for tag in tags}):
        if not _PLATFORMS.fullmatch(platform):
            raise refuse(400, words.wrong_platform(name, platform))
    if found != project.normalized:
        raise refuse(400, words.wrong_start(project.name, escaped))
    start = name.partition("-")[0]
    if start != escaped:
        raise refuse(400, words.wrong_wheel_name(name, escaped, start))
    if version != metadata.version:
        raise refuse(400, words.wrong_version(str(metadata.version), str(version)))
