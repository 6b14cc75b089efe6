"""A token that may end before the upload does, or soon after this release."""

from __future__ import annotations

from collections.abc import Iterator

from publish_guard.domain.case import Case
from publish_guard.domain.finding import Severity
from publish_guard.domain.moments import moment, span
from publish_guard.domain.rule import Judgement, Rule
from publish_guard.rules.times import margin_for
from publish_guard.rules.words import new_token, place, sentence


def _judge(case: Case) -> Iterator[Judgement]:
    for secret, token in case.tokens:
        ends = token.validity.expires_at
        if ends is None or not token.usable or token.validity.expired(case.now):
            continue
        left = ends - case.now
        if left >= margin_for(case, token):
            continue
        if token.issuer == "trusted-publisher":
            message = f"The token in {place(secret)} ends in {span(left)}, which may be too soon for this release."
            remedy = "Ask for the token right before the upload, after the build, or upload fewer files with each."
        else:
            message = f"The token in {place(secret)} ends at {moment(ends)}, in {span(left)}."
            remedy = sentence(f"before then, {new_token(case, secret)}")
        yield Judgement(message, remedy, secret=secret.id)


RULE = Rule(
    ident="expiring-token",
    severity=Severity.WARNING,
    summary="The token ends soon.",
    when=(
        "A stored token has less than 14 days left. A Trusted Publisher's token has less left than the files need (20 "
        "seconds for each and one for every 256 KiB, and a minute for the clocks), in `check` at least 5 minutes."
    ),
    why=(
        "The index looks at the expiry when each file arrives. A token that ends between the second and the third "
        "wheel leaves half a release behind, and the other half needs a new version or a second run.\n\n"
        "Tokens from a Trusted Publisher live for 15 minutes, and large wheels on a slow line can take longer than "
        "that."
    ),
    mend=(
        "1. Trusted Publisher: ask for the token in the step that publishes; with many large wheels, publish them in "
        "several jobs, each with its own token.\n"
        "2. A stored token: make the next one now and store it under the same name: "
        "https://pypi.org/manage/account/token/?selected_project=PROJECT"
    ),
    judge=_judge,
)
