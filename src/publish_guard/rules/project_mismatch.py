"""A project of this release that no token reaches, or that the policy does not expect."""

from __future__ import annotations

from collections.abc import Iterator

from publish_guard.domain.case import Case
from publish_guard.domain.finding import Severity
from publish_guard.domain.rule import Judgement, Rule
from publish_guard.domain.text import listed, shown
from publish_guard.rules.words import file_of, new_token, place, sentence


def _judge(case: Case) -> Iterator[Judgement]:
    if case.sweep:
        # A sweep expects no project.
        return
    yield from _unexpected(case)
    without_files = _without_files(case)
    yield from _not_among_the_files(case, without_files)
    if len(case.secrets) == 1:
        yield from _out_of_reach(case, without_files)
    elif case.secrets:
        yield from _reached_by_none(case)


def _without_files(case: Case) -> tuple[str, ...]:
    """Return the expected projects of which nothing is among the distributions, where there are any of these."""
    with_files = {distribution.project for distribution in case.distributions}
    return tuple(project for project in case.expected_projects if with_files and project not in with_files)


def _not_among_the_files(case: Case, without_files: tuple[str, ...]) -> Iterator[Judgement]:
    names = sorted({distribution.project for distribution in case.distributions})
    for project in without_files:
        yield Judgement(
            f"--project expects {project}, and no distribution is of it: they are of {listed(names)}.",
            "If the files are right, mend --project; if not, look at what was built.",
            # The tokens may well reach the files that are there.
            always=False,
        )


def _unexpected(case: Case) -> Iterator[Judgement]:
    for project in case.published_projects:
        if not case.policy.expects(project):
            globs = [shown(pattern) for pattern in case.policy.projects or ()]
            yield Judgement(
                f"The policy ({shown(case.policy.origin)}) does not expect {project} to be published from here: "
                f"it names {listed(globs) or 'no project'}.",
                f"If it is right, add {project} to `projects` in the policy; if not, look at what was built.",
                distribution=file_of(case, project),
                # A rollout refuses nothing on the policy's word alone; what the token cannot do it cannot do anyway.
                always=False,
            )


def _out_of_reach(case: Case, without_files: tuple[str, ...]) -> Iterator[Judgement]:
    for secret, token in case.tokens:
        if not token.usable:
            # `unusable-token` has said that it reaches nothing.
            continue
        for project in case.published_projects:
            if project not in without_files and token.scope.reaches(project) is False:
                yield Judgement(
                    f"The token in {place(secret)} reaches {listed(token.scope.projects or ())}, not {project}.",
                    sentence(new_token(case, secret, project)),
                    secret=secret.id,
                    distribution=file_of(case, project),
                )


def _reached_by_none(case: Case) -> Iterator[Judgement]:
    """Judge several secrets together; where there are distributions, that is `uncovered-distribution`'s business."""
    if case.distributions:
        return
    if any(secret.token is None and secret.value for secret in case.secrets) and case.takes_passwords:
        # An opaque credential may reach anything.
        return
    for project in case.expected_projects:
        if all(token.scope.reaches(project) is False for _, token in case.tokens):
            names = [place(secret) for secret, _ in case.tokens]
            yield Judgement(
                f"No token reaches {project}: looked at {listed(names)}."
                if names
                else f"No token reaches {project}: none of the {len(case.secrets)} secrets holds one.",
                f"{sentence(new_token(case, None, project))} Then name the variable that holds it with --env.",
            )


RULE = Rule(
    ident="project-mismatch",
    severity=Severity.ERROR,
    # There is nothing to hand over: the token is for another project.
    lowest=Severity.ERROR,
    always=True,
    summary="The token cannot publish this project.",
    when=(
        "A distribution's project, or an expected one (`--project`, or the name in `./pyproject.toml`), is none of "
        "those that the token names; or the policy's `projects` does not list it, or there are distributions and none "
        "of them is of a project named with `--project` (a rollout only reports these two). With several secrets, one "
        "of them must reach it. A sweep expects no project. A token that carries only ids gets the note "
        "`unverifiable-projects` instead."
    ),
    why=(
        "The index would refuse the file with status 403, but only when it arrives: in a release of several files or "
        "projects, part of it is public by then and cannot be taken back. The usual causes are a token of a sister "
        "project, a project that was renamed in its metadata, or one secret for a repository that publishes two "
        "projects.\n\n"
        "Names are compared normalized, and the name that counts is the one in the distribution's own metadata, as on "
        "the server (pypi/warehouse, warehouse/forklift/legacy.py). A policy that lists its projects also stops a "
        "build that suddenly calls itself something else."
    ),
    mend=(
        "1. Look at the two names in the message. If the project's is wrong, mend `name` in pyproject.toml and build "
        "again.\n"
        "2. If the token's is wrong, make one for this project: "
        "https://pypi.org/manage/account/token/?selected_project=PROJECT\n"
        "3. For several projects in one run, keep one token for each and name them all: `--env FIRST --env SECOND`.\n"
        "4. If the policy does not expect the project, add it to `projects` there.\n"
        "5. If `--project` names a project of which nothing was built, mend `--project`, or the build."
    ),
    example=(
        "Before, one token for two projects:\n\n"
        "```sh\npublish-guard publish --env ALPHA_TOKEN dist/*\n```\n\n"
        "After, each file is published with the token that reaches it:\n\n"
        "```sh\npublish-guard publish --env ALPHA_TOKEN --env BETA_TOKEN dist/*\n```"
    ),
    judge=_judge,
)
