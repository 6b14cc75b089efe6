"""A token that is older than the policy allows."""

from __future__ import annotations

from collections.abc import Iterator

from publish_guard.domain.case import Case
from publish_guard.domain.finding import Severity
from publish_guard.domain.rule import Judgement, Rule
from publish_guard.domain.text import listed, one_line, shown
from publish_guard.rules.links import pages_of, tokens_page
from publish_guard.rules.words import new_token, place


def _judge(case: Case) -> Iterator[Judgement]:
    refuse, warn = case.policy.age_refuse_after_days, case.policy.age_warn_after_days
    for secret, token in case.tokens:
        age = case.age(secret)
        days = age.at_least_days
        if days is None:
            continue
        if refuse is not None and days >= refuse:
            limit, severity = f"the policy ({shown(case.policy.origin)}) refuses it from {refuse} days on", None
        elif warn is not None and days >= warn:
            limit, severity = f"it should be replaced after {warn} days", Severity.WARNING
        else:
            continue
        sources = dict.fromkeys(one_line(item.source) for item in age.evidence if item.bound != "at-most")
        page = tokens_page(pages_of(case, token))
        yield Judgement(
            f"The token in {place(secret)} is at least {days:,} days old ({listed(list(sources), 2)}); {limit}.",
            f"To replace it, {new_token(case, secret)}; then remove the old one at {page}",
            secret=secret.id,
            severity=severity,
        )


RULE = Rule(
    ident="stale-token",
    severity=Severity.ERROR,
    summary="The token is older than the policy allows.",
    when=(
        "The token is at least as old as the policy's `age: {refuse-after: ...}` (an error; never by default) or "
        "`age: {warn-after: ...}` (a warning; 365 days by default). Only the proven age counts."
    ),
    why=(
        "PyPI's tokens do not expire. One that was stored years ago may have been copied by every tool, log and person "
        "that ever came near it. In November 2025 PyPI credentials turned up in leaked repository secrets of accounts "
        "that had not published for a long time, and they still worked (PyPI's report of 2025-11-26). In December 2024 "
        "the second wave of the attack on Ultralytics used a token that was left over from before the project moved to "
        "Trusted Publishing (PyPI's report of 2024-12-11).\n\n"
        "The token does not carry its date of birth, so its age is an interval with evidence. It is judged by the "
        "lower end: what is certain, never what is likely."
    ),
    mend=(
        "1. Make a new token: https://pypi.org/manage/account/token/?selected_project=PROJECT\n"
        "2. Store it under the same name, and run `publish-guard check`.\n"
        "3. Remove the old one at https://pypi.org/manage/account/#api-tokens; until then it stays valid.\n"
        "4. To be rid of the work for good, use a Trusted Publisher: "
        "https://pypi.org/manage/project/PROJECT/settings/publishing/"
    ),
    example="```yaml\n# .publish-guard.yml\nage:\n  warn-after: 180d\n  refuse-after: 365d\n```",
    judge=_judge,
)
