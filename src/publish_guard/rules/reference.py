"""The reference of all rules, written from the rules themselves (docs/reference/rules.md)."""

from __future__ import annotations

from publish_guard.domain.rule import Rule
from publish_guard.rules.registry import ALL_RULES

_HEAD = """\
# Rules

<!-- Written by tools/write_reference.py from the rules themselves: change them there. -->

Every finding names its rule. An error refuses the release (exit code 11). A warning is for people; with `--fail-on
warning` it stops the command too (exit code 10). A note only tells. `publish-guard explain RULE` prints what stands
here.

A policy changes a severity with `severities: {RULE: SEVERITY}`, never below the rule's lowest one. During a rollout
(`mode: report-until`) `check` refuses nothing at all. `publish` refuses only what leaves nothing to hand over, or would
give a secret away: the rules in whose section stands "`publish` refuses". Of all else it reports, and goes on; where
only the index would refuse, as with an expired token or a file of another content, the index has the last word.
"""


def rule_reference() -> str:
    """Return the whole page in Markdown: a table of all rules, then a section for each, whose anchor is its ident."""
    lines = [_HEAD, "| rule | default | what it says |", "|---|---|---|"]
    lines += [f"| [`{rule.ident}`](#{rule.ident}) | {rule.severity} | {rule.summary} |" for rule in ALL_RULES]
    return "\n".join(lines) + "\n\n" + "\n".join(_section(rule) for rule in ALL_RULES)


def for_project(text: str, project: str | None) -> str:
    """Return a rule's `why` or `mend` with PROJECT replaced by the reader's normalized project name, if known."""
    return text if project is None else text.replace("PROJECT", project)


def _section(rule: Rule) -> str:
    lowered = "no" if rule.lowest is rule.severity else f"to a {rule.lowest}"
    rollout = "`publish` refuses, `check` reports" if rule.always else "reports only"
    parts = [
        f"## {rule.ident}",
        rule.summary,
        "\n".join(
            (
                "| | |",
                "|---|---|",
                f"| Default | {rule.severity} |",
                f"| A policy may lower it | {lowered} |",
                f"| During a rollout | {rollout} |",
                f"| When | {rule.when} |",
            )
        ),
        "**Why it matters.** " + rule.why,
        "**How to mend it**",
        rule.mend,
    ]
    if rule.example:
        parts.append(rule.example)
    return "\n\n".join(parts) + "\n"
