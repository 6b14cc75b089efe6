"""The small readers behind a policy's values."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish_guard.domain.policy.values import clean_reason, is_glob, is_host, read_days
from publish_guard.domain.target import parse_target

NORMALIZED = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@given(pattern=st.text("ab-*?", min_size=1, max_size=6))
def test_a_refused_glob_could_never_match(pattern: str) -> None:
    """A glob is accepted exactly when there is a normalized name that it matches."""
    candidate = pattern.replace("*", "a").replace("?", "a")
    possible = NORMALIZED.fullmatch(candidate) is not None
    assert is_glob(pattern) == possible
    assert not possible or fnmatchcase(candidate, pattern)


@pytest.mark.parametrize(("text", "days"), [("1d", 1), ("3650d", 3650), ("521w", 3647), ("3651d", None), ("٣d", None)])
def test_spans_are_days_or_weeks(text: str, days: int | None) -> None:
    """A span counts in days, ASCII digits only, ten years at most."""
    assert read_days(text) == days


@pytest.mark.parametrize(
    "text", ["pypi.org.", "a..b", "user@pypi.org", "pypi.org/legacy", "[::1", "[::1]x", "a:b", "é"]
)
def test_what_is_no_host_is_refused(text: str) -> None:
    """Only a bare host, with or without a port, is a name for an index."""
    assert not is_host(text)


@given(
    host=st.from_regex(r"[a-z0-9._-]{1,12}", fullmatch=True) | st.ip_addresses(v=6).map("[{}]".format),
    port=st.just("") | st.integers(0, 70_000).map(":{}".format),
)
def test_a_host_is_spelt_as_the_target_of_its_url_spells_it(host: str, port: str) -> None:
    """What counts as a host is found again by a URL with that very host, brackets and port included."""
    name = host + port
    if is_host(name):
        assert parse_target(f"https://{name}/").policy_names[0] == name
    else:
        assert not host.startswith("[") or not 0 < int(port[1:] or 1) <= 65535


@pytest.mark.parametrize("text", ["", " ", "\n", "--", "\u2800", "\u3164", "a\u202eb", "x" * 201])
def test_what_says_nothing_is_no_reason(text: str) -> None:
    """Blank, invisible, reordered and endless texts are no reasons."""
    assert clean_reason(text) is None
