"""empty-secret, not-an-api-token, malformed-token: what is no token, and who is told what about it."""

from __future__ import annotations

import base64

import pytest

from publish_guard.domain.finding import Severity
from publish_guard.domain.policy import IndexPolicy, Policy
from publish_guard.domain.recognise import stored_secret
from publish_guard.domain.run import Run
from publish_guard.domain.secret import SecretKind
from publish_guard.rules import empty_secret, malformed_token, not_an_api_token
from support.cases import LOOPBACK, PRIVATE_INDEX, TEST_PYPI, found, make_case, password, project_token, secret

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
        (Run("local"), "empty", "gave nothing"),
        (Run("local"), "blank", "gave nothing"),
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


@pytest.mark.parametrize("detail", ["empty", "blank"])
def test_what_is_exported_but_empty_is_not_called_unexported(detail: str) -> None:
    """On a person's machine neither cause nor remedy tells them to export what is exported."""
    (finding,) = found(make_case(secret(detail=detail)), EMPTY)
    assert "export" not in finding.message + finding.remedy
    assert 'test -n "$PYPI_TOKEN"' in finding.remedy


@pytest.mark.parametrize(
    ("source", "name", "detail", "cause", "remedy"),
    [
        ("stdin", "-", "empty", "The command before the pipe printed nothing.", "wc -c"),
        ("file", "token.txt", "blank", "nothing was written into it", "Store a token in the file token.txt"),
        ("pypirc", "pypi", "its section has no password", "keeps its token as `password`", "`password = `"),
        ("keyring", "https://u/", "no entry", "must be the upload URL", "`keyring set https://u/ __token__`"),
    ],
)
def test_every_source_has_its_own_words(source: str, name: str, detail: str, cause: str, remedy: str) -> None:
    """An empty pipe, file, section or keyring entry is answered with what fills just that."""
    (finding,) = found(make_case(secret(name=name, source=source, detail=detail), run=Run("gitlab")), EMPTY)
    assert cause in finding.message
    assert remedy in finding.remedy


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
    """A password or another service's token is an error for PyPI, TestPyPI and a host that reads tokens by policy."""
    policy = Policy(indexes={host: IndexPolicy(macaroons=True) for host in ("pypi.org", "test.pypi.org", "127.0.0.1")})
    case = make_case(secret(kind=kind, detail="it looks odd", value="x"), url=url, policy=policy)
    (finding,) = found(case, NO_TOKEN)
    assert finding.severity is Severity.ERROR
    assert "it looks odd" in finding.message
    assert ("take `macaroons: true` away" in finding.remedy) is (url == LOOPBACK)
    assert finding.remedy.startswith("Revoke it if it should not be here") is (kind is SecretKind.FOREIGN_TOKEN)


@pytest.mark.parametrize("url", [PRIVATE_INDEX, LOOPBACK])
@pytest.mark.parametrize("macaroons", [None, False])
def test_another_index_takes_what_it_likes(url: str, macaroons: bool | None) -> None:
    """For a private index, and for one on this machine, a password is worth a note, unless the policy says more."""
    named = {"127.0.0.1": IndexPolicy(macaroons), "packages.example.org": IndexPolicy(macaroons)}
    for policy in (Policy(), Policy(indexes=named)):
        (finding,) = found(make_case(password(), url=url, policy=policy), NO_TOKEN)
        assert finding.severity is Severity.NOTE


@pytest.mark.parametrize(
    ("text", "look", "remedy"),
    [
        ("'{token}'", "it is a token in quotation marks", "Store it without the quotation marks."),
        ("\ufeff{token}", "it is a token behind a byte order mark", "Store it without the byte order mark"),
        ("Bearer {token}", "it is a token behind the name", "Store it without the scheme's name in front."),
        ("Basic {basic}", "it is a Basic header with a token", "Store it without the Basic header around it."),
        ("__token__:{token}", "joined by a colon", "Store it without the user and the colon in front."),
        ("[pypi]\npassword = {token}", "it is a whole .pypirc", "Store it without the .pypirc around it"),
        ("https://__token__:{token}@upload.pypi.org/", "it is a URL", "Store it without the URL around it."),
        ("PYPI_TOKEN={token}", "it is a whole line", "Store it without the name and the sign in front."),
        ('{{"a": "{token}"}}', "it is JSON", "Store it without the JSON around it."),
        ("{base64}", "wrapped in base64", "Store it without the base64 around it."),
        ("{bare}", "without its first five characters", "Store it whole, with the five characters `pypi-`"),
        ("the token is {token} .", "among other text", "Store it without the text around it."),
        ("{token},{other}", "it holds several tokens", "Store it by itself, each of them"),
        ("see {token} and {other}", "several tokens among", "Store it by itself, each of them"),
        ("${{{{ secrets.PYPI_TOKEN }}}}", "it looks like a reference", "Mend the reference where PYPI_TOKEN is filled"),
    ],
)
def test_the_remedy_follows_from_what_it_looks_like(text: str, look: str, remedy: str) -> None:
    """Each wrapping that is recognised has the words that take it off, and a reference those that mend it."""
    token, other = project_token().reveal(), project_token(number=9).reveal()
    pair = base64.b64encode(f"__token__:{token}".encode()).decode()
    packed = base64.b64encode(token.encode()).decode()
    stored = stored_secret(
        "environment", "PYPI_TOKEN", text.format(token=token, other=other, basic=pair, base64=packed, bare=token[5:])
    )
    (finding,) = found(make_case(stored), NO_TOKEN)
    assert look in finding.message
    assert finding.remedy.startswith(remedy)
    assert ": store" not in finding.message


@pytest.mark.parametrize(
    ("url", "remedy"),
    [(PRIVATE_INDEX, "a PyPI token does not belong there"), (LOOPBACK, "without the quotation marks")],
)
def test_a_wrapped_token_is_refused_for_every_index(url: str, remedy: str) -> None:
    """A secret whose value was withheld, as of a quoted token, is not handed to any index, so it is an error."""
    wrapped = secret(kind=SecretKind.UNRECOGNIZED, detail="it is a token in quotation marks: store it without them")
    (finding,) = found(make_case(wrapped, url=url), NO_TOKEN)
    assert finding.severity is Severity.ERROR
    assert "quotation marks" in finding.message
    assert remedy in finding.remedy


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
