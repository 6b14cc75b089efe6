"""The command line: what it takes, what it refuses, and how it says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from publish_guard.cli.options import CheckOptions, ExplainOptions, PublishOptions
from publish_guard.cli.parser import parse_options
from publish_guard.domain.finding import Severity
from publish_guard.errors import UsageError


def test_check_with_everything() -> None:
    """Every option of `check` arrives in the frozen options, repeated ones in their order."""
    options = parse_options(
        [
            *("check", "--env", "A", "--env", "B", "--env", "A", "--file", "f", "--pypirc", "rc", "--keyring"),
            *("--project", "Alpha_Pkg", "--dist", "a.whl", "b.whl", "--dist", "c.whl"),
            *("--repository-url", "https://index.example/", "--policy", "p.yml", "--fail-on", "warning"),
            *("--allow-account-wide", " once ", "--format", "json", "--output", "o.json"),
        ]
    )

    assert isinstance(options, CheckOptions)
    assert options.sources.env == ("A", "B")
    assert (options.sources.files, options.sources.pypirc, options.sources.keyring) == (("f",), "rc", True)
    assert options.projects == ("alpha-pkg",)
    assert options.dists == ("a.whl", "b.whl", "c.whl")
    assert options.policy == Path("p.yml")
    assert options.fail_on is Severity.WARNING
    assert options.allow_account_wide == "once"
    assert (options.output.format, options.output.path) == ("json", Path("o.json"))


def test_publish_takes_files_both_ways() -> None:
    """DIST and --dist name files alike; switches have their documented defaults."""
    options = parse_options(["publish", "--env", "A", "--dist", "a.whl", "--dry-run", "--", "b.whl"])

    assert isinstance(options, PublishOptions)
    assert options.common.dists == ("a.whl", "b.whl")
    assert (options.verify_metadata, options.narrow, options.dry_run, options.skip_existing) == (
        True,
        True,
        True,
        False,
    )


def test_the_default_pypirc_is_told_from_none() -> None:
    """--pypirc without a path means the default one, no --pypirc means none."""
    with_default = parse_options(["check", "--pypirc", "--env", "A"])
    without = parse_options(["check"])

    assert isinstance(with_default, CheckOptions)
    assert isinstance(without, CheckOptions)
    assert (with_default.sources.pypirc, without.sources.pypirc) == ("", None)
    assert not without.sources.given


def test_explain_takes_a_rule_or_none() -> None:
    """Without a rule `explain` lists them."""
    assert parse_options(["explain", "stale-token"]) == ExplainOptions("stale-token")
    assert parse_options(["explain"]) == ExplainOptions(None)


@pytest.mark.parametrize(
    ("arguments", "message", "remedy"),
    [
        (["publish"], "no distribution is named", "dist/*"),
        (["check", "--token", "x"], "never taken from the command line", "--env PYPI_TOKEN"),
        (["publish", "-psecret", "x"], "never taken from the command line", "--stdin"),
        (["check", "--env", "A=b"], "not its value", "--env PYPI_TOKEN"),
        (["check", "--env", ""], "name of a variable", "--env PYPI_TOKEN"),
        (["check", "--allow-account-wide", "  "], "needs a reason", "--allow-account-wide"),
        (["check", "--project", "no name!"], "name of a project", "--project my-package"),
        (["check", "--fail-on", "never"], "it has 'error', 'warning'", "--help"),
        (["check", "--keyrin"], "no option --keyrin", "Did you mean --keyring?"),
        (["check", "--jobs", "3"], "no option --jobs", "--help"),
        (["check", "left", "over"], "takes no such argument", "--help"),
        (["publish", "--verify-metadata", "yes", "x"], "it has 'true', 'false'", "--help"),
        ([], "COMMAND is missing", "--help"),
        (["chekc"], "it has 'check', 'publish'", "--help"),
        (["check", "--stdin=hunter2hunter2"], "does not take what was given", "--help"),
        (["check", "--env"], "--env expected one argument", "--help"),
        (["publish", "-r", "testpypi", "x"], "has no option -r", "--repository-url"),
        (["publish", "--username", "me", "x"], "has no option --username", "--user"),
        (["check", "-q"], "has no option -q", "--help"),
    ],
)
def test_mistakes_are_usage_errors_with_a_remedy(arguments: list[str], message: str, remedy: str) -> None:
    """Each mistake names what is wrong and what to write."""
    with pytest.raises(UsageError) as caught:
        parse_options(arguments)

    assert message in caught.value.message
    assert remedy in caught.value.remedy


@pytest.mark.parametrize("option", ["--verify-metadata", "--narrow", "--fail-on", "--format"])
def test_no_value_of_a_choice_is_repeated(option: str) -> None:
    """argparse would quote the value; ours does not, for it may be a secret in the wrong place."""
    with pytest.raises(UsageError) as caught:
        parse_options(["publish", option, "a-secret-in-the-wrong-place", "x"])

    assert "a-secret" not in caught.value.message + caught.value.remedy
