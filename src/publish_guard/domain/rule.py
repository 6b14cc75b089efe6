"""The rules as values: a defect's name, how much it weighs, why it matters, and the function that finds it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from publish_guard.domain.case import Case
from publish_guard.domain.finding import Finding, Severity, documentation_of
from publish_guard.domain.record import record


@record
class Judgement:
    """What a rule's function yields: the parts of a finding that the rule does not fix.

    `severity` is None where the rule's own one (or the policy's) counts; a rule gives one only to be milder.
    `always` is None where the rule's own counts.
    """

    message: str
    remedy: str
    secret: str | None = None
    distribution: str | None = None
    severity: Severity | None = None
    always: bool | None = None


@record
class Rule:
    """A rule: a kebab-case noun of the defect, how much it weighs, why it exists, and the function that judges.

    `lowest` is the mildest severity that a policy may give it. `always` marks what leaves nothing to hand over, or
    would give a secret away: `publish` refuses it during a rollout (`mode: report-until`) too. `why` (paragraphs, with
    an empty line between) and `mend` (one step a line, numbered if there are several) are what `explain` prints;
    PROJECT in them stands for the reader's project. `when` says in the reference when the rule speaks and when it is
    milder; `example` is Markdown with a before and an after.
    """

    ident: str
    severity: Severity
    summary: str
    why: str
    mend: str
    judge: Callable[[Case], Iterable[Judgement]]
    lowest: Severity = Severity.NOTE
    always: bool = False
    when: str = ""
    example: str = ""

    @property
    def url(self) -> str:
        """Where the rule is documented."""
        return documentation_of(self.ident)

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield what this rule finds, under its own name and at the severity that the policy gives it.

        A severity below `lowest` counts as `lowest`, wherever the policy came from.
        """
        severity = case.policy.severities.get(self.ident, self.severity)
        if severity.weight < self.lowest.weight:
            severity = self.lowest
        for judgement in self.judge(case):
            chosen = severity
            if judgement.severity is not None and judgement.severity.weight < severity.weight:
                chosen = judgement.severity
            yield Finding(
                self.ident,
                chosen,
                judgement.message,
                judgement.remedy,
                judgement.secret,
                judgement.distribution,
                self.always if judgement.always is None else judgement.always,
            )
