"""What can go wrong, sorted by who must act: each error says what happened and what to do now."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What the process answers; the meanings are part of the interface (docs/reference/exit-codes.md)."""

    CLEAN = 0
    FAILURE = 1
    USAGE = 2
    NOTHING_TO_CHECK = 3
    WARNINGS = 10
    REFUSED = 11
    INTERRUPTED = 130


def in_words(message: str, remedy: str = "") -> str:
    """Return a failure as standard error shows it: its cause, and on a line of its own the remedy if there is one."""
    return f"error: {message}\n  remedy: {remedy}" if remedy else f"error: {message}"


class PublishGuardError(Exception):
    """The base of every expected error: a cause for the reader, a remedy, and the exit code that tells programs.

    Neither text ever holds a secret, a part of one, or an identifier.
    """

    exit_code = ExitCode.FAILURE

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


class UsageError(PublishGuardError):
    """The command line or a configuration file is wrong: the person who wrote it mends it."""

    exit_code = ExitCode.USAGE


class PolicyError(UsageError):
    """The policy does not say what it must, in the words it must: nothing is judged by a guess."""


class NothingToCheckError(PublishGuardError):
    """There is no secret or no distribution to look at, which is never the same as "all is well"."""

    exit_code = ExitCode.NOTHING_TO_CHECK


class FailureError(PublishGuardError):
    """Something outside failed: the network, an index, twine, a worker, a file that cannot be read."""


class WorkerRefusalError(FailureError):
    """A worker said in its own words why it cannot do what it was asked; the caller may know a better exit code."""
