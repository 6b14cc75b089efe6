"""A token with a caveat that this version does not know."""

from __future__ import annotations

from collections.abc import Iterator

from publish_guard.domain.case import Case
from publish_guard.domain.finding import Severity
from publish_guard.domain.rule import Judgement, Rule
from publish_guard.rules.words import new_token, place


def _judge(case: Case) -> Iterator[Judgement]:
    for secret, token in case.tokens:
        # An unusable token has been said to be so; one more reason helps nobody.
        if token.usable and any(caveat.kind == "unknown" for caveat in token.caveats):
            yield Judgement(
                f"The token in {place(secret)} has a caveat of an unknown kind, and the index refuses such tokens.",
                f"If PyPI has a new kind of caveat, update publish-guard; otherwise {new_token(case, secret)}.",
                secret=secret.id,
            )


RULE = Rule(
    ident="unknown-caveat",
    severity=Severity.ERROR,
    # PyPI may add a kind of caveat tomorrow: then a policy must be able to let it pass before the next version.
    lowest=Severity.NOTE,
    summary="The token has a caveat of an unknown kind.",
    when="A caveat is a well-formed array whose tag is none of the five that the server knows.",
    why=(
        "The server refuses a caveat that it does not know (pypi/warehouse, warehouse/macaroons/caveats/_core.py), and "
        "so it must: a restriction that nobody understands could mean anything. Today such a token publishes "
        "nothing.\n\n"
        "PyPI has added kinds of caveats before. On the day when it adds the next one, a token that is fine may look "
        "unknown to this version. A policy may then lower this rule until the update is there."
    ),
    mend=(
        "1. Look whether there is a newer publish-guard, and whether PyPI's blog announces a new kind of token.\n"
        "2. If so, and until you can update, lower the rule in the policy: `severities: {unknown-caveat: warning}`.\n"
        "3. If not, somebody added the caveat by hand. Make a new token at "
        "https://pypi.org/manage/account/token/?selected_project=PROJECT"
    ),
    example="```yaml\n# .publish-guard.yml\nseverities:\n  unknown-caveat: warning\n```",
    judge=_judge,
)
