"""empty-secret, not-an-api-token, malformed-token: what is no token, and who is told what about it."""

from __future__ import annotations

import pytest

from publish_guard.domain.finding import Severity
from publish_guard.domain.policy import IndexPolicy, Policy
from publish_guard.domain.run import Run
from publish_guard.domain.secret import SecretKind
from publish_guard.rules import empty_secret, malformed_token, not_an_api_token
from support.cases import LOOPBACK, PRIVATE_INDEX, TEST_PYPI, found, make_case, password, secret

EMPTY = empty_secret.RULE.ident
NO_TOKEN = not_an_api_token.RULE.ident
MALFORMED = malformed_token.RULE.ident


@pytest.mark.parametrize(
    ("run", "detail", "words"),
    [
        (Run("github", event="push"), "empty", "no `environment:` line"),
        (Run("github", event="push"), "not set", "no `env:` line"),
        (Run("github", event="pull_request"), "empty", "from a fork"),
        (Run("github", event="pull_request_target", actor="dependabot[bot]"), "empty", "Dependabot secrets"),
        (Run("github", event="release"), "empty", "secrets: inherit"),
        (Run("gitlab", ref_protected=False), "not set", "probably protected"),
        (Run("gitlab", ref_protected=True), "not set", "environment scope"),
        (Run("gitlab"), "not set", "environment scope"),
        (Run("local"), "not set", "not exported"),
    ],
)
def test_the_likeliest_cause_is_named(run: Run, detail: str, words: str) -> None:
    """An empty secret is answered with the CI setting that usually causes it."""
    (finding,) = found(make_case(secret(detail=detail), run=run), EMPTY)
    assert f"in PYPI_TOKEN: {detail}." in finding.message
    assert words in finding.message
    assert finding.severity is Severity.ERROR
    assert finding.secret == "environment:PYPI_TOKEN"
    assert finding.remedy


def test_an_empty_pipe_is_not_blamed_on_the_ci() -> None:
    """The causes of CI variables are not told of standard input, a file or a keyring."""
    for source in ("stdin", "file", "pypirc", "keyring"):
        (finding,) = found(make_case(secret(name="x", source=source, detail="empty"), run=Run("github")), EMPTY)
        assert "environment" not in finding.message


def test_an_empty_secret_beside_a_good_one_is_an_error_too() -> None:
    """A secret that was named and is missing is never passed over."""
    assert found(make_case(password(), secret(name="OTHER")), EMPTY)


def test_a_sweep_passes_over_what_is_no_token() -> None:
    """Empty variables and passwords are no findings of a sweep, but a broken token is."""
    broken = secret(kind=SecretKind.MALFORMED_TOKEN, detail="it is cut off")
    case = make_case(secret(), password(), broken, sweep=True)
    assert not found(case, EMPTY)
    assert not found(case, NO_TOKEN)
    assert found(case, MALFORMED)


@pytest.mark.parametrize("kind", [SecretKind.USERNAME_PASSWORD, SecretKind.FOREIGN_TOKEN, SecretKind.UNRECOGNIZED])
@pytest.mark.parametrize("url", ["https://upload.pypi.org/legacy/", TEST_PYPI, LOOPBACK])
def test_where_tokens_are_read_only_a_token_will_do(kind: SecretKind, url: str) -> None:
    """A password or another service's token is an error for PyPI, TestPyPI and loopback."""
    (finding,) = found(make_case(secret(kind=kind, detail="it looks odd", value="x"), url=url), NO_TOKEN)
    assert finding.severity is Severity.ERROR
    assert "it looks odd" in finding.message
    assert ("macaroons: false" in finding.remedy) is (url == LOOPBACK)


def test_another_index_takes_what_it_likes() -> None:
    """For a private index a password is worth a note, and a policy can say that loopback is such a one."""
    (finding,) = found(make_case(password(), url=PRIVATE_INDEX), NO_TOKEN)
    assert finding.severity is Severity.NOTE
    plain = Policy(indexes={"127.0.0.1": IndexPolicy(macaroons=False)})
    (finding,) = found(make_case(password(), url=LOOPBACK, policy=plain), NO_TOKEN)
    assert finding.severity is Severity.NOTE


def test_a_wrapped_token_is_refused_for_every_index() -> None:
    """A secret whose value was withheld, as of a quoted token, is not handed to a private index, so it is an error."""
    wrapped = secret(kind=SecretKind.UNRECOGNIZED, detail="it is a token in quotation marks: store it without them")
    (finding,) = found(make_case(wrapped, url=PRIVATE_INDEX), NO_TOKEN)
    assert finding.severity is Severity.ERROR
    assert "quotation marks" in finding.message


def test_a_broken_token_says_what_is_wrong() -> None:
    """The detail of a malformed token stands in the message, and the remedy names the page with the project."""
    case = make_case(secret(kind=SecretKind.MALFORMED_TOKEN, detail="it is cut off"), projects=["alpha-pkg"])
    (finding,) = found(case, MALFORMED)
    assert "it is cut off" in finding.message
    assert "https://pypi.org/manage/account/token/?selected_project=alpha-pkg" in finding.remedy


@pytest.mark.parametrize("ident", [EMPTY, NO_TOKEN, MALFORMED])
def test_no_policy_lowers_what_cannot_publish(ident: str) -> None:
    """A severity below the rule's lowest counts as the lowest."""
    policy = Policy(severities={ident: Severity.NOTE})
    broken = secret(kind=SecretKind.MALFORMED_TOKEN, detail="it is cut off")
    (finding,) = found(make_case(secret(), password(), broken, policy=policy), ident)
    assert finding.severity is Severity.ERROR
