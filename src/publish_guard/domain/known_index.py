"""The indexes whose addresses and pages are known, PyPI and TestPyPI: every fact about them stands here."""

from __future__ import annotations

from publish_guard.domain.record import record

# What stands in place of an index's `ident` where it is none of the known ones.
OTHER = "other"


@record
class KnownIndex:
    """A known index: `ident` is the location in its tokens, its name in reports and in a policy.

    `title` is what people call it, `site` its web site (without a slash at the end), `upload_url` where distributions
    go, and `hosts` all names under which it answers.
    """

    ident: str
    title: str
    site: str
    upload_url: str
    hosts: tuple[str, ...]


PYPI_UPLOAD_URL = "https://upload.pypi.org/legacy/"
TEST_PYPI_UPLOAD_URL = "https://test.pypi.org/legacy/"

PYPI = KnownIndex(
    "pypi.org", "PyPI", "https://pypi.org", PYPI_UPLOAD_URL, ("pypi.org", "upload.pypi.org", "pypi.python.org")
)
TEST_PYPI = KnownIndex("test.pypi.org", "TestPyPI", "https://test.pypi.org", TEST_PYPI_UPLOAD_URL, ("test.pypi.org",))
KNOWN_INDEXES = (PYPI, TEST_PYPI)

_BY_IDENT = {index.ident: index for index in KNOWN_INDEXES}
_BY_HOST = {host: index.ident for index in KNOWN_INDEXES for host in index.hosts}


def known_index(ident: str) -> KnownIndex | None:
    """Return the known index with this `ident`, or None."""
    return _BY_IDENT.get(ident)


def index_at(host: str) -> str:
    """Return the `ident` of the known index that answers under `host` (lower case), or "other"."""
    return _BY_HOST.get(host, OTHER)
