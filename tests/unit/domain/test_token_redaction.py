"""A token is shown by its fingerprint only: no way of printing, copying or failing shows more."""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle
import pprint
import traceback
from collections.abc import Iterator

import pytest

from publish_guard.domain.macaroon import mint
from publish_guard.domain.token import Token, TokenError

USER = "9048395d-ee3a-4f9b-8a6e-d2d2ec3a48b2"
PUBLISHER = "1d04ec2e-905e-4867-a884-2f1741d2743f"
IDENTIFIER = "8f05d769-6519-4081-8a9d-26012a384ab2"
LOCATION = "marked-location.example"


def tokens() -> Iterator[Token]:
    for caveats in (
        [f'[3,"{USER}"]'],
        [f'[4,"{PUBLISHER}",{{"sub":"marked-claim"}}]', "[0,20,10]"],
        ['{"version":1,"permissions":{"projects":["alpha"]}}', '["marked-caveat"]', "marked-caveat"],
        [],
    ):
        macaroon = mint(LOCATION, IDENTIFIER, b"a key for tests")
        for caveat in caveats:
            macaroon = macaroon.with_caveat(caveat.encode())
        yield Token(macaroon)


TOKENS = [pytest.param(token, id=f"token {number}") for number, token in enumerate(tokens())]


def secrets_of(token: Token) -> list[str]:
    text = token.reveal()
    pieces = [text[start : start + 12] for start in range(0, len(text) - 12, 4)]
    signature = token.macaroon.signature
    return [
        *pieces,
        *(signature.hex(), repr(signature)[2:12], str(list(signature))[1:-1]),
        *(USER, PUBLISHER, IDENTIFIER, LOCATION, "marked-claim", "marked-caveat"),
    ]


@pytest.mark.parametrize("token", TOKENS)
def test_nothing_that_prints_shows_a_secret(token: Token) -> None:
    """repr, str, format and their kin show nothing of the token, its macaroon, caveats or scope."""
    things: list[object] = [
        token,
        token.macaroon,
        *token.macaroon.caveats,
        *token.caveats,
        token.caveats,
        token.scope,
        token.validity,
        {"token": token, "all": [token, token.macaroon]},
    ]
    shown = "\n".join(
        way(thing)
        for thing in things
        for way in (
            repr,
            str,
            ascii,
            format,
            "{}".format,
            "{!r:>300}".format,
            pprint.pformat,
            lambda thing: "%s" % [thing],
        )
    )
    assert token.fingerprint in shown
    for secret in secrets_of(token):
        assert secret not in shown


@pytest.mark.parametrize("token", TOKENS)
def test_no_copy_is_written(token: Token) -> None:
    """pickle, copy and json refuse a token and its macaroon, in every protocol."""
    for thing in (token, token.macaroon, [token], {"token": token.macaroon}):
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            with pytest.raises(TypeError, match="not pickled"):
                pickle.dumps(thing, protocol)
        with pytest.raises(TypeError, match="not pickled"):
            copy.deepcopy(thing)
    for raw in token.macaroon.caveats:
        with pytest.raises(TypeError, match="not pickled"):
            pickle.dumps(raw)
    with pytest.raises(TypeError) as caught:
        json.dumps(token)
    assert token.reveal() not in str(caught.value)


def test_a_dataclass_that_holds_a_token_is_not_turned_into_plain_values() -> None:
    """dataclasses.asdict, which serializers use, stops at a token instead of unfolding it."""

    @dataclasses.dataclass
    class Holder:
        token: Token

    with pytest.raises(TypeError, match="not pickled"):
        dataclasses.asdict(Holder(next(tokens())))


def test_a_token_has_no_dictionary_to_look_into() -> None:
    """Tools that print an object's __dict__ find none."""
    assert not hasattr(next(tokens()), "__dict__")


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda text: text + "\ud800", id="surrogate"),
        pytest.param(lambda text: text[:-1], id="base64"),
        pytest.param(lambda text: text[:-8], id="truncated"),
        pytest.param(lambda text: "x" + text, id="prefix"),
        pytest.param(lambda text: "pypi-AgE" + text[8:].swapcase(), id="location"),
        pytest.param(lambda text: text * 100_000, id="size"),
    ],
)
def test_errors_hold_nothing_of_the_text(spoil: object) -> None:
    """An error, its whole chain and the traceback that is printed of it hold no piece of the text."""
    assert callable(spoil)
    token = next(tokens())
    text = spoil(token.reveal())
    with pytest.raises(TokenError) as caught:
        Token.parse(text)
    printed = "".join(traceback.format_exception(caught.value))
    error: BaseException | None = caught.value
    while error is not None:
        printed += repr(error) + str(error) + repr(error.args) + repr(getattr(error, "object", ""))
        error = error.__context__
    for secret in secrets_of(token):
        assert secret not in printed
    for start in range(0, min(len(text), 400), 4):
        assert text[start : start + 12] not in printed


def test_a_token_refuses_attributes_without_showing_them() -> None:
    """The error of a forbidden change repeats no value."""
    with pytest.raises(AttributeError) as caught:
        next(tokens()).note = "marked"
    assert "marked" not in str(caught.value)
