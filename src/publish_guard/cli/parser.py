"""The argument parsers. No secret is ever taken from an argument, and no argument's value is repeated in an error."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from publish_guard import __version__
from publish_guard.cli.arguments import Formatter, Parser, refuse_secrets, unknown_arguments
from publish_guard.cli.options import (
    CheckOptions,
    ExplainOptions,
    OutputOptions,
    PublishOptions,
    SourceOptions,
)
from publish_guard.domain.finding import Severity
from publish_guard.domain.known_index import PYPI_UPLOAD_URL
from publish_guard.domain.names import is_normalized_name, normalize_name
from publish_guard.errors import UsageError

PROGRAM = "publish-guard"
Options = CheckOptions | PublishOptions | ExplainOptions


def parse_options(arguments: Sequence[str]) -> Options:
    """Return the frozen options of a command line. Raises UsageError; --help and --version end by themselves."""
    refuse_secrets(arguments)
    parser = build_parser()
    namespace, unknown = parser.parse_known_args(list(arguments))
    if "--" not in arguments:
        # argparse takes a misspelt option with a space in it for a file.
        words = [*getattr(namespace, "distributions", []), getattr(namespace, "rule", None) or ""]
        unknown += [word for word in words if word.startswith("-")]
    if unknown:
        raise unknown_arguments(unknown, f"{PROGRAM} {namespace.command}", _known_options(namespace.command))
    match namespace.command:
        case "check":
            return _check(namespace)
        case "publish":
            return _publish(namespace)
        case _:
            return ExplainOptions(namespace.rule)


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line, with the help text that docs/reference/cli.md shows."""
    parser = Parser(
        prog=PROGRAM,
        allow_abbrev=False,
        formatter_class=Formatter,
        description="Reads a PyPI token before it is used: refuses one that reaches too far, narrows it to this "
        "project and a few minutes, and hands only that copy to twine.",
    )
    parser.add_argument("--version", action="version", version=f"{PROGRAM} {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    check = commands.add_parser(
        "check",
        allow_abbrev=False,
        formatter_class=Formatter,
        help="judge a secret; needs no network and no dependency",
        description="Judge secrets: what they are, how far they reach, and whether that fits this project.",
        epilog=_EPILOG,
    )
    _add_sources(check)
    _add_judging(check)
    publish = commands.add_parser(
        "publish",
        allow_abbrev=False,
        formatter_class=Formatter,
        help="judge, narrow, and upload with twine",
        description="Judge the secret and the distributions; where nothing refuses, upload each file with its own copy "
        "of the token, narrowed to the file's project and a few minutes.",
        epilog=_EPILOG,
    )
    _add_sources(publish)
    _add_judging(publish)
    _add_publishing(publish)
    explain = commands.add_parser(
        "explain",
        allow_abbrev=False,
        formatter_class=Formatter,
        help="say why a rule exists and how to mend what it finds",
        description="Say why a rule exists and how to mend what it finds; without RULE, list all rules.",
    )
    explain.add_argument("rule", nargs="?", metavar="RULE", help="the rule's name, such as account-wide-token")
    commands.add_parser(
        "index",
        add_help=False,
        help="serve an index on this machine that reads real tokens, and mint tokens for it",
    )
    return parser


_EPILOG = (
    "Without a source the token is read from PUBLISH_GUARD_TOKEN, else from TWINE_PASSWORD. "
    "Exit codes: 0 clean, 1 failure, 2 usage or configuration, 3 nothing to check, 10 warnings with --fail-on warning, "
    "11 refused, 130 interrupted."
)


def _add_sources(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("where the secret is (--env and --file may be repeated)")
    group.add_argument("--env", action="append", default=[], metavar="NAME", help="an environment variable")
    group.add_argument("--stdin", action="store_true", help="standard input")
    group.add_argument("--file", action="append", default=[], metavar="PATH", help="a file")
    group.add_argument(
        "--pypirc",
        nargs="?",
        const="",
        metavar="PATH",
        help="the section for the repository URL in a .pypirc file (default: ~/.pypirc)",
    )
    group.add_argument("--keyring", action="store_true", help="the keyring's entry for the repository URL, as twine's")
    group.add_argument("--all-env", action="store_true", help="every variable that holds a PyPI token")


def _add_judging(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("what it is judged by")
    group.add_argument(
        "--project",
        action="append",
        default=[],
        metavar="NAME",
        help="a project that the token must reach (repeatable; default for check without --dist and --all-env: "
        "the one that ./pyproject.toml names)",
    )
    group.add_argument(
        "--dist",
        action="extend",
        nargs="+",
        default=[],
        metavar="PATH",
        help="distributions that the token must reach",
    )
    group.add_argument(
        "--repository-url",
        default=PYPI_UPLOAD_URL,
        metavar="URL",
        help="the index's upload URL (default: %(default)s)",
    )
    group.add_argument(
        "--policy",
        metavar="PATH",
        help="a policy file instead of .publish-guard.yml or [tool.publish-guard] in pyproject.toml",
    )
    group.add_argument(
        "--fail-on",
        choices=["error", "warning"],
        default="error",
        help="the mildest finding that ends with a non-zero exit code (default: %(default)s)",
    )
    group.add_argument(
        "--allow-account-wide",
        metavar="REASON",
        help="let an account-wide token pass, for the reason that the report will name",
    )
    output = parser.add_argument_group("the report")
    output.add_argument("--format", choices=["text", "json"], default="text", help="default: %(default)s")
    output.add_argument("--output", metavar="PATH", help="write the report to a file instead of standard output")


def _add_publishing(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("publishing")
    group.add_argument(
        "--user",
        metavar="NAME",
        help="the index user (default: the one kept with a password in .pypirc, else __token__)",
    )
    group.add_argument("--skip-existing", action="store_true", help="skip files whose name the index has already")
    group.add_argument("--verbose", action="store_true", help="show what twine prints and logs")
    group.add_argument("--print-hash", action="store_true", help="show the digests of each file")
    group.add_argument(
        "--verify-metadata",
        choices=["true", "false"],
        default="true",
        help="run twine check first (default: %(default)s)",
    )
    group.add_argument(
        "--narrow",
        choices=["on", "off"],
        default="on",
        help="off hands the stored token itself to twine (default: %(default)s)",
    )
    group.add_argument("--dry-run", action="store_true", help="do everything but upload")
    parser.add_argument("distributions", nargs="*", metavar="DIST", help="the files to publish, such as dist/*")


def _check(namespace: argparse.Namespace, dists: Sequence[str] = ()) -> CheckOptions:
    if any(not name or "=" in name for name in namespace.env):
        raise UsageError(
            "--env takes the name of a variable, not its value.", "Write --env PYPI_TOKEN and set PYPI_TOKEN."
        )
    return CheckOptions(
        sources=SourceOptions(
            env=tuple(dict.fromkeys(namespace.env)),
            stdin=namespace.stdin,
            files=tuple(dict.fromkeys(namespace.file)),
            pypirc=namespace.pypirc,
            keyring=namespace.keyring,
            all_env=namespace.all_env,
        ),
        projects=tuple(_project(name) for name in namespace.project),
        dists=(*namespace.dist, *dists),
        repository_url=namespace.repository_url,
        policy=Path(namespace.policy) if namespace.policy is not None else None,
        fail_on=Severity(namespace.fail_on),
        allow_account_wide=_reason(namespace.allow_account_wide),
        output=OutputOptions(namespace.format, Path(namespace.output) if namespace.output is not None else None),
    )


def _publish(namespace: argparse.Namespace) -> PublishOptions:
    if not namespace.dist and not namespace.distributions:
        raise UsageError("There is nothing to publish: no distribution is named.", "Name the files, such as dist/*.")
    return PublishOptions(
        common=_check(namespace, namespace.distributions),
        user=namespace.user,
        skip_existing=namespace.skip_existing,
        verbose=namespace.verbose,
        print_hash=namespace.print_hash,
        verify_metadata=namespace.verify_metadata == "true",
        narrow=namespace.narrow == "on",
        dry_run=namespace.dry_run,
    )


def _reason(text: str | None) -> str | None:
    if text is None:
        return None
    from publish_guard.domain.policy.values import clean_reason

    reason = clean_reason(text)
    if reason is None:
        raise UsageError(
            "--allow-account-wide needs a reason of 1 to 200 printable characters.",
            'Write why it must be so: --allow-account-wide "first release".',
        )
    return reason


def _project(name: str) -> str:
    project = normalize_name(name)
    if not is_normalized_name(project):
        raise UsageError("--project takes the name of a project.", "Write it as on PyPI: --project my-package.")
    return project


def _known_options(command: str) -> list[str]:
    for action in build_parser()._actions:  # noqa: SLF001 - argparse offers no other way to list options
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - as above
            return list(action.choices[command]._option_string_actions)  # noqa: SLF001 - as above
    return []
