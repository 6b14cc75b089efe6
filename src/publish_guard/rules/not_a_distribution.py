"""Something among the distributions that is none."""

from __future__ import annotations

from collections.abc import Iterator

from publish_guard.domain.case import Case
from publish_guard.domain.finding import Severity
from publish_guard.domain.rule import Judgement, Rule
from publish_guard.domain.text import one_line, shown


def _judge(case: Case) -> Iterator[Judgement]:
    for stray in case.strays:
        if not stray.unreadable:
            yield Judgement(
                f"Among the distributions lies {shown(stray.path)}, which is none: "
                f"{one_line(stray.reason).rstrip('.')}.",
                "Take it out of the folder, or name the distributions alone: dist/*.whl dist/*.tar.gz",
                distribution=stray.path,
            )


RULE = Rule(
    ident="not-a-distribution",
    severity=Severity.ERROR,
    # Whoever knows what lies there may say so: it is never sent.
    lowest=Severity.NOTE,
    summary="Something among the distributions is none.",
    when=(
        "A path that was given, or an entry of a folder that was given, is neither a wheel nor a source distribution: "
        "a folder, a signature, an attestation, a log."
    ),
    why=(
        "What lies in `dist/` without belonging there is a sign that the folder is not what the build made. "
        "actions/download-artifact, for one, makes a folder for each artifact, and the wheels in it would be passed "
        "over: a release without them, and no error.\n\n"
        "Such a file is never sent. The error is there so that somebody looks."
    ),
    mend=(
        "1. For nested folders: `merge-multiple: true` at actions/download-artifact.\n"
        "2. Build into an empty folder, and keep signatures, checksums and logs elsewhere.\n"
        "3. Or name the files alone: `dist/*.whl dist/*.tar.gz`.\n"
        "4. If it must lie there, lower the rule: `severities: {not-a-distribution: note}`."
    ),
    example=(
        "Before:\n\n```yaml\n- uses: actions/download-artifact@v5\n  with:\n    path: dist\n```\n\n"
        "After:\n\n```yaml\n- uses: actions/download-artifact@v5\n  with:\n    path: dist\n"
        "    merge-multiple: true\n```"
    ),
    judge=_judge,
)
