"""Where words go: the report to standard output or a file, everything else to standard error, all of it redacted."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TextIO

from publish_guard.cli.options import OutputOptions
from publish_guard.domain.redact import Redactor
from publish_guard.domain.report import Report
from publish_guard.domain.text import shown
from publish_guard.errors import ExitCode, UsageError

# Longer lines are cut: what is told in words fits in this many characters.
_LONGEST_LINE = 2000
# A failure to write the report is no worse than these.
_WORSE = (ExitCode.INTERRUPTED, ExitCode.USAGE, ExitCode.REFUSED)


class Output:
    """Writes for one run. Standard output carries the report alone; progress and errors go to standard error."""

    def __init__(self, options: OutputOptions, environ: Mapping[str, str], redactor: Redactor) -> None:
        self._options = options
        self._environ = environ
        self._redactor = redactor
        self._lock: contextlib.AbstractContextManager[object] = contextlib.nullcontext()

    def share_between_threads(self) -> None:
        """Let lines come from several threads from now on: those that listen to a worker have something to say too."""
        import threading

        self._lock = threading.Lock()

    def check_writable(self) -> None:
        """Raise UsageError where the file that the report shall go to cannot be written."""
        if self._options.path is None:
            return
        try:
            if _special(self._options.path):
                if not os.access(self._options.path, os.W_OK):
                    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
                return
            with _beside(self._options.path):
                pass
        except OSError as error:
            raise UsageError(self._unwritable(self._options.path, error), "Give --output another path.") from None

    def line(self, text: str) -> None:
        """Print a text that is itself the answer."""
        self._print(text, sys.stdout)

    def progress(self, text: str) -> None:
        """Print what happens right now, for people who watch: a log with the text report would have it twice."""
        watched = sys.stderr is not None and sys.stderr.isatty()
        if watched or self._options.format != "text" or self._options.path is not None:
            self.log(text)

    def log(self, text: str) -> None:
        """Print a line beside the report, such as one that a worker printed."""
        self._print(_fit(text), sys.stderr)

    def report(self, report: Report, *, print_hash: bool = False) -> ExitCode:
        """Show a report in the format that was asked for, and where; return the exit code of the run."""
        path = self._options.path
        rendered = self._rendered(report, for_file=path is not None, print_hash=print_hash)
        if path is None:
            if self._print(rendered, sys.stdout):
                return report.exit_code
            self._print("error: The report could not be written to standard output.", sys.stderr)
            return report.exit_code if report.exit_code in _WORSE else ExitCode.FAILURE
        if self._write_file(path, rendered):
            self._print(f"{report.verdict}: the report is in {_fit(str(path))}", sys.stderr)
        else:
            # What was found and sent must not be lost with the file.
            self._print(rendered, sys.stdout)
            return report.exit_code if report.exit_code in _WORSE else ExitCode.FAILURE
        return report.exit_code

    def fail(self, report: Report) -> None:
        """Show a report on a failure: where the report goes, and always as words on standard error."""
        if report.error is not None:
            # A policy's problems are one a line; each line is made fit to show by itself.
            first, *more = (_fit(line) for line in report.error.message.splitlines() or [""])
            self._print("\n".join([f"error: {first}", *more]), sys.stderr)
            if report.error.remedy:
                self._print(f"  remedy: {_fit(report.error.remedy)}", sys.stderr)
        path = self._options.path
        if self._options.format == "json" or path is not None:
            rendered = self._rendered(report, for_file=True, print_hash=False)
            # An older report must not stay and be taken for this one.
            if (path is None or not self._write_file(path, rendered)) and self._options.format == "json":
                self._print(rendered, sys.stdout)

    def _rendered(self, report: Report, *, for_file: bool, print_hash: bool) -> str:
        if self._options.format == "json":
            from publish_guard.reporters.json_report import render_json

            return render_json(report)
        from publish_guard.reporters.text_report import render_text, use_colour

        colour = not for_file and sys.stdout is not None and use_colour(sys.stdout, self._environ)
        return render_text(report, colour=colour, width=self._width(), print_hash=print_hash)

    def _width(self) -> int:
        columns = self._environ.get("COLUMNS", "")
        if columns.isascii() and columns.isdigit():
            return max(40, min(int(columns[:4]), 200))
        try:
            return max(40, min(os.get_terminal_size(sys.stdout.fileno()).columns, 120))
        except (AttributeError, OSError, ValueError):
            return 100

    def _print(self, text: str, out: TextIO | None) -> bool:
        """Print a text, redacted, and return whether it arrived where somebody still reads."""
        if out is None:
            # Closed at the start: nobody wants to read it.
            return True
        line = self._redactor.redact(text).rstrip("\n") + "\n"
        encoding = out.encoding or "ascii"
        with self._lock:
            try:
                out.write(line.encode(encoding, "backslashreplace").decode(encoding))
                out.flush()
            except OSError as error:
                # Python must not try to write the rest at its end.
                with contextlib.suppress(OSError):
                    nowhere = os.open(os.devnull, os.O_WRONLY)
                    os.dup2(nowhere, out.fileno())
                    os.close(nowhere)
                # Whoever reads only the beginning has what they wanted; a full disk loses it.
                return isinstance(error, BrokenPipeError)
        return True

    def _write_file(self, path: Path, text: str) -> bool:
        """Write the whole file or none of it, and return whether that worked."""
        content = self._redactor.redact(text).rstrip("\n") + "\n"
        try:
            if _special(path):
                with path.open("w", encoding="utf-8") as stream:
                    stream.write(content)
                return True
            with _beside(path) as temporary:
                temporary.write_text(content, encoding="utf-8")
                temporary.chmod(_mode(path))
                temporary.replace(path.resolve())
        except OSError as error:
            self._print(f"error: {self._unwritable(path, error)}", sys.stderr)
            return False
        return True

    def _unwritable(self, path: Path, error: OSError) -> str:
        return f"The report cannot be written to {_fit(str(path))} ({error.strerror})."


@contextlib.contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """Give a new file in the folder of `path`, and take it away again where it is still there."""
    import tempfile

    target = path.resolve()
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    fd, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:100]}.")
    os.close(fd)
    temporary = Path(name)
    try:
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def _special(path: Path) -> bool:
    """Return whether `path` is a pipe or a device, such as /dev/stdout: written to, never replaced."""
    return path.exists() and not path.is_file() and not path.is_dir()


def _mode(path: Path) -> int:
    """Return the permissions of a report: those of the one before, else what the system gives to new files."""
    with contextlib.suppress(OSError):
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _fit(line: str) -> str:
    """Return one line from outside, fit for a terminal and no command to a CI runner that reads the log."""
    from publish_guard.reporters.lines import disarm

    return disarm(shown(line, _LONGEST_LINE))
