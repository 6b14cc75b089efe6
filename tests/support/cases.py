"""Cases for tests: what the rules judge, made in one line. Tokens are real macaroons, signed with a key for nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, Literal
from uuid import UUID

from publish_guard.domain.case import Case, IndexState
from publish_guard.domain.distribution import Distribution
from publish_guard.domain.finding import Finding
from publish_guard.domain.known_index import PYPI_UPLOAD_URL, TEST_PYPI_UPLOAD_URL
from publish_guard.domain.macaroon import mint
from publish_guard.domain.names import normalize_name
from publish_guard.domain.policy import Policy
from publish_guard.domain.run import Run
from publish_guard.domain.secret import SecretKind, StoredSecret
from publish_guard.domain.target import parse_target
from publish_guard.domain.token import Token
from publish_guard.rules.registry import judge, rule_named

# 2026-11-22 07:00:00 UTC, a Sunday on which nothing happens.
NOW = 1_795_330_800
DAY = 24 * 60 * 60
KEY = b"a key that opens nothing"
USER_ID = str(UUID(int=0xA11CE))
PROJECT_ID = str(UUID(int=0xA1FA))
PUBLISHER_ID = str(UUID(int=0x90B))
PRIVATE_INDEX = "https://packages.example.org/legacy/"
LOOPBACK = "http://127.0.0.1:8080/legacy/"
TEST_PYPI = TEST_PYPI_UPLOAD_URL


def token(*caveats: object, location: str = "pypi.org", number: int = 1) -> Token:
    """Return a token with these caveats: bytes as they are, anything else as JSON. `number` makes its identifier."""
    macaroon = mint(location, str(UUID(int=number)), KEY)
    for caveat in caveats:
        macaroon = macaroon.with_caveat(caveat if isinstance(caveat, bytes) else json.dumps(caveat).encode())
    return Token(macaroon)


def account_token(*more: object, location: str = "pypi.org", number: int = 1) -> Token:
    """Return an account-wide token as PyPI makes it, with `more` caveats behind."""
    return token([3, USER_ID], *more, location=location, number=number)


def project_token(*projects: str, more: Iterable[object] = (), location: str = "pypi.org", number: int = 2) -> Token:
    """Return a token for these projects (alpha-pkg by default) as PyPI makes it: names, then ids."""
    names = projects or ("alpha-pkg",)
    ids = [str(UUID(int=0xA1FA + index)) for index in range(len(names))]
    return token([1, list(names)], [2, ids], *more, location=location, number=number)


def publisher_token(minted_at: int = NOW, *, lifetime: int = 900, number: int = 3) -> Token:
    """Return a Trusted Publisher's token as PyPI makes it: the publisher, project ids, a quarter of an hour."""
    return token([4, PUBLISHER_ID, None], [2, [PROJECT_ID]], [0, minted_at + lifetime, minted_at], number=number)


def legacy_token(*projects: str, number: int = 4) -> Token:
    """Return a token in the form of before 2022-08-29: account-wide, or for these projects."""
    permissions: object = {"projects": list(projects)} if projects else "user"
    return token({"version": 1, "permissions": permissions}, number=number)


def secret(
    content: Token | None = None,
    name: str = "PYPI_TOKEN",
    *,
    source: str = "environment",
    kind: SecretKind | None = None,
    detail: str | None = None,
    value: str = "",
) -> StoredSecret:
    """Return a secret that holds this token, or one of another kind (EMPTY and "not set" by default)."""
    if content is not None:
        return StoredSecret(source, name, SecretKind.API_TOKEN, None, content, content.reveal())
    kind = kind or SecretKind.EMPTY
    if kind is SecretKind.EMPTY and detail is None:
        detail = "not set"
    return StoredSecret(source, name, kind, detail, None, value)


def password(name: str = "INDEX_PASSWORD", value: str = "correct horse battery staple") -> StoredSecret:
    """Return a secret that is an opaque credential."""
    return secret(name=name, kind=SecretKind.USERNAME_PASSWORD, detail="it looks like a password", value=value)


def distribution(
    project: str = "alpha-pkg", version: str = "1.0", *, sdist: bool = False, size: int = 1000, path: str | None = None
) -> Distribution:
    """Return a distribution whose digests follow from its path; nothing lies on the disk."""
    stem = project.replace("-", "_")
    filename = f"{stem}-{version}.tar.gz" if sdist else f"{stem}-{version}-py3-none-any.whl"
    content = filename.encode()
    return Distribution(
        path=path or f"dist/{filename}",
        filename=filename,
        filetype="sdist" if sdist else "bdist_wheel",
        name=project,
        project=normalize_name(project),
        version=version,
        size=size,
        sha256=hashlib.sha256(content).hexdigest(),
        blake2b_256=hashlib.blake2b(content, digest_size=32).hexdigest(),
        md5=hashlib.md5(content, usedforsecurity=False).hexdigest(),
    )


def index_state(projects: Mapping[str, Mapping[str, str | None] | None], problem: str | None = None) -> IndexState:
    """Return what an index has: per project a map of file name to SHA-256, or None where it is missing."""
    return IndexState(dict(projects), problem)


def make_case(
    *secrets: StoredSecret | Token,
    command: Literal["check", "publish"] = "check",
    url: str = PYPI_UPLOAD_URL,
    policy: Policy | None = None,
    now: int = NOW,
    run: Run | None = None,
    projects: Iterable[str] = (),
    dists: Iterable[Distribution] = (),
    **more: Any,
) -> Case:
    """Return a case: a bare token stands for one in PYPI_TOKEN (PYPI_TOKEN_2 ... from the second on)."""
    stored = tuple(
        secret(given, "PYPI_TOKEN" if number == 1 else f"PYPI_TOKEN_{number}") if isinstance(given, Token) else given
        for number, given in enumerate(secrets, 1)
    )
    return Case(
        command=command,
        secrets=stored,
        target=parse_target(url),
        policy=policy or Policy(),
        now=now,
        run=run or Run(),
        expected_projects=tuple(sorted(projects)),
        distributions=tuple(dists),
        **more,
    )


def found(case: Case, ident: str) -> tuple[Finding, ...]:
    """Return what one rule finds in the case."""
    return tuple(rule_named(ident).findings(case))


def idents(case: Case) -> list[str]:
    """Return the rules that find something in the case, each once, in the registry's order."""
    return list(dict.fromkeys(finding.rule for finding in judge(case)))
