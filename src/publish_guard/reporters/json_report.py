"""A report for programs: the object of docs/reference/report.md, described by report.schema.json beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from publish_guard import __version__
from publish_guard.domain.age import Age
from publish_guard.domain.case import Case
from publish_guard.domain.distribution import Distribution
from publish_guard.domain.finding import Finding
from publish_guard.domain.report import Report, Upload
from publish_guard.domain.run import Run
from publish_guard.domain.secret import SecretKind, StoredSecret
from publish_guard.domain.token import Token

SCHEMA_VERSION = 1

# The kinds of which the schema promises a detail; what is said of others is for people.
_DETAILED = (SecretKind.EMPTY, SecretKind.FOREIGN_TOKEN, SecretKind.MALFORMED_TOKEN)


def report_object(report: Report) -> dict[str, object]:
    """Return the report as plain JSON values, every field there even where it is null or empty.

    Of a secret it holds only what the domain has validated: normalized names, canonical ids, whole numbers and the
    fingerprint. `target` and `policy` are null where the command failed before there was anything to judge.
    """
    case = report.case
    assignment = dict(report.assignment)
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "publish-guard", "version": __version__},
        "generated_at": timestamp(report.generated_at),
        "command": report.command,
        "verdict": report.verdict,
        "exit_code": int(report.exit_code),
        "error": None if report.error is None else {"message": report.error.message, "remedy": report.error.remedy},
        "run": _run(report.run if case is None else case.run),
        "target": None if case is None else _target(case),
        "policy": None if case is None else {"origin": case.policy.origin, "digest": case.policy.digest or None},
        "secrets": [] if case is None else [_secret(secret, case) for secret in case.secrets],
        "distributions": [] if case is None else [_distribution(dist, assignment) for dist in case.distributions],
        "uploads": [_upload(upload) for upload in report.uploads],
        "findings": [_finding(finding) for finding in report.findings],
        "remarks": list(report.remarks),
    }


def render_json(report: Report) -> str:
    """Return the report as indented ASCII JSON that ends in a line break.

    Lone surrogates (from file names that are not UTF-8) become U+FFFD, which every reader of JSON takes.
    """
    text = json.dumps(_well_formed(report_object(report)), indent=2, allow_nan=False)
    # GitHub's runner obeys `##[` anywhere in a line of a log (actions/runner, ActionCommand.cs); the escape means the
    # same character. Outside of strings JSON has no such sign.
    return text.replace("##[", "#\\u0023[") + "\n"


def timestamp(seconds: int | None) -> str | None:
    """Return a time as 2026-11-22T07:00:00Z, or None where there is none or no date can hold it."""
    if seconds is None:
        return None
    try:
        return f"{datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None).isoformat()}Z"
    except (OverflowError, OSError, ValueError):
        return None


def _run(run: Run | None) -> dict[str, object] | None:
    if run is None:
        return None
    return {
        "platform": run.platform,
        "repository": run.repository,
        "ref": run.ref,
        "workflow": run.workflow,
        "run_url": run.run_url,
    }


def _target(case: Case) -> dict[str, object]:
    return {
        "repository_url": case.target.url,
        "index": case.target.index,
        "expected_projects": list(case.expected_projects),
    }


def _secret(secret: StoredSecret, case: Case) -> dict[str, object]:
    return {
        "id": secret.id,
        "name": secret.name,
        "source": secret.source,
        "kind": secret.kind.value,
        "detail": secret.detail if secret.kind in _DETAILED else None,
        "token": None if secret.token is None else _token(secret.token, case.now),
        "age": _age(case.age(secret)),
    }


def _token(token: Token, now: int) -> dict[str, object]:
    scope, validity = token.scope, token.validity
    return {
        "fingerprint": token.fingerprint,
        "index": token.index,
        "issuer": token.issuer,
        "scope": {
            "kind": scope.kind,
            "projects": None if scope.projects is None else list(scope.projects),
            "project_ids": None if scope.project_ids is None else list(scope.project_ids),
            "reason": scope.reason,
        },
        "not_before": timestamp(validity.not_before),
        "expires_at": timestamp(validity.expires_at),
        "not_before_unix": validity.not_before,
        "expires_at_unix": validity.expires_at,
        "expired": validity.expired(now),
        "caveats": [{"kind": caveat.kind, "legacy": caveat.legacy} for caveat in token.caveats],
    }


def _age(age: Age) -> dict[str, object]:
    return {
        "at_least_days": age.at_least_days,
        "at_most_days": age.at_most_days,
        "evidence": [
            {"kind": item.kind, "bound": item.bound, "date": item.date.isoformat(), "source": item.source}
            for item in age.evidence
        ],
    }


def _distribution(dist: Distribution, assignment: Mapping[str, str]) -> dict[str, object]:
    return {
        "path": dist.path,
        "name": dist.name,
        "version": dist.version,
        "size": dist.size,
        "sha256": dist.sha256,
        "blake2b_256": dist.blake2b_256,
        "md5": dist.md5,
        "secret": assignment.get(dist.path),
    }


def _upload(upload: Upload) -> dict[str, object]:
    return {
        "path": upload.path,
        "outcome": upload.outcome,
        "status": upload.status,
        "attempts": upload.attempts,
        "cause": upload.cause,
        "message": upload.message,
        "remedy": upload.remedy,
        "url": upload.url,
        "narrowed_until": timestamp(upload.narrowed_until),
    }


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "secret": finding.secret,
        "distribution": finding.distribution,
        "message": finding.message,
        "remedy": finding.remedy,
        "url": finding.url,
        # Where in a file, and which exception of a policy: nothing that judges today knows either.
        "location": None,
        "exception": None,
    }


def _well_formed(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_well_formed(item) for item in value]
    if isinstance(value, dict):
        return {key: _well_formed(item) for key, item in value.items()}
    return value
