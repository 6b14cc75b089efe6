"""A project-scoped token that reaches more projects than this release needs."""

from __future__ import annotations

from collections.abc import Iterator

from publish_guard.domain.case import Case
from publish_guard.domain.finding import Severity
from publish_guard.domain.rule import Judgement, Rule
from publish_guard.domain.scope import ProjectScoped
from publish_guard.domain.text import listed
from publish_guard.rules.words import new_token, place, sentence


def _judge(case: Case) -> Iterator[Judgement]:
    published = case.published_projects
    if not published and case.policy.projects is None:
        # Nothing says which projects would be too many.
        return
    for secret, token in case.tokens:
        if not isinstance(token.scope, ProjectScoped) or token.scope.projects is None:
            continue
        if published:
            extra = [name for name in token.scope.projects if name not in published]
            asked = "which this release does not publish"
        else:
            extra = [name for name in token.scope.projects if not case.policy.expects(name)]
            asked = "which the policy does not expect here"
        if not extra or _is_mismatch(case, extra, token.scope.projects):
            continue
        yield Judgement(
            f"The token in {place(secret)} reaches {listed(extra)}, {asked}.",
            sentence(new_token(case, secret))
            if len(extra) < len(token.scope.projects)
            else "Take the secret away from this job if it needs it for nothing else.",
            secret=secret.id,
        )


def _is_mismatch(case: Case, extra: list[str], reached: tuple[str, ...]) -> bool:
    """Return whether the token is simply the wrong one, which `project-mismatch` says."""
    return bool(case.published_projects) and len(case.secrets) == 1 and len(extra) == len(reached)


RULE = Rule(
    ident="too-many-projects",
    severity=Severity.WARNING,
    summary="The token reaches projects that this release does not publish.",
    when=(
        "The token names projects beyond those that are published or expected; where nothing is published or expected, "
        "beyond the policy's `projects`. A sweep without such a policy says nothing."
    ),
    why=(
        "PyPI's own page makes tokens for one project or for the whole account. One for several projects was put "
        "together by hand, or several secrets were given to a job that needs one of them. Whoever takes over this job "
        "can publish the others too.\n\n"
        "The copy that is handed to twine is narrowed to one project in any case; it is the stored token that reaches "
        "too far."
    ),
    mend=(
        "1. Give each job the one token that it needs.\n"
        "2. Make a token for this project alone: https://pypi.org/manage/account/token/?selected_project=PROJECT\n"
        "3. If one repository publishes several projects in turn, name only the secret of the one that is published."
    ),
    judge=_judge,
)
