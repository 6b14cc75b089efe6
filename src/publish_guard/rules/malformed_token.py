"""A secret that begins like a PyPI token but cannot be decoded."""

from __future__ import annotations

from collections.abc import Iterator

from publish_guard.domain.case import Case
from publish_guard.domain.finding import Severity
from publish_guard.domain.rule import Judgement, Rule
from publish_guard.domain.secret import SecretKind
from publish_guard.domain.text import shown
from publish_guard.rules.words import new_token, place


def _judge(case: Case) -> Iterator[Judgement]:
    for secret in case.secrets:
        if secret.kind is SecretKind.MALFORMED_TOKEN:
            what = shown(secret.detail or "it does not decode").rstrip(".")
            yield Judgement(
                f"The secret in {place(secret)} begins like a PyPI token but is none: {what}.",
                f"Copy the token again, all of it; if it is lost, {new_token(case, secret)}.",
                secret=secret.id,
            )


RULE = Rule(
    ident="malformed-token",
    severity=Severity.ERROR,
    # The index cannot read it either.
    lowest=Severity.ERROR,
    always=True,
    summary="The secret begins like a PyPI token but does not decode.",
    when="The text begins with `pypi-`, and what follows is no base64, is cut off, or is no macaroon of version 2.",
    why=(
        "A token that lost its last characters in the clipboard, or that holds the line break of an e-mail, looks "
        "right to a person. PyPI refuses it with the words that it also has for a revoked token "
        "(pypi/warehouse, warehouse/macaroons/services.py).\n\n"
        "A macaroon of version 1 is worse: the server fails on it with status 500. Nothing mints such a token, but "
        "a tool that rewrote one might."
    ),
    mend=(
        "1. Copy the token once more from where it is kept, from `pypi-` to the end, without line breaks.\n"
        "2. PyPI shows a token only once. If it is lost, remove it at https://pypi.org/manage/account/#api-tokens.\n"
        "3. Make a new one at https://pypi.org/manage/account/token/?selected_project=PROJECT and store that."
    ),
    judge=_judge,
)
