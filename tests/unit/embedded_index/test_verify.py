"""Judging a token beyond the observed answers: what the server's source says of odd caveats."""

from __future__ import annotations

from pathlib import Path

import pytest

from publish_guard.domain import macaroon as macaroons
from publish_guard.domain.macaroon import RawCaveat
from publish_guard.domain.token import Token
from publish_guard.embedded_index.answers import Refusal
from publish_guard.embedded_index.verify import read_authorization
from support.index_world import World, basic, wheel_form

USER = "00000000-0000-0000-0000-000000000001"
ALPHA = "00000000-0000-0000-0000-000000000064"
WRONG = "project-scoped token is not valid for project: 'alpha-pkg'"


@pytest.mark.parametrize(
    ("token", "add", "reason"),
    [
        ("account", ["[]"], "caveat array cannot be empty"),
        ("account", ['"x"'], "caveat must be an array"),
        ("account", ["{}"], "caveat must be an array"),
        ("account", ['{"version": 1}'], "caveat must be an array"),
        ("account", ["[0,5]"], "Not enough values"),
        ("account", ["[[],5]"], "unknown error"),
        ("account", ["[99]", "[[],5]", "[98]"], "caveat has unknown tag: 99"),
        ("account", ["[98]", "[99]"], "caveat has unknown tag: 98, caveat has unknown tag: 99"),
        ("account", ['["x"]'], "caveat has unknown tag: x"),
        ("account", ['[2,["no id"]]'], WRONG),
        ("account", ['{"project_ids": ["no id"]}'], WRONG),
        ("account", [f'[2,["no id","{ALPHA}"]]'], None),
        ("account", ['[3,"alice"]'], "current user does not match user restriction in token"),
        ("account", [f'[4,"{USER}"]'], "OIDC scoped token used outside of an OIDC identified request"),
        ("account", ['[4,"no id"]'], "OIDC scoped token used outside of an OIDC identified request"),
        ("publisher", [f'[4,"{USER}"]'], "current OIDC publisher does not match publisher restriction in token"),
        ("publisher", ['[4,"no id"]'], "current OIDC publisher does not match publisher restriction in token"),
        ("publisher", [f'[3,"{USER}"]'], "token with user restriction without a user"),
        ("publisher", ['[3,"no id"]'], "token with user restriction without a user"),
        ("publisher", ['{"version": 1, "permissions": "user"}'], "caveat must be an array"),
        ("account", ["[1,[]]", "[0,1,0]"], f"{WRONG}, token is expired"),
        ("forged", ["[1,[]]"], WRONG),
    ],
)
def test_odd_caveats(tmp_path: Path, token: str, add: list[str], reason: str | None) -> None:
    """Each is refused, or not, in the words that the server's source has for it."""
    world = World(tmp_path)
    reply = world.upload(wheel_form("alpha-pkg"), world.authorization(token, add))
    expected = (200, "OK") if reason is None else (403, f"Invalid API Token: {reason}")
    assert (reply.status, reply.reason) == expected


@pytest.mark.parametrize("predicate", [b"\xff", '[1,["alpha-pkg"]]'.encode("utf-16"), b"[" * 100_000])
def test_bytes_that_are_no_json_text(tmp_path: Path, predicate: bytes) -> None:
    """The server reads caveats as UTF-8 text: anything else is its "unknown error"."""
    world = World(tmp_path)
    token = Token(Token.parse(world.token("account")).macaroon.with_caveat(predicate)).reveal()
    reply = world.upload(wheel_form("alpha-pkg"), basic("__token__", token))
    assert reply.reason == "Invalid API Token: unknown error"


def test_a_third_partys_caveat_is_never_discharged(tmp_path: Path) -> None:
    """A third-party caveat is refused, whatever it says."""
    world = World(tmp_path)
    macaroon = Token.parse(world.token("account")).macaroon
    foreign = macaroons.Macaroon(
        macaroon.location,
        macaroon.identifier,
        (*macaroon.caveats, RawCaveat(b"x", b"example.org", b"y")),
        macaroon.signature,
    )
    reply = world.upload(wheel_form("alpha-pkg"), basic("__token__", Token(foreign).reveal()))
    assert reply.reason == "Invalid API Token: unknown error"


def test_taking_a_caveat_off_breaks_the_signature(tmp_path: Path) -> None:
    """Who removes a caveat, or claims another token's identifier, has no genuine signature."""
    world = World(tmp_path)
    narrowed = Token.parse(world.token("account", ['[1,["beta-pkg"]]'])).macaroon
    widened = macaroons.Macaroon(narrowed.location, narrowed.identifier, narrowed.caveats[:-1], narrowed.signature)
    reply = world.upload(wheel_form("alpha-pkg"), basic("__token__", Token(widened).reveal()))
    assert reply.reason == "Invalid API Token: signatures do not match"


@pytest.mark.parametrize(
    "header",
    [None, "", "Basic", "Basic !!!", "Basic " + "eA==", "Digest x", "Basic /////w==", "Negotiate pypi-x"],
)
def test_headers_without_a_credential(header: str | None) -> None:
    """What holds no token is none, and no error."""
    assert read_authorization(header) is None


def test_only_basic_is_stripped() -> None:
    """White space around a token goes with Basic; the other schemes keep it, and with it are no token."""
    assert read_authorization(basic("__token__", " x ")) == "x"
    assert read_authorization("bearer  x") == " x"


def test_a_password_is_refused_by_name() -> None:
    """A user name and a password get the answer that tells them to migrate."""
    with pytest.raises(Refusal) as caught:
        read_authorization(basic("alice", "secret"))
    assert caught.value.answer.status == 403
    assert "secret" not in caught.value.answer.message
