"""The folder of the index: what it knows in `state.json`, replaced as a whole, and the files in `packages/`."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from publish_guard.embedded_index.model import State
from publish_guard.embedded_index.state_file import MAX_STATE_SIZE, StateError, read_state, write_state
from publish_guard.errors import FailureError, UsageError

_STATE = "state.json"
# Tells the index's own folder from any other that somebody may name by mistake.
_MARK = ".publish-guard-index"


class Transaction:
    """One change of the state: set `state` to what it shall become; without that, or on an error, nothing changes."""

    def __init__(self, state: State) -> None:
        self.state = state


class Store:
    """The index's folder, which only its owner can read: the keys of all tokens lie in it.

    What another process writes there (`publish-guard index mint`, or a person who edits `state.json`) is seen at the
    next look. Raises UsageError for a folder that holds something else, FailureError where it cannot be read.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()
        self.packages = self.root / "packages"
        self.incoming = self.root / "incoming"
        self._seen: tuple[int, int, int] | None = None
        self._state = State()
        self._reading = threading.Lock()
        self._prepare()

    @property
    def state(self) -> State:
        """What is known now, read again when the file has changed."""
        path = self.root / _STATE
        with self._reading:
            try:
                with path.open(encoding="utf-8") as stream:
                    status = os.fstat(stream.fileno())
                    seen = (status.st_mtime_ns, status.st_size, status.st_ino)
                    if seen != self._seen:
                        self._state, self._seen = read_state(stream.read(MAX_STATE_SIZE + 1)), seen
            except FileNotFoundError:
                self._state, self._seen = State(), None
            except (OSError, UnicodeDecodeError, StateError) as error:
                reason = error.strerror if isinstance(error, OSError) else str(error)
                raise FailureError(
                    f"The embedded index's {_STATE} cannot be read: {reason}.",
                    "Undo the last edit of it, or remove the index's folder to begin afresh.",
                ) from None
            return self._state

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Hold the one lock of the folder, across processes, and write the state that stands in the end."""
        with _locked(self.root / ".lock"):
            before = self.state
            transaction = Transaction(before)
            yield transaction
            if transaction.state is not before:
                self._write(transaction.state)

    def _write(self, state: State) -> None:
        path = self.root / f"{_STATE}.new"
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(fd, "w", encoding="utf-8") as stream:  # noqa: PTH123 - a descriptor, not a path
            stream.write(write_state(state))
        path.replace(self.root / _STATE)

    def _prepare(self) -> None:
        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not (self.root / _MARK).is_file():
                if any(self.root.iterdir()):
                    raise UsageError(
                        "The folder for the embedded index holds something else.",
                        "Name an empty or a new folder with --root.",
                    )
                (self.root / _MARK).touch()
            self.root.chmod(0o700)
            # The keys in here are nobody's business, least of all a repository's.
            (self.root / ".gitignore").write_text("*\n", encoding="utf-8")
            self.packages.mkdir(exist_ok=True)
            self.incoming.mkdir(exist_ok=True)
        except OSError as error:
            raise FailureError(
                f"The folder for the embedded index cannot be used: {error.strerror}.",
                "Name another one with --root.",
            ) from None


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("a+b") as stream:
        if sys.platform == "win32":
            import msvcrt

            stream.seek(0)
            msvcrt.locking(stream.fileno(), msvcrt.LK_LOCK, 1)
            try:
                yield
            finally:
                stream.seek(0)
                msvcrt.locking(stream.fileno(), msvcrt.LK_UNLCK, 1)
        else:
            import fcntl

            # Each opening has a lock of its own, so this also keeps threads apart; closing lets go of it.
            fcntl.flock(stream, fcntl.LOCK_EX)
            yield
