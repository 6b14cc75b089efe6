"""What an index's answer to an upload means, in an outcome, a cause and a remedy."""

from __future__ import annotations

from publish_guard.domain.causes import cause_of
from publish_guard.domain.distribution import Distribution
from publish_guard.domain.publisher import IndexAnswer
from publish_guard.domain.report import Upload
from publish_guard.domain.target import Target

_AGAIN = "Run the same command again: a file that did arrive is recognised by its digest."


def outcome_of(
    distribution: Distribution, answer: IndexAnswer, target: Target, *, narrowed_until: int | None
) -> Upload:
    """Return what became of a file that was sent, or was to be sent, with one request."""
    path = distribution.path
    if answer.status is None:
        return _without_answer(path, answer, narrowed_until)
    if 200 <= answer.status < 300:
        return Upload(
            path, "uploaded", answer.status, 1, url=release_url(target, distribution), narrowed_until=narrowed_until
        )
    if answer.status < 200:
        # An answer before the answer: what the index made of the file it would have said later.
        cause = f"The index announced an answer (status {answer.status}) and the client took that for all of it."
        return in_doubt(path, cause, narrowed_until=narrowed_until)
    cause, remedy = cause_of(answer.status, answer.message)
    return Upload(path, "failed", answer.status, 1, cause, answer.message, remedy, narrowed_until=narrowed_until)


def in_doubt(path: str, cause: str, *, narrowed_until: int | None) -> Upload:
    """Return the outcome of a file of which nobody can tell whether it arrived."""
    return Upload(path, "in-doubt", attempts=1, cause=cause, remedy=_AGAIN, narrowed_until=narrowed_until)


def release_url(target: Target, distribution: Distribution) -> str | None:
    """Return the page of the release, on the indexes that have such pages."""
    if target.index == "other":
        return None
    return f"https://{target.index}/project/{distribution.project}/{distribution.version}/"


def _without_answer(path: str, answer: IndexAnswer, narrowed_until: int | None) -> Upload:
    if answer.sent == "whole":
        cause = "The connection broke after the whole file was sent: it may have arrived or not."
        return in_doubt(path, cause, narrowed_until=narrowed_until)
    if answer.sent == "part":
        return Upload(
            path,
            "failed",
            attempts=1,
            cause="The connection broke while the file was being sent.",
            remedy="Check the network, then run the same command again.",
            narrowed_until=narrowed_until,
        )
    return Upload(
        path,
        "failed",
        cause="The index could not be reached.",
        remedy="Check --repository-url, the network, and the proxy and certificate settings; then run it again.",
    )
