"""What is gathered before anything is judged: each source, the projects, and what a failing source leaves."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from publish_guard.cli.gather import Gathered, gather
from publish_guard.cli.options import CheckOptions, PublishOptions
from publish_guard.cli.parser import parse_options
from publish_guard.domain.secret import SecretKind
from publish_guard.errors import FailureError
from support.tokens import made_token


def ask(operation: str, request: Mapping[str, object], *, timeout: float) -> Mapping[str, object]:
    raise FailureError(f"no {operation} worker here", "start one")


class Watched(dict[str, str]):
    """An environment that remembers which variables were looked at."""

    def __init__(self, values: dict[str, str]) -> None:
        super().__init__(values)
        self.seen: list[str] = []

    def get(self, name: str, default: str | None = None) -> str | None:  # type: ignore[override] # as it is used here
        self.seen.append(name)
        return super().get(name, default)


def gathered(folder: Path, *arguments: str, environ: dict[str, str] | None = None) -> Gathered:
    options = parse_options(arguments)
    if isinstance(options, PublishOptions):
        return gather("publish", options.common, environ or {}, ask, skip_existing=options.skip_existing)
    assert isinstance(options, CheckOptions)
    return gather("check", options, environ or {}, ask)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_default_variables_are_read_where_no_source_is_named(folder: Path) -> None:
    """PUBLISH_GUARD_TOKEN counts before TWINE_PASSWORD; where neither is set, that is a secret of kind empty."""
    token = made_token("alpha-pkg")

    both = gathered(folder, "check", environ={"PUBLISH_GUARD_TOKEN": token, "TWINE_PASSWORD": "x"})
    twine = gathered(folder, "check", environ={"TWINE_PASSWORD": token})
    none = gathered(folder, "check")

    assert [secret.id for secret in both.case.secrets] == ["environment:PUBLISH_GUARD_TOKEN"]
    assert [secret.id for secret in twine.case.secrets] == ["environment:TWINE_PASSWORD"]
    assert [secret.kind for secret in none.case.secrets] == [SecretKind.EMPTY]


def test_a_source_that_fails_leaves_the_others(folder: Path) -> None:
    """The keyring's failure comes along, and the file is read all the same."""
    (folder / "secret").write_text(made_token("alpha-pkg"))

    found = gathered(folder, "check", "--keyring", "--file", "secret")

    assert [secret.id for secret in found.case.secrets] == ["file:secret"]
    assert found.problem is not None


def test_what_is_named_counts_before_what_a_sweep_finds(folder: Path) -> None:
    """The same variable by name and by --all-env is one secret, read as the named one; it is no sweep any more."""
    quoted = f'"{made_token("alpha-pkg")}"'

    both = gathered(folder, "check", "--env", "T", "--all-env", environ={"T": quoted})
    sweep = gathered(folder, "check", "--all-env", environ={"T": quoted})

    assert [(secret.id, secret.kind) for secret in both.case.secrets] == [("environment:T", SecretKind.UNRECOGNIZED)]
    assert not both.case.sweep
    assert [secret.kind for secret in sweep.case.secrets] == [SecretKind.API_TOKEN]
    assert sweep.case.sweep


def test_projects_come_from_the_command_line_or_the_folder(folder: Path) -> None:
    """Named projects are sorted and normalized; only `check` without any looks into ./pyproject.toml."""
    (folder / "pyproject.toml").write_text('[project]\nname = "Gamma"\n')

    assert gathered(folder, "check", "--project", "b", "--project", "A.x").case.expected_projects == ("a-x", "b")
    assert gathered(folder, "check").case.expected_projects == ("gamma",)
    assert gathered(folder, "check", "--all-env").case.expected_projects == ()
    (folder / "alpha.txt").write_text("")
    assert gathered(folder, "publish", "alpha.txt").case.expected_projects == ()


def test_secrets_are_read_before_a_worker_starts(folder: Path) -> None:
    """A policy in YAML is read by a worker: by then nothing of a secret is still on its way."""
    (folder / ".publish-guard.yml").write_text("narrow: {minutes: 3}\n")
    environ = Watched({"T": made_token("alpha-pkg")})

    def watching(operation: str, request: Mapping[str, object], *, timeout: float) -> Mapping[str, object]:
        assert environ.seen == ["T"]
        return {"value": {}}

    options = parse_options(["check", "--env", "T"])
    assert isinstance(options, CheckOptions)
    assert gather("check", options, environ, watching).case.policy.read_by_worker
