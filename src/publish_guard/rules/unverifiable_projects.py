"""A token that carries project ids only: which projects they are, only the index knows."""

from __future__ import annotations

from collections.abc import Iterator

from publish_guard.domain.case import Case
from publish_guard.domain.finding import Severity
from publish_guard.domain.rule import Judgement, Rule
from publish_guard.domain.scope import ProjectScoped
from publish_guard.domain.text import listed
from publish_guard.rules.links import pages_of, publisher_page, tokens_page
from publish_guard.rules.words import place


def _judge(case: Case) -> Iterator[Judgement]:
    if case.sweep:
        return
    # Where another token is sure to reach a project, nobody needs this one for it.
    unsure = [
        project
        for project in case.published_projects
        if not any(token.scope.reaches(project) for _, token in case.tokens)
    ]
    if not unsure:
        return
    for secret, token in case.tokens:
        if not isinstance(token.scope, ProjectScoped) or token.scope.projects is not None:
            continue
        index = pages_of(case, token)
        by_publisher = token.issuer == "trusted-publisher"
        page = publisher_page(index, unsure[0]) if by_publisher else tokens_page(index)
        yield Judgement(
            f"The token in {place(secret)} names its projects by ids only, so the index alone can tell whether it "
            f"reaches {listed(unsure)}.",
            f"Nothing to do; should the index refuse it, look at {page}",
            secret=secret.id,
        )


RULE = Rule(
    ident="unverifiable-projects",
    severity=Severity.NOTE,
    summary="The token names its projects by ids, which cannot be compared with names.",
    when="The token carries project ids and no names, as every token of a Trusted Publisher does.",
    why=(
        "A token that a Trusted Publisher was given carries the ids of the publisher's projects, and PyPI shows the id "
        "of a project to nobody. The token is project-scoped, which is good, but whether it is scoped to this project "
        "cannot be seen before the upload.\n\n"
        "It may reach several projects: all those that name the same repository, workflow and environment as their "
        "publisher."
    ),
    mend=(
        "1. Usually there is nothing to mend.\n"
        "2. If the index refuses the upload, compare repository, workflow file and environment with those at "
        "https://pypi.org/manage/project/PROJECT/settings/publishing/"
    ),
    judge=_judge,
)
