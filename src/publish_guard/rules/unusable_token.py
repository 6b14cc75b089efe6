"""A token with which the index would refuse every upload."""

from __future__ import annotations

from collections.abc import Iterator

from publish_guard.domain.case import Case
from publish_guard.domain.finding import Severity
from publish_guard.domain.rule import Judgement, Rule
from publish_guard.domain.scope import Unusable
from publish_guard.rules.words import new_token, place, sentence


def _judge(case: Case) -> Iterator[Judgement]:
    for secret, token in case.tokens:
        if isinstance(token.scope, Unusable):
            yield Judgement(
                f"The index would refuse every upload with the token in {place(secret)}: {token.scope.reason}.",
                sentence(new_token(case, secret)),
                secret=secret.id,
            )


RULE = Rule(
    ident="unusable-token",
    severity=Severity.ERROR,
    # The server's own checks refuse it, so no policy can make it publish.
    lowest=Severity.ERROR,
    always=True,
    summary="The index would refuse every upload with this token.",
    when=(
        "The token's caveats contradict each other, leave no project or no moment, or have a form that the server "
        "refuses."
    ),
    why=(
        "All caveats of a token hold at once. Two lists of projects without a common name, an expiry before the "
        "beginning, a name or a time of the wrong type: each leaves a token that decodes well and can do nothing. It "
        "comes from a script that narrowed a token wrongly, for instance with a project name that is not normalized "
        "(`My_Project` instead of `my-project`), or with the two times of an expiration swapped.\n\n"
        "The server judges each caveat by itself and refuses the upload at the first file "
        "(pypi/warehouse, warehouse/macaroons/caveats). Here it is said before."
    ),
    mend=(
        "1. If a script narrows the token, look at what it adds: names normalized and in a list, times as whole "
        "seconds, the expiry first.\n"
        "2. Take the token as PyPI made it; publish-guard narrows it by itself.\n"
        "3. If there is no such original, make a new one at "
        "https://pypi.org/manage/account/token/?selected_project=PROJECT"
    ),
    judge=_judge,
)
