"""The index over real sockets: loopback only, connections that stay open, and the tools that people use."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from publish_guard.domain.caveats import ProjectId, ProjectName
from publish_guard.embedded_index.server import RunningIndex, start
from publish_guard.errors import FailureError, UsageError
from support.index_world import BOUNDARY, Part, basic, multipart, sdist_form, wheel_form


@pytest.fixture
def index(tmp_path: Path) -> Iterator[RunningIndex]:
    with start(tmp_path / "index") as running:
        yield running


def _connect(index: RunningIndex) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(index.base_url.removeprefix("http://"), timeout=30)


def _upload(connection: http.client.HTTPConnection, form: list[Part], token: str) -> tuple[int, str]:
    headers = {
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
        "Authorization": basic("__token__", token),
        "User-Agent": "a-test",
    }
    connection.request("POST", "/legacy/", multipart(form), headers)
    response = connection.getresponse()
    response.read()
    return response.status, response.reason


def _environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "TWINE_"))}
    return {**kept, "PIP_CONFIG_FILE": os.devnull, "no_proxy": "127.0.0.1", **more}


def _run(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", "-m", *arguments],
        env=_environment(**environment),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "localhost", "example.org", ""])
def test_other_addresses_are_refused(tmp_path: Path, host: str) -> None:
    """Only an address that is loopback for certain is bound, and nothing is made on the disk for others."""
    with pytest.raises(UsageError, match="loopback"):
        start(tmp_path / "index", host=host)
    assert not (tmp_path / "index").exists()


def test_a_port_that_is_taken_is_a_failure(tmp_path: Path, index: RunningIndex) -> None:
    """A port in use, or beyond the last one, is told with a remedy."""
    for port in (int(index.base_url.rpartition(":")[2]), 70_000):
        with pytest.raises(FailureError, match="cannot listen"):
            start(tmp_path / "other", port)


def test_one_connection_for_many_requests(index: RunningIndex) -> None:
    """A connection stays open over uploads, refusals and pages, and the answers stay in step."""
    connection = _connect(index)
    alpha, beta = index.mint("project", "alpha-pkg"), index.mint("project", "beta-pkg")
    assert _upload(connection, wheel_form("alpha-pkg"), alpha) == (200, "OK")
    socket = connection.sock
    assert _upload(connection, sdist_form("alpha-pkg"), beta)[0] == 403
    assert _upload(connection, sdist_form("alpha-pkg"), alpha) == (200, "OK")
    connection.request("GET", "/simple/alpha-pkg/")
    assert b"alpha_pkg-1.0.tar.gz" in connection.getresponse().read()
    connection.request("POST", "/nowhere", b"x" * 100_000)
    assert connection.getresponse().read()
    assert _upload(connection, wheel_form("alpha-pkg"), alpha) == (200, "OK")
    assert connection.sock is socket
    connection.close()


def test_requests_are_remembered_without_credentials(index: RunningIndex) -> None:
    """A test can ask what was sent, with which caveats; no part of the token is in it."""
    connection = _connect(index)
    token = index.mint("project", "alpha-pkg")
    _upload(connection, wheel_form("alpha-pkg"), token)
    connection.close()
    (seen,) = index.requests
    assert (seen.method, seen.path, seen.status) == ("POST", "/legacy/", 200)
    assert (seen.project, seen.version, seen.filename) == ("alpha-pkg", "1.0", "alpha_pkg-1.0-py3-none-any.whl")
    assert seen.user_agent == "a-test"
    project = index.store.state.projects["alpha-pkg"]
    assert seen.caveats == (ProjectName(("alpha-pkg",)), ProjectId((project.id,)))
    shown = repr(index.requests)
    (issued,) = index.store.state.tokens
    assert issued not in shown
    assert not any(token[start : start + 16] in shown for start in range(5, len(token) - 16))


def test_uploads_at_the_same_time(index: RunningIndex) -> None:
    """Many clients at once: every file is there, once."""
    token = index.mint("account-wide")
    answers: list[tuple[int, str]] = []

    def publish(number: int) -> None:
        connection = _connect(index)
        answers.extend(_upload(connection, wheel_form(f"project-{number}", f"1.{step}"), token) for step in range(3))
        connection.close()

    threads = [threading.Thread(target=publish, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [(200, "OK")] * 18
    assert len(index.store.state.files) == 18
    assert len(list(index.store.packages.iterdir())) == 18


def test_an_upload_that_breaks_off_leaves_nothing(index: RunningIndex) -> None:
    """A client that goes away in the middle changes nothing, and the index answers the next one."""
    token = index.mint("project", "alpha-pkg")
    body = multipart(wheel_form("alpha-pkg"))
    connection = _connect(index)
    connection.putrequest("POST", "/legacy/")
    connection.putheader("Content-Type", f"multipart/form-data; boundary={BOUNDARY}")
    connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body[:-100])
    connection.close()
    again = _connect(index)
    assert _upload(again, wheel_form("alpha-pkg"), token) == (200, "OK")
    again.close()
    assert [seen.status for seen in index.requests] == [200]
    index.close()
    assert list(index.store.incoming.iterdir()) == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Length": "many"}, 411),
        ({"Content-Length": "-1"}, 411),
        ({"Transfer-Encoding": "chunked"}, 411),
        ({"Content-Length": str(10**13)}, 413),
        ({"Content-Length": "2", "Content-Type": "application/json"}, 400),
    ],
)
def test_bodies_that_are_not_read(index: RunningIndex, headers: dict[str, str], status: int) -> None:
    """A body without an honest and bounded length, or of another kind, is refused."""
    connection = _connect(index)
    connection.putrequest("POST", "/legacy/")
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders(b"{}")
    assert connection.getresponse().status == status
    connection.close()


def test_the_state_that_cannot_be_read_is_an_answer(index: RunningIndex) -> None:
    """A broken edit of the state gets a 500 with the remedy, not a broken connection."""
    (index.store.root / "state.json").write_text("{")
    connection = _connect(index)
    connection.request("GET", "/simple/alpha-pkg/", headers={"Accept": "text/html"})
    response = connection.getresponse()
    assert response.status == 500
    assert b"Undo the last edit" in response.read()
    connection.close()


def test_closing_is_clean(tmp_path: Path) -> None:
    """With connections open the index closes at once, and its port is free again."""
    running = start(tmp_path / "index")
    idle = _connect(running)
    idle.connect()
    port = int(running.base_url.rpartition(":")[2])
    running.close()
    idle.close()
    with start(tmp_path / "index", port) as again:
        assert again.base_url.endswith(str(port))


def test_ipv6(tmp_path: Path) -> None:
    """The other loopback address works where the system has it."""
    try:
        running = start(tmp_path / "index", host="::1")
    except FailureError:
        pytest.skip("no IPv6 here")
    with running:
        connection = http.client.HTTPConnection("::1", int(running.base_url.rpartition(":")[2]), timeout=30)
        assert _upload(connection, wheel_form("alpha-pkg"), running.mint("project"))[0] == 200
        connection.request("GET", "/pypi/alpha-pkg/json")
        assert b'"url": "http://[::1]:' in connection.getresponse().read()
        connection.close()


def test_twine_uploads_and_pip_installs(index: RunningIndex, tmp_path: Path) -> None:
    """Unmodified twine publishes, is refused in PyPI's words, and repeats itself; pip installs what was published."""
    folder = tmp_path / "dist"
    folder.mkdir()
    paths: list[Path] = []
    for form in (wheel_form("alpha-pkg"), sdist_form("alpha-pkg")):
        _, filename, content = form[-1]
        paths.append(folder / str(filename))
        paths[-1].write_bytes(content)
    command = ("twine", "upload", "--disable-progress-bar", "--config-file", os.devnull, "--non-interactive")
    where: list[str | Path] = ["--repository-url", index.url, "--username", "__token__", *paths]
    scoped, other = index.mint("project", "alpha-pkg"), index.mint("project", "beta-pkg")
    for _ in range(2):
        published = _run(*command, *where, TWINE_PASSWORD=scoped)
        assert published.returncode == 0, published.stdout + published.stderr
    refused = _run(*command, *where, TWINE_PASSWORD=other)
    assert refused.returncode == 1
    assert "403 Forbidden" in refused.stdout
    assert "Invalid API Token: project-scoped token is not valid for project" in " ".join(refused.stdout.split())
    target = tmp_path / "target"
    installed = _run(
        "pip",
        "install",
        "--isolated",
        "--no-deps",
        "--no-cache-dir",
        "--target",
        target,
        "--index-url",
        index.simple_url,
        "alpha-pkg",
    )
    assert installed.returncode == 0, installed.stdout + installed.stderr
    assert (target / "alpha_pkg-1.0.dist-info").is_dir()
