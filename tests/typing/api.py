"""The public Python interface as a type checker sees it: this file is checked by mypy, and run by a test."""

from __future__ import annotations

from typing import Literal, assert_type

from publish_guard import (
    AccountWide,
    ProjectScoped,
    Scope,
    Token,
    TokenError,
    Unreadable,
    Unusable,
    Validity,
    __version__,
)


def describe(scope: Scope) -> str:
    """Return a sentence for each of the four scopes; mypy proves that none is missing."""
    match scope:
        case ProjectScoped(projects, project_ids):
            assert_type(projects, tuple[str, ...] | None)
            assert_type(project_ids, tuple[str, ...] | None)
            return f"only {projects or project_ids}"
        case AccountWide():
            assert_type(scope.kind, Literal["project-scoped", "account-wide", "unreadable", "unusable"])
            return "everything"
        case Unreadable(reason) | Unusable(reason):
            assert_type(reason, str)
            return reason


def read(text: str) -> str:
    """Return the description of the token in `text`, or why there is none."""
    try:
        token = Token.parse(text)
    except TokenError as error:
        assert_type(error.reason, str)
        assert_type(error.truncated, bool)
        return error.reason
    assert_type(token, Token)
    assert_type(token.fingerprint, str)
    assert_type(token.index, str)
    assert_type(token.issuer, Literal["user", "trusted-publisher", "unknown"])
    assert_type(token.usable, bool)
    assert_type(token.validity, Validity)
    assert_type(token.validity.not_before, int | None)
    assert_type(token.validity.expired(0), bool)
    assert_type(token.scope.reaches("alpha"), bool | None)
    assert_type(token.narrow(["alpha"], expires_at=20), Token)
    assert_type(token.narrow(("alpha",), expires_at=20, not_before=10).reveal(), str)
    return describe(token.scope)


assert_type(__version__, str)
