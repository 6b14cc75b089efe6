"""A token with something around it, or something else in its place, is named for what it looks like."""

from __future__ import annotations

import base64
import json

import pytest

from publish_guard.domain import details
from publish_guard.domain.recognise import recognise
from publish_guard.domain.secret import SecretKind
from publish_guard.domain.wrapped import tokens_in
from support.tokens import made_token

TOKEN = made_token("alpha-pkg")
OTHER = made_token("beta-pkg", number=7)
BASIC = base64.b64encode(f"__token__:{TOKEN}".encode()).decode()
PYPIRC = f"[distutils]\nindex-servers = pypi\n\n[pypi]\nusername = __token__\npassword = {TOKEN}\n"

UNRECOGNIZED = SecretKind.UNRECOGNIZED
PAIR = SecretKind.USERNAME_PASSWORD

WRAPPED = {
    "double-quotes": (f'"{TOKEN}"', UNRECOGNIZED, details.QUOTED),
    "single-quotes": (f"'{TOKEN}'", UNRECOGNIZED, details.QUOTED),
    "one-quote": (f'"{TOKEN}', UNRECOGNIZED, details.QUOTED),
    "curved-quotes": (f"\u201c{TOKEN}\u201d", UNRECOGNIZED, details.QUOTED),
    "backticks": (f"`{TOKEN}`", UNRECOGNIZED, details.QUOTED),
    "quoted-in-pieces": (f'"{TOKEN[:45]}\n{TOKEN[45:]}"', UNRECOGNIZED, details.QUOTED),
    "byte-order-mark": (f"\ufeff{TOKEN}", UNRECOGNIZED, details.BYTE_ORDER_MARK),
    "bearer": (f"Bearer {TOKEN}", UNRECOGNIZED, details.HEADER),
    "token": (f"token {TOKEN}", UNRECOGNIZED, details.HEADER),
    "authorization": (f"Authorization: bearer {TOKEN}", UNRECOGNIZED, details.HEADER),
    "basic": (f"Basic {BASIC}", UNRECOGNIZED, details.BASIC_HEADER),
    "authorization-basic": (f"Authorization: Basic {BASIC}", UNRECOGNIZED, details.BASIC_HEADER),
    "pair": (f"__token__:{TOKEN}", PAIR, details.PAIR),
    "pair-of-another-user": (f"alice:{TOKEN}", PAIR, details.PAIR),
    "pypirc": (PYPIRC, PAIR, details.PYPIRC),
    "pypirc-on-one-line": (" ".join(PYPIRC.split()), PAIR, details.PYPIRC),
    "pypirc-of-another-index": (f"# mine\n[internal]\nPassword: {TOKEN}\n", PAIR, details.PYPIRC),
    "url": (f"https://__token__:{TOKEN}@upload.pypi.org/legacy/", UNRECOGNIZED, details.URL_WITH_TOKEN),
    "assignment": (f"PYPI_TOKEN={TOKEN}", UNRECOGNIZED, details.ASSIGNMENT),
    "export": (f'export PYPI_TOKEN="{TOKEN}"', UNRECOGNIZED, details.ASSIGNMENT),
    "ini-line": (f"password = {TOKEN}", UNRECOGNIZED, details.ASSIGNMENT),
    "yaml-line": (f"password: {TOKEN}", UNRECOGNIZED, details.ASSIGNMENT),
    "powershell": (f"$env:PYPI_TOKEN = '{TOKEN}'", UNRECOGNIZED, details.ASSIGNMENT),
    "json-object": (json.dumps({"token": TOKEN}), UNRECOGNIZED, details.JSON),
    "json-compact": (json.dumps({"token": TOKEN}, separators=(",", ":")), UNRECOGNIZED, details.JSON),
    "json-array": (json.dumps([TOKEN], indent=1), UNRECOGNIZED, details.JSON),
    "base64": (base64.b64encode(TOKEN.encode()).decode(), UNRECOGNIZED, details.BASE64),
    "base64-with-newline": (base64.b64encode(f"{TOKEN}\n".encode()).decode(), UNRECOGNIZED, details.BASE64),
    "base64-urlsafe": (base64.urlsafe_b64encode(TOKEN.encode()).decode().rstrip("="), UNRECOGNIZED, details.BASE64),
    "base64-in-lines": (base64.encodebytes(TOKEN.encode()).decode(), UNRECOGNIZED, details.BASE64),
    "base64-pair": (BASIC, UNRECOGNIZED, details.BASE64),
    "no-prefix": (TOKEN.removeprefix("pypi-"), UNRECOGNIZED, details.WITHOUT_PREFIX),
    "sentence": (f"The token is {TOKEN}, keep it.", UNRECOGNIZED, details.AMONG_OTHER_TEXT),
    "quoted-header": (f'"Bearer {TOKEN}"', UNRECOGNIZED, details.AMONG_OTHER_TEXT),
    "angle-brackets": (f"<{TOKEN}>", UNRECOGNIZED, details.AMONG_OTHER_TEXT),
}


@pytest.mark.parametrize(("text", "kind", "detail"), WRAPPED.values(), ids=WRAPPED)
def test_wrapped_token_names_its_wrapping_and_is_found(text: str, kind: SecretKind, detail: str) -> None:
    """The detail says what is around the token, and taking it off yields that very token."""
    seen = recognise(text)
    assert (seen.kind, seen.detail, seen.token) == (kind, detail, None)
    assert [token.reveal() for token in seen.inside] == [TOKEN]


OPAQUE = {
    "bearer": ("Bearer 0123456789abcdef", UNRECOGNIZED, details.OTHER_HEADER),
    "basic": ("Basic " + base64.b64encode(b"alice:wonderland").decode(), PAIR, details.OTHER_BASIC_HEADER),
    "basic-rubbish": ("Basic !!!", UNRECOGNIZED, details.OTHER_HEADER),
    "pair": ("alice:wonderland", PAIR, details.OTHER_PAIR),
    "pair-without-token": ("__token__:wonderland", PAIR, details.OTHER_PAIR),
    "pair-cut-off": (f"__token__:{TOKEN[:60]}", PAIR, details.PAIR),
    "pypirc": ("[pypi]\nusername = alice\npassword = wonderland\n", PAIR, details.OTHER_PYPIRC),
    "url": ("https://upload.pypi.org/legacy/", UNRECOGNIZED, details.URL),
    "github-expression": ("${{ secrets.PYPI_TOKEN }}", UNRECOGNIZED, details.REFERENCE),
    "shell-variable": ("$PYPI_TOKEN", UNRECOGNIZED, details.REFERENCE),
    "braced-variable": ("${PYPI_TOKEN}", UNRECOGNIZED, details.REFERENCE),
    "windows-variable": ("%PYPI_TOKEN%", UNRECOGNIZED, details.REFERENCE),
    "command": ("$(cat /run/secrets/pypi)", UNRECOGNIZED, details.REFERENCE),
    "stars": ("***", UNRECOGNIZED, details.MASKED),
    "private-key": ("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n", UNRECOGNIZED, details.PRIVATE_KEY),
    "password": ("hunter2", PAIR, details.PASSWORD),
    "passphrase": ("correct horse battery staple", PAIR, details.PASSWORD),
    "dollar-password": ("$ecret", PAIR, details.PASSWORD),
    "longest-password": ("x" * 128, PAIR, details.PASSWORD),
    "too-long": ("x" * 129, UNRECOGNIZED, details.TOO_LONG),
    "lines": ("one\ntwo", UNRECOGNIZED, details.SEVERAL_LINES),
    "control": ("hun\x16ter2", UNRECOGNIZED, details.CONTROL_CHARACTERS),
    "surrogate": ("hunter\udc80", UNRECOGNIZED, details.CONTROL_CHARACTERS),
    "json": ('{"user": "alice", "colour": "red"}', PAIR, details.PASSWORD),
}


@pytest.mark.parametrize(("text", "kind", "detail"), OPAQUE.values(), ids=OPAQUE)
def test_what_holds_no_token_is_named_and_has_none_inside(text: str, kind: SecretKind, detail: str) -> None:
    """Headers, pairs, references, masks, keys and passwords are told apart, and no token is claimed."""
    seen = recognise(text)
    assert (seen.kind, seen.detail, seen.inside) == (kind, detail, ())


def test_tokens_are_found_anywhere_in_order_and_once() -> None:
    """The search finds each token once, with either alphabet and padding, and nothing that does not decode."""
    standard = TOKEN.replace("-", "+").replace("_", "/").replace("pypi+", "pypi-")
    text = f"a {OTHER}={TOKEN}== b {standard} {TOKEN[:80]} pypi-{'A' * 60}"
    assert [token.reveal() for token in tokens_in(text)] == [OTHER, TOKEN]


def test_unwrapping_goes_one_layer_deep() -> None:
    """Base64 within base64 is not unpacked: the depth of what a secret can ask for is bounded."""
    twice = base64.b64encode(base64.b64encode(TOKEN.encode())).decode()
    assert recognise(twice).inside == ()


def test_token_of_another_place_without_its_prefix_is_not_claimed() -> None:
    """Without the prefix, only a location of PyPI or TestPyPI makes it a PyPI token."""
    seen = recognise(made_token(location="elsewhere.example").removeprefix("pypi-"))
    assert seen.inside == ()
    assert seen.detail != details.WITHOUT_PREFIX
