"""Project names: which are normalized, and what `packaging` takes for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.utils import InvalidName, canonicalize_name

from publish_guard.domain.names import MAX_NAME_LENGTH, is_normalized_name, is_project_name, normalize_name


@pytest.mark.parametrize("name", ["a", "0", "a-b", "alpha-pkg-2", "a" * MAX_NAME_LENGTH])
def test_normalized_names(name: str) -> None:
    """Lower-case letters and digits with single hyphens between them are a normalized name."""
    assert is_normalized_name(name)


@pytest.mark.parametrize(
    "name", ["", "A", "a_b", "a.b", "a--b", "-a", "a-", "a\n", "\n", "a b", "\u00e9", "\u0661", "a" * 513]
)
def test_names_that_are_not_normalized(name: str) -> None:
    """Anything else can never equal a project's normalized name."""
    assert not is_normalized_name(name)


@given(st.text(alphabet="aZ0._-é\u212a\u0130\n ", max_size=8))
def test_project_name_is_what_packaging_takes_for_one(name: str) -> None:
    """The same texts are project names, normalized in the same way."""
    try:
        expected = canonicalize_name(name, validate=True)
    except InvalidName:
        assert not is_project_name(name)
    else:
        assert is_project_name(name)
        assert normalize_name(name) == expected
