"""A secret that is something else than a PyPI API token."""

from __future__ import annotations

from collections.abc import Iterator

from publish_guard.domain import details
from publish_guard.domain.case import Case
from publish_guard.domain.finding import Severity
from publish_guard.domain.rule import Judgement, Rule
from publish_guard.domain.secret import SecretKind, StoredSecret
from publish_guard.domain.text import shown
from publish_guard.rules.words import new_token, place

_OTHER_KINDS = {
    SecretKind.USERNAME_PASSWORD: "a user name and password, or a password",
    SecretKind.FOREIGN_TOKEN: "a token of another service",
    SecretKind.UNRECOGNIZED: "nothing that is recognized",
}

# What is around a token, and how it is stored without.
_UNWRAPPED = {
    details.QUOTED: "without the quotation marks",
    details.BYTE_ORDER_MARK: "without the byte order mark, in plain UTF-8",
    details.HEADER: "without the scheme's name in front",
    details.BASIC_HEADER: "without the Basic header around it",
    details.PAIR: "without the user and the colon in front",
    details.PYPIRC: "without the .pypirc around it, or name that file with --pypirc",
    details.URL_WITH_TOKEN: "without the URL around it",
    details.ASSIGNMENT: "without the name and the sign in front",
    details.JSON: "without the JSON around it",
    details.BASE64: "without the base64 around it",
    details.WITHOUT_PREFIX: "whole, with the five characters `pypi-` in front",
    details.AMONG_OTHER_TEXT: "without the text around it",
    details.SEVERAL: "by itself, each of them on a line or under a name of its own",
    details.SEVERAL_AMONG_TEXT: "by itself, each of them on a line or under a name of its own",
}


def _judge(case: Case) -> Iterator[Judgement]:
    if case.sweep:
        # A sweep looks at tokens: most variables hold something else, rightly.
        return
    for secret in case.secrets:
        if secret.kind not in _OTHER_KINDS:
            continue
        # What follows a colon in a detail is advice, and the remedy's business.
        what = shown((secret.detail or _OTHER_KINDS[secret.kind]).partition(": ")[0]).rstrip(".")
        # Without a value it is a token with something around it, or too large: nothing that may be sent anywhere.
        if case.takes_passwords and secret.value:
            yield Judgement(
                f"The secret in {place(secret)} is no PyPI API token ({what}), so its reach cannot be judged.",
                f"Nothing to do if {shown(case.target.host)} takes such a credential; it is handed over as it is.",
                secret=secret.id,
                severity=Severity.NOTE,
            )
            continue
        yield Judgement(
            f"The secret in {place(secret)} is no PyPI API token: {what}. It is not sent to the index.",
            _remedy(case, secret),
            secret=secret.id,
        )


def _remedy(case: Case, secret: StoredSecret) -> str:
    host = shown(case.target.host)
    if case.takes_passwords and not case.target.loopback:
        return f"Store the credential of {host} alone in {place(secret)}; a PyPI token does not belong there."
    if secret.detail in _UNWRAPPED:
        return f"Store it {_UNWRAPPED[secret.detail]}."
    if secret.detail == details.REFERENCE:
        return (
            f"Mend the reference where {place(secret)} is filled: nothing replaced it by its value. In a workflow of "
            "GitHub, `${{ secrets.NAME }}` is replaced in `env:` and `run:`, and not within a file or a quoted script."
        )
    remedy = f"Store an API token there, alone and whole; if there is none yet, {new_token(case)}."
    if secret.kind is SecretKind.FOREIGN_TOKEN:
        remedy = f"Revoke it if it should not be here, where this job could read it. {remedy}"
    if case.target.index == "other":
        remedy += f" If {host} takes other credentials too, take `macaroons: true` away from it in the policy."
    return remedy


RULE = Rule(
    ident="not-an-api-token",
    severity=Severity.ERROR,
    # It is sent nowhere, so there is nothing to hand over.
    lowest=Severity.ERROR,
    always=True,
    summary="The secret is not a PyPI API token.",
    when=(
        "The secret is a password, a token of another service, a whole `.pypirc`, or a token in a wrapping (quotes, "
        "base64, `Bearer`, `__token__:`). An error for PyPI, TestPyPI and every index of which the policy says "
        "`macaroons: true`; a note for other indexes, one on this machine among them, which take what they like (but "
        "no token in a wrapping: that is an error too). A sweep passes over such variables."
    ),
    why=(
        "PyPI answers every such secret with the same words: invalid or non-existent authentication information "
        "(pypi/warehouse, warehouse/forklift). They do not say whether the token was revoked, belongs to another "
        "service, or has a quotation mark too many, so people make new tokens over and over.\n\n"
        "A password of an account or a token of GitHub that was stored in the wrong place is also worth knowing for "
        "its own sake: it is readable by a job that does not need it. publish-guard looks at the form of the secret, "
        "says what it looks like, and sends it nowhere."
    ),
    mend=(
        "1. Make a token at https://pypi.org/manage/account/token/?selected_project=PROJECT and copy all of it, from "
        "`pypi-` to the end.\n"
        "2. Store it alone: without quotes, `Bearer`, `__token__:` or base64, not as a `.pypirc`.\n"
        "3. If the secret belongs to another service, take it out of the place where this job can read it, and "
        "consider it exposed there.\n"
        "4. For an index that takes other credentials, take `macaroons: true` away from its host under `indexes` in "
        "the policy."
    ),
    example=(
        "Before:\n\n```yaml\nenv:\n  PYPI_TOKEN: \"'${{ secrets.PYPI_TOKEN }}'\"\n```\n\n"
        "After:\n\n```yaml\nenv:\n  PYPI_TOKEN: ${{ secrets.PYPI_TOKEN }}\n```"
    ),
    judge=_judge,
)
