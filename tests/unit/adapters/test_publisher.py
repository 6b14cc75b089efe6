"""The publish worker as the services see it: addresses, words, outcomes, and nothing of a credential in any."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import pytest

from publish_guard.adapters.publisher import WorkerPublisher, message_of, simple_url_of
from publish_guard.adapters.worker_process import WorkerProcess
from publish_guard.domain.known_index import PYPI_UPLOAD_URL, TEST_PYPI_UPLOAD_URL
from publish_guard.domain.publisher import IndexAnswer
from publish_guard.domain.redact import Redactor
from publish_guard.domain.target import parse_target
from publish_guard.errors import FailureError
from support.cases import distribution, project_token


class Answers:
    """A worker that gives one answer, whatever it is asked."""

    def __init__(self, answer: Mapping[str, object] | FailureError) -> None:
        self.answer = answer
        self.requests: list[Mapping[str, object]] = []

    def ask(self, request: Mapping[str, object], *, timeout: float) -> Mapping[str, object]:
        assert timeout > 0
        self.requests.append(request)
        if isinstance(self.answer, FailureError):
            raise self.answer
        return self.answer


def publisher(
    answer: Mapping[str, object] | FailureError, url: str = PYPI_UPLOAD_URL
) -> tuple[WorkerPublisher, Answers]:
    worker = Answers(answer)
    made = WorkerPublisher(cast("WorkerProcess", worker), parse_target(url), redactor=Redactor(), verbose=False)
    return made, worker


def upload(answer: Mapping[str, object] | FailureError, url: str = PYPI_UPLOAD_URL) -> IndexAnswer:
    return publisher(answer, url)[0].upload(distribution(), user="__token__", password="a copy")


@pytest.mark.parametrize(
    ("url", "simple"),
    [
        (PYPI_UPLOAD_URL, "https://pypi.org/simple/"),
        (TEST_PYPI_UPLOAD_URL, "https://test.pypi.org/simple/"),
        ("http://127.0.0.1:8080/legacy/", "http://127.0.0.1:8080/simple/"),
        ("http://127.0.0.1:8080/team/legacy", "http://127.0.0.1:8080/team/simple/"),
        ("http://127.0.0.1:8080/", None),
        ("https://packages.example.org/legacy/", None),
    ],
)
def test_where_an_index_lists_its_files(url: str, simple: str | None) -> None:
    """Known indexes and the embedded one have an address; of others nobody knows it."""
    assert simple_url_of(parse_target(url)) == simple


def test_an_index_without_an_address_is_not_asked() -> None:
    """No request is made where it is not known where to."""
    made, worker = publisher({}, "https://packages.example.org/legacy/")

    assert not made.list_files("alpha-pkg").asked
    assert worker.requests == []


@pytest.mark.parametrize(
    ("answer", "files"),
    [
        ({"files": None}, None),
        ({"files": {"a.whl": "00", "b.whl": None, "c.whl": 7}}, {"a.whl": "00", "b.whl": None, "c.whl": None}),
    ],
)
def test_a_listing(answer: dict[str, object], files: object) -> None:
    """A missing project is told from an empty one; a digest that is none is unknown."""
    listing = publisher(answer)[0].list_files("alpha-pkg")

    assert listing.asked
    assert listing.files == files


def test_a_listing_that_is_none_fails() -> None:
    """A worker cannot pass off anything else as a list of files."""
    with pytest.raises(FailureError):
        publisher({"files": ["a.whl"]})[0].list_files("alpha-pkg")


@pytest.mark.parametrize(
    ("reason", "body", "message"),
    [
        ("Forbidden", '{"message": "No.", "code": "403 No.", "title": "Forbidden"}', "No."),
        ("No entry for you", "<html><title>x</title></html>", "No entry for you"),
        ("Forbidden", "<html><title>No</title> <b>entry</b></html>", "No entry"),
        ("Conflict", "  it\n is there ", "it is there"),
        ("Conflict", "", "Conflict"),
        ("", "[" * 100_000, ("[" * 100_000)[:2000]),
    ],
)
def test_an_indexs_own_words(reason: str, body: str, message: str) -> None:
    """JSON's message, a page's text, plain text or the reason phrase: on one line and bounded."""
    assert message_of(reason, body) == message


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"status": 200, "reason": "OK", "body": ""}, IndexAnswer(200, "OK")),
        ({"status": 403, "reason": "Forbidden", "body": "token is expired"}, IndexAnswer(403, "token is expired")),
        ({"unreachable": "ProxyError", "sent": "nothing"}, IndexAnswer(None, sent="nothing")),
        ({"unreachable": "ConnectionError", "sent": "part"}, IndexAnswer(None, sent="part")),
        ({"unreachable": "ReadTimeout", "sent": "whole"}, IndexAnswer(None, sent="whole")),
        ({}, IndexAnswer(None, sent="whole")),
        ({"status": True}, IndexAnswer(None, sent="whole")),
        ({"status": "200"}, IndexAnswer(None, sent="whole")),
    ],
)
def test_answers(answer: Mapping[str, object], expected: IndexAnswer) -> None:
    """What the worker says is read strictly: success needs a status, and what is not sure may have arrived."""
    assert upload(answer) == expected


def test_a_worker_cannot_make_the_holder_work_for_long() -> None:
    """Whatever length a body has, little of it is looked at, and in linear time."""
    assert len(upload({"status": 403, "reason": "", "body": "<html>" + "<" * 4_000_000}).message) <= 2000


def test_what_the_index_repeats_is_blotted_out() -> None:
    """A message that holds the credential is shown without it."""
    copy = project_token("alpha-pkg").narrow(["alpha-pkg"], expires_at=2_000_000_000)
    redactor = Redactor()
    redactor.add_token(copy)
    worker = Answers({"status": 403, "reason": "Forbidden", "body": f"you sent {copy.reveal()}"})
    made = WorkerPublisher(
        cast("WorkerProcess", worker), parse_target(PYPI_UPLOAD_URL), redactor=redactor, verbose=False
    )

    result = made.upload(distribution(), user="__token__", password=copy.reveal())

    assert result.message == "you sent pypi-[redacted]"
