"""The scope that is read from a token, against an independent restatement of the server's verification."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from hypothesis import example, given
from hypothesis import strategies as st

from differential.caveat_strategies import (
    IDS,
    LAST_MOMENT,
    NAMES,
    PUBLISHERS,
    USERS,
    any_predicates,
    known_predicates,
)
from differential.server_oracle import Request, allows
from publish_guard.domain.macaroon import Macaroon, mint
from publish_guard.domain.token import Token

EVERYBODY = USERS + PUBLISHERS + IDS


def token_with(predicates: list[bytes]) -> Token:
    macaroon = mint("pypi.org", "an identifier", b"a key for tests")
    for predicate in predicates:
        macaroon = macaroon.with_caveat(predicate)
    return Token(macaroon)


def requests(names: tuple[str, ...], ids: tuple[str, ...], moments: tuple[int, ...]) -> Iterator[Request]:
    for identity_id, name, project_id, now in product(EVERYBODY, names, ids, moments):
        yield Request("user", identity_id, name, project_id, now)
        yield Request("publisher", identity_id, name, project_id, now)


ALL_REQUESTS = tuple(requests(NAMES, IDS, tuple(range(-1, LAST_MOMENT + 1))))


@given(st.lists(any_predicates, max_size=4))
@example([b'[1,["alpha","\\ud800"]]'])
@example([b'[1,["alpha"]]', b'[1.0,["alpha"],"more"]', b'[true,["alpha"]]'])
@example([b'{"version":1,"permissions":"user"}', b'{"exp":3,"nbf":1}'])
def test_scope_is_an_upper_bound(predicates: list[bytes]) -> None:
    """Whatever upload the server would let pass, the scope does not deny: no project, id, moment or issuer."""
    token = token_with(predicates)
    for request in ALL_REQUESTS:
        if allows(predicates, request):
            assert token.usable
            assert token.scope.reaches(request.project_name) is not False
            assert token.scope.project_ids is None or request.project_id in token.scope.project_ids
            assert token.validity.begun(request.now)
            assert not token.validity.expired(request.now)
            assert token.issuer != "trusted-publisher" or request.identity == "publisher"


@given(st.lists(any_predicates, max_size=4))
@example([b"[0,6,2]", b"[0,4,0]", b'[4,"%s",null]' % PUBLISHERS[0].encode()])
def test_scope_is_no_wider_than_it_must_be(predicates: list[bytes]) -> None:
    """Where every caveat is understood and the token usable, the server lets each project of its scope pass."""
    token = token_with(predicates)
    if not token.usable or any(caveat.kind == "unknown" for caveat in token.caveats):
        return
    names = token.scope.projects or NAMES
    ids = token.scope.project_ids or IDS
    validity = token.validity
    moment = validity.not_before if validity.not_before is not None else 0
    for name, project_id in product(names, ids):
        assert any(allows(predicates, request) for request in requests((name,), (project_id,), (moment,)))


@given(
    st.lists(any_predicates, max_size=3),
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=3),
    st.integers(0, LAST_MOMENT),
    st.integers(0, LAST_MOMENT),
)
def test_a_narrowed_copy_is_exactly_the_intersection(
    predicates: list[bytes], projects: list[str], expires_at: int, not_before: int
) -> None:
    """The server lets an upload pass with the copy exactly if it did before, within the projects and the window."""
    copy = token_with(predicates).narrow(projects, expires_at=expires_at, not_before=not_before)
    narrowed = [caveat.predicate for caveat in copy.macaroon.caveats]
    for request in ALL_REQUESTS:
        inside = request.project_name in projects and not_before <= request.now < expires_at
        assert allows(narrowed, request) == (inside and allows(predicates, request))


@given(st.permutations([b'[1,["alpha","c3"]]', b'[2,["%s"]]' % IDS[0].encode(), b"[0,6,2]", b"[0,4,0]"]))
def test_order_changes_nothing(predicates: list[bytes]) -> None:
    """All caveats hold at once, so their order tells nothing."""
    expected = token_with(sorted(predicates))
    token = token_with(predicates)
    assert (token.scope, token.issuer, token.validity) == (expected.scope, expected.issuer, expected.validity)


@given(st.lists(known_predicates, max_size=4), st.data())
def test_a_repeated_caveat_changes_nothing(predicates: list[bytes], data: st.DataObject) -> None:
    """A caveat that stands twice says what it says once."""
    repeated = predicates + data.draw(st.lists(st.sampled_from(predicates), max_size=3) if predicates else st.just([]))
    once, twice = token_with(predicates), token_with(repeated)
    assert (once.scope, once.issuer, once.validity) == (twice.scope, twice.issuer, twice.validity)


@given(st.lists(any_predicates, max_size=3), any_predicates)
def test_one_more_caveat_never_widens(predicates: list[bytes], more: bytes) -> None:
    """What a scope denied, it denies with a further caveat too."""
    before, after = token_with(predicates), token_with([*predicates, more])
    for name in NAMES:
        if before.scope.reaches(name) is False:
            assert after.scope.reaches(name) is False
    if not before.usable:
        assert not after.usable


@given(st.lists(any_predicates, max_size=3))
def test_a_token_reads_the_same_from_its_text(predicates: list[bytes]) -> None:
    """Revealed and parsed again, a token says the same."""
    token = token_with(predicates)
    again = Token.parse(token.reveal())
    assert again == token
    assert isinstance(again.macaroon, Macaroon)
    assert (again.scope, again.issuer, again.validity) == (token.scope, token.issuer, token.validity)
