"""Which run the environment describes."""

from __future__ import annotations

import pytest

from publish_guard.adapters.run import run_from_environment
from publish_guard.domain.run import Run

GITHUB = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_REPOSITORY": "octo-org/alpha",
    "GITHUB_REF": "refs/tags/v1.0",
    "GITHUB_WORKFLOW": "Release",
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_RUN_ID": "1658821493",
    "GITHUB_EVENT_NAME": "push",
    "GITHUB_ACTOR": "octocat",
}
GITLAB = {
    "GITLAB_CI": "true",
    "CI_PROJECT_PATH": "group/alpha",
    "CI_COMMIT_REF_NAME": "v1.0",
    "CI_JOB_NAME": "publish",
    "CI_JOB_URL": "https://gitlab.com/group/alpha/-/jobs/42",
    "CI_PIPELINE_SOURCE": "push",
    "CI_COMMIT_REF_PROTECTED": "true",
    "GITLAB_USER_LOGIN": "octocat",
}


def test_github_job() -> None:
    """A GitHub Actions job is named by repository, ref, workflow, event and actor, with a link to its run."""
    assert run_from_environment(GITHUB) == Run(
        platform="github",
        repository="octo-org/alpha",
        ref="refs/tags/v1.0",
        workflow="Release",
        run_url="https://github.com/octo-org/alpha/actions/runs/1658821493",
        event="push",
        actor="octocat",
    )


def test_gitlab_job() -> None:
    """A GitLab job is named by project, ref and job; the ref tells whether it is protected."""
    assert run_from_environment(GITLAB) == Run(
        platform="gitlab",
        repository="group/alpha",
        ref="v1.0",
        workflow="publish",
        run_url="https://gitlab.com/group/alpha/-/jobs/42",
        event="push",
        actor="octocat",
        ref_protected=True,
    )


@pytest.mark.parametrize(("value", "expected"), [("true", True), ("false", False), ("", None), ("yes", None)])
def test_protection_is_unknown_unless_gitlab_says_it(value: str, expected: bool | None) -> None:
    """Only the two words that GitLab writes count."""
    assert run_from_environment({**GITLAB, "CI_COMMIT_REF_PROTECTED": value}).ref_protected is expected


def test_named_pipeline_goes_before_the_job() -> None:
    """Where `workflow: name` is set, it is the workflow."""
    assert run_from_environment({**GITLAB, "CI_PIPELINE_NAME": "Release"}).workflow == "Release"


@pytest.mark.parametrize(
    "environ", [{}, {"CI": "true"}, {**GITHUB, "GITHUB_ACTIONS": "1"}, {**GITLAB, "GITLAB_CI": "false"}]
)
def test_everything_else_is_local(environ: dict[str, str]) -> None:
    """Without the platform's own mark nothing of its variables is believed."""
    assert run_from_environment(environ) == Run()


@pytest.mark.parametrize("value", ["", "x" * 513, "a\nb", "a\x1b[2Jb", "a\u202eb", "\udcff"])
def test_value_that_cannot_be_shown_is_unknown(value: str) -> None:
    """Empty, endless and unprintable values are None, never cut or changed."""
    run = run_from_environment({**GITHUB, "GITHUB_REF": value, "GITHUB_REPOSITORY": value})
    assert (run.ref, run.repository, run.run_url) == (None, None, None)


@pytest.mark.parametrize(
    "changes",
    [
        {"GITHUB_SERVER_URL": "javascript:alert(1)//"},
        {"GITHUB_SERVER_URL": "https://user:word@github.com"},
        {"GITHUB_SERVER_URL": "https://[github.com"},
        {"GITHUB_SERVER_URL": "https://"},
        {"GITHUB_SERVER_URL": "https://github.com/ x"},
        {"GITHUB_RUN_ID": "1/../../x"},
        {"GITHUB_RUN_ID": "\u0661"},
        {"GITHUB_RUN_ID": ""},
    ],
)
def test_link_is_a_plain_web_link_or_none(changes: dict[str, str]) -> None:
    """No other scheme, no user or password, no number that is none."""
    assert run_from_environment({**GITHUB, **changes}).run_url is None
