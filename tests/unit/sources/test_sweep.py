"""The sweep finds every PyPI token in the environment, whole, wrapped or in JSON, and nothing else."""

from __future__ import annotations

import base64
import json

from hypothesis import given
from hypothesis import strategies as st

from publish_guard.domain import details
from publish_guard.domain.secret import SecretKind
from publish_guard.domain.token import MAX_SECRET_SIZE
from publish_guard.sources.sweep import from_all_environment
from support.tokens import made_token

TOKEN = made_token("alpha-pkg")
OTHER = made_token("beta-pkg", number=7)


def test_tokens_are_found_by_name_in_order() -> None:
    """Every variable with a token is listed, the names sorted; passwords and other services' tokens are not."""
    environ = {
        "ZETA": TOKEN,
        "ALPHA": f" {OTHER}\n",
        "CUT": TOKEN[:60],
        "PATH": "/usr/bin:/bin",
        "HOME": "/home/alice",
        "PASSWORD": "hunter2",
        "GH_TOKEN": "ghp_" + "a" * 36,
        "EMPTY": "",
        "CACHE_KEY": "pypi-cache-v1",
        "PACKAGES": "pypi-attestations\npypi-publish",
    }
    assert [(secret.id, secret.kind.value) for secret in from_all_environment(environ)] == [
        ("environment:ALPHA", "api-token"),
        ("environment:CUT", "malformed-token"),
        ("environment:ZETA", "api-token"),
    ]


def test_nothing_found_is_an_empty_tuple() -> None:
    """No token anywhere is no secret at all, which the service calls nothing to check."""
    assert from_all_environment({}) == ()
    assert from_all_environment({"LANG": "C.UTF-8", "JSON": '{"a": [1, "b"]}', "HALF": '{"a": '}) == ()


def test_wrapped_token_is_taken_out_and_judged() -> None:
    """A token in quotes, base64, a header or a .pypirc has a scope too; the detail says what is around it."""
    environ = {
        "A_QUOTED": f'"{TOKEN}"',
        "B_BASIC": "Basic " + base64.b64encode(f"__token__:{TOKEN}".encode()).decode(),
        "C_PYPIRC": f"[pypi]\npassword = {TOKEN}\n",
        "D_PIECES": f"{TOKEN[:42]}\n{TOKEN[42:]}",
        "E_PREFIX": TOKEN.removeprefix("pypi-"),
    }
    secrets = from_all_environment(environ)
    assert [secret.name for secret in secrets] == list(environ)
    for secret in secrets:
        assert secret.kind is SecretKind.API_TOKEN
        assert secret.token is not None
        assert secret.token.reveal() == secret.value == TOKEN
    assert [secret.detail for secret in secrets] == [
        details.QUOTED,
        details.BASIC_HEADER,
        details.PYPIRC,
        details.BROKEN_LINES,
        details.WITHOUT_PREFIX,
    ]


def test_several_tokens_in_one_variable_get_numbers() -> None:
    """One a line, separated by commas, or in a text: each is found and numbered, and a broken one of a list stays."""
    environ = {
        "LINES": f"{TOKEN}\n{OTHER}\n{TOKEN[:50]}",
        "LIST": f"{TOKEN},{OTHER}",
        "TEXT": f"first {TOKEN} then {OTHER}",
    }
    assert [(secret.name, secret.kind.value) for secret in from_all_environment(environ)] == [
        ("LINES#1", "api-token"),
        ("LINES#2", "api-token"),
        ("LINES#3", "malformed-token"),
        ("LIST#1", "api-token"),
        ("LIST#2", "api-token"),
        ("TEXT#1", "api-token"),
        ("TEXT#2", "api-token"),
    ]


def test_tokens_in_json_are_named_by_their_keys() -> None:
    """All secrets of a repository as one JSON object: each token is NAME/KEY, nested and listed ones too."""
    value = {
        "PYPI_TOKEN": TOKEN,
        "GITHUB_TOKEN": "ghs_" + "a" * 36,
        "deep": {"list": [1, None, OTHER]},
        "auth": base64.b64encode(f"__token__:{TOKEN}".encode()).decode(),
    }
    secrets = from_all_environment({"ALL_SECRETS": json.dumps(value)})
    assert [secret.id for secret in secrets] == [
        "environment:ALL_SECRETS/PYPI_TOKEN",
        "environment:ALL_SECRETS/deep/list/#3",
        "environment:ALL_SECRETS/auth",
    ]


def test_key_that_is_no_plain_name_is_not_shown() -> None:
    """A key comes out of a secret: one that is a token, or could write to a terminal, becomes its number."""
    members = f'{{"{OTHER}": "{TOKEN}", "\\u001b[2J": "{TOKEN}", "ghp_{"a" * 36}": "{TOKEN}"}}'
    secrets = from_all_environment({"ALL": members})
    assert [secret.name for secret in secrets] == ["ALL/#1", "ALL/#2", "ALL/#3"]


def test_key_that_comes_twice_hides_nothing() -> None:
    """The last of equal keys counts for JSON readers; for the sweep each has its token, and ids stay unique."""
    secrets = from_all_environment({"ALL": f'{{"a": "{TOKEN}", "a": "{OTHER}"}}', "ALL/a": TOKEN})
    assert [secret.name for secret in secrets] == ["ALL/a", "ALL/a(2)", "ALL/a(3)"]
    assert {secret.value for secret in secrets} == {TOKEN, OTHER}


def test_json_that_is_too_deep_or_broken_is_searched_as_text() -> None:
    """What the JSON reader gives up on, and what lies too deep for a name, is found as a token in a text."""
    for text in ("[" * 100_000 + f'"{TOKEN}"', f'{{"a": "{TOKEN}"', "[" * 40 + f'"{TOKEN}"' + "]" * 40):
        (secret,) = from_all_environment({"ALL": text})
        assert (secret.name, secret.value) == ("ALL", TOKEN)


def test_variable_that_is_too_large_is_listed() -> None:
    """What was not read is not passed over in silence."""
    (secret,) = from_all_environment({"BIG": "x" * (MAX_SECRET_SIZE + 1)})
    assert (secret.kind, secret.detail, secret.value) == (SecretKind.UNRECOGNIZED, details.TOO_LARGE, "")


_VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.sampled_from([TOKEN, TOKEN[:50]])),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(), inner, max_size=4)),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from("ABC"), st.one_of(st.text(), _VALUES.map(json.dumps))))
def test_any_environment_gives_unique_ids_and_only_tokens(environ: dict[str, str]) -> None:
    """Whatever the variables hold, nothing is raised, ids are unique, and all that is listed is or was a token."""
    secrets = from_all_environment(environ)
    assert len({secret.id for secret in secrets}) == len(secrets)
    assert {secret.kind for secret in secrets} <= {SecretKind.API_TOKEN, SecretKind.MALFORMED_TOKEN}
    for name, value in environ.items():
        if TOKEN in value:
            assert any(secret.name.startswith(name) and secret.value == TOKEN for secret in secrets)
