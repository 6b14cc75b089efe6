"""Caveats as hypothesis draws them: what the server writes, what holders append, and what nobody should."""

from __future__ import annotations

import json
from typing import TypeAlias

from hypothesis import strategies as st

NAMES = ("alpha", "beta-pkg", "c3")
IDS = tuple(f"{digit * 8}-2713-441a-902e-2f1d3e535ae6" for digit in "1ab")
USERS = ("9048395d-ee3a-4f9b-8a6e-d2d2ec3a48b2", "1b4e28ba-2fa1-41d2-883f-0016d3cca427")
PUBLISHERS = ("1d04ec2e-905e-4867-a884-2f1741d2743f", "6fa459ea-ee8a-4ca4-894e-db77e160355e")
# Few moments, so that windows meet, miss and touch.
LAST_MOMENT = 6

Json: TypeAlias = st.SearchStrategy[object]

_odd_texts = st.sampled_from(
    ["", "Alpha", "a_b", "a.b", "alpha\n", "\u00e9", "\ud800", IDS[0].upper(), "user", "projects"]
)
_texts = st.sampled_from(NAMES + IDS + USERS + PUBLISHERS) | _odd_texts
_times = st.integers(0, LAST_MOMENT)
_odd_values = (
    st.none()
    | st.booleans()
    | st.integers(-1, 5)
    | st.sampled_from([10**30, -(10**30), 1.0, 0.5, -0.0, float("nan"), float("inf")])
    | _texts
)

any_json: Json = st.recursive(
    _odd_values,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["version", "permissions", "projects", "project_ids", "exp", "nbf", "x"]), inner, max_size=4
        )
    ),
    max_leaves=8,
)

_names = st.lists(st.sampled_from(NAMES), max_size=4)
_names_with_odd_ones = st.lists(st.sampled_from(NAMES) | _odd_texts, max_size=4)
_ids = st.lists(st.sampled_from(IDS), max_size=4)
_users = st.sampled_from(USERS)
_publishers = st.sampled_from(PUBLISHERS)
_tails: st.SearchStrategy[list[object]] = st.just([]) | st.lists(any_json, max_size=2)


def _array(tag: int, *fields: Json) -> Json:
    return st.builds(lambda head, tail: [tag, *head, *tail], st.tuples(*fields), _tails)


# What pypitoken reads too: no further fields, nothing odd.
plain: Json = st.one_of(
    st.builds(lambda expires_at, not_before: [0, expires_at, not_before], _times, _times),
    st.builds(lambda names: [1, names], _names),
    st.builds(lambda ids: [2, ids], _ids),
    st.builds(lambda user: [3, user], _users),
    st.builds(lambda names: {"version": 1, "permissions": {"projects": names}}, _names),
    st.just({"version": 1, "permissions": "user"}),
    st.builds(lambda expires_at, not_before: {"exp": expires_at, "nbf": not_before}, _times, _times),
)

known: Json = st.one_of(
    plain,
    _array(0, _times, _times),
    _array(1, _names_with_odd_ones),
    _array(2, _ids),
    _array(3, _users),
    st.builds(
        lambda publisher, claims: [4, publisher, *claims],
        _publishers,
        st.sampled_from([[], [None], [{}], [{"sub": "x"}, 1]]),
    ),
    st.builds(lambda ids: {"project_ids": ids, "more": 1}, _ids),
)

# Nearly right: a known tag in front of anything.
_nearly: Json = st.builds(
    lambda tag, fields: [tag, *fields],
    st.sampled_from([0, 1, 2, 3, 4, True, 1.0, "1", 5, 99]),
    st.lists(any_json, max_size=3),
)


@st.composite
def _written(draw: st.DrawFn, values: Json) -> bytes:
    text = json.dumps(
        draw(values),
        indent=draw(st.sampled_from([None, None, 1])),
        separators=draw(st.sampled_from([None, (",", ":")])),
    )
    return draw(st.sampled_from(["", "", "", " \n"])).encode() + text.encode()


plain_predicates: st.SearchStrategy[bytes] = _written(plain)
known_predicates: st.SearchStrategy[bytes] = _written(known)


def _other_encoding(text: str, encoding: str) -> bytes:
    return text.encode(encoding)


any_predicates: st.SearchStrategy[bytes] = st.one_of(
    known_predicates,
    known_predicates,
    _written(_nearly),
    _written(any_json),
    st.binary(max_size=20),
    st.builds(
        _other_encoding,
        st.just('[1,["alpha"]]'),
        st.sampled_from(["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig"]),
    ),
)
