"""Reads from the environment which CI job this is: the variables that GitHub Actions and GitLab CI document.

GitHub: docs.github.com, "Variables reference". GitLab: docs.gitlab.com, "Predefined CI/CD variables reference".
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from publish_guard.domain.run import Run

# Longer than any repository, ref or workflow name that the platforms allow.
MAX_VALUE_LENGTH = 512

_PROTECTED = {"true": True, "false": False}


def run_from_environment(environ: Mapping[str, str]) -> Run:
    """Return the run that `environ` describes: a GitHub Actions or GitLab CI job, else a local one.

    A value that is empty, longer than 512 characters or not printable counts as unknown (None).
    """
    if environ.get("GITHUB_ACTIONS") == "true":
        return Run(
            platform="github",
            repository=_text(environ, "GITHUB_REPOSITORY"),
            ref=_text(environ, "GITHUB_REF"),
            workflow=_text(environ, "GITHUB_WORKFLOW"),
            run_url=_github_run_url(environ),
            event=_text(environ, "GITHUB_EVENT_NAME"),
            actor=_text(environ, "GITHUB_ACTOR"),
        )
    if environ.get("GITLAB_CI") == "true":
        return Run(
            platform="gitlab",
            repository=_text(environ, "CI_PROJECT_PATH"),
            ref=_text(environ, "CI_COMMIT_REF_NAME"),
            workflow=_text(environ, "CI_PIPELINE_NAME") or _text(environ, "CI_JOB_NAME"),
            run_url=_url(_text(environ, "CI_JOB_URL")),
            event=_text(environ, "CI_PIPELINE_SOURCE"),
            actor=_text(environ, "GITLAB_USER_LOGIN"),
            ref_protected=_PROTECTED.get(environ.get("CI_COMMIT_REF_PROTECTED", "")),
        )
    return Run()


def _text(environ: Mapping[str, str], name: str) -> str | None:
    value = environ.get(name, "")
    return value if value and len(value) <= MAX_VALUE_LENGTH and value.isprintable() else None


def _github_run_url(environ: Mapping[str, str]) -> str | None:
    server, repository, number = (
        _text(environ, name) for name in ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")
    )
    if server is None or repository is None or number is None or not (number.isascii() and number.isdecimal()):
        return None
    return _url(f"{server}/{repository}/actions/runs/{number}")


def _url(text: str | None) -> str | None:
    """Return `text` where it is a plain http or https URL: no user, no password, no space."""
    if text is None or " " in text:
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    return text if parts.scheme in ("https", "http") and parts.hostname and "@" not in parts.netloc else None
