"""A token of which nothing proves an age."""

from __future__ import annotations

from collections.abc import Iterator

from publish_guard.domain.case import Case
from publish_guard.domain.finding import Severity
from publish_guard.domain.rule import Judgement, Rule
from publish_guard.rules.links import pages_of, tokens_page
from publish_guard.rules.words import place


def _judge(case: Case) -> Iterator[Judgement]:
    for secret, token in case.tokens:
        if token.issuer != "trusted-publisher" and case.age(secret).at_least_days is None:
            yield Judgement(
                f"Nothing proves how old the token in {place(secret)} is at least.",
                f"Its date stands at {tokens_page(pages_of(case, token))}",
                secret=secret.id,
            )


RULE = Rule(
    ident="unknown-age",
    severity=Severity.NOTE,
    summary="Nothing proves how old the token is at least.",
    when="No evidence gives the token's age a lower end. Tokens of Trusted Publishers are left out.",
    why=(
        "A token of today carries no date, and PyPI tells the date when one was made on the account page only; there "
        "is no interface for it. So an unknown age is the usual case, and no fault. It is said because "
        "passing over it would make a token of six years look like one of yesterday.\n\n"
        "Some tokens do prove something: the form of their caveats changed in August 2022, and a Trusted Publisher's "
        "token carries the moment of its making."
    ),
    mend=(
        "1. Look at https://pypi.org/manage/account/#api-tokens: the dates of making and of the last use stand there.\n"
        "2. If you cannot tell which of the tokens it is, replace it, with a name that says where it is kept."
    ),
    judge=_judge,
)
