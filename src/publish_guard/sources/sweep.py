"""Every PyPI token in the environment (`--all-env`), also one that is wrapped or sits in a JSON value."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from publish_guard.domain import details
from publish_guard.domain.recognise import recognise, stored_secrets
from publish_guard.domain.secret import SecretKind, StoredSecret
from publish_guard.domain.text import holds_token
from publish_guard.domain.token import MAX_SECRET_SIZE
from publish_guard.sources.argument import is_a_secret
from publish_guard.sources.environment import SOURCE

_MAX_DEPTH = 16
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}").fullmatch


class _Members(tuple[tuple[str, object], ...]):
    """A JSON object as it stands: with every key, also one that comes twice."""

    __slots__ = ()


_Item: TypeAlias = tuple[str, object, int]


def from_all_environment(environ: Mapping[str, str]) -> tuple[StoredSecret, ...]:
    """Return a secret for each PyPI token in `environ`, by the variables' names; an empty tuple where there is none.

    A token in a JSON value is `NAME/KEY`, and of several in one value each is `NAME#number`. One that is wrapped
    (quoted, in base64, in a header) is taken out and judged as the token that it is; its detail says what is around it.
    Variables that are too large to be read are listed as such.
    """
    found: list[StoredSecret] = []
    for name in sorted(environ):
        found += _in_variable(name, environ[name])
    return tuple(_with_unique_names(found))


def _in_variable(name: str, text: str) -> Iterator[StoredSecret]:
    if len(text) > MAX_SECRET_SIZE:
        yield StoredSecret(SOURCE, name, SecretKind.UNRECOGNIZED, details.TOO_LARGE)
        return
    body = text.strip()
    found = list(_in_json(name, body)) if body[:1] in ("{", "[") else []
    yield from found or _in_text(name, text)


def _in_text(name: str, text: str) -> Iterator[StoredSecret]:
    secrets = stored_secrets(SOURCE, name, text)
    if len(secrets) > 1:
        # Names of projects may stand line by line, too: pypi-attestations, pypi-publish.
        yield from secrets if holds_token(text) else ()
        return
    inside = () if secrets[0].token is not None else recognise(text).inside
    if not inside:
        # What has the prefix of a token and nothing else of one is a cache key or a file name, not a broken token.
        broken = secrets[0].kind is SecretKind.MALFORMED_TOKEN and holds_token(text)
        if secrets[0].token is not None or broken:
            yield secrets[0]
        return
    for number, token in enumerate(inside, 1):
        each = name if len(inside) == 1 else f"{name}#{number}"
        yield StoredSecret(SOURCE, each, SecretKind.API_TOKEN, secrets[0].detail, token, token.reveal())


def _in_json(name: str, body: str) -> Iterator[StoredSecret]:
    try:
        # Numbers stay text: only strings can hold a token, and huge ones would cost time.
        value: object = json.loads(body, object_pairs_hook=_Members, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return
    waiting: list[_Item] = [(name, value, 0)]
    while waiting:
        path, value, depth = waiting.pop()
        if isinstance(value, str):
            yield from _in_text(path, value)
        elif depth < _MAX_DEPTH:
            # Last in, first out: pushed backwards, they come in their order.
            waiting += reversed(list(_children(path, value, depth + 1)))


def _children(path: str, value: object, depth: int) -> Iterator[_Item]:
    if isinstance(value, _Members):
        for number, (key, member) in enumerate(value, 1):
            # A key comes out of a secret too: it is shown only where it is a plain name.
            plain = _KEY(key) is not None and not is_a_secret(key)
            yield f"{path}/{key}" if plain else f"{path}/#{number}", member, depth
    elif isinstance(value, list):
        for number, member in enumerate(value, 1):
            yield f"{path}/#{number}", member, depth


def _with_unique_names(secrets: list[StoredSecret]) -> Iterator[StoredSecret]:
    """Yield the secrets; of those with the same name (a key that comes twice) the later ones get a number."""
    names: dict[str, int] = {}
    for secret in secrets:
        count = names[secret.name] = names.get(secret.name, 0) + 1
        if count == 1:
            yield secret
        else:
            yield StoredSecret(
                secret.source, f"{secret.name}({count})", secret.kind, secret.detail, secret.token, secret.value
            )
