"""What a secret is that does not begin like a token: one with something wrapped around it, or another credential.

Each look takes the text and the tokens found in it and says what it sees, or None; the first that sees something
counts. Wrappings are taken off for real, one layer deep, and every look takes linear time. No detail repeats a piece.
"""

from __future__ import annotations

import base64
import re

from publish_guard.domain import details
from publish_guard.domain.foreign import foreign_detail
from publish_guard.domain.record import replace
from publish_guard.domain.secret import Recognised, SecretKind
from publish_guard.domain.text import TOKEN, holds_token
from publish_guard.domain.token import PREFIX, TOKEN_USER, Token, TokenError

MAX_PASSWORD_LENGTH = 128

# Straight ones, the backtick, and the curved and angled ones that word processors put in their place.
_QUOTES = "\"'`\u2018\u2019\u201a\u201c\u201d\u201e\u00ab\u00bb\u2039\u203a"
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]+").fullmatch
_ASSIGNMENT = re.compile(r"(?:export |set |\$env:)?[A-Za-z_][\w.-]{0,100}(?: {0,4}= {0,4}|: {1,4})[\"']?pypi-").match
_PASSWORD_PAIR = re.compile(r"[^\s:/]{1,64}:\S+").fullmatch
_SECTION = re.compile(r"\[(?:distutils|pypi|testpypi|server-login)\]").match
_REFERENCE = re.compile(
    r"\$\{\{.{0,300}\}\}|\$\{[A-Za-z_]\w{0,200}\}|\$[A-Z][A-Z0-9]{0,100}_\w{0,200}|%[A-Za-z_]\w{0,200}%|\$\(.{0,300}\)"
).fullmatch


def tokens_in(text: str) -> tuple[Token, ...]:
    """Return the tokens that stand anywhere in `text`, in their order, each once; linear, and never raises."""
    tokens: dict[Token, None] = {}
    for match in TOKEN.finditer(text):
        token = _parse(match.group())
        if token is not None:
            tokens[token] = None
    return tuple(tokens)


def look_inside(body: str) -> Recognised:
    """Return what `body` is, which has no white space around it, is not empty, and does not begin like a token."""
    found = tokens_in(body)
    for look in _LOOKS:
        seen = look(body, found)
        if seen is not None:
            # Whoever only looks at the outside must not hide that there is a token within.
            return seen if seen.inside or not found else replace(seen, inside=found)
    if found:
        detail = details.AMONG_OTHER_TEXT if len(found) == 1 else details.SEVERAL_AMONG_TEXT
        return Recognised(SecretKind.UNRECOGNIZED, detail, inside=found)
    return _opaque(body)


def _quoted(body: str, found: tuple[Token, ...]) -> Recognised | None:
    mark = body[0] == "\ufeff"
    if not mark and body[0] not in _QUOTES:
        return None
    inner = body[1:].strip() if mark else body.strip(_QUOTES).strip()
    if inner.startswith(PREFIX) and len(found) < 2:
        detail = details.BYTE_ORDER_MARK if mark else details.QUOTED
        return Recognised(SecretKind.UNRECOGNIZED, detail, inside=found or _alone(inner))
    return _foreign(inner)


def _header(body: str, found: tuple[Token, ...]) -> Recognised | None:
    words = body.split(None, 3)
    if words[0].lower() == "authorization:":
        del words[0]
    if len(words) != 2 or words[0].lower() not in ("bearer", "basic", "token"):
        return None
    scheme, content = words
    if scheme.lower() == "basic":
        packed = _unpacked(content) or ""
        inside = tokens_in(packed)
        if inside:
            return Recognised(SecretKind.UNRECOGNIZED, details.BASIC_HEADER, inside=inside)
        if ":" in packed:
            return Recognised(SecretKind.USERNAME_PASSWORD, details.OTHER_BASIC_HEADER)
    if content.startswith(PREFIX):
        return Recognised(SecretKind.UNRECOGNIZED, details.HEADER, inside=found)
    return _foreign(content) or Recognised(SecretKind.UNRECOGNIZED, details.OTHER_HEADER)


def _pypirc(body: str, found: tuple[Token, ...]) -> Recognised | None:
    if _SECTION(body) is None:
        lines = [line.strip() for line in body.splitlines()]
        names = {line.replace(":", "=").partition("=")[0].rstrip().lower() for line in lines}
        sections = any(line.startswith("[") and line.endswith("]") for line in lines)
        if not sections or not names & {"password", "username", "repository", "index-servers"}:
            return None
    return Recognised(SecretKind.USERNAME_PASSWORD, details.PYPIRC if found else details.OTHER_PYPIRC, inside=found)


def _url(body: str, found: tuple[Token, ...]) -> Recognised | None:
    if not body.startswith(("https://", "http://")) or len(body.split(None, 1)) > 1:
        return None
    return Recognised(SecretKind.UNRECOGNIZED, details.URL_WITH_TOKEN if found else details.URL, inside=found)


def _pair(body: str, found: tuple[Token, ...]) -> Recognised | None:
    user, colon, password = body.partition(":")
    if not colon or len(body.split(None, 1)) > 1:
        return None
    if user == TOKEN_USER or password.startswith(PREFIX):
        detail = details.PAIR if password.startswith(PREFIX) else details.OTHER_PAIR
        user_seen = TOKEN_USER if user == TOKEN_USER else None
        return Recognised(SecretKind.USERNAME_PASSWORD, detail, user=user_seen, inside=found)
    if not found and len(body) <= 2 * MAX_PASSWORD_LENGTH and body.isprintable() and _PASSWORD_PAIR(body):
        return Recognised(SecretKind.USERNAME_PASSWORD, details.OTHER_PAIR)
    return None


def _assignment(body: str, found: tuple[Token, ...]) -> Recognised | None:
    if _ASSIGNMENT(body) is None or len(found) > 1:
        return None
    return Recognised(SecretKind.UNRECOGNIZED, details.ASSIGNMENT, inside=found)


def _json(body: str, found: tuple[Token, ...]) -> Recognised | None:
    if body[0] in "{[" and body[-1] in "}]" and found:
        return Recognised(SecretKind.UNRECOGNIZED, details.JSON, inside=found)
    return None


def _base64(body: str, found: tuple[Token, ...]) -> Recognised | None:
    if found:
        return None
    inside = tokens_in(_unpacked(body) or "")
    return Recognised(SecretKind.UNRECOGNIZED, details.BASE64, inside=inside) if inside else None


def _without_prefix(body: str, found: tuple[Token, ...]) -> Recognised | None:
    if found or not holds_token(PREFIX + body):
        return None
    token = _parse(PREFIX + body)
    if token is None or token.index == "other":
        return None
    return Recognised(SecretKind.UNRECOGNIZED, details.WITHOUT_PREFIX, inside=(token,))


def _placeholder(body: str, found: tuple[Token, ...]) -> Recognised | None:
    if found:
        return None
    if _REFERENCE(body):
        return Recognised(SecretKind.UNRECOGNIZED, details.REFERENCE)
    if not body.strip("*•●"):
        return Recognised(SecretKind.UNRECOGNIZED, details.MASKED)
    if body.startswith("-----BEGIN "):
        return Recognised(SecretKind.UNRECOGNIZED, details.PRIVATE_KEY)
    return None


def _another_service(body: str, found: tuple[Token, ...]) -> Recognised | None:
    return None if found else _foreign(body)


_LOOKS = (
    _quoted,
    _header,
    _pypirc,
    _url,
    _another_service,
    _without_prefix,
    _base64,
    _placeholder,
    _json,
    _assignment,
    _pair,
)


def _opaque(body: str) -> Recognised:
    if len(body.splitlines()) > 1:
        return Recognised(SecretKind.UNRECOGNIZED, details.SEVERAL_LINES)
    if not body.isprintable():
        return Recognised(SecretKind.UNRECOGNIZED, details.CONTROL_CHARACTERS)
    if len(body) > MAX_PASSWORD_LENGTH:
        return Recognised(SecretKind.UNRECOGNIZED, details.TOO_LONG)
    return Recognised(SecretKind.USERNAME_PASSWORD, details.PASSWORD)


def _foreign(body: str) -> Recognised | None:
    detail = foreign_detail(body)
    return Recognised(SecretKind.FOREIGN_TOKEN, detail) if detail else None


def _alone(inner: str) -> tuple[Token, ...]:
    """Return the token that `inner` is, also where line breaks run through it and no search finds it."""
    token = _parse("".join(inner.split()))
    return (token,) if token is not None else ()


def _parse(text: str) -> Token | None:
    try:
        return Token.parse(text)
    except TokenError:
        return None


def _unpacked(text: str) -> str | None:
    """Return the text that `text` holds in base64 of either alphabet, line breaks ignored, or None."""
    compact = "".join(text.split()).rstrip("=")
    if _BASE64(compact) is None:
        return None
    try:
        data = base64.urlsafe_b64decode(compact + "=" * (-len(compact) % 4))
        return data.decode()
    except ValueError:
        return None
