"""Every observed answer of the real server, word for word: statuses, messages, and what is left behind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from publish_guard.embedded_index.model import Project
from support.index_world import Reply, World, basic, fits, request_form, version_1, wheel_form, with_identifier

ANSWERS: dict[str, Any] = json.loads((Path(__file__).parents[2] / "data" / "warehouse-answers.json").read_text())


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def _name(row: dict[str, Any]) -> str:
    return str(row.get("case") or row.get("spelling") or row.get("token", "account"))


def _check(row: dict[str, Any], reply: Reply) -> None:
    expected = row.get("message", "OK")
    if "reasons" in row:
        expected = "Invalid API Token: " + ", ".join(row["reasons"])
    assert reply.status == row.get("status", 403 if "reasons" in row or "message" in row else None), reply.reason
    assert fits(expected, reply.reason), reply.reason
    assert "www-authenticate" not in reply.headers


@pytest.mark.parametrize("row", ANSWERS["uploads"], ids=_name)
def test_uploads(world: World, row: dict[str, Any]) -> None:
    """A whole file with each token: accepted or refused as on the server, and stored exactly where accepted."""
    authorization = world.authorization(row["token"], row.get("add", ()))
    world.now += row.get("later", 0)
    form = wheel_form(row["project"])
    if row.get("again"):
        assert world.upload(form, authorization).status == 200
    before = world.store.state
    reply = world.upload(form, authorization)
    _check(row, reply)
    after = world.store.state
    assert len(after.files) - len(before.files) == (row["status"] == 200 and not row.get("again"))
    assert (row["project"] in after.projects) == (row["project"] in before.projects or bool(row.get("creates")))
    if row.get("again") or row["status"] != 200:
        assert after == before


@pytest.mark.parametrize("row", ANSWERS["order"], ids=_name)
def test_order_of_checks(world: World, row: dict[str, Any]) -> None:
    """What is wrong first is what is said, and nothing changes."""
    authorization = world.authorization(row["token"])
    world.set_flags(*row.get("flags", ()))
    before = world.store.state
    form = request_form(row.get("send", "distribution"), row.get("project", "alpha-pkg"))
    _check(row, world.upload(form, authorization))
    assert world.store.state == before


KNOWN = ANSWERS["known-identifier"]


@pytest.mark.parametrize("send", KNOWN["requests"])
@pytest.mark.parametrize("token", KNOWN["tokens"])
def test_a_broken_form_tells_only_whether_the_identifier_is_known(world: World, token: str, send: str) -> None:
    """Valid, expired, forged and foreign tokens get the same answer; only an unknown one another."""
    authorization = world.authorization(token)
    before = world.store.state
    reply = world.upload(request_form(send, "alpha-pkg"), authorization)
    known = KNOWN["tokens"][token] == "known"
    _check(
        {"status": 400, "message": KNOWN["requests"][send]} if known else {"status": 403, "message": KNOWN["unknown"]},
        reply,
    )
    assert world.store.state == before


PROBES = ANSWERS["probes"]


@pytest.mark.parametrize("send", PROBES["requests"])
@pytest.mark.parametrize("token", PROBES["valid"])
def test_a_form_that_cannot_publish_says_that_a_token_is_valid(world: World, token: str, send: str) -> None:
    """Bad content with a valid token is refused for the content, without a trace."""
    authorization = world.authorization(token)
    before = world.store.state
    _check(
        {"status": 400, "message": PROBES["requests"][send]},
        world.upload(request_form(send, "alpha-pkg"), authorization),
    )
    assert world.store.state == before


@pytest.mark.parametrize("send", PROBES["requests"])
@pytest.mark.parametrize("row", PROBES["refused"], ids=lambda row: row["token"] + row.get("status-of-project", ""))
def test_a_form_that_cannot_publish_says_why_a_token_is_refused(world: World, row: dict[str, Any], send: str) -> None:
    """Bad content with a refused token is refused for the token, in the same words for every content."""
    authorization = world.authorization(row["token"])
    world.set_status("alpha-pkg", row.get("status-of-project", "active"))
    before = world.store.state
    _check(row, world.upload(request_form(send, "alpha-pkg"), authorization))
    assert world.store.state == before


@pytest.mark.parametrize("row", ANSWERS["missing-project"], ids=_name)
def test_missing_project(world: World, row: dict[str, Any]) -> None:
    """A project that is missing is made before the token is verified: a refusal leaves one hit on the limit."""
    authorization = world.authorization(row["token"])
    world.set_flags(*row.get("flags", ()))
    before = world.store.state
    reply = world.upload(request_form("bad-digest", row.get("project", "gamma-new")), authorization)
    _check(row, reply)
    after = world.store.state
    assert after.projects == before.projects
    assert len(after.creations) - len(before.creations) == row["hit"]
    if row["hit"]:
        assert 'project.create.ip";r=' in reply.headers["ratelimit"]


def test_the_twenty_first_new_project_of_an_hour_is_too_many(world: World) -> None:
    """Twenty hits an hour, refused or not; then 429 for new projects and only for those; an hour later anew."""
    authorization = world.authorization("beta")
    for number in range(20):
        reply = world.upload(request_form("bad-digest", f"gamma-{number}"), authorization)
        assert reply.status == 403
        assert f'"project.create.user";r={20 - number};' in reply.headers["ratelimit"]
    reply = world.upload(request_form("bad-digest", "gamma-20"), authorization)
    assert (reply.status, reply.reason) == (429, "Too many new projects created")
    assert world.upload(request_form("distribution", "beta-pkg"), authorization).status == 200
    world.now += 3600
    assert world.upload(request_form("bad-digest", "gamma-20"), authorization).status == 403


@pytest.mark.parametrize("row", ANSWERS["attenuation"], ids=lambda row: " ".join([row.get("token", ""), *row["add"]]))
def test_attenuation(world: World, row: dict[str, Any]) -> None:
    """What a holder adds to a token is judged as on the server."""
    authorization = world.authorization(row.get("token", "account"), row["add"])
    _check(row, world.upload(wheel_form(row.get("project", "alpha-pkg")), authorization))


@pytest.mark.parametrize("row", ANSWERS["spellings"], ids=_name)
def test_spellings_of_a_token(world: World, row: dict[str, Any]) -> None:
    """Which ways of writing the same token are read."""
    token = world.token("account")
    body = token.removeprefix("pypi-")
    spelt = {
        "with padding": basic("__token__", token + "=" * (-len(body) % 4)),
        "standard alphabet": basic("__token__", "pypi-" + body.replace("-", "+").replace("_", "/")),
        "spaces around": basic("__token__", f" {token}\n"),
        "scheme token": f"token {token}",
        "scheme bearer": f"Bearer {token}",
        "without prefix": basic("__token__", body),
        "truncated": basic("__token__", token[:-20]),
        "identifier that is no UUID": basic("__token__", with_identifier(token, b"not-a-uuid")),
        "macaroon version 1": basic("__token__", version_1(token)),
    }
    _check(row, world.upload(wheel_form("alpha-pkg"), spelt[row["spelling"]]))


def test_a_project_made_again_is_another_project(world: World) -> None:
    """After deletion and re-creation the project-scoped token is refused twice by its ids, the account's works."""
    scoped, account = world.authorization("alpha"), world.authorization("account")
    with world.store.transaction() as transaction:
        old = transaction.state.projects["alpha-pkg"]
        transaction.state = transaction.state.with_project(
            Project("00000000-0000-0000-0000-0000000000ff", old.name, old.owners)
        )
    reason = "project-scoped token is not valid for project: 'alpha-pkg'"
    _check({"reasons": [reason, reason]}, world.upload(wheel_form("alpha-pkg"), scoped))
    assert world.upload(wheel_form("alpha-pkg"), account).status == 200


@pytest.mark.parametrize(
    ("status", "token", "accepted"),
    [
        ("quarantined", "account", True),
        ("quarantined", "publisher", False),
        ("archived", "account", False),
        ("archived", "publisher", False),
    ],
)
def test_projects_that_are_put_away(world: World, status: str, token: str, accepted: bool) -> None:
    """A quarantined project takes its users' files and no publisher's; an archived one takes none."""
    authorization = world.authorization(token)
    world.set_status("alpha-pkg", status)
    assert world.upload(wheel_form("alpha-pkg"), authorization).status == (200 if accepted else 403)


def test_the_same_answer_in_three_forms(world: World) -> None:
    """HTML for everything, JSON where it is asked for, plain text without an Accept header; the words are the same."""
    authorization = world.authorization("beta")
    words = "Invalid API Token: project-scoped token is not valid for project: 'alpha-pkg'"
    as_json = world.upload(wheel_form("alpha-pkg"), authorization, HTTP_ACCEPT="application/json")
    assert as_json.headers["content-type"] == "application/json"
    assert as_json.json()["code"] == f"403 {as_json.reason}"
    assert as_json.json()["title"] == "Forbidden"
    assert as_json.reason in as_json.json()["message"]
    page = world.upload(wheel_form("alpha-pkg"), authorization, HTTP_ACCEPT="*/*")
    assert page.headers["content-type"].startswith("text/html")
    assert page.body.startswith(b"<html>")
    plain = world.upload(wheel_form("alpha-pkg"), authorization)
    assert plain.headers["content-type"].startswith("text/plain")
    assert words in plain.body.decode()


def test_routes(world: World) -> None:
    """Without an action a POST gets 405 whatever the token, as do GET and HEAD with one; a slash is asked for by 308."""
    authorization = world.authorization("account")
    assert world.upload([("name", None, b"alpha-pkg")], authorization).status == 405
    assert world.upload([("name", None, b"alpha-pkg")], None).status == 405
    assert world.request("GET", "/legacy/?:action=file_upload").status == 405
    assert world.request("HEAD", "/legacy/?:action=file_upload").status == 405
    redirect = world.request("POST", "/legacy")
    assert (redirect.status, redirect.headers["location"]) == (308, "/legacy/")
    assert world.request("GET", "/legacy/").status == 200
    assert world.upload([(":action", None, b"submit")], None).status == 410
    assert world.upload([(":action", None, b"doc_upload")], None).status == 410


def test_a_url_encoded_form_is_read_like_any_other(world: World) -> None:
    """The least invasive request works without a file; where its description renders, the server breaks."""
    authorization = world.authorization("alpha") or ""
    fields = (
        ":action=file_upload&metadata_version=1.0&name=alpha-pkg&version=0&filetype=sdist"
        f"&sha256_digest={'0' * 64}&content=x"
    )
    kind = "application/x-www-form-urlencoded"
    probe = world.request(
        "POST", "/legacy/", f"{fields}&description=.. probe::".encode(), kind, HTTP_AUTHORIZATION=authorization
    )
    assert fits(PROBES["requests"]["least-invasive"], probe.reason)
    before = world.store.state
    assert world.request("POST", "/legacy/", fields.encode(), kind, HTTP_AUTHORIZATION=authorization).status == 500
    assert world.store.state == before
