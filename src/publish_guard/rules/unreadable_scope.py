"""A token that shows no restriction: how far it reaches cannot be read from it."""

from __future__ import annotations

from collections.abc import Iterator

from publish_guard.domain.case import Case
from publish_guard.domain.finding import Severity
from publish_guard.domain.rule import Judgement, Rule
from publish_guard.domain.scope import Unreadable
from publish_guard.domain.text import one_line, shown
from publish_guard.rules.links import pages_of, tokens_page
from publish_guard.rules.words import place


def _judge(case: Case) -> Iterator[Judgement]:
    reason = case.policy.unreadable_scope_reason
    for secret, token in case.tokens:
        if not isinstance(token.scope, Unreadable):
            continue
        cause = f"Nobody can read from the token in {place(secret)} how far it reaches: {token.scope.reason}."
        page = tokens_page(pages_of(case, token))
        if reason is not None and reason.strip():
            yield Judgement(
                f"{cause} The policy ({shown(case.policy.origin)}) lets it pass: {one_line(reason)}",
                f"Its scope stands at {page}",
                secret=secret.id,
                severity=Severity.NOTE,
            )
            continue
        yield Judgement(
            cause,
            f"Look up its scope at {page}; if it is for this project alone, write "
            "`unreadable-scope: {allow: REASON}` in the policy.",
            secret=secret.id,
        )


RULE = Rule(
    ident="unreadable-scope",
    severity=Severity.ERROR,
    # A policy loosens it with `unreadable-scope: {allow: REASON}`, never by a mere severity.
    lowest=Severity.ERROR,
    summary="Nothing in the token says how far it reaches.",
    when=(
        "The token carries no caveat, only expirations, or only caveats that nobody knows yet. A note with the reason "
        "where the policy says `unreadable-scope: {allow: REASON}`."
    ),
    why=(
        "Until now a PyPI token carries its restrictions in itself. PyPI has begun to keep them in its database too "
        "(pypi/warehouse#20364), and a proposed change would leave them out of new tokens (pypi/warehouse#20371). Such "
        "a token looks the same whether it reaches one project or all of them.\n\n"
        "That is neither fine nor account-wide: it is unknown, and what is unknown is refused by default, under its "
        "own name. A person can see the scope on the account page. A copy that publish-guard narrows stays narrowed, "
        "whatever the stored token reaches."
    ),
    mend=(
        "1. Sign in and look the token up at https://pypi.org/manage/account/#api-tokens: the scope stands beside it.\n"
        "2. If it is for the whole account, make one for the project at "
        "https://pypi.org/manage/account/token/?selected_project=PROJECT and remove the other.\n"
        "3. If it is for this project alone, write so in the policy, with the reason: who looked, and when.\n"
        "4. Better still, use a Trusted Publisher: "
        "https://pypi.org/manage/project/PROJECT/settings/publishing/"
    ),
    example=(
        "After somebody looked:\n\n"
        "```yaml\n# .publish-guard.yml\nunreadable-scope:\n"
        "  allow: scope looked up on the account page by the maintainers\n```"
    ),
    judge=_judge,
)
