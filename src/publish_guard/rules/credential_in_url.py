"""A repository URL with a user name or password in it."""

from __future__ import annotations

from collections.abc import Iterator

from publish_guard.domain.case import Case
from publish_guard.domain.finding import Severity
from publish_guard.domain.rule import Judgement, Rule
from publish_guard.domain.text import shown


def _judge(case: Case) -> Iterator[Judgement]:
    if case.target.has_credential:
        yield Judgement(
            f"The repository URL for {shown(case.target.host)} holds a user name or password, and URLs end up in logs.",
            "Take it out of the URL, replace that credential, and hand the new one over as a secret: "
            "--env NAME, with --user for its name.",
        )


RULE = Rule(
    ident="credential-in-url",
    severity=Severity.ERROR,
    # It is in the command line and the job's log by now; going on would spread it further.
    lowest=Severity.ERROR,
    always=True,
    summary="The repository URL holds a user name or password.",
    when="There is user information before an `@` in the repository URL.",
    why=(
        "A URL is not a secret to any tool: it stands in process lists, job logs, error messages and the headers of "
        "redirects. A password in it is read by whoever reads those. publish-guard takes it out before it shows or "
        "uses the URL, and refuses to go on, because the secret that was checked would not be the one that is used."
    ),
    mend=(
        "1. Write the URL without the part before the `@`.\n"
        "2. Replace the credential that stood there, because it may be in logs.\n"
        "3. Store the new one as a secret, and name the variable: `--env NAME`, and `--user NAME` where the index "
        "wants a user name."
    ),
    example=(
        "Before:\n\n```sh\npublish-guard publish --repository-url https://user:password@packages.example.org/ dist/*\n"
        "```\n\n"
        "After:\n\n```sh\npublish-guard publish --repository-url https://packages.example.org/ --user user "
        "--env PACKAGES_PASSWORD dist/*\n```"
    ),
    judge=_judge,
)
