"""Reports of every kind: what the reporters' tests render and what their snapshots show."""

from __future__ import annotations

from publish_guard.domain.case import Case
from publish_guard.domain.distribution import Distribution
from publish_guard.domain.finding import Finding, Severity
from publish_guard.domain.known_index import PYPI_UPLOAD_URL
from publish_guard.domain.macaroon import mint
from publish_guard.domain.policy import Policy
from publish_guard.domain.report import Report, ReportError, Upload
from publish_guard.domain.run import Run
from publish_guard.domain.secret import SecretKind, StoredSecret
from publish_guard.domain.target import parse_target
from publish_guard.domain.token import Token
from publish_guard.errors import ExitCode

# 2026-11-22T07:00:00Z
NOW = 1795330800

USER = '[3,"00000000-0000-4000-8000-000000000001"]'
PUBLISHER = '[4,"00000000-0000-4000-8000-000000000002",null]'
PROJECT_ID = '[2,["00000000-0000-4000-8000-000000000003"]]'


def secret(name: str, *caveats: str, location: str = "pypi.org", source: str = "environment") -> StoredSecret:
    """Return a secret that holds a token with these caveats."""
    macaroon = mint(location, f"identifier-of-{name}", b"key")
    for caveat in caveats:
        macaroon = macaroon.with_caveat(caveat.encode())
    return StoredSecret(source, name, SecretKind.API_TOKEN, None, token=Token(macaroon), value=Token(macaroon).reveal())


def no_token(name: str, kind: SecretKind, detail: str | None) -> StoredSecret:
    """Return a secret that is no readable token."""
    return StoredSecret("environment", name, kind, detail)


def distribution(path: str = "dist/alpha_pkg-1.0-py3-none-any.whl", *, size: int = 1234) -> Distribution:
    """Return a distribution of alpha-pkg 1.0 with made-up digests."""
    return Distribution(
        path=path,
        filename=path.rpartition("/")[2],
        filetype="bdist_wheel" if path.endswith(".whl") else "sdist",
        name="Alpha.Pkg",
        project="alpha-pkg",
        version="1.0",
        size=size,
        sha256="a" * 64,
        blake2b_256="b" * 64,
        md5="c" * 32,
    )


def case(*secrets: StoredSecret, distributions: tuple[Distribution, ...] = (), run: Run | None = None) -> Case:
    """Return what a command for alpha-pkg on PyPI would judge."""
    return Case(
        command="publish" if distributions else "check",
        secrets=secrets,
        target=parse_target(PYPI_UPLOAD_URL),
        policy=Policy(origin="pyproject.toml", digest="sha256:" + "d" * 64),
        now=NOW,
        run=Run() if run is None else run,
        expected_projects=("alpha-pkg",),
        distributions=distributions,
    )


def clean_report() -> Report:
    """Return the report of a check with nothing to object to, but a note."""
    token = secret("PYPI_TOKEN", '[1,["alpha-pkg"]]', PROJECT_ID)
    run = Run(
        "github",
        "octo-org/alpha",
        "refs/tags/v1.0",
        "Release",
        "https://github.com/octo-org/alpha/actions/runs/1",
    )
    note = Finding("unknown-age", Severity.NOTE, "Nothing says how old the token in PYPI_TOKEN is.", "", token.id)
    return Report("check", "ok", ExitCode.CLEAN, NOW, case(token, run=run), (note,))


def refused_report() -> Report:
    """Return the report of a publish that was refused: two errors, a warning and a note, in no tidy order."""
    wide, empty = secret("PYPI_TOKEN", USER), no_token("OLD_TOKEN", SecretKind.EMPTY, "it is not set")
    dist = distribution()
    findings = (
        Finding("unknown-age", Severity.NOTE, "Nothing says how old the token in PYPI_TOKEN is.", "", wide.id),
        Finding(
            "too-many-projects",
            Severity.WARNING,
            "The token reaches projects that are not published here.",
            "",
            wide.id,
        ),
        Finding(
            "account-wide-token",
            Severity.ERROR,
            "The token in PYPI_TOKEN reaches every project of its account, those of tomorrow included.",
            "Make a token for alpha-pkg alone at "
            "https://pypi.org/manage/account/token/?selected_project=alpha-pkg and store it in PYPI_TOKEN.",
            wide.id,
        ),
        Finding("empty-secret", Severity.ERROR, "OLD_TOKEN is not set.", "Set it, or do not name it.", empty.id),
    )
    return Report(
        "publish",
        "refused",
        ExitCode.REFUSED,
        NOW,
        case(wide, empty, distributions=(dist,)),
        findings,
        assignment=((dist.path, wide.id),),
    )


def published_report() -> Report:
    """Return the report of a publish with every outcome."""
    token = secret("PYPI_TOKEN", '[1,["alpha-pkg"]]', f"[0,{NOW + 600},{NOW - 300}]")
    files = (distribution(), distribution("dist/alpha_pkg-1.0.tar.gz", size=2_500_000))
    uploads = (
        Upload(
            files[0].path,
            "uploaded",
            200,
            1,
            url="https://pypi.org/project/alpha-pkg/1.0/",
            narrowed_until=NOW + 600,
        ),
        Upload(
            files[1].path,
            "failed",
            403,
            3,
            "The index does not know this token.",
            "Invalid or non-existent authentication information.",
            "Make a new token and store it in PYPI_TOKEN.",
            narrowed_until=NOW + 720,
        ),
        Upload("dist/a.whl", "already-there", 200, 1),
        Upload("dist/b.whl", "skipped"),
        Upload("dist/c.whl", "in-doubt", None, 1, "The connection broke after the whole file was sent."),
        Upload("dist/d.whl", "not-attempted"),
        Upload("dist/e.whl", "would-upload"),
    )
    return Report(
        "publish",
        "failed",
        ExitCode.FAILURE,
        NOW,
        case(token, distributions=files),
        uploads=uploads,
        assignment=tuple((dist.path, token.id) for dist in files),
        remarks=("The policy only reports until 2026-12-31 (mode: report-until).",),
    )


def sweep_report() -> Report:
    """Return the report of a check of many secrets: every kind, scope and age."""
    secrets = (
        secret("ACCOUNT", USER),
        secret("LEGACY", '{"version": 1, "permissions": "user"}'),
        secret("MANY", '[1,["a","b","c","d","e","f","g"]]'),
        secret("PUBLISHER", PUBLISHER, PROJECT_ID, f"[0,{NOW - 60},{NOW - 960}]"),
        secret("PUBLISHER_ALONE", PUBLISHER),
        secret("BARE", location="index.example"),
        secret("BROKEN", '[1,"alpha-pkg"]', location="test.pypi.org"),
        secret("TOMORROW", USER, f"[0,{NOW + 40 * 86400},{NOW + 86400}]"),
        secret("FOREVER", USER, f"[0,{10**30},{-(10**30)}]"),
        secret("NEVER", USER, f"[0,{-(10**30)},{-(10**31)}]"),
        secret("UNKNOWN", USER, "[99]"),
        no_token("GH", SecretKind.FOREIGN_TOKEN, "it looks like a GitHub token"),
        no_token("CUT", SecretKind.MALFORMED_TOKEN, "a part of it is missing"),
        no_token("WORD", SecretKind.USERNAME_PASSWORD, None),
        no_token("ODD", SecretKind.UNRECOGNIZED, None),
        no_token("NOTHING", SecretKind.EMPTY, "empty"),
    )
    return Report("check", "warned", ExitCode.WARNINGS, NOW, case(*secrets))


def failed_report() -> Report:
    """Return the report of a command that failed before there was anything to judge."""
    error = ReportError("There is no file or folder 'dist'.", "Build the distributions first (python -m build).")
    return Report("publish", "failed", ExitCode.USAGE, NOW, error=error)


# What somebody would like a terminal or a CI log to obey.
HOSTILE = "x\n::add-mask::y\r\n  ::error::z ##[add-mask]w \x1b[2J\x1b]0;title\x07 \u202egnp.exe \x9b31m \u2028::warning::v \ud800"


def hostile_report() -> Report:
    """Return a report in which everything that comes from outside is hostile."""
    # Names begin with the command, sentences hold it behind white space and line breaks.
    name = f"::error::{HOSTILE}"
    token = StoredSecret("environment", name, SecretKind.UNRECOGNIZED, HOSTILE)
    dist = distribution(f"::error::x/{HOSTILE}/alpha_pkg-1.0-py3-none-any.whl")
    finding = Finding("not-an-api-token", Severity.ERROR, f":: {HOSTILE} " * 9, HOSTILE * 9, token.id, dist.path)
    note = Finding("unknown-age", Severity.NOTE, name, name, token.id)
    upload = Upload(dist.path, "failed", 400, 2, name, HOSTILE * 30, name, name)
    return Report(
        "publish",
        "failed",
        ExitCode.FAILURE,
        NOW,
        case(token, distributions=(dist,), run=Run("github", name, name, name)),
        (finding, note),
        (upload,),
        ((dist.path, token.id),),
        ReportError(HOSTILE, HOSTILE),
        (HOSTILE,),
    )


REPORTS = {
    "clean": clean_report,
    "refused": refused_report,
    "published": published_report,
    "sweep": sweep_report,
    "failed": failed_report,
    "hostile": hostile_report,
}
