"""index-mismatch, index-not-allowed, insecure-index, credential-in-url: where a token may go."""

from __future__ import annotations

import pytest

from publish_guard.domain.finding import Severity
from publish_guard.domain.known_index import PYPI_UPLOAD_URL
from publish_guard.domain.policy import IndexPolicy, Policy
from publish_guard.domain.token import Token
from publish_guard.rules import credential_in_url, index_mismatch, index_not_allowed, insecure_index
from support.cases import (
    LOOPBACK,
    PRIVATE_INDEX,
    TEST_PYPI,
    account_token,
    found,
    make_case,
    password,
    project_token,
    publisher_token,
)

MISMATCH = index_mismatch.RULE.ident
NOT_ALLOWED = index_not_allowed.RULE.ident
INSECURE = insecure_index.RULE.ident
CREDENTIAL = credential_in_url.RULE.ident

PYPI_TOKEN = project_token()
TEST_TOKEN = project_token(location="test.pypi.org")
OTHER_TOKEN = project_token(location="packages.example.org")


@pytest.mark.parametrize(
    ("given", "url", "words"),
    [
        (PYPI_TOKEN, TEST_PYPI, "is for PyPI, and this release goes to TestPyPI"),
        (TEST_TOKEN, PYPI_UPLOAD_URL, "is for TestPyPI, and this release goes to PyPI"),
        (OTHER_TOKEN, PYPI_UPLOAD_URL, "is for another index, and this release goes to PyPI"),
        (OTHER_TOKEN, TEST_PYPI, "is for another index, and this release goes to TestPyPI"),
        (PYPI_TOKEN, PRIVATE_INDEX, "packages.example.org is neither PyPI nor named"),
        (TEST_TOKEN, PRIVATE_INDEX, "packages.example.org is neither PyPI nor named"),
        (PYPI_TOKEN, "https://upload.pypi.org.example.org/legacy/", "is neither PyPI nor named"),
        (PYPI_TOKEN, "https://pypi.org@packages.example.org/", "is neither PyPI nor named"),
        (PYPI_TOKEN, "http://10.0.0.1/legacy/", "is neither PyPI nor named"),
    ],
)
def test_a_token_for_another_index_stays_here(given: Token, url: str, words: str) -> None:
    """PyPI and TestPyPI do not know each other's tokens, and a stranger must not get to know any."""
    (finding,) = found(make_case(given, url=url), MISMATCH)
    assert words in finding.message
    assert finding.severity is Severity.ERROR


@pytest.mark.parametrize(
    ("given", "url"),
    [
        (PYPI_TOKEN, PYPI_UPLOAD_URL),
        (publisher_token(), "https://pypi.org/legacy/"),
        (TEST_TOKEN, TEST_PYPI),
        (PYPI_TOKEN, LOOPBACK),
        (TEST_TOKEN, "http://[::1]:8080/"),
        (OTHER_TOKEN, "http://localhost/legacy/"),
        (OTHER_TOKEN, PRIVATE_INDEX),
    ],
)
def test_a_token_for_this_index_may_go(given: Token, url: str) -> None:
    """The right index, and loopback for every token."""
    assert not found(make_case(given, url=url), MISMATCH)


@pytest.mark.parametrize(("macaroons", "refused"), [(True, False), (False, True), (None, True)])
def test_the_policy_names_the_hosts_that_read_tokens(macaroons: bool | None, refused: bool) -> None:
    """Only a host that is named with `macaroons: true` gets a PyPI token."""
    policy = Policy(indexes={"packages.example.org": IndexPolicy(macaroons)})
    assert bool(found(make_case(PYPI_TOKEN, url=PRIVATE_INDEX, policy=policy), MISMATCH)) is refused


def test_the_remedy_is_the_other_index() -> None:
    """Who uses a TestPyPI token for PyPI is told both ways: the other URL, and the right token."""
    (finding,) = found(make_case(TEST_TOKEN, projects=["alpha-pkg"]), MISMATCH)
    assert "--repository-url https://test.pypi.org/legacy/" in finding.remedy
    assert "https://pypi.org/manage/account/token/?selected_project=alpha-pkg" in finding.remedy


def test_no_severity_opens_the_way_to_a_stranger() -> None:
    """A policy cannot lower it."""
    policy = Policy(severities={MISMATCH: Severity.NOTE})
    (finding,) = found(make_case(PYPI_TOKEN, url=PRIVATE_INDEX, policy=policy), MISMATCH)
    assert finding.severity is Severity.ERROR


def test_a_sweep_looks_at_no_target() -> None:
    """TestPyPI's tokens are no findings of a sweep, and neither is an index that the policy does not list."""
    policy = Policy(indexes={"packages.example.org": IndexPolicy()})
    case = make_case(TEST_TOKEN, sweep=True, policy=policy)
    assert not found(case, MISMATCH)
    assert not found(case, NOT_ALLOWED)


def test_an_index_that_is_not_listed_is_refused_with_those_that_are() -> None:
    """The host, the policy's origin and the allowed hosts stand in the message."""
    policy = Policy(".publish-guard.yml", indexes={"pypi.org": IndexPolicy(), "test.pypi.org": IndexPolicy()})
    (finding,) = found(make_case(password(), url=PRIVATE_INDEX, policy=policy), NOT_ALLOWED)
    assert finding.message == (
        "The policy (.publish-guard.yml) does not allow publishing to packages.example.org. "
        "Allowed: pypi.org and test.pypi.org."
    )


def test_an_empty_list_allows_nothing() -> None:
    """`indexes: {}` names no host, so none is allowed, loopback included."""
    for url in (PYPI_UPLOAD_URL, LOOPBACK):
        (finding,) = found(make_case(account_token(), url=url, policy=Policy(indexes={})), NOT_ALLOWED)
        assert "Allowed: none" in finding.message


@pytest.mark.parametrize("url", [PYPI_UPLOAD_URL, "https://pypi.org/legacy/"])
def test_pypi_is_one_index_under_both_its_hosts(url: str) -> None:
    """A policy that names pypi.org means upload.pypi.org too."""
    assert not found(make_case(PYPI_TOKEN, url=url, policy=Policy(indexes={"pypi.org": IndexPolicy()})), NOT_ALLOWED)


@pytest.mark.parametrize(
    ("url", "refused"),
    [
        ("http://upload.pypi.org/legacy/", True),
        ("http://10.0.0.1/", True),
        ("http://127.0.0.1.example.org/", True),
        ("http://127.8.9.10/", False),
        ("http://[::1]/", False),
        ("https://packages.example.org/", False),
    ],
)
def test_plain_http_is_for_this_machine_only(url: str, refused: bool) -> None:
    """Loopback may be plain, nothing else, whatever it is called."""
    assert bool(found(make_case(password(), url=url), INSECURE)) is refused


@pytest.mark.parametrize("url", ["https://bob:hunter2@packages.example.org/", "https://bob@packages.example.org/"])
def test_a_credential_in_the_url_is_refused_and_not_repeated(url: str) -> None:
    """User or password before the host: an error that repeats neither."""
    (finding,) = found(make_case(password(), url=url), CREDENTIAL)
    assert "bob" not in finding.message + finding.remedy
    assert "hunter2" not in finding.message + finding.remedy
    assert "packages.example.org" in finding.message
