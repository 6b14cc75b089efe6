"""The report for programs, held against its published schema."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, get_args

import pytest
from jsonschema import Draft202012Validator

from publish_guard import __version__
from publish_guard.domain.finding import Severity
from publish_guard.domain.policy import Policy
from publish_guard.domain.record import replace
from publish_guard.domain.report import Outcome, Report, Verdict
from publish_guard.domain.secret import SecretKind
from publish_guard.errors import ExitCode
from publish_guard.reporters.json_report import render_json, report_object, timestamp
from support.reports import (
    NOW,
    REPORTS,
    case,
    clean_report,
    hostile_report,
    no_token,
    published_report,
    secret,
    sweep_report,
)

SCHEMA_FILE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "report.schema.json"
SCHEMA: dict[str, Any] = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))


def parsed(report: Report) -> Any:
    """Return the report as a reader of its JSON gets it, after the schema had its say."""
    value = json.loads(render_json(report))
    Draft202012Validator(SCHEMA).validate(value)
    return value


def objects(schema: Any) -> list[dict[str, Any]]:
    """Return every description of an object of ours within a schema."""
    found = [schema] if isinstance(schema, dict) and "properties" in schema else []
    children = schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ()
    return found + [item for child in children for item in objects(child)]


def test_schema_is_one_and_is_strict() -> None:
    """It is valid itself, and every object of ours names all its fields, requires them, and allows no other."""
    Draft202012Validator.check_schema(SCHEMA)
    described = objects(SCHEMA)
    assert len(described) > 10
    for schema in described:
        assert schema["additionalProperties"] is False
        assert schema["required"] == list(schema["properties"])


@pytest.mark.parametrize("kind", REPORTS)
def test_every_report_follows_the_schema(kind: str) -> None:
    """Reports on success, refusal, failure and hostile input are what the schema says, in both directions."""
    value = parsed(REPORTS[kind]())
    assert value["verdict"] == REPORTS[kind]().verdict


def test_schema_can_refuse() -> None:
    """A field too many, one too few and a wrong type are all noticed."""
    good = report_object(clean_report())
    validator = Draft202012Validator(SCHEMA)
    assert validator.is_valid(good)
    assert not validator.is_valid({**good, "more": 1})
    assert not validator.is_valid({key: value for key, value in good.items() if key != "run"})
    assert not validator.is_valid({**good, "exit_code": 4})


def test_closed_lists_of_the_schema_are_those_of_the_code() -> None:
    """A verdict, outcome, severity, kind or exit code cannot be added without the schema."""
    fields = SCHEMA["properties"]
    assert fields["verdict"]["enum"] == list(get_args(Verdict))
    assert fields["exit_code"]["enum"] == [code.value for code in ExitCode]
    assert fields["uploads"]["items"]["properties"]["outcome"]["enum"] == list(get_args(Outcome))
    assert set(fields["findings"]["items"]["properties"]["severity"]["enum"]) == {item.value for item in Severity}
    assert fields["secrets"]["items"]["properties"]["kind"]["enum"] == [kind.value for kind in SecretKind]


def test_whole_clean_report() -> None:
    """One report, word for word."""
    assert parsed(clean_report()) == {
        "schema_version": 1,
        "tool": {"name": "publish-guard", "version": __version__},
        "generated_at": "2026-11-22T07:00:00Z",
        "command": "check",
        "verdict": "ok",
        "exit_code": 0,
        "error": None,
        "run": {
            "platform": "github",
            "repository": "octo-org/alpha",
            "ref": "refs/tags/v1.0",
            "workflow": "Release",
            "run_url": "https://github.com/octo-org/alpha/actions/runs/1",
        },
        "target": {
            "repository_url": "https://upload.pypi.org/legacy/",
            "index": "pypi.org",
            "expected_projects": ["alpha-pkg"],
        },
        "policy": {"origin": "pyproject.toml", "digest": "sha256:" + "d" * 64},
        "secrets": [
            {
                "id": "environment:PYPI_TOKEN",
                "name": "PYPI_TOKEN",
                "source": "environment",
                "kind": "api-token",
                "detail": None,
                "token": {
                    "fingerprint": "1035c0b56dd5ef72",
                    "index": "pypi.org",
                    "issuer": "user",
                    "scope": {
                        "kind": "project-scoped",
                        "projects": ["alpha-pkg"],
                        "project_ids": ["00000000-0000-4000-8000-000000000003"],
                        "reason": None,
                    },
                    "not_before": None,
                    "expires_at": None,
                    "not_before_unix": None,
                    "expires_at_unix": None,
                    "expired": False,
                    "caveats": [{"kind": "project-name", "legacy": False}, {"kind": "project-id", "legacy": False}],
                },
                "age": {
                    "at_least_days": None,
                    "at_most_days": 1546,
                    "evidence": [
                        {
                            "kind": "array-caveat-format",
                            "bound": "at-most",
                            "date": "2022-08-29",
                            "source": "the first caveat has the form of 2022-08-29",
                        }
                    ],
                },
            }
        ],
        "distributions": [],
        "uploads": [],
        "findings": [
            {
                "rule": "unknown-age",
                "severity": "note",
                "secret": "environment:PYPI_TOKEN",
                "distribution": None,
                "message": "Nothing says how old the token in PYPI_TOKEN is.",
                "remedy": "",
                "url": "https://publish-guard.readthedocs.io/en/stable/reference/rules/#unknown-age",
                "location": None,
                "exception": None,
            }
        ],
        "remarks": [],
    }


def test_failure_before_anything_was_judged() -> None:
    """The report has the same fields; what is not known is null or empty, and the error says why."""
    value = parsed(REPORTS["failed"]())
    assert (value["run"], value["target"], value["policy"], value["secrets"]) == (None, None, None, [])
    assert value["exit_code"] == 2
    assert value["error"]["message"] == "There is no file or folder 'dist'."
    assert value["error"]["remedy"] == "Build the distributions first (python -m build)."


def test_distribution_names_the_secret_that_publishes_it() -> None:
    """The assignment stands beside each file, null where no secret was chosen."""
    report = published_report()
    assert [item["secret"] for item in parsed(report)["distributions"]] == ["environment:PYPI_TOKEN"] * 2
    unassigned = Report("publish", "refused", ExitCode.REFUSED, NOW, report.case)
    assert [item["secret"] for item in parsed(unassigned)["distributions"]] == [None, None]


def test_time_outside_the_calendar_is_null_beside_its_number() -> None:
    """The date is null, the integer tells."""
    tokens = {item["name"]: item["token"] for item in parsed(sweep_report())["secrets"]}
    forever = tokens["FOREVER"]
    assert (forever["not_before"], forever["expires_at"]) == (None, None)
    assert (forever["not_before_unix"], forever["expires_at_unix"]) == (-(10**30), 10**30)
    assert tokens["TOMORROW"]["expires_at"] == "2027-01-01T07:00:00Z"
    assert tokens["GH"] is None


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, "1970-01-01T00:00:00Z"),
        (-1, "1969-12-31T23:59:59Z"),
        (253402300799, "9999-12-31T23:59:59Z"),
        (253402300800, None),
        (-62135596801, None),
        (10**400, None),
        (None, None),
    ],
)
def test_timestamps_at_the_edges(seconds: int | None, expected: str | None) -> None:
    """UTC with a Z, to the second, from year 1 to 9999."""
    assert timestamp(seconds) == expected


def test_largest_number_that_a_caveat_can_hold_is_written() -> None:
    """A time of thousands of digits is an integer too, and no crash."""
    stored = secret("T", f"[0,{'9' * 4000},0]")
    value = parsed(Report("check", "ok", ExitCode.CLEAN, NOW, case(stored)))
    assert value["secrets"][0]["token"]["expires_at_unix"] == int("9" * 4000)


def test_only_validated_values_of_a_token_are_shown() -> None:
    """Names that are not normalized, odd ids, unknown caveats and a foreign location never reach the report."""
    marks = ("MARK-One", "mark two", "mark/three", "<mark>four", "MARK5")
    stored = secret(
        "T",
        f'[1,["alpha-pkg","{marks[0]}","{marks[1]}","{marks[2]}"]]',
        f'[99,"{marks[3]}"]',
        f'[1,["alpha-pkg"],"{marks[4]}"]',
        location="mark-six.example",
    )
    text = render_json(Report("check", "ok", ExitCode.CLEAN, NOW, case(stored)))
    assert "mark" not in text.lower().replace('"remarks"', "")
    assert '"alpha-pkg"' in text
    assert '"index": "other"' in text


def test_token_itself_is_never_shown() -> None:
    """Neither text, nor signature, nor identifier, nor the ids of users and publishers."""
    for make in REPORTS.values():
        report = make()
        text = render_json(report)
        assert "identifier-of" not in text
        assert "00000000-0000-4000-8000-000000000001" not in text
        assert "00000000-0000-4000-8000-000000000002" not in text
        for stored in report.case.secrets if report.case else ():
            if stored.token is not None:
                assert stored.value[5:21] not in text
                assert stored.token.macaroon.signature.hex() not in text


def test_a_narrowed_copy_is_told_with_the_file() -> None:
    """The end of the copy is a time in UTC, and null where nothing was sent or what was sent was not narrowed."""
    uploads = parsed(published_report())["uploads"]
    assert [upload["narrowed_until"] for upload in uploads] == [
        "2026-11-22T07:10:00Z",
        "2026-11-22T07:12:00Z",
        *[None] * 5,
    ]


def test_detail_is_told_of_three_kinds_only() -> None:
    """Whose a foreign token is, what is wrong with a broken or empty one; what a password looks like is for people."""
    secrets = [no_token(kind.value, kind, "a clause") for kind in SecretKind if kind is not SecretKind.API_TOKEN]
    shown = parsed(Report("check", "ok", ExitCode.CLEAN, NOW, case(*secrets)))["secrets"]
    assert {item["kind"]: item["detail"] for item in shown} == {
        "empty": "a clause",
        "malformed-token": "a clause",
        "foreign-token": "a clause",
        "username-password": None,
        "unrecognized": None,
    }


def test_built_in_policy_has_no_digest() -> None:
    """Where there is no text of a policy, its digest is null."""
    judged = Report("check", "ok", ExitCode.CLEAN, NOW, case())
    assert judged.case is not None
    plain = Report("check", "ok", ExitCode.CLEAN, NOW, replace(judged.case, policy=Policy()))
    assert parsed(plain)["policy"] == {"origin": "built-in", "digest": None}


def test_json_is_safe_in_a_log() -> None:
    """Plain ASCII, no workflow command, no control character; a reader still gets every character back."""
    text = render_json(hostile_report())
    assert text.isascii()
    for line in text.split("\n"):
        assert not re.search(r"\A\s*::|##\[", line)
        assert line.isprintable()
    name = json.loads(text)["secrets"][0]["name"]
    assert name.startswith("::error::x\n::add-mask::y\r\n")
    assert "##[add-mask]w \x1b[2J" in name
    # The lone surrogate is no character; readers that are strict about UTF-8 would refuse it.
    assert name.endswith("\ufffd")
