"""Why an index refused: PyPI's own words become a cause and a remedy."""

from __future__ import annotations

import pytest

from publish_guard.domain.causes import cause_of

INVALID = (
    "Invalid or non-existent authentication information. See https://pypi.org/help/#invalid-auth for more information."
)
NOT_VALID = "Invalid API Token: project-scoped token is not valid for project: 'beta-pkg'"


@pytest.mark.parametrize(
    ("status", "message", "expected"),
    [
        (403, INVALID, "does not know this token"),
        (403, NOT_VALID, "not valid for this project"),
        (403, f"{NOT_VALID}, {NOT_VALID[19:]}", "not valid for this project"),
        (403, "Invalid API Token: token is expired", "was over when"),
        (403, "Invalid API Token: signatures do not match", "was changed after"),
        (403, "The user 'alice' isn't allowed to upload to project 'bob-pkg'.", "has no role"),
        (403, "Read-only mode: Uploads are temporarily disabled.", "takes no uploads at the moment"),
        (403, "Forbidden", "refuses this upload"),
        (400, "File already exists ('a-1.tar.gz', with blake2_256 hash '…').", "other content"),
        (400, "Non-user identities cannot create new projects.", "Trusted Publisher"),
        (400, "Start of the metadata is wrong", "metadata wrong"),
        (429, "", "slow down"),
        (503, "", "error of its own"),
        (301, "", "another address"),
        (418, "", "status 418"),
        (409, "it is there", "of this name already"),
        (429, "Too many new projects created", "too many new projects"),
        (400, "The name 'x' is too similar to an existing project.", "so near to another"),
    ],
)
def test_each_answer_has_its_cause(status: int, message: str, expected: str) -> None:
    """The words that the server is known to use are recognised, whatever stands around them."""
    cause, remedy = cause_of(status, message)

    assert expected in cause
    assert remedy


def test_several_reasons_are_all_told() -> None:
    """A refusal that names two reasons gets two causes and two remedies."""
    cause, remedy = cause_of(403, f"Invalid API Token: token is expired, {NOT_VALID[19:]}")

    assert "was over when" in cause
    assert "not valid for this project" in cause
    assert "clock" in remedy
    assert "metadata" in remedy
