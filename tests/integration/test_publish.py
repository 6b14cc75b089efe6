"""`publish` with real twine against the embedded index: what arrives there, and what never does."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from publish_guard.domain.caveats import Expiration, ProjectName
from publish_guard.domain.token import Token
from publish_guard.embedded_index.server import RunningIndex, start
from support.archives import metadata, sdist, wheel
from support.hostile_index import hostile_index
from support.program import Result, run

# Minted by a real Warehouse that ran on loopback; it opens nothing.
STORED = next(
    entry["token"]
    for entry in json.loads((Path(__file__).parents[1] / "data" / "warehouse-tokens.json").read_text())["tokens"]
    if entry["name"] == "alpha"
)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[RunningIndex]:
    with start(tmp_path / "index") as running:
        yield running


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project folder with a wheel and a source distribution of alpha-pkg 1.0."""
    folder = tmp_path / "project"
    (folder / "dist").mkdir(parents=True)
    wheel(folder / "dist")
    sdist(folder / "dist")
    return folder


def publish(
    index: RunningIndex | str, project: Path, token: str | None, *more: str, environ: dict[str, str] | None = None
) -> Result:
    """Publish everything in dist/ with the token in PYPI_TOKEN and return the result with its JSON report."""
    given = dict(environ or {})
    if token is not None:
        given["PYPI_TOKEN"] = token
    url = index if isinstance(index, str) else index.url
    return run(
        *("publish", "--env", "PYPI_TOKEN", "--repository-url", url, "--format", "json", *more, "dist/*"),
        cwd=project,
        environ=given,
    )


def forget_projects(index: RunningIndex) -> None:
    """Delete every project, as its owner could: the tokens made for it stay."""
    with index.store.transaction() as transaction:
        transaction.state = replace(transaction.state, projects={})


def uploads(index: RunningIndex) -> list[str | None]:
    return [request.filename for request in index.requests if request.method == "POST"]


def outcomes(result: Result) -> list[str]:
    return [upload["outcome"] for upload in result.report["uploads"]]


def test_each_file_goes_with_its_own_narrowed_copy(index: RunningIndex, project: Path) -> None:
    """The index gets, for each file, a copy for this project and for minutes, of the token that was stored."""
    token = index.mint("project", "alpha-pkg")
    before = int(time.time())

    result = publish(index, project, token)

    assert result.code == 0, result.out + result.err
    assert outcomes(result) == ["uploaded", "uploaded"]
    posts = [request for request in index.requests if request.method == "POST"]
    assert len(posts) == 2
    for post in posts:
        assert post.status == 200
        assert post.fingerprint == Token.parse(token).fingerprint
        assert post.caveats is not None
        name, expiration = post.caveats[-2:]
        assert name == ProjectName(("alpha-pkg",))
        assert isinstance(expiration, Expiration)
        assert expiration.not_before == 0
        assert before + 600 <= expiration.expires_at <= time.time() + 601
        assert post.user_agent is not None
        assert post.user_agent.startswith("twine/")


def test_the_minutes_come_from_the_policy(index: RunningIndex, project: Path) -> None:
    """`narrow: {minutes: 2}` is what the index sees."""
    (project / ".publish-guard.yml").write_text("narrow: {minutes: 2}\n")

    publish(index, project, index.mint("project", "alpha-pkg"))

    expirations = [request.caveats[-1] for request in index.requests if request.caveats]
    assert len(expirations) == 2
    for expiration in expirations:
        assert isinstance(expiration, Expiration)
        assert time.time() < expiration.expires_at <= time.time() + 120


@pytest.mark.parametrize(
    ("kind", "projects", "rule"),
    [
        ("account-wide", (), "account-wide-token"),
        ("legacy-account", (), "account-wide-token"),
        ("project", ("beta-pkg",), "project-mismatch"),
        ("no-caveats", (), "unreadable-scope"),
        ("unknown-caveat", ("alpha-pkg",), "unknown-caveat"),
        ("expired", ("alpha-pkg",), "expired-token"),
        ("not-yet-valid", ("alpha-pkg",), "not-yet-valid-token"),
    ],
)
def test_a_refusal_comes_before_the_first_byte(
    index: RunningIndex, project: Path, kind: str, projects: tuple[str, ...], rule: str
) -> None:
    """What a rule refuses is never sent: the index sees no request at all."""
    result = publish(index, project, index.mint(kind, *projects))

    assert result.code == 11
    assert rule in result.rules
    assert outcomes(result) == ["not-attempted", "not-attempted"]
    assert index.requests == ()


@pytest.mark.parametrize("secret", [None, "", "   "])
def test_an_empty_secret_never_becomes_another_way_of_authenticating(
    index: RunningIndex, project: Path, secret: str | None
) -> None:
    """With Trusted Publishing, twine's variables and a .pypirc at hand, an empty secret is still refused."""
    token = index.mint("project", "alpha-pkg")
    (project / ".pypirc").write_text(f"[pypi]\nusername = __token__\npassword = {token}\n")
    environ = {
        "GITHUB_ACTIONS": "true",
        "ACTIONS_ID_TOKEN_REQUEST_URL": index.url,
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "anything",
        "TWINE_USERNAME": "__token__",
        "TWINE_PASSWORD": token,
        "HOME": str(project),
    }

    result = publish(index, project, secret, environ=environ)

    assert result.code == 11
    assert result.rules == ["empty-secret"]
    assert index.requests == ()


def test_a_refused_copy_is_not_replaced_by_the_stored_token(project: Path) -> None:
    """The index says no to the narrowed copy: that is the end, with one request and never the stored token."""
    with hostile_index("text") as index:
        result = publish(index.url, project, STORED)

    assert result.code == 1
    assert outcomes(result) == ["failed", "not-attempted"]
    assert len(index.credentials) == 1
    assert STORED not in index.credentials


def test_the_same_again_is_already_there(index: RunningIndex, project: Path) -> None:
    """A second run with the same files sends nothing and succeeds."""
    token = index.mint("project", "alpha-pkg")
    publish(index, project, token)

    result = publish(index, project, token)

    assert result.code == 0
    assert outcomes(result) == ["already-there", "already-there"]
    assert len(uploads(index)) == 2


def test_another_content_of_the_same_name_is_refused(index: RunningIndex, project: Path) -> None:
    """A file that the index has with another digest stops the release before any upload."""
    token = index.mint("project", "alpha-pkg")
    publish(index, project, token)
    wheel(project / "dist", more={"alpha_pkg/other.py": b"x = 1\n"})

    refused = publish(index, project, token)
    skipped = publish(index, project, token, "--skip-existing")

    assert refused.code == 11
    assert "different-content" in refused.rules
    assert skipped.code == 0
    assert sorted(outcomes(skipped)) == ["already-there", "skipped"]
    assert len(uploads(index)) == 2


def test_a_dry_run_does_everything_but_upload(index: RunningIndex, project: Path) -> None:
    """The index is asked what it has, and gets nothing."""
    result = publish(index, project, index.mint("project", "alpha-pkg"), "--dry-run")

    assert result.code == 0
    assert outcomes(result) == ["would-upload", "would-upload"]
    assert uploads(index) == []
    assert [request.path for request in index.requests] == ["/simple/alpha-pkg/"]


def test_warnings_stop_a_release_that_fails_on_them(index: RunningIndex, project: Path) -> None:
    """Judging, with --fail-on, comes before the first byte."""
    token = index.mint("project", "alpha-pkg", "beta-pkg")

    stopped = publish(index, project, token, "--fail-on", "warning")
    done = publish(index, project, token)

    assert (stopped.code, stopped.report["verdict"]) == (10, "warned")
    assert "too-many-projects" in stopped.rules
    assert outcomes(stopped) == ["not-attempted", "not-attempted"]
    assert done.code == 0


def test_an_account_wide_token_with_a_reason_still_leaves_narrowed(index: RunningIndex, project: Path) -> None:
    """--allow-account-wide lets the token pass; what is sent is for this project alone, and the report has the reason."""
    index.mint("project", "alpha-pkg")
    token = index.mint("account-wide")

    result = publish(index, project, token, "--allow-account-wide", "moving house")

    assert result.code == 0, result.out
    assert any("moving house" in finding["message"] for finding in result.report["findings"])
    assert all(ProjectName(("alpha-pkg",)) in (request.caveats or ()) for request in index.requests if request.filename)


def test_a_first_release_by_policy(index: RunningIndex, project: Path) -> None:
    """`account-wide: first-release` creates the project and nothing else, and is over once the project exists."""
    (project / ".publish-guard.yml").write_text("account-wide: first-release\n")
    token = index.mint("account-wide")

    first = publish(index, project, token)
    wheel(project / "dist", "alpha_pkg-2.0-py3-none-any.whl", metadata(version="2.0"))
    for old in project.glob("dist/*1.0*"):
        old.unlink()
    second = publish(index, project, token)

    assert first.code == 0, first.out
    assert any(finding["rule"] == "account-wide-token" for finding in first.report["findings"])
    assert second.code == 11
    assert len(uploads(index)) == 2


def test_a_project_token_cannot_make_its_project(index: RunningIndex, project: Path) -> None:
    """A token for a project that the index does not have is told so before anything is sent."""
    token = index.mint("project", "alpha-pkg")
    forget_projects(index)

    result = publish(index, project, token)

    assert result.code == 11
    assert "missing-project" in result.rules
    assert uploads(index) == []


def test_metadata_that_does_not_render_is_refused(index: RunningIndex, project: Path) -> None:
    """twine check runs in the worker; what it finds is refused before any upload, unless it is switched off."""
    bad = "Description-Content-Type: text/x-rst\n"
    wheel(project / "dist", content=metadata(more=bad).replace(b"A description.", b".. nonsense::\n"))

    refused = publish(index, project, index.mint("project", "alpha-pkg"))
    sent = publish(index, project, index.mint("project", "alpha-pkg"), "--verify-metadata", "false")

    assert refused.code == 11
    assert "metadata-check" in refused.rules
    assert sent.code == 1
    assert sent.report["uploads"][0]["status"] == 400
    assert "description failed to render" in sent.report["uploads"][0]["message"]


@pytest.mark.parametrize(
    ("kind", "status", "cause"),
    [("revoked", 403, "does not know this token"), ("wrong-signature", 403, "was changed after")],
)
def test_what_only_the_index_can_know(index: RunningIndex, project: Path, kind: str, status: int, cause: str) -> None:
    """A revoked or forged token reads well and is refused by the index: one request, cause and remedy, exit 1."""
    result = publish(index, project, index.mint(kind, "alpha-pkg"))

    assert result.code == 1
    first = result.report["uploads"][0]
    assert (first["outcome"], first["status"]) == ("failed", status)
    assert cause in first["cause"]
    assert first["remedy"]
    assert len(uploads(index)) == 1


def test_an_index_that_is_not_there(project: Path) -> None:
    """A refused connection is a failure, not a refusal, and says what to check."""

    result = publish("http://127.0.0.1:1/legacy/", project, STORED)

    assert result.code == 1
    assert outcomes(result) == ["failed", "not-attempted"]
    assert "--repository-url" in result.report["uploads"][0]["remedy"]


def test_a_rollout_reports_and_publishes(index: RunningIndex, project: Path) -> None:
    """`mode: report-until` judges everything, refuses nothing, and says so; after the day it refuses."""
    index.mint("project", "alpha-pkg")
    token = index.mint("account-wide")
    (project / ".publish-guard.yml").write_text("mode: {report-until: 2999-01-01}\n")
    during = publish(index, project, token)
    (project / ".publish-guard.yml").write_text("mode: {report-until: 2020-01-01}\n")
    after = publish(index, project, token)

    assert (during.code, during.report["verdict"]) == (0, "warned")
    assert any("2999-01-01" in remark for remark in during.report["remarks"])
    assert outcomes(during) == ["uploaded", "uploaded"]
    assert after.code == 11


def test_two_tokens_each_for_its_own_project(index: RunningIndex, project: Path) -> None:
    """Each distribution goes with the one token that reaches it, and the report tells which."""
    wheel(project / "dist", "beta_pkg-1.0-py3-none-any.whl", metadata("beta-pkg"))
    alpha, beta = index.mint("project", "alpha-pkg"), index.mint("project", "beta-pkg")
    environ = {"PYPI_TOKEN_BETA": beta}

    result = publish(index, project, alpha, "--env", "PYPI_TOKEN_BETA", environ=environ)

    assert result.code == 0, result.out
    used = {dist["name"]: dist["secret"] for dist in result.report["distributions"]}
    assert used == {"alpha-pkg": "environment:PYPI_TOKEN", "beta-pkg": "environment:PYPI_TOKEN_BETA"}
    sent = {request.project: request.fingerprint for request in index.requests if request.filename}
    assert sent == {"alpha-pkg": Token.parse(alpha).fingerprint, "beta-pkg": Token.parse(beta).fingerprint}


def test_what_else_lies_in_dist_is_refused(index: RunningIndex, project: Path) -> None:
    """A nested folder and a stale version among the files stop the release by their own rules."""
    (project / "dist" / "artifact").mkdir()
    wheel(project / "dist", "alpha_pkg-0.9-py3-none-any.whl", metadata(version="0.9"))

    result = publish(index, project, index.mint("project", "alpha-pkg"))

    assert result.code == 11
    assert {"not-a-distribution", "mixed-versions"} <= set(result.rules)
    assert index.requests == ()


def test_nothing_to_publish(index: RunningIndex, project: Path) -> None:
    """An empty dist folder is "nothing to check", not success."""
    for path in (project / "dist").iterdir():
        path.unlink()
    result = run(
        *("publish", "--env", "PYPI_TOKEN", "--repository-url", index.url, "--format", "json", "dist"),
        cwd=project,
        environ={"PYPI_TOKEN": index.mint("project", "alpha-pkg")},
    )

    assert (result.code, result.report["verdict"]) == (3, "failed")


def test_a_file_that_changes_after_judging_is_not_sent(index: RunningIndex, project: Path) -> None:
    """The worker sends only what was judged: a digest that differs ends the release."""
    python = project / "python"
    target = project / "dist" / "alpha_pkg-1.0-py3-none-any.whl"
    other = wheel(project, more={"alpha_pkg/other.py": b"x = 1\n"})
    python.write_text(f'#!/bin/sh\ncp {other} {target}\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)

    result = publish(
        index, project, index.mint("project", "alpha-pkg"), environ={"PUBLISH_GUARD_WORKER_PYTHON": str(python)}
    )

    assert result.code == 1
    assert "has changed since it was judged" in str(result.report["uploads"])
    assert target.name not in uploads(index)


def test_verbose_shows_what_twine_does(index: RunningIndex, project: Path) -> None:
    """--verbose passes on what twine prints and logs, beside the report; without it there is nothing of that."""
    token = index.mint("project", "alpha-pkg")

    quiet = publish(index, project, token, "--dry-run")
    loud = publish(index, project, token, "--verbose")

    assert "twine" not in quiet.err
    assert "Uploading alpha_pkg-1.0-py3-none-any.whl" in loud.err
    assert "twine.repository: username: __token__" in loud.err
    assert token not in loud.err
