"""What a secret is, told from its text alone: a token, or what was put in its place.

Nothing here raises, keeps a piece of the text in a detail, or takes longer than linear time. What is no token at first
sight is looked at in `wrapped.py`, which is imported only then: the usual case starts quickly.
"""

from __future__ import annotations

from publish_guard.domain import details
from publish_guard.domain.secret import Recognised, SecretKind, StoredSecret
from publish_guard.domain.text import holds_token
from publish_guard.domain.token import MAX_SECRET_SIZE, PREFIX, Token, TokenError

# One token a line, for a release of many projects; more lines than this are no list of tokens.
MAX_TOKEN_LINES = 1000


def recognise(text: str | None) -> Recognised:
    """Return what `text` is, white space around it ignored; None is a secret that is not set. Never raises."""
    if text is None:
        return Recognised(SecretKind.EMPTY, details.NOT_SET)
    if len(text) > MAX_SECRET_SIZE:
        return Recognised(SecretKind.UNRECOGNIZED, details.TOO_LARGE)
    body = text.strip()
    if not body:
        return Recognised(SecretKind.EMPTY, details.BLANK if text else details.EMPTY)
    if body.startswith(PREFIX):
        return _begins_like_a_token(body)
    from publish_guard.domain.wrapped import look_inside

    return look_inside(body)


def stored_secret(source: str, name: str, text: str | None, *, user: str | None = None) -> StoredSecret:
    """Return the secret that `source` keeps under `name`, recognised.

    Its `value` is kept only where it may be sent. A token that is wrapped in something is not: a worker or an index
    that is no friend of it would get it whole, as an opaque credential.
    """
    seen = recognise(text)
    value = "" if text is None or len(text) > MAX_SECRET_SIZE else text.strip()
    if seen.token is None and (seen.inside or holds_token(value) or seen.kind is SecretKind.MALFORMED_TOKEN):
        value = ""
    return StoredSecret(source, name, seen.kind, seen.detail, seen.token, value, user or seen.user)


def stored_secrets(source: str, name: str, text: str | None) -> tuple[StoredSecret, ...]:
    """Return the secret under `name`, or, where it is a list of tokens, one a line, each as `name#1`, `name#2` …"""
    lines = _token_lines(text)
    if len(lines) < 2:
        return (stored_secret(source, name, lines[0] if lines else text),)
    return tuple(stored_secret(source, f"{name}#{number}", line) for number, line in enumerate(lines, 1))


def _token_lines(text: str | None) -> tuple[str, ...]:
    """Return the different lines where every one that is not blank begins like a token, else nothing."""
    if text is None or len(text) > MAX_SECRET_SIZE or text.count(PREFIX) < 2:
        return ()
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MAX_TOKEN_LINES or not all(line.startswith(PREFIX) for line in lines):
        return ()
    return tuple(dict.fromkeys(lines))


def _begins_like_a_token(body: str) -> Recognised:
    if body.count(PREFIX) > 1:
        words = body.replace(",", " ").replace(";", " ").replace("|", " ").split()
        if sum(word.startswith(PREFIX) for word in words) > 1:
            from publish_guard.domain.wrapped import tokens_in

            return Recognised(SecretKind.UNRECOGNIZED, details.SEVERAL, inside=tokens_in(body))
    try:
        return Recognised(SecretKind.API_TOKEN, None, Token.parse(body))
    except TokenError as error:
        pieces = body.split()
        if len(pieces) > 1:
            return _in_pieces("".join(pieces), error)
        return Recognised(SecretKind.MALFORMED_TOKEN, _malformed(body, error))


def _in_pieces(joined: str, error: TokenError) -> Recognised:
    try:
        token = Token.parse(joined)
    except TokenError:
        return Recognised(SecretKind.MALFORMED_TOKEN, _malformed(joined, error))
    return Recognised(SecretKind.MALFORMED_TOKEN, details.BROKEN_LINES, inside=(token,))


def _malformed(body: str, error: TokenError) -> str:
    if body == PREFIX:
        return details.NOTHING_BEHIND_PREFIX
    if "***" in body or "..." in body or "…" in body:
        return details.MASKED_TOKEN
    return f"it is cut off: {error.reason}" if error.truncated else error.reason
