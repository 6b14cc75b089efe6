"""A token whose time is over."""

from __future__ import annotations

from collections.abc import Iterator

from publish_guard.domain.case import Case
from publish_guard.domain.finding import Severity
from publish_guard.domain.moments import moment
from publish_guard.domain.rule import Judgement, Rule
from publish_guard.rules.words import new_token, place, sentence


def _judge(case: Case) -> Iterator[Judgement]:
    for secret, token in case.tokens:
        ends = token.validity.expires_at
        if ends is None or not token.usable or not token.validity.expired(case.now):
            continue
        if token.issuer == "trusted-publisher":
            remedy = "Ask for a new one right before the upload: a Trusted Publisher's token lives for 15 minutes."
        else:
            remedy = sentence(new_token(case, secret))
        yield Judgement(f"The token in {place(secret)} expired at {moment(ends)}.", remedy, secret=secret.id)


RULE = Rule(
    ident="expired-token",
    severity=Severity.ERROR,
    # The index has the last word, and its clock; a policy may leave it to that.
    lowest=Severity.WARNING,
    summary="The token's time is over.",
    when="The earliest expiry among the token's caveats is not after now.",
    why=(
        "Tokens that PyPI makes on its account page do not expire; an expiry comes from a Trusted Publisher (15 "
        "minutes after it was asked) or was added by whoever narrowed the token. After it, the index answers "
        "`token is expired` and publishes nothing.\n\n"
        "A long build between asking for the token and uploading is the usual cause with a Trusted Publisher."
    ),
    mend=(
        "1. Trusted Publisher: ask for the token in the step that publishes, after the build.\n"
        "2. A narrowed copy: make a new copy, or store the original and let publish-guard narrow it for each file.\n"
        "3. Otherwise make a new token: https://pypi.org/manage/account/token/?selected_project=PROJECT\n"
        "4. If the token is not expired, look at this machine's clock."
    ),
    judge=_judge,
)
