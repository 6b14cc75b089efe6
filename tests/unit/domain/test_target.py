"""The index that is published to, as its URL names it."""

from __future__ import annotations

import pytest

from publish_guard.domain.known_index import PYPI_UPLOAD_URL, TEST_PYPI_UPLOAD_URL
from publish_guard.domain.target import parse_target
from publish_guard.errors import UsageError


@pytest.mark.parametrize(
    ("url", "host", "index", "loopback"),
    [
        (PYPI_UPLOAD_URL, "upload.pypi.org", "pypi.org", False),
        (TEST_PYPI_UPLOAD_URL, "test.pypi.org", "test.pypi.org", False),
        ("https://UPLOAD.PyPI.org/legacy/", "upload.pypi.org", "pypi.org", False),
        ("https://upload.pypi.org./legacy/", "upload.pypi.org", "pypi.org", False),
        ("https://pypi.org", "pypi.org", "pypi.org", False),
        ("https://pypi.org.example.com/", "pypi.org.example.com", "other", False),
        ("https://notpypi.org/", "notpypi.org", "other", False),
        ("http://localhost:8080/", "localhost", "other", True),
        ("http://localhost.example.com/", "localhost.example.com", "other", False),
        ("http://127.0.0.1:8080/", "127.0.0.1", "other", True),
        ("http://127.8.9.10/", "127.8.9.10", "other", True),
        ("http://128.0.0.1/", "128.0.0.1", "other", False),
        ("http://[::1]:8080/", "::1", "other", True),
        ("http://[2001:db8::1]/", "2001:db8::1", "other", False),
        ("http://my_index:8080/simple/", "my_index", "other", False),
    ],
)
def test_hosts(url: str, host: str, index: str, loopback: bool) -> None:
    """Host, index and loopback are those that a client would connect to."""
    target = parse_target(url)
    assert (target.host, target.index, target.loopback) == (host, index, loopback)
    assert target.url == url
    assert not target.has_credential


@pytest.mark.parametrize(
    "url",
    [
        "",
        "pypi",
        "upload.pypi.org/legacy/",
        "ftp://pypi.org/",
        "file:///tmp/x",
        "https://",
        "https:///legacy/",
        "https://./",
        "https://host:notaport/",
        "https://host:99999/",
        "https://[::1/",
        "https://[nonsense]/",
        "https://pypi.org /",
        "https://pypi.org/\n",
        "https://pypi.org/\x00",
        "https://pypi.org/\u200b",
        "https://pypi.org/" + "x" * 2048,
        # Clients disagree about where such a host ends: one reads example.com, another pypi.org.
        "https://example.com\\@pypi.org/",
        "https://example.com\\.pypi.org/",
        "https://pypi%2eorg/",
        "https://pypi.org%2f.example.com/",
        "https://upload\u3002pypi.org/",
        "https://\u24df\u24e8pi.org/",
        "https://a..b/",
        "https://.pypi.org/",
        "https://pypi.org../",
        "https://" + "a" * 254 + "/",
        "https://a,b/",
        "https://[::1%25eth0]/",
    ],
)
def test_what_is_no_target(url: str) -> None:
    """What is no plain http or https URL with a plain host is refused, with what to write instead."""
    with pytest.raises(UsageError) as caught:
        parse_target(url)
    assert caught.value.exit_code == 2
    assert caught.value.remedy
    assert caught.value.__context__ is None


@pytest.mark.parametrize("url", ["https://u:marked", "https://u:marked@a..b/", "ftp://u:marked@host/", "marked"])
def test_refusals_do_not_repeat_the_url(url: str) -> None:
    """A URL that is refused may hold a password, so nothing of it is repeated."""
    with pytest.raises(UsageError) as caught:
        parse_target(url)
    assert "marked" not in caught.value.message + caught.value.remedy + repr(caught.value)


@pytest.mark.parametrize(
    ("url", "bare"),
    [
        ("https://user:marked@index.example/x/?y#z", "https://index.example/x/?y#z"),
        ("https://marked@index.example:8443/", "https://index.example:8443/"),
        ("https://marked@[::1]:8080/", "https://[::1]:8080/"),
        ("https://@index.example/", "https://index.example/"),
        ("https://pypi.org:marked@index.example/", "https://index.example/"),
        ("https://a@marked@index.example/", "https://index.example/"),
    ],
)
def test_credentials_are_taken_out(url: str, bare: str) -> None:
    """A user or password in a URL is told of, and nowhere kept."""
    target = parse_target(url)
    assert target.has_credential
    assert target.url == bare
    assert "marked" not in repr(target)


def test_an_at_sign_in_the_path_is_no_credential() -> None:
    """Only the part before the host can hold one."""
    assert not parse_target("https://index.example/@scope/").has_credential


@pytest.mark.parametrize(
    ("url", "names"),
    [
        ("https://upload.pypi.org/legacy/", ("upload.pypi.org", "pypi.org")),
        ("https://pypi.org/", ("pypi.org",)),
        ("https://upload.pypi.org:443/", ("upload.pypi.org:443", "upload.pypi.org", "pypi.org")),
        ("https://index.example:8443/", ("index.example:8443", "index.example")),
        ("http://[::1]:80/", ("[::1]:80", "[::1]")),
        ("http://[::1]/", ("[::1]",)),
    ],
)
def test_names_in_a_policy(url: str, names: tuple[str, ...]) -> None:
    """A policy may name the host with its port, the host, or the index, the most exact first."""
    assert parse_target(url).policy_names == names
