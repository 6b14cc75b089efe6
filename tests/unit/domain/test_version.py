"""Versions, held against the `packaging` library."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import InvalidVersion, Version

from publish_guard.domain.version import normalize_version, release_key, same_version

PIECES = [
    *("0", "1", "00", "10", "01", ".", "-", "_", "!", "+", "v", "a", "b", "c", "rc", "RC", "r", "rev", "post", "dev"),
    *("alpha", "beta", "pre", "preview", "local", "\u0661", "\n", "é"),
]


def theirs(version: str) -> Version | None:
    # `packaging` forgives white space around a version; metadata has none left there.
    try:
        return Version(version) if version == version.strip() else None
    except InvalidVersion:
        return None


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=8).map("".join))
def test_version_is_normalized_as_packaging_does(version: str) -> None:
    """The same texts are versions, and their normalized spelling is the same."""
    expected = theirs(version)
    assert normalize_version(version) == (None if expected is None else str(expected))


@given(st.tuples(*[st.lists(st.sampled_from(["0", "1", ".", "rc", "post"]), min_size=1, max_size=6).map("".join)] * 2))
def test_same_version_is_equality_of_packaging(pair: tuple[str, str]) -> None:
    """Two spellings are the same version exactly where `packaging` compares them as equal."""
    one, other = (theirs(version) for version in pair)
    assert same_version(*pair) == (one is not None and one == other)
    assert (release_key(pair[0]) is None) is (one is None)


@pytest.mark.parametrize(("version", "known"), [("1" * 128, True), ("1" * 129, False)])
def test_version_is_bounded(version: str, known: bool) -> None:
    """128 characters are more than any version has."""
    assert (normalize_version(version) is not None) is known
