"""Tokens against pypitoken, where pypitoken can read them at all."""

from __future__ import annotations

import json
from typing import Any

import pypitoken
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypitoken import restrictions as theirs

from differential.caveat_strategies import NAMES, USERS, plain_predicates
from publish_guard.domain.macaroon import mint
from publish_guard.domain.scope import Validity
from publish_guard.domain.token import Token

KEY = b"a key for tests"
# pypitoken validates every caveat by JSON Schema, several times over: a sixth of the usual examples takes as long.
few = settings(max_examples=settings().max_examples // 6)


def expected_kind(restrictions: list[Any]) -> tuple[str, set[str] | None, set[str] | None, Validity]:
    """Return kind, names, ids and validity as the restrictions that pypitoken read say together."""
    names: set[str] | None = None
    ids: set[str] | None = None
    users: set[str] = set()
    begin: list[int] = []
    end: list[int] = []
    by_user = False
    for item in restrictions:
        match item:
            case theirs.ProjectNamesRestriction() | theirs.LegacyProjectNamesRestriction():
                names = set(item.project_names) & (set(item.project_names) if names is None else names)
            case theirs.ProjectIDsRestriction():
                ids = set(item.project_ids) & (set(item.project_ids) if ids is None else ids)
            case theirs.UserIDRestriction():
                users.add(item.user_id)
                by_user = True
            case theirs.LegacyNoopRestriction():
                by_user = True
            case _:
                begin.append(item.not_before)
                end.append(item.not_after)
    validity = Validity(max(begin, default=None), min(end, default=None))
    if names == set() or ids == set() or len(users) > 1 or validity.empty:
        return "unusable", None, None, validity
    if names is not None or ids is not None:
        return "project-scoped", names, ids, validity
    return "account-wide" if by_user else "unreadable", None, None, validity


@few
@given(st.lists(plain_predicates, max_size=4))
def test_scope_is_what_the_restrictions_say(predicates: list[bytes]) -> None:
    """Restrictions as pypitoken reads them, put together, are the scope that is read here."""
    macaroon = mint("pypi.org", "an identifier", KEY)
    for predicate in predicates:
        macaroon = macaroon.with_caveat(predicate)
    token = Token(macaroon)
    loaded = pypitoken.Token.load(token.reveal())
    assert loaded.domain == token.index
    kind, names, ids, validity = expected_kind(loaded.restrictions)
    assert token.scope.kind == kind
    assert (None if token.scope.projects is None else set(token.scope.projects)) == names
    assert (None if token.scope.project_ids is None else set(token.scope.project_ids)) == ids
    assert token.validity == validity


@few
@given(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3), st.integers(1, 10**10), st.booleans())
def test_a_narrowed_copy_passes_pypitoken_s_check(projects: list[str], expires_at: int, legacy: bool) -> None:
    """pypitoken verifies a narrowed copy with the key, for its projects and its time, and for nothing else."""
    stored = pypitoken.Token.create(domain="pypi.org", identifier="an identifier", key=KEY)
    stored.restrict(legacy_noop=True) if legacy else stored.restrict(user_id=USERS[0])
    copy = pypitoken.Token.load(Token.parse(stored.dump()).narrow(projects, expires_at=expires_at).reveal())
    for name in (*NAMES, "another"):
        for now in (0, expires_at - 1, expires_at):
            allowed = name in projects and now < expires_at
            try:
                copy.check(key=KEY, project_name=name, user_id=USERS[0], now=now)
            except (pypitoken.ValidationError, ValueError):
                # It fails with ValueError where two caveats refuse at once.
                assert not allowed
            else:
                assert allowed
    with pytest.raises(pypitoken.ValidationError):
        copy.check(key=b"another key", project_name=projects[0], user_id=USERS[0], now=0)


@few
@given(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3), st.integers(1, 10**10), st.integers(1, 10**10))
def test_a_copy_narrowed_by_pypitoken_is_the_same(projects: list[str], expires_at: int, not_before: int) -> None:
    """pypitoken's own narrowing of the same token gives the same caveats and the same scope."""
    stored = pypitoken.Token.create(domain="pypi.org", identifier="an identifier", key=KEY)
    ours = Token.parse(stored.dump()).narrow(projects, expires_at=expires_at, not_before=not_before)
    stored.restrict(project_names=projects)
    stored.restrict(not_before=not_before, not_after=expires_at)
    same = Token.parse(stored.dump())
    assert [json.loads(raw.predicate) for raw in same.macaroon.caveats] == [
        json.loads(raw.predicate) for raw in ours.macaroon.caveats
    ]
    assert (same.scope, same.validity, same.fingerprint) == (ours.scope, ours.validity, ours.fingerprint)


def test_what_pypitoken_cannot_read_is_read_here() -> None:
    """A Trusted Publisher's token, on which pypitoken fails, has a scope here."""
    macaroon = mint("pypi.org", "an identifier", KEY).with_caveat(f'[4,"{USERS[0]}",null]'.encode())
    token = Token(macaroon)
    with pytest.raises(pypitoken.LoaderError):
        _ = pypitoken.Token.load(token.reveal()).restrictions
    assert token.issuer == "trusted-publisher"
