"""Words and links: the exact pages and where a secret is kept."""

from __future__ import annotations

import pytest

from publish_guard.rules import links, words
from support.cases import LOOPBACK, TEST_PYPI, make_case, project_token, secret


@pytest.mark.parametrize(
    ("page", "url"),
    [
        (links.new_token_page("pypi.org"), "https://pypi.org/manage/account/token/"),
        (
            links.new_token_page("test.pypi.org", "alpha-pkg"),
            "https://test.pypi.org/manage/account/token/?selected_project=alpha-pkg",
        ),
        (links.new_token_page("other", "a/b&c"), "https://pypi.org/manage/account/token/?selected_project=a%2Fb%26c"),
        (links.tokens_page("pypi.org"), "https://pypi.org/manage/account/#api-tokens"),
        (
            links.publisher_page("test.pypi.org", "alpha-pkg"),
            "https://test.pypi.org/manage/project/alpha-pkg/settings/publishing/",
        ),
        (links.publisher_page("pypi.org", "../x"), "https://pypi.org/manage/project/..%2Fx/settings/publishing/"),
        (links.pending_publisher_page("pypi.org"), "https://pypi.org/manage/account/publishing/"),
    ],
)
def test_pages(page: str, url: str) -> None:
    """The routes are the server's (pypi/warehouse, warehouse/routes.py); names are percent-encoded."""
    assert page == url


def test_whose_pages_help() -> None:
    """The target's; on loopback and in a sweep the token's own; PyPI's where neither has any."""
    at_home = project_token(location="test.pypi.org")
    stranger = project_token(location="127.0.0.1")
    assert links.pages_of(make_case(), at_home) == "pypi.org"
    assert links.pages_of(make_case(url=TEST_PYPI), stranger) == "test.pypi.org"
    assert links.pages_of(make_case(url=LOOPBACK), at_home) == "test.pypi.org"
    assert links.pages_of(make_case(sweep=True), at_home) == "test.pypi.org"
    assert links.pages_of(make_case(url=LOOPBACK), stranger) == "pypi.org"
    assert links.pages_of(make_case(url=LOOPBACK)) == "pypi.org"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("environment", "NAME"),
        ("stdin", "standard input"),
        ("file", "the file NAME"),
        ("pypirc", ".pypirc (NAME)"),
        ("keyring", "the keyring (NAME)"),
        ("vault", "vault (NAME)"),
    ],
)
def test_where_a_secret_is_kept(source: str, expected: str) -> None:
    """Each source is named in words that fit behind "the token in"."""
    assert words.place(secret(name="NAME", source=source)) == expected


@pytest.mark.parametrize(
    ("projects", "expected"),
    [
        ([], "make a token for the one project that needs it at https://pypi.org/manage/account/token/"),
        (
            ["alpha-pkg"],
            "make a token for alpha-pkg alone at https://pypi.org/manage/account/token/?selected_project=alpha-pkg",
        ),
        (
            ["alpha-pkg", "beta-pkg"],
            "make one token for each of alpha-pkg and beta-pkg at https://pypi.org/manage/account/token/",
        ),
    ],
)
def test_which_token_to_make(projects: list[str], expected: str) -> None:
    """PyPI makes tokens for one project only: preselected for one, each by itself for several."""
    assert words.new_token(make_case(projects=projects)) == expected
    assert words.new_token(make_case(projects=projects), secret()) == f"{expected} and store it in PYPI_TOKEN"


def test_a_sentence_begins_large_and_ends_once() -> None:
    """Capital letter, one full stop."""
    assert words.sentence("make it..") == "Make it."
