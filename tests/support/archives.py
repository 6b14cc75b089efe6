"""Wheels and source distributions made by hand: good ones, and ones that no build tool would make."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path


def metadata(name: str = "alpha-pkg", version: str = "1.0", *, more: str = "") -> bytes:
    """Return the metadata of a project: METADATA and PKG-INFO have the same form."""
    return f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{more}\nA description.\n".encode()


def write_zip(path: Path, members: Iterable[tuple[str, bytes]], *, compression: int = zipfile.ZIP_DEFLATED) -> Path:
    """Write a zip archive with these members in this order and return its path."""
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


def write_tar(path: Path, members: Iterable[tuple[str, bytes]]) -> Path:
    """Write a .tar.gz with these regular files in this order and return its path."""
    with tarfile.open(path, "w:gz") as archive:
        for name, content in members:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


def write_raw_tar(path: Path, blocks: bytes) -> Path:
    """Write a .tar.gz whose unpacked bytes are `blocks` and return its path."""
    path.write_bytes(gzip.compress(blocks))
    return path


def wheel(
    folder: Path,
    filename: str = "alpha_pkg-1.0-py3-none-any.whl",
    content: bytes | None = None,
    more: Mapping[str, bytes] | None = None,
) -> Path:
    """Write a wheel named `filename` with this METADATA (alpha-pkg 1.0 by default) and return its path."""
    name, version = filename.split("-")[:2]
    info = f"{name}-{version}.dist-info"
    members = {
        "alpha_pkg/__init__.py": b"",
        f"{info}/METADATA": metadata() if content is None else content,
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/RECORD": b"",
        **(more or {}),
    }
    return write_zip(folder / filename, members.items())


def sdist(folder: Path, filename: str = "alpha_pkg-1.0.tar.gz", content: bytes | None = None) -> Path:
    """Write a source distribution, .tar.gz or .zip by its name, with this PKG-INFO and return its path."""
    top = filename.removesuffix(".tar.gz").removesuffix(".zip")
    members = [
        (f"{top}/pyproject.toml", b"[project]\n"),
        (f"{top}/src/alpha_pkg/__init__.py", b""),
        (f"{top}/PKG-INFO", metadata() if content is None else content),
    ]
    write = write_zip if filename.endswith(".zip") else write_tar
    return write(folder / filename, members)
