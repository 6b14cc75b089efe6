"""How arguments are taken: no secret among them, and no value repeated in an error."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from typing import NoReturn

from publish_guard.domain.text import holds_token
from publish_guard.errors import UsageError

# Options that other tools take a secret by; here they are refused before anything looks at their value.
_SECRET_OPTIONS = ("--token", "--password", "--passphrase")
# What is left of an unknown argument in an error: a name alone, never what may have been glued to it.
_OPTION_NAME = re.compile(r"--[a-z][a-z-]{0,30}|-[a-zA-Z]").match
# What people write who come from twine, and what it is called here.
_OTHER_WORDS = {
    "-r": "--repository-url",
    "--repository": "--repository-url",
    "-u": "--user",
    "--username": "--user",
    "--config-file": "--pypirc",
    "--non-interactive": "nothing: it never asks",
    "--disable-progress-bar": "nothing: there is none",
}
# The parts of argparse's messages that hold nothing of what was given.
_PHRASES = ("expected one argument", "expected at least one argument")
_HOW_INSTEAD = (
    "Put the secret into an environment variable and name it (--env PYPI_TOKEN), or use --stdin, --file, --pypirc or "
    "--keyring. What stood on a command line may be in a shell history or a log: revoke it."
)


class Formatter(argparse.HelpFormatter):
    """Help of one width everywhere: the documentation shows the same lines, and nobody measures the terminal."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=32, width=100)


class Parser(argparse.ArgumentParser):
    """Raises what it has to say instead of printing it, without the values that it was given."""

    def error(self, message: str) -> NoReturn:
        subject, _, rest = message.partition(": ")
        if subject == "the following arguments are required":
            what = f"{rest} is missing" if rest else "something is missing"
        elif subject.startswith("argument ") and rest in _PHRASES:
            what = f"{subject.removeprefix('argument ')} {rest}"
        elif subject.startswith("argument ") and "(choose from" in rest:
            choices = rest.rpartition("(choose from")[2].rstrip(")").strip()
            what = f"{subject.removeprefix('argument ')} does not have this value; it has {choices}"
        elif subject.startswith("argument "):
            what = f"{subject.removeprefix('argument ')} does not take what was given to it"
        else:
            what = "there is an argument that the command does not have"
        raise UsageError(f"The command line is wrong: {what}.", f"See {self.prog} --help.")


def refuse_secrets(arguments: Sequence[str]) -> None:
    """Raise UsageError where a secret, or an option that would take one, stands among the arguments."""
    for argument in arguments:
        if argument == "--":
            return
        if argument.partition("=")[0] in _SECRET_OPTIONS or argument[:2] == "-p":
            raise UsageError("A secret is never taken from the command line.", _HOW_INSTEAD)
        if holds_token(argument):
            raise UsageError("There is a token on the command line, where it is never taken from.", _HOW_INSTEAD)


def unknown_arguments(unknown: Sequence[str], prog: str, known: Sequence[str]) -> UsageError:
    """Return the error for arguments that the command does not have, with the nearest of those that it has."""
    names = [found[0] for argument in unknown if (found := _OPTION_NAME(argument))]
    help_ = f"See {prog} --help."
    if not names:
        return UsageError(f"{prog} takes no such argument.", help_)
    name = names[0]
    if name in _OTHER_WORDS:
        return UsageError(f"{prog} has no option {name}.", f"Here it is {_OTHER_WORDS[name]}. {help_}")
    import difflib

    nearest = difflib.get_close_matches(name, [option for option in known if option.startswith("--")], n=1)
    remedy = f"Did you mean {nearest[0]}? " if nearest else ""
    return UsageError(f"{prog} has no option {name}.", f"{remedy}{help_}")
