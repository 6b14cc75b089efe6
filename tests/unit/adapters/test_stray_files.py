"""What a file's name says of it."""

from __future__ import annotations

import pytest

from publish_guard.adapters.stray_files import filetype_of, reason_for


@pytest.mark.parametrize(
    ("filename", "expected"),
    [
        ("a-1-py3-none-any.whl", "bdist_wheel"),
        ("a-1.tar.gz", "sdist"),
        ("a-1.zip", "sdist"),
        ("a-1.tar.gz.asc", None),
        ("a-1-py3-none-any.whl.metadata", None),
        ("a-1.WHL", None),
        ("a-1.tgz", None),
        ("whl", None),
        ("", None),
    ],
)
def test_ending_decides_what_a_file_should_be(filename: str, expected: str | None) -> None:
    """The three endings that twine and the index take, in lower case as they take them."""
    assert filetype_of(filename) == expected


@pytest.mark.parametrize(
    ("filename", "words"),
    [
        ("a.whl.publish.attestation", "attestation"),
        ("a.tar.gz.sigstore.json", "attestation"),
        ("report.json", "text file"),
        ("a.tar.xz", "as .tar.gz only"),
        ("a.TAR.GZ", "not in lower case"),
        ("README", "neither a wheel (.whl) nor a source distribution"),
    ],
)
def test_longest_ending_gives_the_reason(filename: str, words: str) -> None:
    """Each reason is a clause that can follow "because"."""
    assert words in reason_for(filename)
    assert not reason_for(filename).endswith(".")
