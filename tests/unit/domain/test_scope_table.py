"""How far a token reaches: every row of the table in docs/explanation/what-a-token-says.md, in every order."""

from __future__ import annotations

import json
from itertools import permutations

import pytest

from publish_guard.domain.caveats import Fault
from publish_guard.domain.macaroon import Macaroon, RawCaveat, mint
from publish_guard.domain.scope import (
    NO_CAVEATS,
    NO_SCOPE_CAVEATS,
    AccountWide,
    Issuer,
    ProjectScoped,
    Scope,
    Unreadable,
    Unusable,
    Validity,
)
from publish_guard.domain.token import Token

A = "2e5076da-2713-441a-902e-2f1d3e535ae6"
B = "df56dc98-2dc3-4115-9283-74942c102fca"
USER = "9048395d-ee3a-4f9b-8a6e-d2d2ec3a48b2"
USER_2 = "1b4e28ba-2fa1-41d2-883f-0016d3cca427"
PUBLISHER = "1d04ec2e-905e-4867-a884-2f1741d2743f"
PUBLISHER_2 = "6fa459ea-ee8a-4ca4-894e-db77e160355e"

BY_USER: list[object] = [3, USER]
LEGACY_USER: dict[str, object] = {"version": 1, "permissions": "user"}
LEGACY_ALPHA: dict[str, object] = {"version": 1, "permissions": {"projects": ["alpha"]}}
LEGACY_IDS: dict[str, object] = {"project_ids": [A]}
LEGACY_EXPIRY: dict[str, object] = {"nbf": 10, "exp": 20}
BY_PUBLISHER: list[object] = [4, PUBLISHER, None]
EXPIRY: list[object] = [0, 20, 10]
UNKNOWN: list[object] = [99, "x"]
ALPHA: list[object] = [1, ["alpha"]]
BETA: list[object] = [1, ["beta"]]
BOTH: list[object] = [1, ["beta", "alpha"]]
ID_A: list[object] = [2, [A]]
ID_B: list[object] = [2, [B]]

NO_NAME = "no project name is left that all its caveats allow"
NO_ID = "no project id is left that all its caveats allow"
TWO_USERS = "it names two different users"
TWO_PUBLISHERS = "it names two different Trusted Publishers"
USER_AND_PUBLISHER = "it names both a user and a Trusted Publisher"
EMPTY_WINDOW = "it ends before it begins"


def scoped(projects: list[str] | None, ids: list[str] | None = None) -> ProjectScoped:
    return ProjectScoped(None if projects is None else tuple(projects), None if ids is None else tuple(ids))


def minted(*caveats: object) -> Token:
    macaroon = mint("pypi.org", "an-identifier", b"a key for tests")
    for caveat in caveats:
        macaroon = macaroon.with_caveat(caveat if isinstance(caveat, bytes) else json.dumps(caveat).encode())
    return Token(macaroon)


Row = tuple[str, list[object], Issuer, Scope]

ROWS: list[Row] = [
    ("a user", [BY_USER], "user", AccountWide()),
    ("a legacy user", [LEGACY_USER], "user", AccountWide()),
    ("a user, twice", [BY_USER, BY_USER], "user", AccountWide()),
    ("a user and the legacy user", [BY_USER, LEGACY_USER], "user", AccountWide()),
    ("a user with an expiration", [BY_USER, EXPIRY], "user", AccountWide()),
    ("a legacy user with a legacy expiration", [LEGACY_USER, LEGACY_EXPIRY], "user", AccountWide()),
    ("a user with more fields", [[3, USER, "more", 1]], "user", AccountWide()),
    ("a user narrowed to a name", [BY_USER, ALPHA], "user", scoped(["alpha"])),
    ("a user narrowed to an id", [BY_USER, ID_A], "user", scoped(None, [A])),
    ("a user narrowed to both", [BY_USER, ALPHA, ID_A], "user", scoped(["alpha"], [A])),
    ("a legacy user narrowed to a name", [LEGACY_USER, ALPHA, EXPIRY], "user", scoped(["alpha"])),
    ("a user narrowed in the legacy form", [BY_USER, LEGACY_ALPHA], "user", scoped(["alpha"])),
    ("a name", [ALPHA], "user", scoped(["alpha"])),
    ("an id", [ID_A], "user", scoped(None, [A])),
    ("a name and an id", [ALPHA, ID_A], "user", scoped(["alpha"], [A])),
    ("legacy projects", [LEGACY_ALPHA], "user", scoped(["alpha"])),
    ("legacy ids", [LEGACY_IDS], "user", scoped(None, [A])),
    ("legacy projects and ids", [LEGACY_ALPHA, LEGACY_IDS], "user", scoped(["alpha"], [A])),
    ("two names", [BOTH], "user", scoped(["alpha", "beta"])),
    ("an intersection of names", [BOTH, ALPHA], "user", scoped(["alpha"])),
    ("an intersection of both forms", [BOTH, LEGACY_ALPHA], "user", scoped(["alpha"])),
    ("an intersection of ids", [[2, [B, A]], LEGACY_IDS], "user", scoped(None, [A])),
    ("a repeated name", [ALPHA, ALPHA, [1, ["alpha", "alpha"]]], "user", scoped(["alpha"])),
    ("a name with more fields", [[1, ["alpha"], "more", {}]], "user", scoped(["alpha"])),
    ("a name with spaces", [b' [ 1 , [ "alpha" ] ] '], "user", scoped(["alpha"])),
    ("a name that is not normalized beside one", [[1, ["Alpha", "alpha", "a_b"]]], "user", scoped(["alpha"])),
    ("a name that no encoding holds beside one", [b'[1,["alpha","\\udfff"]]'], "user", scoped(["alpha"])),
    ("a publisher", [BY_PUBLISHER, ID_A, EXPIRY], "trusted-publisher", scoped(None, [A])),
    ("a publisher of two", [BY_PUBLISHER, [2, [B, A]], EXPIRY], "trusted-publisher", scoped(None, [A, B])),
    ("a publisher with claims", [[4, PUBLISHER, {"sub": "x"}], ID_A, EXPIRY], "trusted-publisher", scoped(None, [A])),
    ("a publisher without the old field", [[4, PUBLISHER], ID_A], "trusted-publisher", scoped(None, [A])),
    ("a publisher alone", [BY_PUBLISHER], "trusted-publisher", scoped(None)),
    ("a publisher, twice", [BY_PUBLISHER, [4, PUBLISHER], ID_A], "trusted-publisher", scoped(None, [A])),
    ("a publisher narrowed", [BY_PUBLISHER, ID_A, ALPHA], "trusted-publisher", scoped(["alpha"], [A])),
    ("nothing", [], "unknown", Unreadable(NO_CAVEATS)),
    ("an expiration alone", [EXPIRY], "unknown", Unreadable(NO_SCOPE_CAVEATS)),
    ("expirations alone", [EXPIRY, LEGACY_EXPIRY], "unknown", Unreadable(NO_SCOPE_CAVEATS)),
    ("an unknown tag alone", [UNKNOWN], "unknown", Unreadable(NO_SCOPE_CAVEATS)),
    ("unknown tags and an expiration", [UNKNOWN, [98], EXPIRY], "unknown", Unreadable(NO_SCOPE_CAVEATS)),
    ("an unknown tag beside a user", [BY_USER, UNKNOWN], "user", AccountWide()),
    ("an unknown tag beside a name", [ALPHA, UNKNOWN], "user", scoped(["alpha"])),
    ("an unknown tag beside a publisher", [BY_PUBLISHER, ID_A, UNKNOWN], "trusted-publisher", scoped(None, [A])),
    ("no name", [[1, []]], "user", Unusable(NO_NAME)),
    ("no id", [[2, []]], "user", Unusable(NO_ID)),
    ("no legacy name", [{"version": 1, "permissions": {"projects": []}}], "user", Unusable(NO_NAME)),
    ("no legacy id", [{"project_ids": []}], "user", Unusable(NO_ID)),
    ("only names that are not normalized", [[1, ["Alpha", "a.b"]]], "user", Unusable(NO_NAME)),
    ("names that do not meet", [ALPHA, BETA], "user", Unusable(NO_NAME)),
    ("names that do not meet in both forms", [LEGACY_ALPHA, BETA], "user", Unusable(NO_NAME)),
    ("ids that do not meet", [ID_A, ID_B], "user", Unusable(NO_ID)),
    ("ids that do not meet beside a name", [ALPHA, ID_A, ID_B], "user", Unusable(NO_ID)),
    ("a name list of a wrong type", [ALPHA, [1, "alpha"]], "user", Unusable(Fault.WRONG_TYPE)),
    ("a name list with a number", [BY_USER, [1, ["alpha", 1]]], "user", Unusable(Fault.WRONG_TYPE)),
    ("an expiration with too few fields", [BY_USER, [0, 20]], "user", Unusable(Fault.TOO_FEW)),
    ("an expiration with a float", [BY_USER, [0, 20.0, 10]], "user", Unusable(Fault.WRONG_TYPE)),
    ("an expiration with a boolean", [BY_USER, [0, True, False]], "user", Unusable(Fault.WRONG_TYPE)),
    ("an expiration with text", [BY_USER, [0, "20", "10"]], "user", Unusable(Fault.WRONG_TYPE)),
    ("a legacy expiration with a float", [LEGACY_USER, {"exp": 1.0, "nbf": 0}], "user", Unusable(Fault.WRONG_TYPE)),
    ("a name without fields", [BY_USER, [1]], "user", Unusable(Fault.TOO_FEW)),
    ("an id in capitals", [ALPHA, [2, [A.upper()]]], "user", Unusable(Fault.NO_UUID)),
    ("an id without hyphens", [ALPHA, [2, [A.replace("-", "")]]], "user", Unusable(Fault.NO_UUID)),
    ("a user that is no id", [ALPHA, [3, "me"]], "user", Unusable(Fault.NO_UUID)),
    ("a publisher that is no id", [ALPHA, [4, "it"]], "user", Unusable(Fault.NO_UUID)),
    ("two users", [BY_USER, [3, USER_2]], "user", Unusable(TWO_USERS)),
    ("two users and the legacy one", [LEGACY_USER, BY_USER, [3, USER_2]], "user", Unusable(TWO_USERS)),
    ("two publishers", [BY_PUBLISHER, [4, PUBLISHER_2]], "trusted-publisher", Unusable(TWO_PUBLISHERS)),
    ("a user and a publisher", [BY_USER, BY_PUBLISHER], "trusted-publisher", Unusable(USER_AND_PUBLISHER)),
    ("the legacy user and a publisher", [LEGACY_USER, BY_PUBLISHER], "trusted-publisher", Unusable(USER_AND_PUBLISHER)),
    ("no JSON", [ALPHA, b"nonsense"], "user", Unusable(Fault.NO_JSON)),
    ("JSON in UTF-16", [ALPHA, "[99]".encode("utf-16")], "user", Unusable(Fault.NO_JSON)),
    ("an empty caveat", [BY_USER, b""], "user", Unusable(Fault.NO_JSON)),
    ("text for an array", [BY_USER, "alpha"], "user", Unusable(Fault.NO_ARRAY)),
    ("null for an array", [b"null"], "unknown", Unusable(Fault.NO_ARRAY)),
    ("a mapping of no known form", [BY_USER, {"projects": ["alpha"]}], "user", Unusable(Fault.NO_ARRAY)),
    ("an empty mapping", [{}], "unknown", Unusable(Fault.NO_ARRAY)),
    ("an empty array", [BY_USER, []], "user", Unusable(Fault.EMPTY_ARRAY)),
    ("an empty window", [BY_USER, [0, 10, 20]], "user", Unusable(EMPTY_WINDOW)),
    ("a window of no length", [ALPHA, [0, 10, 10]], "user", Unusable(EMPTY_WINDOW)),
    ("windows that do not meet", [ALPHA, [0, 20, 10], [0, 40, 30]], "user", Unusable(EMPTY_WINDOW)),
    ("windows that touch", [ALPHA, [0, 20, 10], {"exp": 30, "nbf": 20}], "user", Unusable(EMPTY_WINDOW)),
    ("an unknown tag beside an invalid caveat", [UNKNOWN, b"nonsense"], "unknown", Unusable(Fault.NO_JSON)),
]


@pytest.mark.parametrize(("caveats", "issuer", "scope"), [pytest.param(*row[1:], id=row[0]) for row in ROWS])
def test_every_row_in_every_order(caveats: list[object], issuer: Issuer, scope: Scope) -> None:
    """A row of the table holds whatever the order of the caveats."""
    for order in permutations(caveats):
        token = minted(*order)
        assert token.issuer == issuer
        assert token.scope == scope
        assert token.usable is not isinstance(scope, Unusable)
        assert len(token.caveats) == len(caveats)


@pytest.mark.parametrize("at", [0, 1])
def test_a_third_party_caveat_makes_a_token_unusable(at: int) -> None:
    """The server discharges nothing, so a third-party caveat refuses every upload, whatever it says."""
    plain = minted(ALPHA).macaroon
    caveats = list(plain.caveats)
    caveats.insert(at, RawCaveat(b'[1,["alpha"]]', None, b""))
    token = Token(Macaroon(plain.location, plain.identifier, tuple(caveats), plain.signature))
    assert token.scope == Unusable(Fault.THIRD_PARTY)
    assert token.issuer == "user"


@pytest.mark.parametrize(
    ("caveats", "validity"),
    [
        ([ALPHA], Validity(None, None)),
        ([ALPHA, EXPIRY], Validity(10, 20)),
        ([ALPHA, [0, 20, 5], [0, 30, 10], LEGACY_EXPIRY], Validity(10, 20)),
        ([ALPHA, [0, 25, 12], LEGACY_EXPIRY], Validity(12, 20)),
        ([ALPHA, [0, 20, True]], Validity(None, None)),
        ([EXPIRY], Validity(10, 20)),
        ([[0, 10**30, -(10**30)]], Validity(-(10**30), 10**30)),
    ],
)
def test_validity_is_the_intersection(caveats: list[object], validity: Validity) -> None:
    """The latest not_before and the earliest expiry count, in any order."""
    for order in permutations(caveats):
        assert minted(*order).validity == validity


def test_validity_at_its_ends() -> None:
    """A token is good at not_before and no longer good at expires_at."""
    validity = Validity(10, 20)
    assert [validity.begun(now) for now in (9, 10, 20)] == [False, True, True]
    assert [validity.expired(now) for now in (10, 19, 20)] == [False, False, True]
    assert not validity.empty
    unlimited = Validity(None, None)
    assert unlimited.begun(-1)
    assert not unlimited.expired(10**12)
    assert not unlimited.empty
    assert not Validity(None, 5).empty
    assert not Validity(5, None).empty


@pytest.mark.parametrize(
    ("scope", "alpha", "beta"),
    [
        (scoped(["alpha"]), True, False),
        (scoped(["alpha"], [A]), True, False),
        (scoped(None, [A]), None, None),
        (AccountWide(), True, True),
        (Unreadable("x"), None, None),
        (Unusable("x"), False, False),
    ],
)
def test_reaches(scope: Scope, alpha: bool | None, beta: bool | None) -> None:
    """A scope answers yes, no, or that nobody can tell."""
    assert scope.reaches("alpha") is alpha
    assert scope.reaches("beta") is beta


def test_every_scope_answers_the_same_questions() -> None:
    """Kind, projects, ids and reason can be asked of every scope."""
    scopes = (scoped(["alpha"], [A]), AccountWide(), Unreadable("r"), Unusable("r"))
    assert [scope.kind for scope in scopes] == ["project-scoped", "account-wide", "unreadable", "unusable"]
    assert [scope.projects for scope in scopes] == [("alpha",), None, None, None]
    assert [scope.project_ids for scope in scopes] == [(A,), None, None, None]
    assert [scope.reason for scope in scopes] == [None, None, "r", "r"]
