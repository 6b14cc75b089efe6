"""The report for people: whole outputs, and what nothing from outside can do to them."""

from __future__ import annotations

import io
import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish_guard.domain.finding import Finding, Severity
from publish_guard.domain.policy import Policy, built_in_policy
from publish_guard.domain.record import replace
from publish_guard.domain.report import Report, ReportError, Upload
from publish_guard.domain.secret import SecretKind
from publish_guard.domain.target import parse_target
from publish_guard.errors import ExitCode
from publish_guard.reporters.lines import disarm
from publish_guard.reporters.text_report import render_text, use_colour
from support.reports import (
    NOW,
    REPORTS,
    case,
    distribution,
    hostile_report,
    no_token,
    published_report,
    refused_report,
    secret,
)

SNAPSHOTS = Path(__file__).resolve().parents[2] / "data" / "reports"

# What actions/runner takes for a command: `::` after white space, or `##[` anywhere (ActionCommand.cs).
COMMAND = re.compile(r"\A\s*::|##\[")


@pytest.mark.parametrize("kind", REPORTS)
def test_whole_output(kind: str) -> None:
    """Every word of a report is as in tests/data/reports; UPDATE_SNAPSHOTS=1 writes these files anew."""
    text = render_text(REPORTS[kind](), colour=False, width=100, print_hash=kind == "published")
    snapshot = SNAPSHOTS / f"{kind}.txt"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        snapshot.write_bytes(text.encode())
    assert text == snapshot.read_bytes().decode()


def test_snapshots_are_all_compared() -> None:
    """No file lies there that no test looks at."""
    assert {path.stem for path in SNAPSHOTS.glob("*.txt")} == set(REPORTS)


@pytest.mark.parametrize("kind", REPORTS)
@pytest.mark.parametrize("width", [40, 100, 200])
def test_colour_adds_nothing_but_colour(kind: str, width: int) -> None:
    """Taking the codes away gives the plain text."""
    report = REPORTS[kind]()
    plain, coloured = (render_text(report, colour=colour, width=width) for colour in (False, True))
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain
    assert "\x1b" not in plain
    assert coloured != plain


def test_severities_are_coloured() -> None:
    """An error is red, a warning yellow, a refusal red."""
    text = render_text(refused_report(), colour=True, width=100)
    assert "\x1b[1;31merror\x1b[0m[account-wide-token]: " in text
    assert "\x1b[1;33mwarning\x1b[0m[too-many-projects]: " in text
    assert text.splitlines()[-1].startswith("\x1b[1;31mrefused\x1b[0m: ")


@pytest.mark.parametrize("colour", [False, True])
@pytest.mark.parametrize("width", [40, 60, 100])
def test_nothing_from_outside_is_obeyed(colour: bool, width: int) -> None:
    """Of hostile names and words no line is a workflow command, and no character is left to steer a terminal."""
    text = render_text(hostile_report(), colour=colour, width=width)
    for line in text.split("\n"):
        assert not COMMAND.search(line)
        assert re.sub(r"\x1b\[[0-9;]*m", "", line).isprintable()


@given(
    words=st.text(st.sampled_from("::##[] \n\r\t\x85\u2028\u00a0\u202e\x1b\x9baerror"), max_size=200),
    width=st.integers(40, 120),
)
def test_no_text_becomes_a_command(words: str, width: int) -> None:
    """Wherever such a text stands and wherever its lines break, no line is a workflow command."""
    finding = Finding("malformed-token", Severity.ERROR, words, words)
    upload = Upload(words, "failed", 400, 1, words, words, words, words)
    parts = (finding, replace(finding, severity=Severity.NOTE))
    target = case(no_token(words, SecretKind.UNRECOGNIZED, words))
    report = Report(
        "check", "failed", ExitCode.FAILURE, NOW, target, parts, (upload,), (), ReportError(words, words), (words,)
    )
    for line in render_text(report, colour=False, width=width).split("\n"):
        assert not COMMAND.search(line)
        assert line.isprintable()


@pytest.mark.parametrize("line", ["::error::x", "  ::error::x", "a ##[error]x", "####[error]x"])
def test_disarmed_line_stays_readable(line: str) -> None:
    """Disarming adds spaces and takes nothing away."""
    assert COMMAND.search(line)
    assert not COMMAND.search(disarm(line))
    assert disarm(line).replace(" ", "") == line.replace(" ", "")


def test_harmless_line_stays_as_it_is() -> None:
    """Colons and hashes elsewhere mean nothing to the runner."""
    assert disarm("file a::b: #[x] ##") == "file a::b: #[x] ##"


def test_cause_rule_and_remedy_come_in_this_order() -> None:
    """A refusal says what happened, which rule it is, and what to do now."""
    text = render_text(refused_report(), colour=False, width=200)
    cause, rule, remedy = (text.index(word) for word in ("error[account-wide-token]: The", "  rule: ", "  remedy: "))
    assert cause < rule < remedy


def test_errors_come_first_and_notes_last() -> None:
    """However the rules are ordered, what refuses is read first; a note is wrapped as everything is."""
    lines = render_text(refused_report(), colour=False, width=40).splitlines()
    marks = [line.split("[")[0] for line in lines if re.match(r"(error|warning|note)\[", line)]
    assert marks == ["error", "error", "warning", "note"]
    note = next(number for number, line in enumerate(lines) if line.startswith("note["))
    assert lines[note + 1].startswith("  ")
    assert lines[note + 1].endswith("is.")
    assert max(map(len, lines[note : note + 2])) <= 40
    assert lines[note + 2] == ""


@pytest.mark.parametrize(
    ("policy", "line"),
    [
        (built_in_policy(), "policy: built-in"),
        (Policy(), "policy: built-in"),
        (
            Policy("policies/release.toml", "sha256:0123456789abcdef"),
            "policy: policies/release.toml (sha256:0123456789ab)",
        ),
        (Policy("a.toml\n::error::x", "sha256:" + "0" * 64), "policy: a.toml\\n::error::x (sha256:000000000000)"),
    ],
)
def test_the_second_line_says_which_policy_counted(policy: Policy, line: str) -> None:
    """The built-in one by its name, a file by its path and the beginning of its digest."""
    judged = replace(case(), policy=policy)
    text = render_text(Report("check", "ok", ExitCode.CLEAN, NOW, judged), colour=False, width=100)
    assert text.splitlines()[1] == line


def test_an_index_without_a_name_is_called_another() -> None:
    """A host that is neither PyPI nor TestPyPI is named by its URL."""
    judged = replace(case(), target=parse_target("https://packages.example.org/legacy/"))
    text = render_text(Report("check", "ok", ExitCode.CLEAN, NOW, judged), colour=False, width=100)
    assert text.startswith("index: another index at https://packages.example.org/legacy/, expecting alpha-pkg\n")


def test_a_narrowed_copy_is_told_with_the_file() -> None:
    """What was sent in place of the token stands beside the file, and nothing where it was not narrowed."""
    path = distribution().path
    judged = case(distributions=(distribution(),))
    for until, words in ((NOW + 600, ", with a copy for alpha-pkg until 07:10 UTC"), (None, "")):
        upload = Upload(path, "uploaded", 200, 1, narrowed_until=until)
        report = Report("publish", "ok", ExitCode.CLEAN, NOW, judged, uploads=(upload,))
        assert f"\nuploaded {path} (HTTP 200){words}\n" in render_text(report, colour=False, width=100)


def test_what_is_empty_is_called_so_once() -> None:
    """A detail that only repeats the kind is left out; another one is shown."""
    for detail, line in (("empty", "  kind: empty\n"), ("not set", "  kind: empty (not set)\n")):
        report = Report("check", "ok", ExitCode.CLEAN, NOW, case(no_token("T", SecretKind.EMPTY, detail)))
        assert line in render_text(report, colour=False, width=100)


@pytest.mark.parametrize("kind", REPORTS)
def test_last_line_is_the_verdict(kind: str) -> None:
    """One line, the last one, says in words how it ended."""
    report = REPORTS[kind]()
    lines = render_text(report, colour=False, width=100).splitlines()
    assert lines[-1].startswith(f"{report.verdict}: ")
    assert lines[-2] == ""


def test_hashes_only_when_asked_for() -> None:
    """The digests are shown with print_hash and not without."""
    report = published_report()
    assert "a" * 64 not in render_text(report, colour=False, width=100)
    shown = render_text(report, colour=False, width=100, print_hash=True)
    assert all(f": {space}{digest}" in shown for space, digest in (("     ", "a" * 64), ("", "b" * 64)))
    assert "c" * 32 in shown


def test_token_itself_is_never_shown() -> None:
    """Neither text, nor identifier, nor the ids of users and publishers."""
    for kind, make in REPORTS.items():
        report = make()
        text = render_text(report, colour=False, width=100)
        assert "00000000-0000-4000-8000" not in text, kind
        assert "identifier-of" not in text
        for stored in report.case.secrets if report.case else ():
            assert not stored.value or stored.value[5:21] not in text


def test_links_are_never_broken() -> None:
    """A link longer than the line stays whole, so that it can be followed."""
    text = render_text(refused_report(), colour=False, width=40)
    assert "https://pypi.org/manage/account/token/?selected_project=alpha-pkg" in text


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environ", "terminal", "expected"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": "0"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": ""}, False, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, False),
        ({"TERM": "dumb"}, True, False),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, False, True),
    ],
)
def test_who_decides_on_colour(environ: dict[str, str], terminal: bool, expected: bool) -> None:
    """NO_COLOR goes before FORCE_COLOR, either before the terminal; set but empty counts as not set."""
    assert use_colour(Terminal() if terminal else io.StringIO(), environ) is expected


def test_expiry_at_every_distance() -> None:
    """The time that is left is told in the unit that suits it."""
    distances = {30: "30 seconds", 60: "60 seconds", 7199: "119 minutes", 7200: "2 hours", 172800: "2 days"}
    for seconds, words in distances.items():
        stored = secret("T", f"[0,{NOW + seconds},0]")
        report = Report("check", "ok", ExitCode.CLEAN, NOW, case(stored))
        assert f", {words} left\n" in render_text(report, colour=False, width=100)
