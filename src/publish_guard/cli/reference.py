"""docs/reference/cli.md, made from the parsers so that it cannot say anything else."""

from __future__ import annotations

import argparse

from publish_guard.cli.parser import PROGRAM, build_parser

_TOP = """\
# Command line

A secret is never taken from the command line: `--token` and `--password` are refused with what to use instead.
Any of these starts the program; what they differ in stands in the [threat model](../explanation/threat-model.md):

| start | for |
|---|---|
| `publish-guard …` | a person's machine, where the environment's other packages are trusted |
| `python -I -S …/publish_guard/__main__.py …` | a release job: no `.pth` file runs first |
| `python -m publish_guard …` | the same as the first |

`PUBLISH_GUARD_WORKER_PYTHON` names the interpreter whose environment has twine, PyYAML and keyring, where it is another
one than that which starts the program. `NO_COLOR` and `FORCE_COLOR` decide on colour, else the terminal does; `COLUMNS`
sets the width.

What a source gives is named `environment:NAME`, `file:PATH`, `stdin:stdin`, `pypirc:SECTION` or `keyring:URL`; a source
with one token a line gives `NAME#1`, `NAME#2` and so on. A sweep (`check --all-env`) expects no project and
reports every token it finds.
"""

_INDEX = """\
## publish-guard index

Serves an index on this machine that reads real tokens, and mints tokens for it: [Try it with the embedded
index](../how-to/try-with-the-embedded-index.md). Needs the extra `index` (`pip install 'publish-guard[index]'`).
"""


def command_line_reference(index: argparse.ArgumentParser) -> str:
    """Return the page: what every way to start has in common, then the help text of each command.

    `index` is the parser of the embedded index, which this room may not import.
    """
    parser = build_parser()
    parts = [_TOP, _section(PROGRAM, parser)]
    for name, command in sorted(_commands(parser).items()):
        if name != "index":
            parts.append(_section(f"{PROGRAM} {name}", command))
            continue
        parts += [_INDEX, *(_section(f"{PROGRAM} index {part}", own) for part, own in sorted(_commands(index).items()))]
    return "\n".join(parts)


def _section(title: str, parser: argparse.ArgumentParser) -> str:
    return f"## {title}\n\n```text\n{parser.format_help().rstrip()}\n```\n"


def _commands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    for action in parser._actions:  # noqa: SLF001 - argparse offers no other way to list commands
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - as above
            return dict(action.choices)
    return {}
