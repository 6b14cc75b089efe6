"""The last guard before anything is shown: whatever repeats a secret, or 16 characters of one, is blotted out."""

from __future__ import annotations

import base64
import contextlib

from publish_guard.domain.token import PREFIX, TOKEN_USER, Token, TokenError

BLOT = "[redacted]"
PIECE = 16
# Shorter opaque credentials would blot out common words; they never enter a message in the first place.
_SHORTEST = 8


class Redactor:
    """Knows the secrets of a run and takes them out of texts; the more it is told, the more it finds."""

    def __init__(self) -> None:
        self._pieces: set[str] = set()
        self._whole: set[str] = set()

    def __repr__(self) -> str:
        return "<Redactor>"

    def add_token(self, token: Token) -> None:
        """Blot out this token, its identifier, its signature and its Basic header from now on."""
        text = token.reveal()
        macaroon = token.macaroon
        self.add(text[len(PREFIX) :])
        self.add(_basic(TOKEN_USER, text))
        self.add(macaroon.identifier.decode(errors="replace"))
        self.add(macaroon.identifier.hex())
        self.add(macaroon.signature.hex())

    def add_credential(self, user: str, credential: str) -> None:
        """Blot out an opaque credential and its Basic header from now on."""
        self.add(credential)
        self.add(_basic(user, credential))

    def add_upload(self, user: str, credential: str) -> None:
        """Blot out what a worker is handed for one upload: a narrowed copy, or an opaque credential."""
        # As it is written too: the index would read a token around characters that do not belong there.
        self.add_credential(user, credential)
        with contextlib.suppress(TokenError):
            self.add_token(Token.parse(credential))

    def add(self, secret: str) -> None:
        """Blot out `secret`, and every piece of it that is 16 characters long, from now on."""
        if len(secret) < _SHORTEST:
            return
        if len(secret) < PIECE:
            self._whole.add(secret)
        self._pieces.update(secret[start : start + PIECE] for start in range(len(secret) - PIECE + 1))

    def redact(self, text: str) -> str:
        """Return `text` without the secrets, in time linear in its length."""
        spans: list[list[int]] = []
        if self._pieces:
            for start in range(len(text) - PIECE + 1):
                if text[start : start + PIECE] in self._pieces:
                    if spans and start <= spans[-1][1]:
                        spans[-1][1] = start + PIECE
                    else:
                        spans.append([start, start + PIECE])
        out: list[str] = []
        position = 0
        for start, end in spans:
            out += (text[position:start], BLOT)
            position = end
        out.append(text[position:])
        clean = "".join(out)
        for secret in self._whole:
            clean = clean.replace(secret, BLOT)
        return clean


def _basic(user: str, password: str) -> str:
    return base64.b64encode(f"{user}:{password}".encode(errors="surrogateescape")).decode()
