"""A token that reaches every project of its account."""

from __future__ import annotations

from collections.abc import Iterator

from publish_guard.domain.case import Case
from publish_guard.domain.finding import Judgement, Rule, Severity
from publish_guard.domain.policy import AccountWideRule
from publish_guard.domain.scope import AccountWide
from publish_guard.rules.links import new_token_page


def _judge(case: Case) -> Iterator[Judgement]:
    if case.allow_account_wide is not None or case.policy.account_wide is AccountWideRule.ALLOW:
        return
    for secret in case.secrets:
        if secret.token is None or not isinstance(secret.token.scope, AccountWide):
            continue
        yield Judgement(
            f"The token in {secret.name} reaches every project of its account, those of tomorrow included.",
            f"Make a token for this project alone at {new_token_page(case)} and store it in {secret.name}; "
            "or say why it must be so with --allow-account-wide REASON.",
            secret=secret.id,
        )


RULE = Rule(
    ident="account-wide-token",
    severity=Severity.ERROR,
    lowest=Severity.ERROR,
    summary="The token can publish every project of the account.",
    why="...",
    mend="...",
    judge=_judge,
)
