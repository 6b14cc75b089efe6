"""Scope, times and age in words."""

from __future__ import annotations

from datetime import date

import pytest

from publish_guard.domain.age import Age, Evidence
from publish_guard.domain.scope import Validity
from publish_guard.reporters.words import age_words, count, size_words, validity_words
from support.reports import NOW

DAY = date(2026, 1, 1)


@pytest.mark.parametrize(
    ("least", "most", "expected"),
    [
        (None, None, "unknown: a token does not say when it was made"),
        (41, None, "at least 41 days old"),
        (None, 1, "at most 1 day old"),
        (41, 90, "between 41 and 90 days old"),
        (41, 41, "41 days old"),
        (0, None, "at least 0 days old"),
    ],
)
def test_age_is_told_as_the_interval_that_it_is(least: int | None, most: int | None, expected: str) -> None:
    """A bound that nothing proves is never made up."""
    assert age_words(Age(least, most, ())) == expected


def test_age_names_each_piece_of_evidence_once() -> None:
    """Two bounds from one observation have one reason."""
    evidence = (Evidence("form", "at-least", DAY, "its form"), Evidence("form", "at-most", DAY, "its form"))
    assert age_words(Age(1, 2, evidence)) == "between 1 and 2 days old (its form)"


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (1_500_000, "1.5 MB"),
        (2_000_000_000, "2.0 GB"),
        (5_000_000_000_000, "5000.0 GB"),
    ],
)
def test_size_is_told_in_the_unit_that_suits_it(size: int, expected: str) -> None:
    """Decimal units, as PyPI shows sizes."""
    assert size_words(size) == expected


@pytest.mark.parametrize(
    ("validity", "expected"),
    [
        (Validity(None, None), "no expiry"),
        (Validity(None, NOW), "expired at 2026-11-22 07:00 UTC"),
        (Validity(NOW + 60, None), "not before 2026-11-22 07:01 UTC; no expiry"),
        (Validity(NOW, NOW + 900), "until 2026-11-22 07:15 UTC, 15 minutes left"),
        (Validity(NOW, NOW + 90), "until 2026-11-22 07:01 UTC, 90 seconds left"),
        (Validity(NOW, NOW + 1), "until 2026-11-22 07:00 UTC, 1 second left"),
        (Validity(0, 10**20), "until a time beyond every calendar"),
        (Validity(10**20, 10**21), "not before a time beyond every calendar; until a time beyond every calendar"),
    ],
)
def test_validity_is_told_as_seen_now(validity: Validity, expected: str) -> None:
    """An expiry that has come is told as past, one that no date can hold as such."""
    assert validity_words(validity, NOW) == expected


@pytest.mark.parametrize(("number", "expected"), [(0, "0 files"), (1, "1 file"), (2, "2 files")])
def test_count_has_one_singular(number: int, expected: str) -> None:
    """Only one is one."""
    assert count(number, "file", "files") == expected
