"""Minted tokens: each kind is read by the guard as what it is, and by the index as what it was made for."""

from __future__ import annotations

from pathlib import Path

import pytest

from publish_guard.domain.scope import AccountWide, ProjectScoped, Scope, Unreadable
from publish_guard.domain.token import Token
from publish_guard.embedded_index.minting import Kind, mint_token
from publish_guard.embedded_index.model import State
from publish_guard.errors import UsageError
from support.index_world import NOW, World, basic, wheel_form

KINDS: dict[Kind, tuple[type[Scope], str, int]] = {
    Kind.ACCOUNT_WIDE: (AccountWide, "user", 200),
    Kind.PROJECT: (ProjectScoped, "user", 200),
    Kind.TRUSTED_PUBLISHER: (ProjectScoped, "trusted-publisher", 200),
    Kind.LEGACY_ACCOUNT: (AccountWide, "user", 200),
    Kind.LEGACY_PROJECT: (ProjectScoped, "user", 200),
    Kind.NO_CAVEATS: (Unreadable, "unknown", 200),
    Kind.EXPIRED: (AccountWide, "user", 403),
    Kind.NOT_YET_VALID: (AccountWide, "user", 403),
    Kind.REVOKED: (AccountWide, "user", 403),
    Kind.WRONG_SIGNATURE: (AccountWide, "user", 403),
    Kind.UNKNOWN_CAVEAT: (AccountWide, "user", 403),
}


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_is_what_it_says(tmp_path: Path, kind: Kind) -> None:
    """Scope and issuer as the guard reads them, and whether the index accepts an upload to the owner's project."""
    world = World(tmp_path)
    scope, issuer, status = KINDS[kind]
    with world.store.transaction() as transaction:
        text, transaction.state = mint_token(transaction.state, kind, world.now)
    token = Token.parse(text)
    assert isinstance(token.scope, scope)
    assert token.issuer == issuer
    assert token.index == "pypi.org"
    assert world.upload(wheel_form("alpha-pkg"), basic("__token__", text)).status == status


def test_no_caveats_still_has_its_scope_on_the_index(tmp_path: Path) -> None:
    """A token that shows nothing is held to the caveats that the index keeps for it, once."""
    world = World(tmp_path)
    reply = world.upload(wheel_form("beta-pkg"), world.authorization("no-caveats-alpha"))
    reason = "project-scoped token is not valid for project: 'beta-pkg'"
    assert reply.reason == f"Invalid API Token: {reason}, {reason}"
    assert world.upload(wheel_form("alpha-pkg"), world.authorization("no-caveats-alpha")).status == 200


def test_what_is_needed_is_made() -> None:
    """A user and projects that do not exist are made, in the spelling given; a second token makes nothing anew."""
    text, state = mint_token(State(), Kind.PROJECT, NOW, projects=["My.Project"], user="zoe")
    assert Token.parse(text).scope.reaches("my-project")
    assert state.projects["my-project"].name == "My.Project"
    assert state.projects["my-project"].owners == tuple(user.id for user in state.users.values())
    _, again = mint_token(state, Kind.ACCOUNT_WIDE, NOW, projects=["my_project"], user="zoe")
    assert (again.users, again.projects) == (state.users, state.projects)


def test_somebody_elses_project_is_not_given_away() -> None:
    """A token for a project of another user is refused: the index would never have made it."""
    _, state = mint_token(State(), Kind.PROJECT, NOW, user="zoe")
    with pytest.raises(UsageError, match="another user"):
        mint_token(state, Kind.PROJECT, NOW, user="yan")


def test_an_expiration_is_added() -> None:
    """`expires_in` counts from now; for a Trusted Publisher's token it replaces the quarter of an hour."""
    text, _ = mint_token(State(), Kind.PROJECT, NOW, expires_in=60)
    assert Token.parse(text).validity.expires_at == NOW + 60
    usual, _ = mint_token(State(), Kind.TRUSTED_PUBLISHER, NOW)
    assert Token.parse(usual).validity.expires_at == NOW + 900
    short, _ = mint_token(State(), Kind.TRUSTED_PUBLISHER, NOW, expires_in=60)
    assert (Token.parse(short).validity.not_before, Token.parse(short).validity.expires_at) == (NOW, NOW + 60)


def test_the_location_is_as_asked() -> None:
    """A token can say that it is for TestPyPI."""
    text, _ = mint_token(State(), Kind.PROJECT, NOW, location="test.pypi.org")
    assert Token.parse(text).index == "test.pypi.org"
