"""The publish worker's steps, with real twine against the embedded index, and `responses` for answers no index gives."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import responses

from publish_guard.adapters.distributions import gather
from publish_guard.embedded_index.server import RunningIndex, start
from publish_guard.worker import WorkerProblem
from publish_guard.worker.publish import handle
from support.archives import metadata, wheel
from support.hostile_index import hostile_index

URL = "https://upload.pypi.org/legacy/"
SIMPLE = "https://pypi.org/simple/"


@pytest.fixture
def index(tmp_path: Path) -> Iterator[RunningIndex]:
    with start(tmp_path / "index") as running:
        yield running


@pytest.fixture(autouse=True)
def _plain_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """What this machine sets for certificates and proxies is for other programs."""
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)


def request(path: Path, url: str = URL, **more: object) -> dict[str, object]:
    (dist,), _ = gather([path])
    return {
        "do": "upload",
        "url": url,
        "user": "__token__",
        "password": "pypi-nothing",
        "path": str(path),
        "sha256": dist.sha256,
        "project": dist.project,
        "version": dist.version,
        **more,
    }


def test_upload_returns_what_the_index_says(index: RunningIndex, tmp_path: Path) -> None:
    """Success and refusal alike come back as status, reason and body."""
    path = wheel(tmp_path)
    token = index.mint("project", "alpha-pkg")

    refused = handle(request(path, index.url))
    done = handle(request(path, index.url, password=token))

    assert refused["status"] == 403
    assert "Invalid or non-existent authentication information" in str(refused["body"])
    assert done["status"] == 200


def test_only_the_judged_bytes_are_sent(index: RunningIndex, tmp_path: Path) -> None:
    """A digest that differs stops before any request."""
    path = wheel(tmp_path)

    with pytest.raises(WorkerProblem, match="has changed since it was judged"):
        handle(request(path, index.url, sha256="0" * 64))

    assert index.requests == ()


@responses.activate
def test_a_server_error_is_tried_once(tmp_path: Path) -> None:
    """twine's five immediate repetitions are off: what to do about a 503 is decided elsewhere."""
    responses.post(URL, status=503, body="busy")

    answer = handle(request(wheel(tmp_path)))

    assert (answer["status"], answer["body"]) == (503, "busy")
    assert len(responses.calls) == 1


@responses.activate
def test_a_redirect_is_not_followed(tmp_path: Path) -> None:
    """A credential goes to no other address than the one that was judged."""
    responses.post(URL, status=302, headers={"Location": "https://elsewhere.example/"})

    assert handle(request(wheel(tmp_path)))["status"] == 302
    assert len(responses.calls) == 1


@pytest.mark.parametrize(("behaviour", "sent"), [("break", "whole"), ("break early", "part")])
def test_a_broken_connection_tells_how_much_was_sent(tmp_path: Path, behaviour: str, sent: str) -> None:
    """A file that may have arrived is told from one that cannot have: the last byte must have left."""
    large = {"alpha_pkg/data": os.urandom(16 * 1024 * 1024)}
    path = wheel(tmp_path, more=large if sent == "part" else None)
    with hostile_index(behaviour) as index:
        answer = handle(request(path, index.url))

    assert answer["sent"] == sent, answer


def test_an_index_that_is_not_there_was_sent_nothing(tmp_path: Path) -> None:
    """A refused connection, and a proxy that is not there, leave nothing in doubt."""
    assert handle(request(wheel(tmp_path), "http://127.0.0.1:1/legacy/"))["sent"] == "nothing"


def test_an_answer_is_bounded(tmp_path: Path) -> None:
    """An index that answers without end, or with a little that unpacks to a lot, fills no memory."""
    with hostile_index("bomb") as index:
        answer = handle(request(wheel(tmp_path), index.url))

    assert answer["status"] == 400
    assert 0 < len(str(answer["body"])) <= 64 * 1024


def test_a_status_counts_although_the_words_are_cut(tmp_path: Path) -> None:
    """A 200 whose body breaks off is still a 200: the file is there."""
    with hostile_index("cut") as index:
        answer = handle(request(wheel(tmp_path), index.url))

    assert answer["status"] == 200


@pytest.mark.parametrize("changed", [{"project": "beta-pkg"}, {"version": "9.9"}])
def test_only_the_judged_name_and_version_are_sent(
    index: RunningIndex, tmp_path: Path, changed: dict[str, object]
) -> None:
    """twine reads the metadata its own way: where it finds another project or version, nothing is sent."""
    with pytest.raises(WorkerProblem, match="another name or version"):
        handle(request(wheel(tmp_path), index.url, **changed))

    assert index.requests == ()


def test_metadata_errors_and_warnings(tmp_path: Path) -> None:
    """What twine check finds comes back as sentences, errors apart from warnings."""
    good = wheel(tmp_path)
    bad_folder = tmp_path / "bad"
    bad_folder.mkdir()
    content = metadata(more="Description-Content-Type: text/x-rst\n").replace(b"A description.", b".. nonsense::\n")
    bad = wheel(bad_folder, content=content)

    fine = handle({"do": "check-metadata", "path": str(good)})
    broken = handle({"do": "check-metadata", "path": str(bad)})

    assert fine["errors"] == []
    assert "long_description_content_type" in str(fine["warnings"])
    assert "would not be rendered" in str(broken["errors"])


def test_a_listing_from_a_real_index(index: RunningIndex, tmp_path: Path) -> None:
    """The files that the index has, with their digests; a missing project is None."""
    path = wheel(tmp_path)
    token = index.mint("project", "alpha-pkg")
    upload = request(path, index.url, password=token)
    handle(upload)

    listed = handle({"do": "list-files", "simple_url": index.simple_url, "project": "alpha-pkg"})
    missing = handle({"do": "list-files", "simple_url": index.simple_url, "project": "nobody-has-this"})

    assert listed == {"files": {path.name: upload["sha256"]}}
    assert missing == {"files": None}


@pytest.mark.parametrize("body", ["<html>", "[]", '{"files": 7}', '{"files": [7]}', "[" * 100_000])
@responses.activate
def test_a_listing_that_is_none(body: str) -> None:
    """An index that answers something else is a problem in words."""
    responses.get(f"{SIMPLE}alpha-pkg/", body=body)

    with pytest.raises(WorkerProblem, match="not the JSON"):
        handle({"do": "list-files", "simple_url": SIMPLE, "project": "alpha-pkg"})


@responses.activate
def test_a_listing_is_bounded_and_anonymous() -> None:
    """Nine MiB of files are not read; a status or a broken connection is said; no credential is ever sent along."""
    responses.get(f"{SIMPLE}large/", body=json.dumps({"files": ["x" * 1024] * 9 * 1024}))
    responses.get(f"{SIMPLE}busy/", status=503)
    responses.get(f"{SIMPLE}gone/", body=requests.ConnectionError())

    for project, said in (("large", "too large"), ("busy", "503"), ("gone", "ConnectionError")):
        with pytest.raises(WorkerProblem, match=said):
            handle({"do": "list-files", "simple_url": SIMPLE, "project": project})

    assert all("Authorization" not in call.request.headers for call in responses.calls)


@pytest.mark.parametrize("request_", [{}, {"do": "dance"}, {"do": "upload"}, {"do": "list-files", "simple_url": 7}])
def test_a_request_that_is_none(request_: dict[str, object]) -> None:
    """A request that lacks what it needs is refused in words."""
    with pytest.raises(WorkerProblem, match="worker"):
        handle(request_)
