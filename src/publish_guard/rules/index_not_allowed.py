"""An index that the policy does not list."""

from __future__ import annotations

from collections.abc import Iterator

from publish_guard.domain.case import Case
from publish_guard.domain.finding import Severity
from publish_guard.domain.rule import Judgement, Rule
from publish_guard.domain.text import listed, shown


def _judge(case: Case) -> Iterator[Judgement]:
    # A sweep looks at tokens, not at where they go.
    if case.sweep or case.policy.indexes is None or case.policy.index_policy(case.target) is not None:
        return
    allowed = listed([shown(host, 80) for host in case.policy.indexes]) or "none"
    yield Judgement(
        f"The policy ({shown(case.policy.origin)}) does not allow publishing to {shown(case.target.host)}. "
        f"Allowed: {allowed}.",
        f"Give the --repository-url of an allowed index, or add {shown(case.target.policy_names[0])} to `indexes` in "
        "the policy.",
    )


RULE = Rule(
    ident="index-not-allowed",
    severity=Severity.ERROR,
    # A policy that lists its indexes says by that list what it allows; a severity beside it would contradict it.
    lowest=Severity.ERROR,
    summary="The policy does not allow publishing to this index.",
    when="The policy has `indexes`, and the host of the repository URL is not among them. A sweep has no target.",
    why=(
        "A repository URL comes from a command line, a variable or a .pypirc, and each of them can be changed by a "
        "pull request or a mistake. An internal package that goes to the public index is out in the world; a release "
        "that goes to a stranger's host is a gift of a token.\n\n"
        "With `indexes` in the policy there is one reviewed place that says where releases may go."
    ),
    mend=(
        "1. Look at the repository URL in the message: is it the one that you meant?\n"
        "2. If not, mend `--repository-url`, or the variable behind it.\n"
        "3. If so, add the host to `indexes` in the policy, in a change that somebody reviews."
    ),
    example=(
        "```yaml\n# .publish-guard.yml\nindexes:\n  pypi.org:\n    macaroons: true\n"
        "  packages.example.org:\n    macaroons: false\n```"
    ),
    judge=_judge,
)
