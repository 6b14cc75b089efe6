"""Secrets in a .pypirc, found by twine's rules (twine/utils.py, get_config) for the index that is published to.

The format is packaging.python.org's "The .pypirc file". Which sections count is twine's choice: those that
`index-servers` names, by default pypi and testpypi, with [server-login] for what a section leaves out.
"""

from __future__ import annotations

import configparser
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from publish_guard.domain.known_index import PYPI_UPLOAD_URL, TEST_PYPI_UPLOAD_URL
from publish_guard.domain.recognise import stored_secret
from publish_guard.domain.record import record
from publish_guard.domain.secret import SecretKind, StoredSecret
from publish_guard.domain.target import parse_target
from publish_guard.domain.text import listed, shown
from publish_guard.errors import UsageError
from publish_guard.sources.argument import is_a_secret, refuse_a_secret
from publish_guard.sources.reading import read_regular_file

SOURCE = "pypirc"
NO_PASSWORD = "its section has no password"  # noqa: S105 - a sentence, not a password
# A .pypirc has some hundred bytes; the standard library's reader is not meant for hostile giants.
MAX_SIZE = 256 * 1024
MAX_SERVERS = 200
MAX_NAME_LENGTH = 80

# The reader's expression for `name = value` takes quadratic time in the length of a run of white space.
_LONG_GAP = re.compile(r"[^\S\n]{64}")
_DEFAULT_URLS = {"pypi": PYPI_UPLOAD_URL, "testpypi": TEST_PYPI_UPLOAD_URL}
_DEFAULT_PORTS = {"https": 443, "http": 80}
_MEND = "Mend it by packaging.python.org/specifications/pypirc, or give the token with --env NAME."


@record
class _Server:
    section: str
    url: str | None
    user: str | None
    password: str | None
    # Where somebody mixed the fields up, any of them is the password; a URL may have one in it.
    __hidden__ = ("section", "url", "user", "password")


def default_path(environ: Mapping[str, str]) -> str:
    """Return where twine looks: .pypirc in the home folder. Raises UsageError where the environment names none."""
    home = environ.get("USERPROFILE" if os.name == "nt" else "HOME")
    if not home:
        raise UsageError(
            "--pypirc: the home folder is not known, so .pypirc cannot be found.", "Say --pypirc PATH, or set HOME."
        )
    return str(Path(home) / ".pypirc")


def from_pypirc(path: str | None, *, repository_url: str, environ: Mapping[str, str]) -> tuple[StoredSecret, ...]:
    """Return the secret of each section for the index at `repository_url`, under the section's name, with its user.

    `path` None is the default one. More than one section may be for the same index: one for each project. A section
    without a password gives the kind "empty". Raises UsageError where there is no file, no section for that index, or
    no .pypirc in the file, and FailureError where it cannot be read; neither repeats a line of it.
    """
    if path is None:
        path = default_path(environ)
    refuse_a_secret(path, "--pypirc", "the path of a .pypirc")
    servers = _servers(_parse(path), path)
    wanted = _comparable(repository_url)
    chosen = [server for server in servers if server.url is not None and _comparable(server.url) == wanted]
    if not chosen:
        sections = [shown(server.section, 40) for server in servers if not is_a_secret(server.section)]
        raise UsageError(
            f"{shown(path)} has no section for {shown(repository_url)}; it serves {listed(sections) or 'nothing'}.",
            "Add a section with that repository and name it in index-servers, or choose the index with "
            "--repository-url.",
        )
    return tuple(_secret(server, number) for number, server in enumerate(chosen, 1))


def _secret(server: _Server, number: int) -> StoredSecret:
    # Whoever mixes up name and password in the file must not see the password in a report.
    unfit = len(server.section) > MAX_NAME_LENGTH or is_a_secret(server.section)
    name = f"section {number}" if unfit else server.section
    if server.password is None:
        return StoredSecret(SOURCE, name, SecretKind.EMPTY, NO_PASSWORD, user=server.user)
    return stored_secret(SOURCE, name, server.password, user=server.user)


def _parse(path: str) -> configparser.RawConfigParser:
    data = read_regular_file(path, MAX_SIZE, "--pypirc")
    if len(data) > MAX_SIZE:
        raise UsageError(f"{shown(path)} is larger than {MAX_SIZE // 1024} KiB: it is no .pypirc.", _MEND)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # As an old editor saved it: every byte is a character, and tokens are ASCII.
        text = data.decode("latin-1")
    parser = configparser.RawConfigParser()
    line = _line_with_gap(text)
    if line is None:
        try:
            parser.read_string(text)
        except configparser.Error as error:
            line = _line_of(error)
        except (AttributeError, ValueError):
            # Slips of the standard library's reader over odd files.
            line = 0
    if line is not None:
        # Raised here and not above, so that no traceback reaches the parser's error, which quotes the line.
        where = f" (line {line})" if line else ""
        raise UsageError(f"{shown(path)} cannot be read as a .pypirc{where}.", _MEND)
    return parser


def _line_of(error: configparser.Error) -> int:
    """Return the number of the line that the error is about, or 0; some kinds list several."""
    errors: object = getattr(error, "errors", None)
    if isinstance(errors, list) and errors:
        return int(errors[0][0])
    return int(getattr(error, "lineno", 0) or 0)


def _line_with_gap(text: str) -> int | None:
    for number, line in enumerate(text.split("\n"), 1):
        if _LONG_GAP.search(line.strip()):
            return number
    return None


def _servers(parser: configparser.RawConfigParser, path: str) -> list[_Server]:
    """Return the sections that twine reads, in their order; pypi is known also where the file has no such section."""
    names = list(dict.fromkeys(parser.get("distutils", "index-servers", fallback="pypi testpypi").split()))
    if len(names) > MAX_SERVERS:
        raise UsageError(f"{shown(path)} names more than {MAX_SERVERS} index servers.", _MEND)
    login = {key: parser.get("server-login", key, fallback=None) for key in ("username", "password")}
    return list(_read_servers(parser, names, login))


def _read_servers(
    parser: configparser.RawConfigParser, names: list[str], login: Mapping[str, str | None]
) -> Iterator[_Server]:
    if "pypi" not in names and login["password"] is not None:
        # It is always there for twine, but left out of index-servers its own section is not.
        yield _Server("pypi", PYPI_UPLOAD_URL, login["username"], login["password"])
    for name in names:
        url = parser.get(name, "repository", fallback=_DEFAULT_URLS.get(name))
        user = parser.get(name, "username", fallback=login["username"])
        password = parser.get(name, "password", fallback=login["password"])
        if parser.has_section(name) or password is not None:
            yield _Server(name, url, user, password)


def _comparable(url: str) -> tuple[str, ...]:
    """Return what two URLs of the same upload target have in common; PyPI answers under several names."""
    try:
        target = parse_target(url.strip())
    except UsageError:
        # Not equal to any target, which is always a URL.
        return ("not a URL",)
    if target.index != "other":
        return (target.index,)
    port = target.port if target.port is not None else _DEFAULT_PORTS[target.scheme]
    return (target.scheme, target.host, str(port), target.path.rstrip("/"))
