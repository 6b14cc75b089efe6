"""The simple API in both forms, the JSON API and the files: what a preflight and pip ask for."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from publish_guard.embedded_index.answers import choose
from support.index_world import World, sdist_form, wheel_form

SIMPLE_JSON = "application/vnd.pypi.simple.v1+json"
PIP = f"{SIMPLE_JSON}, application/vnd.pypi.simple.v1+html; q=0.1, text/html; q=0.01"


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    authorization = world.authorization("alpha")
    for form in (
        wheel_form("alpha-pkg", requires_python=">=3.11"),
        sdist_form("alpha-pkg", "1.10"),
        wheel_form("alpha-pkg", "1.9"),
    ):
        assert world.upload(form, authorization).status == 200
        world.now += 60.5
    return world


def test_the_simple_api_in_json(world: World) -> None:
    """Name, versions, and of every file digest, size, upload time and Requires-Python."""
    reply = world.request("GET", "/simple/alpha-pkg/", HTTP_ACCEPT=PIP)
    assert reply.headers["content-type"] == SIMPLE_JSON
    page = reply.json()
    content = wheel_form("alpha-pkg")[-1][2]
    assert page["meta"] == {"api-version": "1.1"}
    assert (page["name"], page["versions"]) == ("alpha-pkg", ["1.0", "1.9", "1.10"])
    assert page["files"][0] == {
        "filename": "alpha_pkg-1.0-py3-none-any.whl",
        "url": "http://127.0.0.1:8080/packages/alpha_pkg-1.0-py3-none-any.whl",
        "hashes": {"sha256": hashlib.sha256(content).hexdigest()},
        "requires-python": ">=3.11",
        "size": len(content),
        "upload-time": "2026-11-22T07:00:00.000000Z",
        "yanked": False,
    }
    assert page["files"][2]["upload-time"] == "2026-11-22T07:02:01.000000Z"


def test_the_simple_api_in_html(world: World) -> None:
    """pypiserver's page links every file with its SHA-256."""
    page = world.request("GET", "/simple/alpha-pkg/", HTTP_ACCEPT="text/html")
    digest = hashlib.sha256(wheel_form("alpha-pkg")[-1][2]).hexdigest()
    assert f'/packages/alpha_pkg-1.0-py3-none-any.whl#sha256={digest}"' in page.body.decode()
    assert b"alpha-pkg" in world.request("GET", "/simple/").body
    names = world.request("GET", "/simple/", HTTP_ACCEPT=SIMPLE_JSON).json()["projects"]
    assert {"name": "alpha-pkg"} in names


def test_the_json_api(world: World) -> None:
    """Releases with all digests and upload times; the newest is the one of `info`; one release by its version."""
    page = world.request("GET", "/pypi/alpha-pkg/json").json()
    assert page["info"]["version"] == "1.10"
    assert list(page["releases"]) == ["1.0", "1.9", "1.10"]
    file = page["releases"]["1.0"][0]
    content = wheel_form("alpha-pkg")[-1][2]
    assert file["digests"] == {
        "md5": hashlib.md5(content).hexdigest(),
        "sha256": hashlib.sha256(content).hexdigest(),
        "blake2b_256": hashlib.blake2b(content, digest_size=32).hexdigest(),
    }
    assert file["upload_time_iso_8601"] == "2026-11-22T07:00:00.000000Z"
    assert file["upload_time"] == "2026-11-22T07:00:00"
    assert world.request("GET", "/pypi/alpha-pkg/1.9/json").json()["info"]["version"] == "1.9"
    assert world.request("GET", "/pypi/alpha-pkg/7/json").status == 404


def test_what_is_missing(world: World) -> None:
    """404 for a project that is not there, in both APIs; a project without files is there and empty."""
    for accept in (PIP, "text/html"):
        assert world.request("GET", "/simple/gamma/", HTTP_ACCEPT=accept).status == 404
        assert world.request("GET", "/simple/beta-pkg/", HTTP_ACCEPT=accept).status == 200
    assert world.request("GET", "/simple/beta-pkg/", HTTP_ACCEPT=PIP).json()["files"] == []
    missing = world.request("GET", "/pypi/gamma/json")
    assert (missing.status, missing.json()) == (404, {"message": "Not Found"})
    assert world.request("GET", "/pypi/beta-pkg/json").status == 404
    assert world.request("GET", "/packages/nothing.whl").status == 404
    assert world.request("GET", "/packages/../state.json").status == 404
    assert world.request("GET", "/somewhere").status == 404


def test_names_lead_to_their_normal_form(world: World) -> None:
    """Another spelling, or a missing slash, is redirected."""
    for path in ("/simple/Alpha_Pkg/", "/simple/alpha-pkg"):
        reply = world.request("GET", path)
        assert (reply.status, reply.headers["location"]) == (301, "/simple/alpha-pkg/")


def test_a_quarantined_project_is_hidden(world: World) -> None:
    """Nobody sees a project in quarantine."""
    world.set_status("alpha-pkg", "quarantined")
    assert world.request("GET", "/simple/alpha-pkg/").status == 404
    assert world.request("GET", "/pypi/alpha-pkg/json").status == 404


def test_files_are_what_was_uploaded(world: World) -> None:
    """A download gives the bytes of the upload; HEAD gives their size alone."""
    content = wheel_form("alpha-pkg")[-1][2]
    path = "/packages/alpha_pkg-1.0-py3-none-any.whl"
    assert world.request("GET", path).body == content
    head = world.request("HEAD", path)
    assert (head.body, head.headers["content-length"]) == (b"", str(len(content)))


@pytest.mark.parametrize("path", ["/", "/simple/", "/simple/alpha-pkg/", "/packages/x.whl"])
def test_only_the_upload_url_takes_uploads(world: World, path: str) -> None:
    """pypiserver's own ways to upload and to remove are closed, with any credential."""
    authorization = world.authorization("alpha") or ""
    before = world.store.state
    reply = world.request(
        "POST",
        path,
        b":action=remove_pkg&name=alpha-pkg&version=1.0",
        "application/x-www-form-urlencoded",
        HTTP_AUTHORIZATION=authorization,
    )
    assert reply.status == 405
    assert world.store.state == before
    assert len(list(world.store.packages.iterdir())) == 3


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", None),
        ("*/*", "text/html"),
        ("application/json", "application/json"),
        ("application/*;q=0.5, text/html;q=0.4", "application/json"),
        ("text/html;q=0.4, application/json;q=0.4", "text/html"),
        ("*/*, text/html;q=0", "application/json"),
        ("image/png", None),
        ("text/html;q=much", None),
    ],
)
def test_accept_headers(accept: str, expected: str | None) -> None:
    """The most exact match counts, the highest quality wins, the first offer of equals."""
    assert choose(accept, ("text/html", "application/json")) == expected
