"""The known indexes: each fact agrees with the others."""

from __future__ import annotations

import pytest

from publish_guard.domain.known_index import KNOWN_INDEXES, OTHER, KnownIndex, index_at, known_index
from publish_guard.domain.target import parse_target


@pytest.mark.parametrize("index", KNOWN_INDEXES, ids=lambda index: index.ident)
def test_the_facts_of_an_index_agree(index: KnownIndex) -> None:
    """It answers under the name in its tokens, and its upload URL and web site are its own."""
    assert index.ident in index.hosts
    assert parse_target(index.upload_url).index == index.ident
    assert parse_target(index.site).index == index.ident
    assert known_index(index.ident) is index


def test_no_host_belongs_to_two() -> None:
    """Whoever answers under a name is one index."""
    hosts = [host for index in KNOWN_INDEXES for host in index.hosts]
    assert len(hosts) == len(set(hosts))


@pytest.mark.parametrize("name", ["", "other", "pypi.org.example", "PYPI.ORG"])
def test_all_else_is_another_index(name: str) -> None:
    """Nothing is taken for a known index that is not exactly one."""
    assert known_index(name) is None
    assert index_at(name) == OTHER
