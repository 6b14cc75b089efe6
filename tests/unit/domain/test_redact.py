"""The redactor: nothing of a secret that is 16 characters long survives it."""

from __future__ import annotations

import base64

from hypothesis import given
from hypothesis import strategies as st

from publish_guard.domain.macaroon import mint
from publish_guard.domain.redact import BLOT, PIECE, Redactor
from publish_guard.domain.token import Token

TOKEN = Token(mint("pypi.org", "8f05d769-6519-4081-8a9d-26012a384ab2", b"key").with_caveat(b'[1,["alpha-pkg"]]'))
TEXT = TOKEN.reveal()


def redactor() -> Redactor:
    made = Redactor()
    made.add_token(TOKEN)
    return made


def test_a_token_and_what_is_made_of_it_are_blotted_out() -> None:
    """The token, its Basic header, its identifier and its signature all go."""
    header = base64.b64encode(f"__token__:{TEXT}".encode()).decode()
    for secret in (TEXT, header, TOKEN.macaroon.identifier.decode(), TOKEN.macaroon.signature.hex()):
        clean = redactor().redact(f"before {secret} after")

        assert clean.startswith("before ")
        assert clean.endswith(" after")
        assert BLOT in clean
        assert secret not in clean


@given(st.integers(0, len(TEXT) - PIECE), st.integers(PIECE, 60), st.text(max_size=20), st.text(max_size=20))
def test_no_piece_of_16_characters_survives(start: int, length: int, before: str, after: str) -> None:
    """Whatever part of the token a message repeats, none of its 16-character pieces is left."""
    clean = redactor().redact(before + TEXT[start : start + length] + after)

    body = TEXT[len("pypi-") :]
    assert not any(body[i : i + PIECE] in clean for i in range(len(body) - PIECE + 1))


def test_a_narrowed_copy_is_an_upload_credential() -> None:
    """What a worker is handed is known to the redactor, narrowed copies and opaque credentials alike."""
    made = Redactor()
    copy = TOKEN.narrow(["alpha-pkg"], expires_at=2_000_000_000).reveal()
    made.add_upload("__token__", copy)
    made.add_upload("builder", "a-plain-password-of-a-private-index")

    assert copy[-40:] not in made.redact(f"<{copy}>")
    assert "plain-password" not in made.redact("the a-plain-password-of-a-private-index again")
    assert base64.b64encode(b"builder:a-plain-password-of-a-private-index").decode() not in made.redact(
        "Basic " + base64.b64encode(b"builder:a-plain-password-of-a-private-index").decode()
    )


def test_a_short_credential_is_blotted_out_whole() -> None:
    """A password of 8 to 15 characters has no 16-character piece, and goes as a whole."""
    made = Redactor()
    made.add_upload("builder", "hunter2hunter")

    assert made.redact("password hunter2hunter refused") == f"password {BLOT} refused"


def test_other_text_stays() -> None:
    """What repeats no secret is not touched, nor is the redactor itself telling."""
    assert redactor().redact("alpha-pkg 1.0 uploaded") == "alpha-pkg 1.0 uploaded"
    assert TEXT[5:21] not in repr(redactor())
