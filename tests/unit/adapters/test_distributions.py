"""Gathering the files of a release."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from twine.package import PackageFile

from publish_guard.adapters.distributions import gather
from publish_guard.domain.distribution import Stray
from publish_guard.errors import NothingToCheckError, UsageError
from support.archives import metadata, sdist, wheel, write_zip

PYPROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "Alpha.Pkg_Real"
version = "1.0rc1"
description = "Built for real."
license-files = []
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dist folder that `python -m build` filled."""
    project = tmp_path_factory.mktemp("project")
    (project / "pyproject.toml").write_text(PYPROJECT)
    package = project / "src" / "alpha_pkg_real"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text('"""A real package."""\n')
    command = [sys.executable, "-m", "build", "--no-isolation", str(project)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return project / "dist"


def only_stray(path: Path) -> Stray:
    distributions, strays = gather([path])
    assert distributions == ()
    (stray,) = strays
    return stray


def test_what_build_makes_is_read_as_twine_reads_it(built: Path) -> None:
    """Of a real wheel and sdist, name and version are the metadata's own, as in twine's upload form."""
    distributions, strays = gather([built])
    assert strays == ()
    assert [dist.filetype for dist in distributions] == ["bdist_wheel", "sdist"]
    for dist in distributions:
        theirs = PackageFile.from_filename(dist.path, None)
        assert (dist.name, dist.version, dist.filetype) == (theirs.metadata["name"], theirs.version, theirs.filetype)
        assert (dist.sha256, dist.blake2b_256) == (theirs.sha2_digest, theirs.blake2_256_digest)
        assert dist.project == "alpha-pkg-real"


@pytest.mark.parametrize(
    ("filename", "name", "version"),
    [
        ("alpha_pkg-1.0-py3-none-any.whl", "alpha-pkg", "1.0"),
        ("alpha_pkg-1.0-1-py3-none-any.whl", "Alpha.Pkg", "1.0"),
        ("Alpha_Pkg-1.0.post1-py3-none-any.whl", "alpha_pkg", "1.0.post1"),
        ("alpha_pkg-1.0+local.1-py3-none-any.whl", "alpha-pkg", "1.0+local-1"),
        ("alpha_pkg-1.0.tar.gz", "alpha-pkg", "1.0"),
        ("alpha-pkg-1.0.tar.gz", "alpha.pkg", "1.0"),
        ("alpha-pkg-1.0-1.tar.gz", "alpha-pkg", "1.0.post1"),
        ("alpha_pkg-1.0rc1.zip", "alpha-pkg", "1.0-RC.1"),
        ("a-1.tar.gz", "a", "1"),
    ],
)
def test_name_and_version_agree_with_twine(tmp_path: Path, filename: str, name: str, version: str) -> None:
    """Every spelling that normalizes to the same is one distribution, and twine sees the same name and version."""
    make = wheel if filename.endswith(".whl") else sdist
    path = make(tmp_path, filename, metadata(name, version))
    ((dist,), strays) = gather([path])
    theirs = PackageFile.from_filename(str(path), None)
    assert strays == ()
    assert (dist.name, dist.version) == (theirs.metadata["name"], theirs.version) == (name, version)


def test_size_and_digests_are_those_of_the_file(tmp_path: Path) -> None:
    """Size in bytes, SHA-256, BLAKE2b with 256 bits, and MD5 are of the bytes that would be uploaded."""
    path = wheel(tmp_path)
    ((dist,), _) = gather([path])
    content = path.read_bytes()
    assert dist.size == len(content)
    assert dist.sha256 == hashlib.sha256(content).hexdigest()
    assert dist.blake2b_256 == hashlib.blake2b(content, digest_size=32).hexdigest()
    assert dist.md5 == hashlib.md5(content).hexdigest()
    assert (dist.path, dist.filename) == (str(path), path.name)


def test_folder_pattern_and_files_give_the_same(tmp_path: Path) -> None:
    """A folder, a pattern that no shell expanded, and the files by name are three ways to say the same."""
    files = [sdist(tmp_path), wheel(tmp_path)]
    by_folder = gather([tmp_path])
    assert by_folder == gather([tmp_path / "*"]) == gather(files)
    assert [dist.filename for dist in by_folder[0]] == ["alpha_pkg-1.0-py3-none-any.whl", "alpha_pkg-1.0.tar.gz"]


def test_relative_pattern_keeps_the_path_as_it_was_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`dist/*` gives paths that begin with dist/, which is what a reader of the report knows."""
    (tmp_path / "dist").mkdir()
    wheel(tmp_path / "dist")
    monkeypatch.chdir(tmp_path)
    ((dist,), _) = gather([Path("dist/*")])
    assert dist.path == str(Path("dist") / "alpha_pkg-1.0-py3-none-any.whl")


def test_one_file_named_twice_counts_once(tmp_path: Path) -> None:
    """Overlapping paths do not upload a file twice."""
    path = wheel(tmp_path)
    (tmp_path / "other").mkdir()
    distributions, _ = gather([path, tmp_path / "*.whl", tmp_path / "other" / ".." / path.name])
    assert [dist.path for dist in distributions] == [str(path)]


def test_file_with_a_bracket_in_its_name_is_no_pattern(tmp_path: Path) -> None:
    """A path that exists is taken as it is, whatever characters it has."""
    folder = tmp_path / "out[1]"
    folder.mkdir()
    path = wheel(folder)
    assert [dist.path for dist in gather([path])[0]] == [str(path)]


def test_missing_path_is_a_usage_error(tmp_path: Path) -> None:
    """A path that does not exist is the command line's mistake."""
    with pytest.raises(UsageError, match="no file or folder"):
        gather([tmp_path / "absent.whl"])


def test_pattern_without_a_match_has_nothing_to_check(tmp_path: Path) -> None:
    """A pattern that matches nothing is never "all is well"."""
    wheel(tmp_path)
    with pytest.raises(NothingToCheckError, match="No file matches"):
        gather([tmp_path / "*", tmp_path / "*.tar.gz"])


def test_empty_folder_is_empty(tmp_path: Path) -> None:
    """An empty folder gives nothing; whether that is enough is for the command to say."""
    assert gather([tmp_path]) == ((), ())


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with more files than any release has is a wrong folder."""
    monkeypatch.setattr("publish_guard.adapters.distributions.MAX_FILES", 2)
    for number in range(3):
        (tmp_path / f"{number}.txt").write_text("")
    with pytest.raises(UsageError, match="more than 2 files"):
        gather([tmp_path])


@pytest.mark.parametrize(
    ("filename", "words"),
    [
        ("alpha_pkg-1.0.tar.gz.asc", "signatures are not uploaded"),
        ("alpha_pkg-1.0.tar.gz.sig", "signatures are not uploaded"),
        ("alpha_pkg-1.0-py3-none-any.whl.publish.attestation", "attestations are not uploaded"),
        ("alpha_pkg-1.0-py3-none-any.whl.attestation", "attestations are not uploaded"),
        ("alpha_pkg-1.0-py3-none-any.whl.sigstore.json", "attestations are not uploaded"),
        ("alpha_pkg-1.0.tar.gz.sha256", "checksums"),
        ("alpha_pkg-1.0-py3.11.egg", "egg"),
        ("alpha_pkg-1.0.win32.exe", "installer"),
        ("alpha_pkg-1.0.tar.bz2", ".tar.gz only"),
        ("alpha_pkg-1.0-py3-none-any.WHL", "not in lower case"),
        (".DS_Store", "macOS"),
        ("notes.txt", "text file"),
        ("alpha_pkg", "neither a wheel"),
    ],
)
def test_other_files_have_their_reason(tmp_path: Path, filename: str, words: str) -> None:
    """What is no distribution is a stray that says what it is."""
    (tmp_path / filename).write_text("x")
    stray = only_stray(tmp_path)
    assert words in stray.reason
    assert not stray.unreadable
    assert stray.path == str(tmp_path / filename)


def test_what_uv_build_leaves_is_no_mistake(tmp_path: Path) -> None:
    """`uv build` writes a .gitignore into dist/: nobody is told off for it."""
    (tmp_path / ".gitignore").write_text("*")
    wheel(tmp_path)
    distributions, strays = gather([tmp_path])
    assert len(distributions) == 1
    assert strays == ()


def test_folders_of_download_artifact_are_strays(tmp_path: Path) -> None:
    """One folder for each artifact below dist/: nothing in them is published, and the remedy is named."""
    (tmp_path / "wheels-linux").mkdir()
    wheel(tmp_path / "wheels-linux")
    (tmp_path / "empty").mkdir()
    for given in ([tmp_path], [tmp_path / "*"]):
        distributions, strays = gather(given)
        assert distributions == ()
        reasons = {Path(stray.path).name: stray.reason for stray in strays}
        assert "merge-multiple: true" in reasons["wheels-linux"]
        assert reasons["empty"] == "it is a folder, and only files are published"


def test_folder_beside_files_is_nested_when_a_shell_expanded_the_pattern(tmp_path: Path) -> None:
    """dist/* from a shell names files and folders alike: a folder among them is not published."""
    path = wheel(tmp_path)
    (tmp_path / "old").mkdir()
    wheel(tmp_path / "old", "alpha_pkg-0.9-py3-none-any.whl", metadata(version="0.9"))
    distributions, strays = gather([path, tmp_path / "old"])
    assert [dist.version for dist in distributions] == ["1.0"]
    assert [stray.path for stray in strays] == [str(tmp_path / "old")]


def test_two_folders_are_both_gathered(tmp_path: Path) -> None:
    """Folders that are named without any file beside them are what is meant."""
    for folder, make in (("wheels", wheel), ("sdists", sdist)):
        (tmp_path / folder).mkdir()
        make(tmp_path / folder)
    distributions, strays = gather([tmp_path / "wheels", tmp_path / "sdists"])
    assert len(distributions) == 2
    assert strays == ()


def test_link_to_a_distribution_is_one(tmp_path: Path) -> None:
    """A symbolic link to a regular file is read through, under the link's own name."""
    (tmp_path / "store").mkdir()
    target = wheel(tmp_path / "store").rename(tmp_path / "store" / "blob")
    link = tmp_path / "alpha_pkg-1.0-py3-none-any.whl"
    link.symlink_to(target)
    ((dist,), strays) = gather([link])
    assert strays == ()
    assert dist.filename == link.name


def test_broken_link_is_unreadable(tmp_path: Path) -> None:
    """A link to nowhere is reported, not skipped."""
    (tmp_path / "alpha_pkg-1.0.tar.gz").symlink_to(tmp_path / "nowhere")
    stray = only_stray(tmp_path)
    assert stray.unreadable
    assert "No such file" in stray.reason


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="only POSIX systems have named pipes")
def test_pipe_is_refused_without_waiting_for_a_writer(tmp_path: Path) -> None:
    """A named pipe among the distributions cannot make the guard hang."""
    os.mkfifo(tmp_path / "alpha_pkg-1.0.tar.gz")
    stray = only_stray(tmp_path)
    assert stray.unreadable
    assert "device or a pipe" in stray.reason


def test_device_is_refused(tmp_path: Path) -> None:
    """An endless device behind a link is not read."""
    if not Path("/dev/zero").exists():
        pytest.skip("this system has no /dev/zero")
    (tmp_path / "alpha_pkg-1.0.tar.gz").symlink_to("/dev/zero")
    assert "device or a pipe" in only_stray(tmp_path).reason


def test_control_character_in_the_file_name_is_refused(tmp_path: Path) -> None:
    """The index takes no such name, and no terminal should have to."""
    path = write_zip(tmp_path / "alpha_pkg-1.0-py3-none-\x1b[2Jany.whl", [("a", b"")])
    assert "cannot be shown" in only_stray(path).reason


def test_broken_file_does_not_hide_the_good_one(tmp_path: Path) -> None:
    """Each file is judged on its own."""
    wheel(tmp_path)
    (tmp_path / "alpha_pkg-1.0.tar.gz").write_bytes(b"not an archive")
    distributions, strays = gather([tmp_path])
    assert len(distributions) == 1
    assert [stray.unreadable for stray in strays] == [True]
