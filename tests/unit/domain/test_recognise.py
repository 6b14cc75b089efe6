"""Every secret gets its kind and a clause that names it, and nothing in a secret crashes, slows or leaks."""

from __future__ import annotations

import base64
import json
import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from publish_guard.domain import details
from publish_guard.domain.recognise import MAX_TOKEN_LINES, recognise, stored_secret, stored_secrets
from publish_guard.domain.secret import SecretKind
from publish_guard.domain.token import MAX_SECRET_SIZE
from support.tokens import made_token

TOKEN = made_token("alpha-pkg")
OTHER = made_token("beta-pkg", number=7)


def test_token_is_an_api_token_whatever_white_space_is_around_it() -> None:
    """White space around a token is stripped; it has no detail."""
    for text in (TOKEN, f"  {TOKEN}\r\n", f"\t{TOKEN}\u00a0"):
        seen = recognise(text)
        assert (seen.kind, seen.detail, seen.user, seen.inside) == (SecretKind.API_TOKEN, None, None, ())
        assert seen.token is not None
        assert seen.token.reveal() == TOKEN


@pytest.mark.parametrize(
    ("text", "detail"),
    [(None, "not set"), ("", "empty"), (" ", "blank"), ("\r\n\t \u2003", "blank")],
    ids=["none", "empty", "space", "lines"],
)
def test_nothing_is_empty(text: str | None, detail: str) -> None:
    """Not set, empty and blank are told apart within the kind "empty"."""
    assert (recognise(text).kind, recognise(text).detail) == (SecretKind.EMPTY, detail)


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        (TOKEN[:-8], "it is cut off: it stops before its end"),
        (TOKEN[:40], "it is cut off: it stops before its end"),
        (TOKEN[: len(TOKEN) - len(TOKEN) % 4 + 2], None),
        ("pypi-", details.NOTHING_BEHIND_PREFIX),
        ("pypi-***", details.MASKED_TOKEN),
        (TOKEN[:14] + "…" + TOKEN[-4:], details.MASKED_TOKEN),
        (TOKEN[:14] + "..." + TOKEN[-4:], details.MASKED_TOKEN),
        ("pypi-" + base64.urlsafe_b64encode(b"no macaroon at all").decode(), "it is no macaroon of version 2"),
        ("pypi-MDAxY2xvY2F0aW9u", "it is a macaroon of version 1, on which the index fails"),
        ("pypi-\ud800", "it holds characters that no token has"),
    ],
    ids=["end", "early", "base64", "prefix", "stars", "ellipsis", "dots", "other", "version-1", "surrogate"],
)
def test_broken_token_says_what_is_wrong(text: str, detail: str | None) -> None:
    """What begins like a token and does not decode is malformed, and a truncated one says that it is cut off."""
    seen = recognise(text)
    assert seen.kind is SecretKind.MALFORMED_TOKEN
    assert seen.token is None
    if detail is None:
        assert seen.detail is not None
        assert seen.detail.startswith("it is cut off: ")
    else:
        assert seen.detail == detail


@pytest.mark.parametrize("place", [41, 42, 43, 44])
def test_token_in_pieces_says_so(place: int) -> None:
    """A token with a line break in it is not called cut off: it is whole once it is in one piece."""
    text = f"{TOKEN[:place]}\n{TOKEN[place:]}"
    seen = recognise(text)
    if seen.kind is SecretKind.MALFORMED_TOKEN:
        assert seen.detail == details.BROKEN_LINES
        assert [token.reveal() for token in seen.inside] == [TOKEN]
    else:
        # The index ignores the line break too where the padding comes out right.
        assert seen.token is not None
        assert seen.token.reveal() == TOKEN


def test_several_tokens_are_said_to_be_several() -> None:
    """Two tokens in one secret are no token, whatever separates them, and both are found inside."""
    for separator in ("\n", " ", ",", ", ", ";", "\n\n"):
        seen = recognise(TOKEN + separator + OTHER)
        assert (seen.kind, seen.detail) == (SecretKind.UNRECOGNIZED, details.SEVERAL)
        assert [token.reveal() for token in seen.inside] == [TOKEN, OTHER]


def test_one_byte_more_than_a_mebibyte_is_not_read() -> None:
    """The bound is 1 MiB: at it the text is looked at, above it nothing of it is parsed."""
    fits = TOKEN + " " * (MAX_SECRET_SIZE - len(TOKEN))
    assert recognise(fits).kind is SecretKind.API_TOKEN
    seen = recognise(fits + " ")
    assert (seen.kind, seen.detail, seen.inside) == (SecretKind.UNRECOGNIZED, details.TOO_LARGE, ())
    assert stored_secret("file", "big", fits + " ").value == ""


_UNITS = [
    *("a", " a", "\n", "=", "[", "{", '"', "'", "pypi-", "pypi-AgE", "AgE", ":", "*", "$", "${{", "%a", "a=", "/"),
    *(
        "[pypi]\n",
        "password=\n",
        "Basic ",
        "eyJ.",
        "é",
        "\ud800",
        "\x00",
        "__token__:",
        "ghp_",
        "-----BEGIN ",
        ",pypi-",
    ),
    *(f"{TOKEN[:60]}\n", f"{TOKEN} ", f'"{TOKEN}",', "pypi-" + "A" * 49 + " ", "pypi-" + "A" * 50 + " "),
]


@pytest.mark.parametrize("unit", _UNITS, ids=range(len(_UNITS)))
def test_a_mebibyte_of_anything_finishes(unit: str) -> None:
    """1 MiB of what each look searches for is judged at all: a quadratic look would not come back."""
    for head in ("", '"', "Basic ", "pypi-"):
        text = (head + unit * (MAX_SECRET_SIZE // len(unit) + 1))[: MAX_SECRET_SIZE - 1]
        assert recognise(text + "!").kind in SecretKind


_PIECES = st.sampled_from(
    [
        *(
            "pypi-",
            TOKEN,
            OTHER,
            TOKEN[:70],
            "__token__:",
            "Bearer ",
            "Basic ",
            '"',
            "'",
            "{",
            "}",
            "[pypi]",
            "\n",
            "=",
        ),
        *(
            "password",
            ":",
            "ghp_",
            "glpat-",
            "eyJ",
            ".",
            "AKIA",
            "devpi-",
            "\ufeff",
            "\ud800",
            "\x00",
            "AgE",
            "https://",
        ),
        base64.b64encode(TOKEN.encode()).decode(),
        json.dumps({"a": TOKEN}),
    ]
)


@given(st.one_of(st.text(), st.lists(st.one_of(_PIECES, st.text(max_size=8)), max_size=12).map("".join)))
@example("\ud800")
@example("authorization:")
@example("\ufeff")
@example("'")
def test_arbitrary_text_never_raises_and_keeps_the_invariants(text: str) -> None:
    """Any text gets a kind; a token exactly with its kind; a detail for every other; the same again."""
    seen = recognise(text)
    assert (seen.token is not None) == (seen.kind is SecretKind.API_TOKEN)
    assert (seen.detail is None) == (seen.kind is SecretKind.API_TOKEN)
    assert seen.user in (None, "__token__")
    assert recognise(text) == seen
    for secret in stored_secrets("environment", "NAME", text):
        if secret.token is None:
            # What holds a whole token never leaves as an opaque credential.
            assert TOKEN not in secret.value
            assert OTHER not in secret.value


# No letters of which the names of kinds and the words of details are made.
_SECRET_TEXT = st.text(alphabet="JQVXZ" + string.digits + "-=+/:.\"'{}[]@$% \n", min_size=8)


@given(
    _SECRET_TEXT, st.sampled_from(["", "pypi-", "pypi-AgE", "ghp_", "Bearer ", "x:", '"pypi-', "devpi-", "npm_", "eyJ"])
)
def test_detail_shares_no_run_with_the_secret(text: str, head: str) -> None:
    """No eight characters of a secret are in its detail or its repr."""
    seen = recognise(head + text)
    shown = f"{seen.detail} {stored_secret('environment', 'N', head + text)!r}"
    secret = text.strip()
    assert not any(secret[start : start + 8] in shown for start in range(len(secret) - 7))


def test_details_are_fixed_texts() -> None:
    """Two tokens of the same form get the same detail: nothing of the text is put in."""
    for form in ('"{}"', "Bearer {}", "user:{}", "NAME={}", "see {} there", '["{}"]'):
        details_seen = {recognise(form.format(token)).detail for token in (TOKEN, OTHER)}
        assert len(details_seen) == 1


def test_one_token_a_line_makes_a_secret_each() -> None:
    """A list of tokens becomes NAME#1, NAME#2; blank lines do not count and a repeated token counts once."""
    broken = TOKEN[:50]
    secrets = stored_secrets("environment", "TOKENS", f"\n{TOKEN}\r\n\n {OTHER} \n{TOKEN}\n{broken}\n")
    assert [(secret.id, secret.kind.value) for secret in secrets] == [
        ("environment:TOKENS#1", "api-token"),
        ("environment:TOKENS#2", "api-token"),
        ("environment:TOKENS#3", "malformed-token"),
    ]
    assert [secret.value for secret in secrets] == [TOKEN, OTHER, ""]
    (single,) = stored_secrets("environment", "TOKENS", f"{TOKEN}\n{TOKEN}\n")
    assert (single.id, single.kind) == ("environment:TOKENS", SecretKind.API_TOKEN)


def test_lines_that_are_no_list_of_tokens_stay_one_secret() -> None:
    """Another line among the tokens, or far too many of them, makes it one secret that is not recognised."""
    (mixed,) = stored_secrets("environment", "T", f"# tokens\n{TOKEN}\n{OTHER}")
    assert (mixed.kind, mixed.detail, mixed.value) == (SecretKind.UNRECOGNIZED, details.SEVERAL_AMONG_TEXT, "")
    many = "\n".join(f"pypi-{number}" for number in range(MAX_TOKEN_LINES + 1))
    (too_many,) = stored_secrets("environment", "T", many)
    assert (too_many.kind, too_many.detail) == (SecretKind.UNRECOGNIZED, details.SEVERAL)


def test_value_is_kept_for_tokens_and_opaque_credentials_only() -> None:
    """A password may be handed on; a broken token, an empty secret and a wrapped token may not."""
    assert stored_secret("environment", "N", " hunter2 \n").value == "hunter2"
    assert stored_secret("environment", "N", f" {TOKEN}\n").value == TOKEN
    for text in (None, " ", TOKEN[:60], f'"{TOKEN}"', f"__token__:{TOKEN}", base64.b64encode(TOKEN.encode()).decode()):
        assert stored_secret("environment", "N", text).value == ""
    # In pieces and quoted, cut and quoted: no search finds it, and it is still no password.
    for text in (f'"{TOKEN[:45]}\n{TOKEN[45:]}"', f'"{TOKEN[:-3]}"', f"a {TOKEN[:60]} b"):
        assert stored_secret("environment", "N", text).value == ""


def test_user_is_kept_and_not_shown() -> None:
    """The user that a source knows stays with the secret, out of its repr."""
    secret = stored_secret("pypirc", "pypi", "hunter2", user="Mallory")
    assert secret.user == "Mallory"
    assert "Mallory" not in repr(secret)
    assert "hunter2" not in repr(secret)
    assert stored_secret("environment", "N", "__token__:hunter2").user == "__token__"
