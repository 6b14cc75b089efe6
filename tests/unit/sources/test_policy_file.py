"""Where a policy is found, which of several counts, and what happens to files that cannot be one."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path

import pytest

from publish_guard.domain.policy import AccountWideRule, Policy, built_in_policy
from publish_guard.domain.worker import Message
from publish_guard.errors import ExitCode, FailureError, PolicyError, WorkerRefusalError
from publish_guard.sources.policy_file import find_policy
from publish_guard.sources.pyproject import MAX_SIZE
from publish_guard.worker import WorkerProblem, read_yaml
from support.policy_samples import LOWEST

YAML = "account-wide: first-release\nprojects: [alpha-pkg]\n"
TABLE = '[tool.publish-guard]\naccount-wide = "first-release"\nprojects = ["alpha-pkg"]\n'
OTHER_TABLES = '[project]\nname = "alpha-pkg"\n\n[tool.other]\nx = 1\n'


class Worker:
    """Asks the worker's own function in this process, through JSON as the pipe does, and counts."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, float]] = []

    def __call__(self, operation: str, request: Message, *, timeout: float) -> Message:
        self.asked.append((operation, timeout))
        try:
            answer = read_yaml.handle(json.loads(json.dumps(dict(request))))
        except WorkerProblem as problem:
            raise WorkerRefusalError(problem.message, problem.remedy) from None
        parsed: dict[str, object] = json.loads(json.dumps(answer))
        return parsed


def find(folder: Path, explicit: Path | None = None, worker: Worker | None = None) -> Policy:
    return find_policy(folder, explicit, ask=worker or Worker(), lowest=LOWEST)


def refusal(folder: Path, explicit: Path | None = None) -> PolicyError:
    with pytest.raises(PolicyError) as caught:
        find(folder, explicit)
    assert caught.value.exit_code is ExitCode.USAGE
    assert caught.value.remedy
    return caught.value


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project folder, which is the current one."""
    monkeypatch.chdir(tmp_path)
    return Path()


def test_without_a_file_the_built_in_policy_counts(folder: Path) -> None:
    """A project that wrote no policy, with or without a pyproject.toml, has the built-in one."""
    assert find(folder) == built_in_policy()
    Path("pyproject.toml").write_text(OTHER_TABLES)
    assert find(folder) == built_in_policy()


def test_both_places_say_the_same(folder: Path) -> None:
    """The YAML file and the table of pyproject.toml give equal policies, and only YAML needs the worker."""
    worker = Worker()
    Path(".publish-guard.yml").write_text(YAML)
    from_yaml = find(folder, worker=worker)
    assert worker.asked == [("read_yaml", 10.0)]
    Path(".publish-guard.yml").unlink()
    Path("pyproject.toml").write_text(OTHER_TABLES + TABLE)
    from_toml = find(folder, worker=worker)
    assert len(worker.asked) == 1
    assert (from_yaml.origin, from_toml.origin) == (".publish-guard.yml", "pyproject.toml")
    assert from_yaml.digest == from_toml.digest
    assert from_toml.account_wide is AccountWideRule.FIRST_RELEASE


def test_two_policies_are_refused(folder: Path) -> None:
    """A policy in both places is an error, whatever they say; a pyproject.toml without the table is none."""
    Path(".publish-guard.yml").write_text(YAML)
    Path("pyproject.toml").write_text(OTHER_TABLES)
    assert find(folder).origin == ".publish-guard.yml"
    Path("pyproject.toml").write_text(TABLE)
    assert "There are two policies" in refusal(folder).message


def test_an_explicit_file_replaces_what_is_found(folder: Path) -> None:
    """With --policy nothing else is looked at, not even two policies or a broken one."""
    Path(".publish-guard.yml").write_text("broken: [")
    Path("pyproject.toml").write_text("broken = [")
    Path("other.toml").write_text('account-wide = "first-release"\n')
    policy = find(folder, Path("other.toml"))
    assert (policy.origin, policy.account_wide) == ("other.toml", AccountWideRule.FIRST_RELEASE)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("p.yml", YAML),
        ("p.YAML", YAML),
        ("p.toml", TABLE.split("\n", 1)[1]),
        ("p.toml", OTHER_TABLES + TABLE),
        ("pyproject.toml", OTHER_TABLES + TABLE),
        ("p.json", '{"account-wide": "first-release", "projects": ["alpha-pkg"]}'),
    ],
)
def test_explicit_files_of_every_format(folder: Path, name: str, content: str) -> None:
    """YAML, a bare TOML table, a file like pyproject.toml and JSON are read alike."""
    (folder / "ci").mkdir()
    (folder / "ci" / name).write_text(content)
    policy = find(folder, Path("ci") / name)
    assert policy.origin == f"ci/{name}"
    assert (policy.account_wide, policy.projects) == (AccountWideRule.FIRST_RELEASE, ("alpha-pkg",))


def test_toml_has_dates_of_its_own(folder: Path) -> None:
    """A date without quotes is a day in TOML."""
    Path("pyproject.toml").write_text("[tool.publish-guard]\nmode = {report-until = 2027-03-31}\n")
    assert find(folder).report_until == date(2027, 3, 31)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("p.toml", "a = [", "p.toml is not TOML: "),
        ("p.toml", 'mode = "enforce"\nmode = "enforce"\n', "(at line 2, column 17)"),
        ("p.toml", "x = " + "9" * 5000, "p.toml is not TOML"),
        ("p.toml", "x = " + "[" * 50_000, "p.toml is nested too deep"),
        ("p.toml", "a." * 100_000 + "a = 1", "a key has more than 100 parts"),
        ("p.toml", "[" + '"a\\"" . ' * 25_000 + "'b']", "a key has more than 100 parts"),
        ("p.toml", "", "found nothing"),
        ("p.toml", "[tool.other]\n", "p.toml has no [tool.publish-guard]"),
        ("pyproject.toml", 'mode = "enforce"\n', "pyproject.toml has no [tool.publish-guard]"),
        ("p.toml", 'mode = "enforce"\n' + TABLE, "policy keys at the top (mode)"),
        ("p.toml", "[tool]\npublish-guard = 1\n", "found the number 1"),
        ("p.toml", "[[tool.publish-guard]]\n", "found a list"),
        ("p.toml", "[tool.publish_guard]\n", "[tool.publish_guard] in p.toml looks like a policy"),
        ("p.json", '{"mode": "enforce",\n}', "p.json is not JSON: "),
        ("p.json", '{"mode": "enforce", "mode": "enforce"}', 'the key "mode" stands twice'),
        ("p.json", '{"narrow": {"minutes": NaN}}', "NaN is no JSON value"),
        ("p.json", "[" * 100_000, "p.json is nested too deep"),
        ("p.json", "9" * 5000, "p.json is not JSON"),
        ("p.json", "null", "found nothing"),
        ("p.json", "\ufeff{}", "p.json begins with a byte order mark"),
        ("p.yml", "", "found nothing"),
        ("p.yml", "mode: enforce\nmode: enforce\n", 'p.yml, line 2, column 1: the key "mode" stands twice'),
        ("p.yml", "narrow: {enabled: yes}", 'narrow.enabled: found the text "yes"'),
        ("p.txt", YAML, "p.txt does not tell its format"),
        ("p", YAML, "p does not tell its format"),
    ],
)
def test_what_is_no_policy_is_refused_in_these_words(folder: Path, name: str, content: str, said: str) -> None:
    """A file that does not parse, says nothing or says something else is exit 2 with its cause."""
    Path(name).write_text(content, encoding="utf-8")
    assert said in refusal(folder, Path(name)).message


@pytest.mark.parametrize("name", ["pyproject.toml", ".publish-guard.yml"])
def test_a_found_file_that_is_no_utf_8_is_refused(folder: Path, name: str) -> None:
    """A file that may hold the policy is never skipped because it cannot be read."""
    Path(name).write_bytes(b"publish-guard: 1\n\xe4")
    assert "line 2" in refusal(folder).message


@pytest.mark.parametrize("name", ["publish-guard", "PUBLISH_GUARD", "publish.guard", "\\u0070ublish-guard"])
def test_a_broken_pyproject_that_may_hold_a_policy_is_refused(folder: Path, name: str) -> None:
    """Where the name of the table could stand, in whatever spelling, a file that does not parse is exit 2."""
    Path("pyproject.toml").write_text(f'[project\n[tool."{name}"]\n')
    assert "pyproject.toml is not TOML" in refusal(folder).message


def test_an_escaped_name_of_the_table_is_read(folder: Path) -> None:
    """TOML may write the name with escapes; it is the table all the same."""
    Path("pyproject.toml").write_text('[tool."\\u0070ublish-guard".narrow]\nminutes = 3\n')
    assert find(folder).narrow_minutes == 3


def test_a_pyproject_that_never_names_us_is_not_parsed(folder: Path) -> None:
    """What cannot hold a policy is no reason to stop a release: not even where it is broken."""
    Path("pyproject.toml").write_text("[project\n")
    assert find(folder).origin == "built-in"


@pytest.mark.parametrize(
    "name",
    [
        ".publish-guard.yaml",
        ".publish_guard.yml",
        ".publish-guard.toml",
        ".publish-guard.json",
        "publish-guard.yml",
        "publish-guard.toml",
        ".Publish-Guard.yml",
    ],
)
def test_a_name_that_is_nearly_right_is_refused(folder: Path, name: str) -> None:
    """A policy that would be ignored for its name is told its right name instead."""
    Path(name).write_text("mode: enforce")
    error = refusal(folder)
    assert name in error.message
    assert ".publish-guard.yml" in error.remedy


def test_a_report_is_not_mistaken_for_a_policy(folder: Path) -> None:
    """publish-guard.json is what people call a report."""
    Path("publish-guard.json").write_text("{}")
    assert find(folder) == built_in_policy()


@pytest.mark.parametrize("table", ["publish_guard", "publishguard", "Publish-Guard", '"publish.guard"'])
def test_a_table_that_is_nearly_right_is_refused(folder: Path, table: str) -> None:
    """A table that would be ignored for its name is told its right name instead."""
    Path("pyproject.toml").write_text(f"[tool.{table}]\n")
    assert "[tool.publish-guard]" in refusal(folder).remedy


@pytest.mark.parametrize("name", ["pyproject.toml", ".publish-guard.yml"])
def test_what_is_no_regular_file_is_refused(folder: Path, name: str) -> None:
    """A folder, a pipe and a link to nothing in the place of a policy are errors, and none is waited for."""
    Path(name).mkdir()
    assert refusal(folder).message == f"The policy cannot be read: {name} is a folder."
    Path(name).rmdir()
    if hasattr(os, "mkfifo"):
        os.mkfifo(name)
        said = f"The policy cannot be read: {name} is a pipe or device, not a regular file."
        assert refusal(folder).message == said
        Path(name).unlink()
    Path(name).symlink_to("nowhere")
    error = refusal(folder)
    assert error.message == f"The policy cannot be read: There is no file {name}."
    assert "secret" not in error.remedy


def test_a_device_is_refused(folder: Path) -> None:
    """An endless device is not read, even behind a link with a fitting name."""
    Path("p.json").symlink_to("/dev/zero")
    assert "p.json is a pipe or device, not a regular file" in refusal(folder, Path("p.json")).message


@pytest.mark.parametrize("path", [Path("missing.yml"), Path("a\0.yml"), Path("n" * 5000 + ".yml")])
def test_a_missing_explicit_file_is_refused(folder: Path, path: Path) -> None:
    """--policy with a path that cannot be read is an error, never the built-in policy."""
    message = refusal(folder, path).message
    assert "cannot be read" in message
    assert message.isprintable()


@pytest.mark.parametrize("name", [".publish-guard.yml", "pyproject.toml"])
def test_a_file_over_the_bound_is_refused(folder: Path, name: str) -> None:
    """256 KiB are read and not a byte more."""
    Path(name).write_text("#" * MAX_SIZE)
    if name == "pyproject.toml":
        assert find(folder) == built_in_policy()
    Path(name).write_text("#" * (MAX_SIZE + 1))
    assert "more than 256 KiB" in refusal(folder).message


def test_a_folder_that_is_not_there_is_refused() -> None:
    """Where nothing can be looked for, nothing is assumed."""
    assert "cannot be looked through" in refusal(Path("gone")).message


def test_a_worker_that_breaks_is_a_failure_and_no_policy(folder: Path) -> None:
    """A broken worker is exit 1: the file may be well. So is an answer without a value."""
    Path(".publish-guard.yml").write_text(YAML)

    def breaks(operation: str, request: Message, *, timeout: float) -> Message:
        raise FailureError("The worker broke.")

    def empty(operation: str, request: Message, *, timeout: float) -> Message:
        return {}

    for ask in (breaks, empty):
        with pytest.raises(FailureError) as caught:
            find_policy(folder, None, ask=ask, lowest=LOWEST)
        assert caught.value.exit_code is ExitCode.FAILURE


def test_an_absolute_folder_is_named_as_it_was_given(tmp_path: Path) -> None:
    """The origin is the path as the caller wrote it."""
    (tmp_path / "pyproject.toml").write_text(TABLE)
    assert find(tmp_path).origin == f"{tmp_path.as_posix()}/pyproject.toml"


@pytest.mark.parametrize("name", [".publish-guard.yml", "other.yaml"])
def test_yaml_cannot_switch_narrowing_off(folder: Path, name: str) -> None:
    """What a worker read cannot make the holder hand over the stored token; TOML, which the holder reads, can."""
    Path(name).write_text("narrow: {enabled: false}\n")
    assert "cannot switch narrowing off" in refusal(folder, Path(name)).message
    Path("p.toml").write_text("narrow.enabled = false\n")
    assert not find(folder, Path("p.toml")).narrow
