"""`explain`: a rule in words."""

from __future__ import annotations

import textwrap
from pathlib import Path

from publish_guard.rules.reference import for_project
from publish_guard.rules.registry import ALL_RULES, rule_named
from publish_guard.sources.pyproject import project_of

_WIDTH = 100


def explain(ident: str | None) -> str:
    """Return why a rule exists and how to mend what it finds; the list of all rules where none is named.

    Raises UsageError for a name that no rule has, with the nearest one.
    """
    if ident is None:
        width = max(len(rule.ident) for rule in ALL_RULES)
        return "\n".join(f"{rule.ident:<{width}}  {rule.severity:<7}  {rule.summary}" for rule in ALL_RULES)
    rule = rule_named(ident)
    project = project_of(Path("pyproject.toml"))
    lowest = "" if rule.lowest is rule.severity else f" (a policy may lower it to {rule.lowest})"
    return "\n".join(
        (
            f"{rule.ident}: {rule.severity}{lowest}",
            *_wrapped(rule.summary),
            "",
            "Why it matters",
            *_wrapped(rule.why),
            "",
            "How to mend it",
            *_wrapped(rule.mend if project is None else for_project(rule.mend, project)),
            "",
            rule.url,
        )
    )


def _wrapped(text: str) -> list[str]:
    lines: list[str] = []
    for line in text.strip().splitlines():
        lines += textwrap.wrap(line, _WIDTH, subsequent_indent="   " if line[:1].isdigit() else "") or [""]
    return lines
