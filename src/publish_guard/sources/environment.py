"""Secrets in environment variables: those that are named, else the one that publish-guard or twine would use."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from publish_guard.domain.recognise import stored_secrets
from publish_guard.domain.secret import StoredSecret
from publish_guard.errors import UsageError
from publish_guard.sources.argument import refuse_a_secret

SOURCE = "environment"
OWN_VARIABLE = "PUBLISH_GUARD_TOKEN"
TWINE_VARIABLE = "TWINE_PASSWORD"

_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,254}").fullmatch


def default_names(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return the variable to read where nobody names a source: PUBLISH_GUARD_TOKEN if it is set, else TWINE_PASSWORD.

    A variable that is set but empty counts as set: a secret that came out empty must not slide into another one.
    """
    for name in (OWN_VARIABLE, TWINE_VARIABLE):
        if name in environ:
            return (name,)
    return (OWN_VARIABLE,)


def from_environment(environ: Mapping[str, str], names: Sequence[str]) -> tuple[StoredSecret, ...]:
    """Return what the named variables hold, in their order, each once; one that is not set has the kind "empty".

    A variable that holds one token a line gives as many secrets, `NAME#1`, `NAME#2` and so on. Raises UsageError for
    a name that no variable can have, and for a secret where its name belongs.
    """
    found: list[StoredSecret] = []
    for name in dict.fromkeys(names):
        _check_name(name, environ)
        found += stored_secrets(SOURCE, name, environ.get(name))
    return tuple(found)


def _check_name(name: str, environ: Mapping[str, str]) -> None:
    refuse_a_secret(name, "--env", "the name of an environment variable")
    # A name that is set may have any form (GitHub makes INPUT_REPOSITORY-URL); one that is not might be a password.
    if name not in environ and _PLAIN_NAME(name) is None:
        raise UsageError(
            "--env got something that is not the name of an environment variable.",
            f"Give the name alone, without $ and =, as in --env {OWN_VARIABLE}.",
        )
