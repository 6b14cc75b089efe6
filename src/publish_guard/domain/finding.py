"""What a rule says: findings with a severity, a cause and a remedy."""

from __future__ import annotations

from enum import StrEnum

from publish_guard.domain.record import record

DOCUMENTATION = "https://publish-guard.readthedocs.io/en/stable"


class Severity(StrEnum):
    """How much a finding weighs: an error refuses, a warning is for people (or `--fail-on warning`), a note tells."""

    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"

    @property
    def weight(self) -> int:
        """Where it stands from the mildest (0) up."""
        return _WEIGHTS[self]


_WEIGHTS = {Severity.NOTE: 0, Severity.WARNING: 1, Severity.ERROR: 2}


def documentation_of(rule: str) -> str:
    """Return the address of a rule's section in the documentation."""
    return f"{DOCUMENTATION}/reference/rules/#{rule}"


@record
class Finding:
    """One thing that a rule found: what happened (`message`) and what to do now (`remedy`), each a sentence or two.

    `secret` is the id of the secret and `distribution` the path of the file that it is about, where it is about one.
    `always` marks what `publish` refuses during a rollout too.
    """

    rule: str
    severity: Severity
    message: str
    remedy: str
    secret: str | None = None
    distribution: str | None = None
    always: bool = False

    @property
    def url(self) -> str:
        """Where the rule is documented."""
        return documentation_of(self.rule)
