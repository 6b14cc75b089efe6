"""What is said of arguments that are refused: never their values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish_guard.cli.arguments import refuse_secrets, unknown_arguments
from publish_guard.cli.parser import parse_options
from publish_guard.errors import UsageError

SECRET = "hunter2hunter2"


@pytest.mark.parametrize(
    "arguments",
    [
        ["--token", SECRET],
        [f"--token={SECRET}"],
        ["--password", SECRET],
        [f"-p{SECRET}"],
        ["--passphrase", SECRET],
        ["check", "pypi-AgEIcHlwaS5vcmcCJDAxNDFhMWEw"],
        ["check", "x=pypi-AgENdGVzdC5weXBpLm9yZwIkMDE0"],
    ],
)
def test_secrets_are_refused_wherever_they_stand(arguments: list[str]) -> None:
    """The options that other tools take one by, and anything that looks like a token."""
    with pytest.raises(UsageError) as caught:
        refuse_secrets(arguments)

    assert SECRET not in caught.value.message + caught.value.remedy


def test_what_stands_behind_two_hyphens_is_a_file() -> None:
    """A file may be called as it likes."""
    refuse_secrets(["publish", "--", "-p", "--token"])


@given(st.sampled_from(["check", "publish", "explain"]), st.text(min_size=6, max_size=40).filter(str.isprintable))
def test_no_value_is_ever_repeated(command: str, value: str) -> None:
    """Whatever is glued to an option or stands where none belongs, the error does not hold it."""
    marked = f"{value}ZQXJ"
    for arguments in ([command, f"--stdin={marked}"], [command, f"--frob={marked}"], [command, "--fail-on", marked]):
        with pytest.raises(UsageError) as caught:
            parse_options(arguments)

        assert "ZQXJ" not in caught.value.message + caught.value.remedy


def test_an_argument_without_a_name_is_not_named() -> None:
    """Of a stray word nothing is repeated."""
    error = unknown_arguments([SECRET], "publish-guard check", ["--env"])

    assert SECRET not in error.message + error.remedy
