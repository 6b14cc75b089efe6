"""A distribution that more than one token fits."""

from __future__ import annotations

from collections.abc import Iterator

from publish_guard.domain.case import Case
from publish_guard.domain.finding import Severity
from publish_guard.domain.rule import Judgement, Rule
from publish_guard.domain.text import listed
from publish_guard.rules.words import file_of, place


def _judge(case: Case) -> Iterator[Judgement]:
    if len(case.secrets) < 2:
        return
    # All files of a project have the same candidates, so each project is looked at once.
    for distribution in {dist.project: dist for dist in case.distributions}.values():
        candidates = case.candidates(distribution)
        if len(candidates) > 1:
            places = listed([place(secret) for secret in candidates])
            yield Judgement(
                f"More than one token could publish {distribution.project}: those in {places}.",
                "Name only the one that is meant, or give each project a token of its own.",
                distribution=file_of(case, distribution.project),
            )


RULE = Rule(
    ident="ambiguous-token",
    severity=Severity.ERROR,
    # Choosing one would be a guess with somebody's credentials.
    lowest=Severity.ERROR,
    always=True,
    summary="More than one of the tokens could publish a distribution.",
    when=(
        "Several secrets are given, and two or more reach the project of a distribution. Tokens that name the project "
        "go before those whose projects cannot be read; only among equals it is ambiguous."
    ),
    why=(
        "With several tokens, each file is published with the one that reaches its project. If two do, any choice is a "
        "guess: the release would be recorded under one account or the other, and removing one of the tokens later "
        "would break it or not.\n\n"
        "Often one of the two is an account-wide token that was meant to be replaced by the other."
    ),
    mend=(
        "1. Take the token that is not needed out of the command, and its secret out of the job.\n"
        "2. If both reach too far, make one for each project: "
        "https://pypi.org/manage/account/token/?selected_project=PROJECT"
    ),
    judge=_judge,
)
