"""The one place where errors end: each becomes words, a report where one was asked for, and an exit code."""

from __future__ import annotations

import signal
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from publish_guard.cli.options import ExplainOptions, OutputOptions, PublishOptions
from publish_guard.cli.output import Output
from publish_guard.cli.parser import Options, parse_options
from publish_guard.domain.redact import Redactor
from publish_guard.domain.report import Report, ReportError
from publish_guard.domain.text import holds_token
from publish_guard.errors import ExitCode, PublishGuardError

ISSUES = "https://github.com/publish-guard/publish-guard/issues"


def run_at_the_door(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run a command line and return its exit code (docs/reference/exit-codes.md)."""
    # A CI that cancels a job sends SIGTERM: it ends like Ctrl-C, with a report of what was sent up to then.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    redactor = Redactor()
    output = Output(_asked_for(arguments), environ, redactor)
    command = arguments[0] if arguments and arguments[0] in ("check", "publish", "explain") else "check"
    try:
        options = parse_options(arguments)
        if not isinstance(options, ExplainOptions):
            common = options.common if isinstance(options, PublishOptions) else options
            output = Output(common.output, environ, redactor)
        return _run(options, environ, output, redactor)
    except PublishGuardError as error:
        output.fail(_failure(command, environ, error.exit_code, error.message, error.remedy))
        return error.exit_code
    except KeyboardInterrupt:
        output.fail(_failure(command, environ, ExitCode.INTERRUPTED, "Interrupted.", "Run the same command again."))
        return ExitCode.INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last guard: what nobody expected must not print a secret
        output.fail(_failure(command, environ, ExitCode.FAILURE, *_unexpected(error)))
        return ExitCode.FAILURE


def _run(options: Options, environ: Mapping[str, str], output: Output, redactor: Redactor) -> int:
    if isinstance(options, ExplainOptions):
        from publish_guard.cli.explain import explain

        output.line(explain(options.rule))
        return ExitCode.CLEAN
    from publish_guard.cli import compose

    # Before anything is read or sent: a report that cannot be kept must not be found out afterwards.
    output.check_writable()
    if isinstance(options, PublishOptions):
        report = compose.publish(options, environ, output, redactor)
    else:
        report = compose.check(options, environ, output, redactor)
    return output.report(report, print_hash=isinstance(options, PublishOptions) and options.print_hash)


def _failure(command: str, environ: Mapping[str, str], exit_code: ExitCode, message: str, remedy: str) -> Report:
    from publish_guard.adapters.run import run_from_environment

    return Report(
        command=command,
        verdict="failed",
        exit_code=exit_code,
        generated_at=int(time.time()),
        error=ReportError(message, remedy),
        run=run_from_environment(environ),
    )


def _unexpected(error: Exception) -> tuple[str, str]:
    """Return words for a bug: what kind of error and where, but not its text, which could repeat anything."""
    import traceback

    frames = traceback.extract_tb(error.__traceback__)[-3:]
    places = ", ".join(f"{frame.filename.replace(chr(92), '/').rpartition('/')[2]}:{frame.lineno}" for frame in frames)
    return (
        f"publish-guard has a bug: {type(error).__name__} at {places}.",
        f"Nothing more was sent. Please report this line at {ISSUES}.",
    )


def _asked_for(arguments: Sequence[str]) -> OutputOptions:
    """Return the output that a command line asks for, even where the rest of it cannot be parsed."""
    asked = {"--format": "", "--output": ""}
    for position, argument in enumerate(arguments):
        name, equals, value = argument.partition("=")
        if name in asked:
            asked[name] = value if equals else "".join(arguments[position + 1 : position + 2])
    path = asked["--output"]
    format_: Literal["text", "json"] = "json" if asked["--format"] == "json" else "text"
    return OutputOptions(format_, Path(path) if path and not holds_token(path) else None)
