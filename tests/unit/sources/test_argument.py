"""Whoever passes the secret itself instead of its place is told so, and it is not repeated."""

from __future__ import annotations

import base64

import pytest

from publish_guard.errors import UsageError
from publish_guard.sources.argument import is_a_secret, refuse_a_secret
from support.tokens import made_token

TOKEN = made_token("alpha-pkg")
GITHUB = "ghp_" + "0aA1bB2cC3dD4eE5fF6gG7hH8iI9jJ0kK1lL"


@pytest.mark.parametrize(
    "text",
    [TOKEN, TOKEN[:30], f"./{TOKEN}", base64.b64encode(TOKEN.encode()).decode(), GITHUB, f"NAME={TOKEN}"],
    ids=["whole", "cut", "path", "base64", "foreign", "assignment"],
)
def test_secret_in_an_argument_is_refused_without_repeating_it(text: str) -> None:
    """A token, a part of one, a wrapped or a foreign one is refused, and eight characters of it are not shown."""
    with pytest.raises(UsageError) as caught:
        refuse_a_secret(text, "--env", "a name")
    shown = f"{caught.value.message} {caught.value.remedy}"
    assert "--env" in shown
    assert not any(text[start : start + 8] in shown for start in range(len(text) - 7))


@pytest.mark.parametrize("text", ["PYPI_TOKEN", "pypi-token.txt", "secrets/pypi-", "hunter2", "", "/run/secrets/pypi"])
def test_names_and_paths_are_let_through(text: str) -> None:
    """What is the name of a variable or a file is no secret, also where it begins with pypi-."""
    assert not is_a_secret(text)
    refuse_a_secret(text, "--file", "a path")
