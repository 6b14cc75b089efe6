"""An index that is reached without encryption."""

from __future__ import annotations

from collections.abc import Iterator

from publish_guard.domain.case import Case
from publish_guard.domain.finding import Severity
from publish_guard.domain.rule import Judgement, Rule
from publish_guard.domain.text import shown


def _judge(case: Case) -> Iterator[Judgement]:
    if case.target.scheme == "http" and not case.target.loopback:
        yield Judgement(
            f"The index at {shown(case.target.host)} is reached by plain http: everybody on the way could read the "
            "token and change the files.",
            "Give the repository URL with https://",
        )


RULE = Rule(
    ident="insecure-index",
    severity=Severity.ERROR,
    # A token that was sent in the clear is given away; there is no mode in which that is right.
    lowest=Severity.ERROR,
    always=True,
    summary="The index is reached by plain http.",
    when="The repository URL begins with `http://` and its host is not this machine itself.",
    why=(
        "The credential stands in a header of every upload. Without encryption, each machine between this one and the "
        "index can read it and use it, and can put other bytes in place of the files. That holds inside a company's "
        "network too.\n\n"
        "Loopback (127.0.0.0/8, ::1, localhost) does not leave the machine and is let pass, so that a local index can "
        "be tried."
    ),
    mend=(
        "1. Give the URL with https://; PyPI's is https://upload.pypi.org/legacy/\n"
        "2. For a private index without a certificate, put a proxy with TLS before it; a certificate of your own "
        "authority is named with REQUESTS_CA_BUNDLE.\n"
        "3. If a token was sent in the clear, replace it: https://pypi.org/manage/account/#api-tokens"
    ),
    judge=_judge,
)
