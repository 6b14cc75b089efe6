"""Variables are read by name, and one that is not set never turns into another."""

from __future__ import annotations

import pytest

from publish_guard.domain.secret import SecretKind
from publish_guard.errors import UsageError
from publish_guard.sources.environment import default_names, from_environment
from support.tokens import made_token

TOKEN = made_token("alpha-pkg")
OTHER = made_token("beta-pkg", number=7)


@pytest.mark.parametrize(
    ("environ", "names"),
    [
        ({}, ("PUBLISH_GUARD_TOKEN",)),
        ({"TWINE_PASSWORD": "x"}, ("TWINE_PASSWORD",)),
        ({"PUBLISH_GUARD_TOKEN": "x", "TWINE_PASSWORD": "y"}, ("PUBLISH_GUARD_TOKEN",)),
        ({"PUBLISH_GUARD_TOKEN": "", "TWINE_PASSWORD": "y"}, ("PUBLISH_GUARD_TOKEN",)),
        ({"TWINE_PASSWORD": ""}, ("TWINE_PASSWORD",)),
    ],
    ids=["none", "twine", "both", "own-empty", "twine-empty"],
)
def test_default_is_the_own_variable_else_twines(environ: dict[str, str], names: tuple[str, ...]) -> None:
    """An empty PUBLISH_GUARD_TOKEN does not fall through to TWINE_PASSWORD."""
    assert default_names(environ) == names


def test_named_variables_come_in_their_order_each_once() -> None:
    """The order of the command line is kept, and a name given twice is one secret."""
    secrets = from_environment({"A": TOKEN, "B": OTHER, "C": "hunter2"}, ["B", "A", "B"])
    assert [secret.id for secret in secrets] == ["environment:B", "environment:A"]
    assert [secret.value for secret in secrets] == [OTHER, TOKEN]


def test_variable_that_is_not_set_is_empty_and_says_so() -> None:
    """Not set, set to nothing and blank are one kind with three details."""
    secrets = from_environment({"E": "", "B": " \n"}, ["N", "E", "B"])
    assert [(secret.kind, secret.detail) for secret in secrets] == [
        (SecretKind.EMPTY, "not set"),
        (SecretKind.EMPTY, "empty"),
        (SecretKind.EMPTY, "blank"),
    ]


def test_variable_with_one_token_a_line_is_a_secret_each() -> None:
    """TOKENS with two lines becomes TOKENS#1 and TOKENS#2."""
    secrets = from_environment({"TOKENS": f"{TOKEN}\n{OTHER}\n"}, ["TOKENS"])
    assert [secret.id for secret in secrets] == ["environment:TOKENS#1", "environment:TOKENS#2"]


def test_name_of_any_form_is_read_where_it_is_set() -> None:
    """GitHub sets INPUT_REPOSITORY-URL, Windows ProgramFiles(x86): both can be named."""
    (secret,) = from_environment({"INPUT_PASS-WORD": TOKEN}, ["INPUT_PASS-WORD"])
    assert secret.kind is SecretKind.API_TOKEN


@pytest.mark.parametrize("name", ["", "$PYPI_TOKEN", "A=B", "correct horse", "hunter-2!", "1ST", "A" * 300, TOKEN])
def test_what_cannot_be_a_name_is_refused_without_repeating_it(name: str) -> None:
    """What stands where the name belongs may be the secret: it is not shown."""
    with pytest.raises(UsageError) as caught:
        from_environment({}, [name])
    assert not name or name not in caught.value.message + caught.value.remedy
