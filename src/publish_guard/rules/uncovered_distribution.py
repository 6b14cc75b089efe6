"""A distribution that none of several tokens fits."""

from __future__ import annotations

from collections.abc import Iterator

from publish_guard.domain.case import Case
from publish_guard.domain.finding import Severity
from publish_guard.domain.rule import Judgement, Rule
from publish_guard.domain.text import listed
from publish_guard.rules.words import file_of, new_token, place, sentence


def _judge(case: Case) -> Iterator[Judgement]:
    # What a single token does not reach is the business of `project-mismatch`.
    if len(case.secrets) < 2:
        return
    for distribution in {dist.project: dist for dist in case.distributions}.values():
        if not case.candidates(distribution):
            places = listed([place(secret) for secret in case.secrets])
            yield Judgement(
                f"None of the secrets could publish {distribution.project}: looked at {places}.",
                f"{sentence(new_token(case, None, distribution.project))} Then name the variable that holds it with "
                "--env.",
                distribution=file_of(case, distribution.project),
            )


RULE = Rule(
    ident="uncovered-distribution",
    severity=Severity.ERROR,
    # There is nothing to publish the file with.
    lowest=Severity.ERROR,
    always=True,
    summary="None of the tokens could publish a distribution.",
    when="Several secrets are given, and none of them reaches the project of a distribution.",
    why=(
        "A repository that publishes several projects keeps one token for each. When a project is added and its token "
        "is forgotten, the others would be published and this one not: half a release, with status 403 in the log.\n\n"
        "So every file must have its token before the first byte is sent."
    ),
    mend=(
        "1. Make a token for the project: https://pypi.org/manage/account/token/?selected_project=PROJECT\n"
        "2. Store it, hand it to the job, and name it too: `--env FIRST --env SECOND`.\n"
        "3. If the file should not be published, take it out of the folder."
    ),
    judge=_judge,
)
