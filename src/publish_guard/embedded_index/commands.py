"""`publish-guard index serve` and `publish-guard index mint`."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TextIO

from publish_guard.domain.moments import moment
from publish_guard.domain.names import is_project_name
from publish_guard.domain.scope import judge_caveats
from publish_guard.domain.text import listed
from publish_guard.embedded_index.minting import DEFAULT_PROJECT, DEFAULT_USER, Kind, mint_token
from publish_guard.embedded_index.store import Store
from publish_guard.errors import ExitCode, PublishGuardError, UsageError, in_words

if TYPE_CHECKING:
    from publish_guard.embedded_index.app import SeenRequest

DEFAULT_ROOT = Path(".publish-guard-index")
_NO_NUMBER = "not a number, or too large"
_NO_KIND = "no such kind"
_NO_PROJECT = "not a project name"
_NO_WORD = "letters, digits and -._ only"
# What is said of an argument without repeating its value.
_REASONS = (_NO_NUMBER, _NO_KIND, _NO_PROJECT, _NO_WORD, "expected one argument")
_MAX_LIFETIME = 100 * 365 * 24 * 3600


@dataclass(frozen=True)
class ServeOptions:
    """Where the index keeps its folder, and on which port it answers (0: any free one)."""

    root: Path
    port: int


@dataclass(frozen=True)
class MintOptions:
    """Which token to make, in which index's folder; `expires_in` in seconds from now."""

    root: Path
    kind: Kind
    projects: tuple[str, ...]
    user: str
    location: str
    expires_in: int | None


class _Parser(argparse.ArgumentParser):
    """Says what is wrong without repeating it: what stands on a command line by mistake may be a token."""

    def error(self, message: str) -> NoReturn:
        where, _, what = message.partition(": ")
        if where.startswith("argument "):
            cause = f"{where}: {what}" if what in _REASONS else where
        elif where == "the following arguments are required":
            cause = message
        else:
            cause = "there is an argument that the command does not have"
        raise UsageError(f"The command line is wrong: {cause}.", f"See {self.prog} --help.")


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of `publish-guard index`; its namespaces have `options`, ServeOptions or MintOptions to be."""
    parser = _Parser(
        prog="publish-guard index",
        description="A package index on this machine that reads real tokens and answers in PyPI's words.",
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(dest="command", required=True, parser_class=_Parser)
    serve_parser = commands.add_parser("serve", help="answer on loopback until interrupted", allow_abbrev=False)
    mint_parser = commands.add_parser("mint", help="make a token and print it", allow_abbrev=False)
    for each in (serve_parser, mint_parser):
        each.add_argument(
            "--root",
            type=Path,
            default=DEFAULT_ROOT,
            metavar="DIR",
            help="the folder that the index keeps, with the keys of its tokens (default: %(default)s)",
        )
    serve_parser.add_argument(
        "--port", type=_port, default=0, metavar="N", help="the port; 0 takes a free one (default: %(default)s)"
    )
    mint_parser.add_argument("--kind", type=_kind, required=True, metavar="KIND", help=f"one of: {', '.join(Kind)}")
    mint_parser.add_argument(
        "--project",
        type=_project,
        action="append",
        default=[],
        metavar="NAME",
        dest="projects",
        help=f"a project that it reaches, made if need be; repeatable ({DEFAULT_PROJECT} where the kind needs one)",
    )
    mint_parser.add_argument(
        "--user", type=_word, default=DEFAULT_USER, metavar="NAME", help="whose it is (default: %(default)s)"
    )
    mint_parser.add_argument(
        "--location",
        type=_word,
        default="pypi.org",
        metavar="HOST",
        help="the index that it says it is for (default: %(default)s)",
    )
    mint_parser.add_argument(
        "--expires-in", type=_seconds, metavar="SECONDS", help="add an expiration that many seconds from now"
    )
    return parser


def main(argv: Sequence[str]) -> int:
    """Run `publish-guard index` with these arguments and return the exit code."""
    try:
        arguments = build_parser().parse_args(list(argv))
        if arguments.command == "serve":
            return serve(ServeOptions(arguments.root, arguments.port), sys.stdout)
        options = MintOptions(
            arguments.root,
            arguments.kind,
            tuple(arguments.projects),
            arguments.user,
            arguments.location,
            arguments.expires_in,
        )
        return mint(options, sys.stdout)
    except PublishGuardError as error:
        sys.stderr.write(in_words(error.message, error.remedy) + "\n")
        return error.exit_code
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED


def mint(options: MintOptions, stdout: TextIO) -> int:
    """Make a token, keep it in the index's folder, and write its text and a line break to `stdout`."""
    store = Store(options.root)
    with store.transaction() as transaction:
        token, transaction.state = mint_token(
            transaction.state,
            options.kind,
            time.time(),
            projects=options.projects,
            user=options.user,
            location=options.location,
            expires_in=options.expires_in,
        )
    stdout.write(f"{token}\n")
    stdout.flush()
    return ExitCode.CLEAN


def serve(options: ServeOptions, stdout: TextIO) -> int:
    """Answer on loopback until SIGINT or SIGTERM; write where to upload and to install from, and a line per request.

    Of the token that came with an upload the line tells the projects and the end, and nothing else.
    """
    from publish_guard.embedded_index.server import start

    stop = threading.Event()
    # Before the server starts: a signal that comes early must not be lost.
    before = {number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGINT, signal.SIGTERM)}

    def watch(seen: SeenRequest) -> None:
        # Whoever read the lines may have gone; the index answers on.
        with suppress(OSError, ValueError):
            stdout.write(request_line(seen) + "\n")
            stdout.flush()

    try:
        with start(options.root, options.port, watch=watch) as index:
            root = "" if options.root == DEFAULT_ROOT else f" --root {options.root}"
            stdout.write(
                f"Upload to     {index.url}\n"
                f"Install from  {index.simple_url}\n"
                f"Make a token  publish-guard index mint{root} --kind project --project {DEFAULT_PROJECT}\n"
                "Ctrl-C stops it.\n"
            )
            stdout.flush()
            # A wait without an end cannot be interrupted on Windows.
            while not stop.wait(1):
                pass
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return ExitCode.CLEAN


def request_line(seen: SeenRequest) -> str:
    """Return the line that `serve` writes for a request: printable, and of an upload's token its reach and end only."""
    # A path that leads nowhere may be anything, even a token that was pasted in the wrong place.
    path = "(no such page)" if seen.status == HTTPStatus.NOT_FOUND else seen.path
    line = f"{seen.method} {seen.status} {path} {seen.filename or ''}".rstrip() + _credential(seen)
    return "".join(character if character.isprintable() else "?" for character in line)


def _credential(seen: SeenRequest) -> str:
    """Return the projects and the end of the token that came with an upload, by its caveats; nothing for no token."""
    if seen.method != "POST" or seen.caveats is None:
        return ""
    _, scope, validity = judge_caveats(seen.caveats)
    reach = listed(scope.projects) if scope.projects is not None else scope.kind
    if validity.expires_at is None:
        return f" (token: {reach}, no expiry)"
    return f" (token: {reach}, until {moment(validity.expires_at, seconds=True)})"


def _port(text: str) -> int:
    return _number(text, 65535)


def _seconds(text: str) -> int:
    return _number(text, _MAX_LIFETIME)


def _number(text: str, most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= most):
        raise argparse.ArgumentTypeError(_NO_NUMBER)
    return int(text)


def _kind(text: str) -> Kind:
    try:
        return Kind(text)
    except ValueError:
        raise argparse.ArgumentTypeError(_NO_KIND) from None


def _project(text: str) -> str:
    if not is_project_name(text):
        raise argparse.ArgumentTypeError(_NO_PROJECT)
    return text


def _word(text: str) -> str:
    if not text or len(text) > 253 or not all(character.isalnum() or character in "-._" for character in text):
        raise argparse.ArgumentTypeError(_NO_WORD)
    return text
