"""What an index's answer means; the cases themselves are in test_publish_service.py."""

from __future__ import annotations

from publish_guard.domain.known_index import PYPI_UPLOAD_URL, TEST_PYPI_UPLOAD_URL
from publish_guard.domain.publisher import IndexAnswer
from publish_guard.domain.target import parse_target
from publish_guard.services.outcomes import outcome_of, release_url
from support.cases import distribution


def test_the_page_of_a_release() -> None:
    """PyPI and TestPyPI have one for each release, other indexes none that is known."""
    assert (
        release_url(parse_target(TEST_PYPI_UPLOAD_URL), distribution("alpha-pkg", "1.0"))
        == "https://test.pypi.org/project/alpha-pkg/1.0/"
    )
    assert release_url(parse_target("https://packages.example.org/"), distribution()) is None


def test_a_refusal_has_cause_message_and_remedy() -> None:
    """The index's words stay beside ours."""
    answer = IndexAnswer(403, "Invalid API Token: token is expired")

    upload = outcome_of(distribution(), answer, parse_target(PYPI_UPLOAD_URL), narrowed_until=7)

    assert (upload.outcome, upload.status, upload.message) == ("failed", 403, answer.message)
    assert upload.cause
    assert upload.remedy
    assert upload.url is None
    assert upload.narrowed_until == 7
