"""What a token proves of its own age, and how evidence becomes an interval."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from publish_guard.domain.age import (
    DEPLOYMENT_LAG,
    FIRST_ARRAYS,
    FIRST_PROJECT_IDS,
    FIRST_TOKENS,
    Age,
    Bound,
    Evidence,
    age_of,
    evidence_of,
)
from publish_guard.domain.macaroon import mint
from publish_guard.domain.token import Token

UUID = "2e5076da-2713-441a-902e-2f1d3e535ae6"
USER: list[object] = [3, UUID]
PUBLISHER: list[object] = [4, UUID, None]
IDS: list[object] = [2, [UUID]]
LEGACY_USER = {"version": 1, "permissions": "user"}
LEGACY_NAMES = {"version": 1, "permissions": {"projects": ["alpha"]}}
LEGACY_IDS = {"project_ids": [UUID]}
LEGACY_EXPIRY = {"exp": 20, "nbf": 10}
LAST_LEGACY = FIRST_ARRAYS + DEPLOYMENT_LAG
TODAY = date(2026, 11, 22)
MIDNIGHT = 1795305600  # 2026-11-22T00:00:00Z


def minted(*caveats: object) -> Token:
    macaroon = mint("pypi.org", "id", b"a key for tests")
    for caveat in caveats:
        macaroon = macaroon.with_caveat(json.dumps(caveat).encode())
    return Token(macaroon)


def bounds(*caveats: object) -> list[tuple[Bound, date]]:
    return [(item.bound, item.date) for item in evidence_of(minted(*caveats))]


@pytest.mark.parametrize(
    ("caveats", "expected"),
    [
        pytest.param([], [], id="no caveats"),
        pytest.param([USER], [("at-most", FIRST_ARRAYS)], id="array"),
        pytest.param([[1, ["alpha"]], IDS], [("at-most", FIRST_ARRAYS)], id="array, names and ids"),
        pytest.param([USER, LEGACY_NAMES], [("at-most", FIRST_ARRAYS)], id="array, later narrowed in the old form"),
        pytest.param([LEGACY_USER], [("at-least", LAST_LEGACY), ("at-most", FIRST_TOKENS)], id="legacy user"),
        pytest.param([LEGACY_NAMES], [("at-least", LAST_LEGACY), ("at-most", FIRST_TOKENS)], id="legacy names"),
        pytest.param(
            [LEGACY_NAMES, LEGACY_IDS],
            [("at-least", LAST_LEGACY), ("at-most", FIRST_PROJECT_IDS)],
            id="legacy names and ids",
        ),
        pytest.param(
            [LEGACY_NAMES, IDS], [("at-least", LAST_LEGACY), ("at-most", FIRST_TOKENS)], id="legacy names, array ids"
        ),
        pytest.param(
            [LEGACY_USER, LEGACY_IDS],
            [("at-least", LAST_LEGACY), ("at-most", FIRST_TOKENS)],
            id="ids that the index never wrote for a user",
        ),
        pytest.param([LEGACY_EXPIRY], [], id="an old form that the index never wrote first: expiration"),
        pytest.param([LEGACY_IDS, LEGACY_USER], [], id="an old form that the index never wrote first: ids"),
        pytest.param([[99], USER], [], id="unknown first"),
        pytest.param(["text", USER], [], id="invalid first"),
        pytest.param([PUBLISHER, IDS, [0, MIDNIGHT + 900, MIDNIGHT]], [("exact", TODAY)], id="publisher"),
        pytest.param([PUBLISHER, IDS, [0, MIDNIGHT + 899, MIDNIGHT - 1]], [("exact", date(2026, 11, 21))], id="UTC"),
        pytest.param(
            [PUBLISHER, IDS, [0, MIDNIGHT + 900, MIDNIGHT], [0, 10**10, 10**9 * 2]],
            [("exact", TODAY)],
            id="publisher, narrowed by its holder",
        ),
        pytest.param([PUBLISHER, IDS, [0, 10**30, 10**29]], [], id="publisher with a time that no date can hold"),
        pytest.param([PUBLISHER, IDS, [0, 10**30, -(10**29)]], [], id="publisher, far in the past"),
        pytest.param([PUBLISHER, IDS], [("at-most", FIRST_ARRAYS)], id="publisher without expiration"),
        pytest.param(
            [USER, [0, 20, 10], PUBLISHER],
            [("at-most", FIRST_ARRAYS)],
            id="a user's token, to which its holder appended a publisher",
        ),
        pytest.param(
            [[1, ["alpha"]], IDS, [0, 20, 10], PUBLISHER], [("at-most", FIRST_ARRAYS)], id="the same with a project's"
        ),
        pytest.param([USER, [0, MIDNIGHT + 900, MIDNIGHT]], [("at-most", FIRST_ARRAYS)], id="a holder's not_before"),
    ],
)
def test_what_a_token_proves(caveats: list[object], expected: list[tuple[Bound, date]]) -> None:
    """Only what the index itself wrote first is evidence; what a holder can append is none."""
    assert bounds(*caveats) == expected


def test_tokens_of_a_real_server() -> None:
    """The vectors are dated by their own form."""
    file = Path(__file__).parents[2] / "data" / "warehouse-tokens.json"
    kinds = {
        entry["name"]: [item.kind for item in evidence_of(Token.parse(entry["token"]))]
        for entry in json.loads(file.read_text())["tokens"]
    }
    assert kinds == {
        "account": ["array-caveat-format"],
        "alpha": ["array-caveat-format"],
        "alpha_beta": ["array-caveat-format"],
        "oidc": ["trusted-publisher-not-before"],
        "v1_user": ["legacy-caveat-format"] * 2,
        "v1_alpha": ["legacy-caveat-format"] * 2,
        "v1_alpha_ids": ["legacy-caveat-format"] * 2,
        "v1_user_expired": ["legacy-caveat-format"] * 2,
        "no_caveats": [],
    }


def evidence(bound: Bound, day: int) -> Evidence:
    return Evidence("a kind", bound, date(2026, 11, day), "a source")


@pytest.mark.parametrize(
    ("items", "at_least", "at_most"),
    [
        ([], None, None),
        ([evidence("at-least", 12)], 10, None),
        ([evidence("at-most", 12)], None, 10),
        ([evidence("exact", 12)], 10, 10),
        ([evidence("at-least", 12), evidence("at-least", 2), evidence("at-least", 20)], 20, None),
        ([evidence("at-most", 12), evidence("at-most", 2), evidence("at-most", 20)], None, 2),
        ([evidence("at-least", 20), evidence("at-most", 2), evidence("exact", 12)], 10, 10),
        ([evidence("at-least", 22), evidence("at-most", 22)], 0, 0),
        ([evidence("exact", 25)], 0, 0),
    ],
)
def test_the_interval_is_the_narrowest(items: list[Evidence], at_least: int | None, at_most: int | None) -> None:
    """The latest "at least" and the earliest "at most" bound the age; a day to come counts as today."""
    assert age_of(iter(items), TODAY) == Age(at_least, at_most, tuple(items))
