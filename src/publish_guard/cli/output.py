"""Where words go: the report to standard output or a file, everything else to standard error, all of it redacted."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

from publish_guard.cli.options import OutputOptions
from publish_guard.domain.redact import Redactor
from publish_guard.domain.report import Report
from publish_guard.domain.text import shown
from publish_guard.errors import UsageError

# Longer lines are cut: what is told in words fits in this many characters.
_LONGEST_LINE = 2000


class Output:
    """Writes for one run. Standard output carries the report alone; progress and errors go to standard error."""

    def __init__(self, options: OutputOptions, environ: Mapping[str, str], redactor: Redactor) -> None:
        self._options = options
        self._environ = environ
        self._redactor = redactor

    def line(self, text: str) -> None:
        """Print a text that is itself the answer."""
        self._print(text, sys.stdout)

    def progress(self, text: str) -> None:
        """Print what happens right now, for people."""
        self._print(_shown(text), sys.stderr)

    def report(self, report: Report, *, print_hash: bool = False) -> None:
        """Show a report in the format that was asked for, and where."""
        if self._options.path is not None:
            self._write_file(self._options.path, self._rendered(report, for_file=True, print_hash=print_hash))
            self._print(f"{report.verdict}: the report is in {shown(str(self._options.path))}", sys.stderr)
            return
        self._print(self._rendered(report, for_file=False, print_hash=print_hash), sys.stdout)

    def fail(self, report: Report) -> None:
        """Show a report on a failure: as JSON where that was asked for, and always as words on standard error."""
        if report.error is not None:
            # A policy's problems are one a line; each line is made fit to show by itself.
            first, *more = (_shown(line) for line in report.error.message.splitlines() or [""])
            self._print("\n".join([f"error: {first}", *more]), sys.stderr)
            if report.error.remedy:
                self._print(f"  remedy: {_shown(report.error.remedy)}", sys.stderr)
        if self._options.format != "json":
            return
        rendered = self._rendered(report, for_file=True, print_hash=False)
        if self._options.path is None:
            self._print(rendered, sys.stdout)
            return
        try:
            self._write_file(self._options.path, rendered)
        except UsageError as error:
            self._print(f"error: {shown(error.message)}", sys.stderr)

    def _rendered(self, report: Report, *, for_file: bool, print_hash: bool) -> str:
        if self._options.format == "json":
            from publish_guard.reporters.json_report import render_json

            return self._redactor.redact(render_json(report))
        from publish_guard.reporters.text_report import render_text, use_colour

        colour = not for_file and sys.stdout is not None and use_colour(sys.stdout, self._environ)
        return self._redactor.redact(render_text(report, colour=colour, width=self._width(), print_hash=print_hash))

    def _width(self) -> int:
        columns = self._environ.get("COLUMNS", "")
        if columns.isascii() and columns.isdigit():
            return max(40, min(int(columns[:4]), 200))
        try:
            return max(40, min(os.get_terminal_size(sys.stdout.fileno()).columns, 120))
        except (AttributeError, OSError, ValueError):
            return 100

    def _print(self, text: str, out: TextIO | None) -> None:
        if out is None:
            # Closed at the start: nobody wants to read it.
            return
        try:
            out.write(self._redactor.redact(text).rstrip("\n") + "\n")
            out.flush()
        except UnicodeEncodeError:
            encoding = out.encoding or "ascii"
            out.write(text.encode(encoding, "backslashreplace").decode(encoding).rstrip("\n") + "\n")
        except BrokenPipeError:
            # Whoever read us has gone; the exit code still tells. Python must not try to flush again at its end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())

    def _write_file(self, path: Path, text: str) -> None:
        """Write the whole file or none of it."""
        import tempfile

        try:
            with tempfile.NamedTemporaryFile(
                "w", encoding="utf-8", dir=path.parent, prefix=f".{path.name}.", delete=False
            ) as stream:
                stream.write(text.rstrip("\n") + "\n")
            # A temporary file is for its owner alone; a report may be read by whoever reads the folder.
            Path(stream.name).chmod(0o644)
            Path(stream.name).replace(path)
        except OSError as error:
            raise UsageError(
                f"The report cannot be written to {shown(str(path))} ({error.strerror}).",
                "Give --output a path that can be written.",
            ) from None


def _shown(line: str) -> str:
    """Return one line from outside, fit for a terminal and no command to a CI runner that reads the log."""
    from publish_guard.reporters.lines import disarm

    return disarm(shown(line, _LONGEST_LINE))
