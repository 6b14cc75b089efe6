"""Archives that are damaged, too large, ambiguous, or not what their names say."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish_guard.adapters.archive_limits import Limits
from publish_guard.adapters.distributions import gather
from support.archives import metadata, sdist, wheel, write_raw_tar, write_tar, write_zip

SDIST = "alpha_pkg-1.0.tar.gz"
WHEEL = "alpha_pkg-1.0-py3-none-any.whl"
INFO = "alpha_pkg-1.0.dist-info"


def reason(path: Path, limits: Limits | None = None) -> str:
    """Return why `path` is unreadable; fail where it is not."""
    distributions, strays = gather([path]) if limits is None else gather([path], limits)
    assert distributions == ()
    (stray,) = strays
    assert stray.unreadable
    return stray.reason


def tar_member(name: str, content: bytes = b"", kind: bytes = tarfile.REGTYPE) -> bytes:
    """Return the blocks of one tar member, padded to full ones."""
    member = tarfile.TarInfo(name)
    member.size = len(content)
    member.type = kind
    return member.tobuf(tarfile.USTAR_FORMAT) + content + b"\0" * (-len(content) % 512)


@pytest.mark.parametrize(
    ("filename", "name", "version"),
    [
        (WHEEL, "beta-pkg", "1.0"),
        (WHEEL, "alpha-pkg", "1.1"),
        (SDIST, "beta-pkg", "1.0"),
        (SDIST, "alpha-pkg", "2.0"),
        ("alpha_pkg-1.0.zip", "alpha-pkg", "2.0"),
        ("alpha_pkg-1.0.whl", "alpha-pkg", "1.0"),
    ],
)
def test_file_name_and_metadata_must_agree(tmp_path: Path, filename: str, name: str, version: str) -> None:
    """A file whose name says another project or version than its metadata is refused here as by the index."""
    make = wheel if filename.endswith(".whl") else sdist
    words = reason(make(tmp_path, filename, metadata(name, version)))
    assert f"{name} {version}" in words
    assert "file name does not" in words


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"Name: alpha-pkg\nVersion: 1.0\n", "no Metadata-Version"),
        (b"Metadata-Version: 2.1\nVersion: 1.0\n", "no Name"),
        (b"Metadata-Version: 2.1\nName: alpha-pkg\n", "no Version"),
        (b"Metadata-Version: 2.1\nName: alpha-pkg\nName: beta-pkg\nVersion: 1.0\n", "more than one Name"),
        (b"Metadata-Version: 2.1\nName: alpha-pkg\nVersion: 1.0\nVersion: 2.0\n", "more than one Version"),
        (metadata("-alpha-"), "not a valid project name"),
        (metadata("alpha pkg"), "not a valid project name"),
        (metadata("älpha"), "not a valid project name"),
        (metadata("a" * 600), "not a valid project name"),
        (metadata("alpha\n pkg"), "not a valid project name"),
        (metadata("alpha-pkg\x1b[2J"), "not a valid project name"),
        (metadata(version=""), "not a valid version"),
        (metadata(version="one"), "not a valid version"),
        (metadata(version="1" * 129), "not a valid version"),
        (metadata(version="1.0\x00"), "not a valid version"),
        (b"\nName: alpha-pkg\nVersion: 1.0\n", "no Metadata-Version"),
        (b"\xff\xfe" + metadata().decode().encode("utf-16-le"), "no Metadata-Version"),
        (b"", "no Metadata-Version"),
    ],
)
def test_metadata_must_name_project_and_version_once(tmp_path: Path, content: bytes, words: str) -> None:
    """Missing, repeated or impossible names and versions are refused, and never repeated in the reason."""
    for path in (wheel(tmp_path, content=content), sdist(tmp_path, content=content)):
        assert words in reason(path)
        assert "\x1b" not in reason(path)


@pytest.mark.parametrize(
    ("make", "filename"), [(wheel, WHEEL), (sdist, SDIST), (sdist, "alpha_pkg-1.0.zip")], ids=["wheel", "tar", "zip"]
)
def test_every_cut_of_an_archive_is_refused(tmp_path: Path, make: Callable[..., Path], filename: str) -> None:
    """A download that stopped anywhere is never taken for the whole."""
    path = make(tmp_path, filename)
    content = path.read_bytes()
    for length in range(0, len(content), 7):
        path.write_bytes(content[:length])
        assert "no intact" in reason(path)


def test_damaged_bytes_are_noticed(tmp_path: Path) -> None:
    """The check sums of the archive formats are held to."""
    for path in (wheel(tmp_path), sdist(tmp_path)):
        content = bytearray(path.read_bytes())
        place = len(content) // 3 if path.suffix == ".gz" else content.index(b"METADATA") + 30
        content[place] ^= 0xFF
        path.write_bytes(bytes(content))
        assert reason(path)


@given(data=st.binary(max_size=2000), packed=st.booleans())
def test_arbitrary_bytes_never_crash(tmp_path_factory: pytest.TempPathFactory, data: bytes, packed: bool) -> None:
    """Whatever the bytes are, the answer is a reason."""
    folder = tmp_path_factory.getbasetemp()
    for name in (WHEEL, SDIST):
        path = folder / name
        path.write_bytes(gzip.compress(data) if packed else data)
        assert reason(path)


@given(place=st.integers(0, 5000), value=st.binary(min_size=1, max_size=4))
def test_changed_tar_headers_never_crash(tmp_path_factory: pytest.TempPathFactory, place: int, value: bytes) -> None:
    """Any damage inside the unpacked tar gives the same distribution or a reason."""
    blocks = bytearray(gzip.decompress(sdist(tmp_path_factory.getbasetemp()).read_bytes()))
    blocks[place % len(blocks) : place % len(blocks) + len(value)] = value
    path = write_raw_tar(tmp_path_factory.getbasetemp() / SDIST, bytes(blocks))
    distributions, strays = gather([path])
    assert len(distributions) + len(strays) == 1


def test_bomb_is_refused_at_the_bound(tmp_path: Path) -> None:
    """A small file that unpacks to more than the bound is refused, wherever in the archive the excess lies."""
    limits = Limits(unpacked_size=3 * 1024 * 1024)
    many = b"\0" * (8 * 1024 * 1024)
    inside = write_tar(tmp_path / SDIST, [("alpha_pkg-1.0/big", many), ("alpha_pkg-1.0/PKG-INFO", metadata())])
    assert "unpacks to more than" in reason(inside, limits)
    behind = write_raw_tar(tmp_path / SDIST, tar_member("alpha_pkg-1.0/PKG-INFO", metadata()) + many)
    assert "unpacks to more than" in reason(behind, limits)
    assert gather([sdist(tmp_path)], limits)[1] == ()


def test_claimed_size_is_not_believed(tmp_path: Path) -> None:
    """A PKG-INFO that claims gigabytes is refused before a byte of it is read."""
    member = tarfile.TarInfo("alpha_pkg-1.0/PKG-INFO")
    member.size = 8 * 1024**3
    path = write_raw_tar(tmp_path / SDIST, member.tobuf(tarfile.GNU_FORMAT))
    assert "PKG-INFO is larger" in reason(path)


def test_too_many_members_are_refused(tmp_path: Path) -> None:
    """The number of members is bounded in both kinds of archive."""
    limits = Limits(members=2)
    assert "more than 2 members" in reason(sdist(tmp_path), limits)
    assert "more than 2 members" in reason(wheel(tmp_path), limits)


def test_large_metadata_is_refused(tmp_path: Path) -> None:
    """METADATA and PKG-INFO are bounded, also where they compress to nothing."""
    content = metadata(more="Summary: " + "x" * 5_000_000 + "\n")
    assert "METADATA is larger" in reason(wheel(tmp_path, content=content))
    assert "PKG-INFO is larger" in reason(sdist(tmp_path, content=content))


def test_large_list_of_files_is_refused_unread(tmp_path: Path) -> None:
    """The central directory of a zip is bounded before zipfile takes it into memory."""
    path = write_zip(tmp_path / WHEEL, [(f"alpha_pkg/{number}", b"") for number in range(2000)])
    assert "list of files is larger" in reason(path, Limits(directory_size=70_000))


@pytest.mark.parametrize(
    "header",
    [
        tar_member("././@LongLink", b"x" * 100_000, tarfile.GNUTYPE_LONGNAME),
        tar_member("pax", b"x" * 100_000, tarfile.XHDTYPE),
        tar_member("pax", b"x" * 100_000, tarfile.XGLTYPE),
        b"".join(tar_member("pax", b"6 a=b\n", tarfile.XHDTYPE) for _ in range(100)),
    ],
    ids=["long name", "extended", "global", "a chain of them"],
)
def test_headers_of_a_tar_are_bounded(tmp_path: Path, header: bytes) -> None:
    """tarfile reads such headers into memory as a whole, so their size is bounded before."""
    path = write_raw_tar(tmp_path / SDIST, header + tar_member("alpha_pkg-1.0/PKG-INFO", metadata()))
    assert "larger than any real one" in reason(path)


def test_many_plain_members_are_no_large_header(tmp_path: Path) -> None:
    """The bound on headers is for each member: a thousand small files are an ordinary release."""
    members = [(f"alpha_pkg-1.0/{number}", b"") for number in range(1000)]
    assert gather([write_tar(tmp_path / SDIST, [*members, ("alpha_pkg-1.0/PKG-INFO", metadata())])])[1] == ()


def test_exactly_the_bound_is_allowed(tmp_path: Path) -> None:
    """An archive that unpacks to as many bytes as are allowed is read, one with a byte more is not."""
    path = sdist(tmp_path)
    size = len(gzip.decompress(path.read_bytes()))
    assert gather([path], Limits(unpacked_size=size))[1] == ()
    assert "unpacks to more than" in reason(path, Limits(unpacked_size=size - 1))


def test_run_of_digits_in_a_tar_header_is_refused(tmp_path: Path) -> None:
    """CVE-2024-6232: such a header makes some versions of tarfile search in quadratic time."""
    header = tar_member("pax", b"1" * 60_000, tarfile.XHDTYPE)
    path = write_raw_tar(tmp_path / SDIST, header + tar_member("alpha_pkg-1.0/PKG-INFO", metadata()))
    assert "not such as a build tool writes" in reason(path)


def test_global_headers_cannot_pile_up(tmp_path: Path) -> None:
    """tarfile would copy all of them for each member, which takes minutes for many members."""
    records = b"".join(b"11 k%04d=v\n" % number for number in range(17))
    pkg_info = tar_member("alpha_pkg-1.0/PKG-INFO", metadata())
    path = write_raw_tar(tmp_path / SDIST, tar_member("pax", records, tarfile.XGLTYPE) + pkg_info)
    assert "not such as a build tool writes" in reason(path)
    path = write_raw_tar(tmp_path / SDIST, tar_member("pax", records[:11], tarfile.XGLTYPE) + pkg_info)
    assert gather([path])[1] == ()


def test_long_headers_are_bounded_together(tmp_path: Path) -> None:
    """Each within its bound, but too many of them."""
    pair = tar_member("pax", b"6 a=b\n" * 200, tarfile.XHDTYPE) + tar_member("alpha_pkg-1.0/x")
    blocks = pair * 4 + tar_member("alpha_pkg-1.0/PKG-INFO", metadata())
    path = write_raw_tar(tmp_path / SDIST, blocks)
    assert "not such as a build tool writes" in reason(path, Limits(long_headers_size=4096))
    assert gather([path], Limits(long_headers_size=8192))[1] == ()
    assert "not such as a build tool writes" in reason(path, Limits(header_lines=799))
    assert gather([path], Limits(header_lines=800))[1] == ()


def test_ordinary_extended_headers_are_read(tmp_path: Path) -> None:
    """A long path and a time with fractions, as build tools write them, are no reason to refuse."""
    path = tmp_path / SDIST
    with tarfile.open(path, "w:gz", format=tarfile.PAX_FORMAT) as archive:
        for name, content in (("x" * 250, b""), ("PKG-INFO", metadata())):
            member = tarfile.TarInfo(f"alpha_pkg-1.0/{name}")
            member.size, member.mtime = len(content), 1_600_000_000.5
            archive.addfile(member, io.BytesIO(content))
    assert gather([path])[1] == ()


def test_negative_size_in_a_tar_is_refused(tmp_path: Path) -> None:
    """A size below zero would send tarfile round in circles."""
    header = bytearray(tar_member("alpha_pkg-1.0/x"))
    header[124:136] = b"\xff" * 10 + b"\xfe\x00"
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header[:512])
    blocks = tar_member("alpha_pkg-1.0/PKG-INFO", metadata()) + bytes(header)
    path = write_raw_tar(tmp_path / SDIST, blocks)
    assert "backwards" in reason(path)


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ([("alpha_pkg-1.0/setup.py", b"")], "no PKG-INFO"),
        ([("PKG-INFO", metadata())], "no PKG-INFO"),
        ([("alpha_pkg-1.0/src/PKG-INFO", metadata())], "no PKG-INFO"),
        ([("alpha_pkg-1.0/PKG-INFO", metadata()), ("other/x", b"")], "more than one top-level folder"),
        ([("alpha_pkg-1.0/PKG-INFO", metadata()), ("../x", b"")], "more than one top-level folder"),
        ([("alpha_pkg-1.0/PKG-INFO", metadata()), ("/etc/x", b"")], "more than one top-level folder"),
        ([("alpha_pkg-1.0/PKG-INFO", metadata()), ("alpha_pkg-1.0/PKG-INFO", metadata("beta"))], "two PKG-INFO"),
    ],
)
def test_sdist_must_have_one_folder_with_one_pkg_info(
    tmp_path: Path, members: list[tuple[str, bytes]], words: str
) -> None:
    """What twine or the index would refuse, or might read in another way, is refused."""
    assert words in reason(write_tar(tmp_path / SDIST, members))


def test_pkg_info_must_be_a_regular_file(tmp_path: Path) -> None:
    """A link named PKG-INFO is not followed."""
    path = tmp_path / SDIST
    with tarfile.open(path, "w:gz") as archive:
        link = tarfile.TarInfo("alpha_pkg-1.0/PKG-INFO")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/hostname"
        archive.addfile(link)
    assert "not a regular file" in reason(path)


def test_sparse_member_is_refused(tmp_path: Path) -> None:
    """The index refuses sparse members, which readers unpack in different ways."""
    pax = b"22 GNU.sparse.major=1\n22 GNU.sparse.minor=0\n"
    blocks = tar_member("pax", pax, tarfile.XHDTYPE) + tar_member("alpha_pkg-1.0/x", b"1\n0\n0\n".ljust(512, b"\0"))
    path = write_raw_tar(tmp_path / SDIST, blocks + tar_member("alpha_pkg-1.0/PKG-INFO", metadata()))
    assert "sparse" in reason(path)


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ([("alpha_pkg/__init__.py", b"")], "no top-level *.dist-info/METADATA"),
        ([(f"sub/{INFO}/METADATA", metadata())], "no top-level *.dist-info/METADATA"),
        ([(f"{INFO}/METADATA", metadata()), ("beta-1.0.dist-info/METADATA", metadata("beta"))], "more than one"),
        ([("beta-1.0.dist-info/METADATA", metadata())], "do not name the same project"),
    ],
)
def test_wheel_must_have_one_dist_info_of_its_own(tmp_path: Path, members: list[tuple[str, bytes]], words: str) -> None:
    """A wheel with no, two or a foreign *.dist-info folder is refused."""
    assert words in reason(write_zip(tmp_path / WHEEL, members))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_second_metadata_of_the_same_name_is_refused(tmp_path: Path) -> None:
    """A zip may hold a name twice, and readers differ in which one they take."""
    path = write_zip(tmp_path / WHEEL, [(f"{INFO}/METADATA", metadata()), (f"{INFO}/METADATA", metadata("beta"))])
    assert "two METADATA" in reason(path)


def test_zip_sdist_must_have_one_top_level_folder(tmp_path: Path) -> None:
    """As for a .tar.gz, one folder holds everything, and PKG-INFO lies in it."""
    path = tmp_path / "alpha_pkg-1.0.zip"
    assert "exactly one top-level folder" in reason(write_zip(path, [("a/PKG-INFO", metadata()), ("b/x", b"")]))
    assert "no PKG-INFO" in reason(write_zip(path, [("a/setup.py", b"")]))


def test_other_compressions_are_refused(tmp_path: Path) -> None:
    """The index takes stored and deflated members only, and so no other decompressor is ever fed."""
    path = write_zip(tmp_path / WHEEL, [(f"{INFO}/METADATA", metadata())], compression=zipfile.ZIP_LZMA)
    assert "compression that the index refuses" in reason(path)


def test_encrypted_metadata_is_refused(tmp_path: Path) -> None:
    """zipfile would ask for a password."""
    path = wheel(tmp_path)
    content = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(signature)
        while place >= 0:
            content[place + offset] |= 1
            place = content.find(signature, place + 1)
    path.write_bytes(bytes(content))
    assert "no intact zip" in reason(path)


def test_archive_of_the_other_kind_is_refused(tmp_path: Path) -> None:
    """A zip named .tar.gz, or the reverse, is not what its name says."""
    (tmp_path / SDIST).write_bytes(wheel(tmp_path).read_bytes())
    assert "no intact gzip-compressed tar" in reason(tmp_path / SDIST)
    (tmp_path / WHEEL).write_bytes(sdist(tmp_path).read_bytes())
    assert "no intact zip" in reason(tmp_path / WHEEL)
