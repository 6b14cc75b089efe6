"""The index that is published to: which one it is, and how its URL speaks of it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from publish_guard.domain.known_index import OTHER, PYPI_UPLOAD_URL, index_at
from publish_guard.domain.record import record
from publish_guard.errors import UsageError

# Letters, digits, hyphens and underscores between single dots. Anything else (a backslash, a percent sign, letters of
# other scripts) is a host on which clients disagree: one would judge another host than the one that gets the token.
_PLAIN_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*").fullmatch


@record
class Target:
    """Where distributions go. `url` never holds a user or password: `has_credential` tells that one was taken out."""

    url: str
    scheme: str
    host: str
    port: int | None
    path: str
    has_credential: bool

    @property
    def index(self) -> str:
        """Which index this is: "pypi.org", "test.pypi.org" or "other"."""
        return index_at(self.host)

    @property
    def loopback(self) -> bool:
        """Whether it is this very machine."""
        if self.host == "localhost":
            return True
        if ":" not in self.host and not self.host[-1:].isdigit():
            return False
        # Imported where an address is seen: nearly every host is a name, and every start would pay for it.
        import ipaddress

        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def policy_names(self) -> tuple[str, ...]:
        """The names under which a policy may speak of it, the most exact first; an IPv6 address in brackets."""
        names = [_netloc(self.host, None)]
        if self.port is not None:
            names.insert(0, _netloc(self.host, self.port))
        if self.index != OTHER:
            names.append(self.index)
        return tuple(dict.fromkeys(names))


def parse_target(url: str) -> Target:
    """Return the target that `url` names. Raises UsageError for what is no http or https URL with a host."""
    # A backslash ends the host for some clients and not for others.
    if len(url) > 2048 or "\\" in url or any(character.isspace() or not character.isprintable() for character in url):
        raise UsageError("The repository URL is not a URL.", "Give the upload URL, such as " + PYPI_UPLOAD_URL)
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (parts.hostname or "").removesuffix(".")
    except ValueError:
        parts = None
    if parts is None:
        # Raised out here: the error's context would repeat a part of the URL, which may be a password.
        raise UsageError("The repository URL cannot be read.", "Give it as https://HOST/PATH/")
    if parts.scheme not in ("https", "http") or not host:
        raise UsageError(
            "The repository URL is not an http or https URL with a host.",
            f"Give the upload URL, such as {PYPI_UPLOAD_URL}; a name from .pypirc belongs to --pypirc.",
        )
    if not _is_plain(host):
        raise UsageError(
            "The repository URL has a host that clients read differently.",
            "Write the host with letters, digits, hyphens and dots only; a name in other letters in its xn-- form.",
        )
    has_credential = "@" in parts.netloc
    bare = parts._replace(netloc=_netloc(host, port)) if has_credential else parts
    return Target(bare.geturl(), parts.scheme, host, port, parts.path, has_credential)


def _is_plain(host: str) -> bool:
    if ":" not in host:
        return len(host) <= 253 and _PLAIN_HOST(host) is not None
    import ipaddress

    try:
        return ipaddress.IPv6Address(host).scope_id is None
    except ValueError:
        return False


def _netloc(host: str, port: int | None) -> str:
    name = f"[{host}]" if ":" in host else host
    return name if port is None else f"{name}:{port}"
