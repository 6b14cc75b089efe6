"""A token of one index on its way to another."""

from __future__ import annotations

from collections.abc import Iterator

from publish_guard.domain.case import Case
from publish_guard.domain.finding import Severity
from publish_guard.domain.known_index import OTHER, known_index
from publish_guard.domain.rule import Judgement, Rule
from publish_guard.domain.secret import StoredSecret
from publish_guard.domain.text import shown
from publish_guard.domain.token import Token
from publish_guard.rules.words import new_token, place, sentence


def _judge(case: Case) -> Iterator[Judgement]:
    # A sweep looks at tokens, not at where they go; and a narrowed copy is not stolen on the way to this very machine.
    if case.sweep or (case.target.loopback and case.reads_macaroons):
        return
    for secret, token in case.tokens:
        if case.target.index == OTHER:
            yield from _to_unknown_host(case, secret, token)
        elif token.index != case.target.index:
            yield _between_indexes(case, secret, token)


def _between_indexes(case: Case, secret: StoredSecret, token: Token) -> Judgement:
    source = known_index(token.index)
    remedy = sentence(new_token(case, secret))
    if source is not None:
        remedy = f"To publish there, give --repository-url {source.upload_url}; otherwise {new_token(case)}."
    return Judgement(
        f"The token in {place(secret)} is for {_title(token.index)}, and this release goes to "
        f"{_title(case.target.index)}.",
        remedy,
        secret=secret.id,
    )


def _to_unknown_host(case: Case, secret: StoredSecret, token: Token) -> Iterator[Judgement]:
    named = case.policy.index_policy(case.target)
    if token.index == OTHER or (named is not None and named.macaroons is True):
        return
    host = shown(case.target.host)
    yield Judgement(
        f"The token in {place(secret)} is for {_title(token.index)}, and {host} is neither PyPI nor named by the "
        "policy as an index that reads such tokens: whoever runs it could publish with the token.",
        f"Use a credential of {host}; if it is an index that reads PyPI tokens, write "
        f"`indexes: {{{shown(case.target.policy_names[0])}: {{macaroons: true}}}}` in the policy.",
        secret=secret.id,
    )


def _title(index: str) -> str:
    known = known_index(index)
    return "another index" if known is None else known.title


RULE = Rule(
    ident="index-mismatch",
    severity=Severity.ERROR,
    # Sending a token to a stranger gives it away: no mode and no severity makes that right.
    lowest=Severity.ERROR,
    always=True,
    summary="The token is for another index than the one that is published to.",
    when=(
        "A PyPI token for TestPyPI, a TestPyPI token for PyPI, a token of neither for one of them, or a PyPI or "
        "TestPyPI token for a host that the policy does not name with `macaroons: true`. Loopback takes any token; a "
        "sweep looks at no target."
    ),
    why=(
        "PyPI and TestPyPI are two servers with two databases, and a token of one is unknown to the other: the upload "
        "ends with the words for a revoked token. A token says in its location for which it was made; nobody has "
        "signed that, so it serves to find mistakes, not to prove anything.\n\n"
        "A host that is neither is another matter. A misspelt or changed repository URL is how a token is stolen: the "
        "client sends it in full with the first request, and whoever answers can use it on PyPI. So no PyPI token "
        "leaves for a host that no policy names."
    ),
    mend=(
        "1. Look at the repository URL: PyPI's is https://upload.pypi.org/legacy/, TestPyPI's is "
        "https://test.pypi.org/legacy/\n"
        "2. Make the token on the index that it is for: "
        "https://pypi.org/manage/account/token/?selected_project=PROJECT, or the same page on test.pypi.org.\n"
        "3. For a private index, use that index's own credential.\n"
        "4. If an index of yours does read PyPI tokens, name its host in the policy.\n"
        "5. If the token was ever sent to a host that you do not know, remove it at "
        "https://pypi.org/manage/account/#api-tokens"
    ),
    example=(
        "```yaml\n# .publish-guard.yml\nindexes:\n  pypi.org:\n    macaroons: true\n"
        "  packages.example.org:\n    macaroons: true\n```"
    ),
    judge=_judge,
)
