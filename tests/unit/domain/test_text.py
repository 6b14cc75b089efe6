"""What comes from outside is shown on one line, bounded, and without anything that acts on a terminal."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish_guard.domain.macaroon import mint
from publish_guard.domain.record import replace
from publish_guard.domain.text import holds_token, listed, one_line, shown
from publish_guard.domain.token import Token
from support.cases import account_token


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("dist/alpha_pkg-1.0.tar.gz", "dist/alpha_pkg-1.0.tar.gz"),
        ("Größe 量", "Größe 量"),
        ("a\x1b[31mb", r"a\x1b[31mb"),
        ("a\r\nb", r"a\r\nb"),
        ("a\u202eb", r"a\u202eb"),
        ("a\udc80b", r"a\udc80b"),
        ("a\u00a0b", r"a\xa0b"),
        ("", ""),
    ],
)
def test_what_is_not_printable_becomes_an_escape(text: str, expected: str) -> None:
    """Control characters, line breaks, bidirectional overrides and lone surrogates are written out."""
    assert shown(text) == expected


def test_long_text_is_cut() -> None:
    """A text of 200 characters stays, one more is cut to 200, and the cut shows."""
    assert shown("x" * 200) == "x" * 200
    assert shown("x" * 201) == "x" * 197 + "..."
    assert shown("x" * 10_000_000) == "x" * 197 + "..."
    assert len(shown("\x1b" * 200)) == 200


@given(st.text(st.characters()), st.integers(5, 80))
def test_the_result_is_printable_and_bounded(text: str, limit: int) -> None:
    """Whatever comes in, what goes out is printable and no longer than allowed."""
    for result in (shown(text, limit), one_line(text, limit)):
        assert result.isprintable()
        assert len(result) <= limit
        assert not any(unicodedata.category(character).startswith("C") for character in result)


@pytest.mark.parametrize("before", [0, 1, 100, 150, 185, 190, 195, 199])
def test_a_token_in_place_of_a_name_is_left_out(before: int) -> None:
    """Whoever passes the token where its name belongs does not see it in the message, wherever it stands."""
    text = account_token().reveal()
    result = shown("." * before + text)
    assert text[:10] not in result
    assert text[-10:] not in result


@pytest.mark.parametrize("size", [None, 0, 8, 63, 64, 127, 128, 300, 20_000])
@pytest.mark.parametrize("before", ["", "x=", "pypi-", "Bearer ", "pypi.org/"])
def test_a_token_is_seen_wherever_it_stands(before: str, size: int | None) -> None:
    """Whatever location it has, or none, a token is seen by its first eight characters."""
    macaroon = mint("x" * (size or 0), "an identifier of 36 characters, about", b"key")
    text = Token(macaroon if size is not None else replace(macaroon, location=None)).reveal()
    assert holds_token(before + text)
    assert holds_token(before + text[:8])
    assert text[5:9] not in shown(before + text)


@pytest.mark.parametrize(
    "text", ["", "pypi-", "pypi-Ag", "pypi-Agent", "pypi-AgDQ", "pypi-AgM", "pypi-token.txt", "AgEIcHlw"]
)
def test_names_are_no_tokens(text: str) -> None:
    """A file or project that is named after PyPI is shown as it is."""
    assert not holds_token(text)
    assert shown(text) == text


def test_one_line_joins_lines() -> None:
    """A message of several lines becomes one with single spaces."""
    assert one_line(" line 3: Warning:\n\n   too short\t") == "line 3: Warning: too short"


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (["a", "b", "c"], "a, b and c"),
        (list("abcde"), "a, b, c, d and e"),
        (list("abcdefg"), "a, b, c, d and 3 more"),
    ],
)
def test_names_are_listed_as_people_do(names: list[str], expected: str) -> None:
    """At most five names, then how many more there are."""
    assert listed(names) == expected
