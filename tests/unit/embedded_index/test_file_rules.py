"""What the index says of files: names, digests, duplicates, archives, platforms; in the server's words."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from support.index_world import Part, Reply, World, file_form, sdist_form, wheel_form


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def _upload(world: World, form: list[Part]) -> Reply:
    reply = world.upload(form, world.authorization("alpha"))
    assert list(world.store.incoming.iterdir()) == []
    return reply


def _zip(*names: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name in names:
            archive.writestr(name, "")
    return data.getvalue()


def _wheel(filename: str) -> list[Part]:
    name, version = filename.split("-")[:2]
    content = _zip(f"{name}-{version}.dist-info/WHEEL")
    return file_form("alpha-pkg", filename, content, filetype="bdist_wheel", pyversion="py3")


@pytest.mark.parametrize(
    ("form", "message"),
    [
        (file_form("alpha-pkg", "a/b.tar.gz", b"x"), "Cannot upload a file with '/' or '\\' in the name."),
        (file_form("alpha-pkg", "a\x07.tar.gz", b"x"), "Cannot upload a file with non-printable characters"),
        (
            file_form("alpha-pkg", "a.whl", b"x"),
            "Invalid file extension: Extension .whl is invalid for filetype sdist.",
        ),
        (file_form("alpha-pkg", "a.zip", b"x"), "Invalid distribution file. File is not a zipfile"),
        (
            file_form("alpha-pkg", "alpha_pkg-1.0.zip", _zip("PKG-INFO")),
            "Invalid distribution file. PKG-INFO not found at PKG-INFO/PKG-INFO",
        ),
        (
            file_form("alpha-pkg", "alpha_pkg-1.0.zip", _zip("a/x", "b/x")),
            "Invalid distribution file. Incorrect number of top-level directories in sdist",
        ),
        (
            file_form("alpha-pkg", "alpha_pkg-1.0.zip", _zip("alpha_pkg-1.0/PKG-INFO", "alpha_pkg-1.0/x.py")),
            "Filename 'alpha_pkg-1.0.zip' is invalid, should be 'alpha_pkg-1.0.tar.gz'.",
        ),
        (
            file_form("alpha-pkg", "other-1.0.zip", _zip("other-1.0/PKG-INFO", "other-1.0/x.py")),
            "Start filename for 'alpha-pkg' with 'alpha_pkg'.",
        ),
        (
            file_form(
                "alpha-pkg", "alpha_pkg-1.0-py3-none-any.whl", _zip("x"), filetype="bdist_wheel", pyversion="py3"
            ),
            "Invalid distribution file. WHEEL not found at alpha_pkg-1.0.dist-info/WHEEL",
        ),
        (
            file_form("alpha-pkg", "alpha_pkg.whl", _zip("x"), filetype="bdist_wheel", pyversion="py3"),
            "Invalid distribution file. Unable to parse name and version from wheel filename",
        ),
        (_wheel("Alpha_Pkg-1.0-py3-none-any.whl"), "Filename 'Alpha_Pkg-1.0-py3-none-any.whl' should contain the "),
        (_wheel("beta_pkg-1.0-py3-none-any.whl"), "Start filename for 'alpha-pkg' with 'alpha_pkg'."),
        (_wheel("alpha_pkg-2.0-py3-none-any.whl"), "Version in filename should be '1.0' not '2.0'."),
        (
            _wheel("alpha_pkg-1.0-cp311-cp311-linux_x86_64.whl"),
            "Binary wheel 'alpha_pkg-1.0-cp311-cp311-linux_x86_64.whl' has an unsupported platform tag 'linux_x86_64'.",
        ),
        (sdist_form("alpha-pkg", md5_digest="0" * 32), "The digest supplied does not match a digest calculated"),
    ],
)
def test_refused_files(world: World, form: list[Part], message: str) -> None:
    """Each defect has its own words, and the file is neither kept nor left lying."""
    reply = _upload(world, form)
    assert reply.status == 400
    assert reply.reason.startswith(message)
    assert list(world.store.packages.iterdir()) == []


@pytest.mark.parametrize(
    "platform",
    [
        "manylinux_2_17_x86_64",
        "manylinux_2_17_x86_64.manylinux2014_x86_64",
        "musllinux_1_2_aarch64",
        "macosx_10_9_universal2",
        "macosx_11_0_arm64",
        "win_amd64",
        "linux_armv7l",
        "ios_13_0_arm64_iphoneos",
    ],
)
def test_platforms_that_are_taken(world: World, platform: str) -> None:
    """Wheels for the platforms that PyPI takes are taken."""
    assert _upload(world, _wheel(f"alpha_pkg-1.0-cp311-cp311-{platform}.whl")).status == 200


def test_the_same_name_with_other_content_is_refused(world: World) -> None:
    """The words that twine's --skip-existing looks for, with the digest of what was sent."""
    assert _upload(world, wheel_form("alpha-pkg")).status == 200
    changed = file_form(
        "alpha-pkg", "alpha_pkg-1.0-py3-none-any.whl", b"other", filetype="bdist_wheel", pyversion="py3"
    )
    reply = _upload(world, changed)
    digest = {name: value for name, _, value in changed}["blake2_256_digest"].decode()
    assert reply.status == 400
    assert reply.reason == (
        f"File already exists ('alpha_pkg-1.0-py3-none-any.whl', with blake2_256 hash '{digest}'). "
        "See https://pypi.org/help/#file-name-reuse for more information."
    )


def test_the_same_content_under_another_name_is_refused(world: World) -> None:
    """Content that is there already is not taken a second time."""
    assert _upload(world, _wheel("alpha_pkg-1.0-py3-none-any.whl")).status == 200
    content = _wheel("alpha_pkg-1.0-py3-none-any.whl")[-1][2]
    again = file_form("alpha-pkg", "alpha_pkg-1.0-py2-none-any.whl", content, filetype="bdist_wheel", pyversion="py2")
    assert _upload(world, again).reason.startswith("File already exists")


def test_a_release_has_one_sdist_and_is_closed_after_a_fortnight(world: World) -> None:
    """A second sdist is refused, also under an equal version; after 14 days every further file is."""
    assert _upload(world, sdist_form("alpha-pkg", "1.0")).status == 200
    assert _upload(world, sdist_form("alpha-pkg", "1.0.0")).reason == "Only one sdist may be uploaded per release."
    world.now += 15 * 24 * 3600
    reply = _upload(world, wheel_form("alpha-pkg", "1.0"))
    assert reply.reason == "Uploading new files to releases older than 14 days is not allowed."
    assert _upload(world, wheel_form("alpha-pkg", "1.1")).status == 200


def test_limits_of_size(world: World) -> None:
    """A file above the project's limit, and files above its limit together, are refused with the limit named."""
    with world.store.transaction() as transaction:
        project = replace(transaction.state.projects["alpha-pkg"], file_size_limit=10)
        transaction.state = transaction.state.with_project(project)
    assert _upload(world, wheel_form("alpha-pkg")).reason.startswith("File too large. Limit for project 'alpha-pkg' is")
    with world.store.transaction() as transaction:
        project = replace(project, file_size_limit=10**6, size_limit=10)
        transaction.state = transaction.state.with_project(project)
    assert _upload(world, wheel_form("alpha-pkg")).reason.startswith("Project size too large.")


def test_the_last_spelling_of_a_name_is_the_projects(world: World) -> None:
    """An upload under another spelling of the same name renames the project's display name, as on the server."""
    assert _upload(world, wheel_form("Alpha.Pkg".replace(".", "_"))).status == 200
    assert world.store.state.projects["alpha-pkg"].name == "Alpha_Pkg"
