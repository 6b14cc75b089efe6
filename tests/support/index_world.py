"""A small world for the embedded index: users, projects, tokens of every state, and the requests that are made of it."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import tarfile
import uuid
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from publish_guard.domain import macaroon as macaroons
from publish_guard.domain import record
from publish_guard.domain.token import Token
from publish_guard.embedded_index.app import IndexApp
from publish_guard.embedded_index.minting import Kind, mint_token
from publish_guard.embedded_index.model import Flags, Project, ProjectStatus, User
from publish_guard.embedded_index.pages import load_pypiserver
from publish_guard.embedded_index.store import Store

NOW = 1_795_330_800
BOUNDARY = "a-boundary-that-no-file-holds"
Part = tuple[str, str | None, bytes]

TOKENS: dict[str, dict[str, Any]] = {
    "account": {"kind": Kind.ACCOUNT_WIDE},
    "alpha": {"kind": Kind.PROJECT, "projects": ["alpha-pkg"]},
    "beta": {"kind": Kind.PROJECT, "projects": ["beta-pkg"]},
    "alpha-beta": {"kind": Kind.PROJECT, "projects": ["alpha-pkg", "beta-pkg"]},
    "publisher": {"kind": Kind.TRUSTED_PUBLISHER, "projects": ["alpha-pkg"]},
    "old-publisher": {"kind": Kind.TRUSTED_PUBLISHER, "projects": ["alpha-pkg"], "expires_in": 0},
    "legacy-account": {"kind": Kind.LEGACY_ACCOUNT},
    "legacy-alpha": {"kind": Kind.LEGACY_PROJECT, "projects": ["alpha-pkg"]},
    "no-caveats": {"kind": Kind.NO_CAVEATS},
    "no-caveats-alpha": {"kind": Kind.NO_CAVEATS, "projects": ["alpha-pkg"]},
    "deleted": {"kind": Kind.REVOKED},
    "forged": {"kind": Kind.WRONG_SIGNATURE},
    "expired": {"kind": Kind.EXPIRED, "projects": ["alpha-pkg"]},
    "expired-account": {"kind": Kind.EXPIRED},
    "not-yet": {"kind": Kind.NOT_YET_VALID, "projects": ["alpha-pkg"]},
    "unknown-caveat": {"kind": Kind.UNKNOWN_CAVEAT},
    "elsewhere": {"kind": Kind.ACCOUNT_WIDE, "location": "example.org"},
    "bob": {"kind": Kind.ACCOUNT_WIDE, "user": "bob"},
    "carol": {"kind": Kind.ACCOUNT_WIDE, "user": "carol"},
    "dave": {"kind": Kind.ACCOUNT_WIDE, "user": "dave"},
    "frozen": {"kind": Kind.ACCOUNT_WIDE, "user": "frank"},
}
USERS = (
    User(str(uuid.UUID(int=1)), "alice"),
    User(str(uuid.UUID(int=2)), "bob"),
    User(str(uuid.UUID(int=3)), "carol", two_factor=False),
    User(str(uuid.UUID(int=4)), "dave", verified_email=False),
    User(str(uuid.UUID(int=5)), "frank", frozen=True),
)
PROJECTS = {"alpha-pkg": 0, "beta-pkg": 0, "bob-pkg": 1, "carol-pkg": 2, "dave-pkg": 3}


@dataclass(frozen=True)
class Reply:
    """What came back: the status, the reason phrase, headers in lower case, and the body."""

    status: int
    reason: str
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class World:
    """An index without a socket, at a moment that stands still until `now` is moved."""

    def __init__(self, folder: Path) -> None:
        self.now = float(NOW)
        self.store = Store(folder / "index")
        self.app = IndexApp(self.store, load_pypiserver(self.store.packages), lambda: self.now)
        with self.store.transaction() as transaction:
            state = transaction.state
            for user in USERS:
                state = state.with_user(user)
            for number, (name, owner) in enumerate(PROJECTS.items()):
                state = state.with_project(Project(str(uuid.UUID(int=100 + number)), name, (USERS[owner].id,)))
            transaction.state = replace(state, prohibited_names=("forbidden-name",))

    def token(self, name: str, add: Sequence[str] = ()) -> str:
        """Return the text of a token that TOKENS names, with caveats added to it as a holder would add them."""
        with self.store.transaction() as transaction:
            text, transaction.state = mint_token(transaction.state, now=self.now, **TOKENS[name])
        macaroon = Token.parse(text).macaroon
        for predicate in add:
            macaroon = macaroon.with_caveat(self._filled(predicate).encode())
        return Token(macaroon).reveal()

    def _filled(self, predicate: str) -> str:
        moment = re.sub(r"\{now([+-]\d+)?\}", lambda found: str(NOW + int(found[1] or 0)), predicate)
        return moment.replace("{bob}", USERS[1].id)

    def authorization(self, name: str, add: Sequence[str] = ()) -> str | None:
        """Return the Authorization header for a named token, or for "none", "garbage" and "password"."""
        if name == "none":
            return None
        if name == "password":
            return basic("alice", "correct horse")
        return basic("__token__", "pypi-AgEIZ2FyYmFnZQ" if name == "garbage" else self.token(name, add))

    def set_flags(self, *names: str) -> None:
        with self.store.transaction() as transaction:
            transaction.state = replace(transaction.state, flags=Flags(**dict.fromkeys(names, True)))

    def set_status(self, project: str, status: str) -> None:
        with self.store.transaction() as transaction:
            changed = replace(transaction.state.projects[project], status=ProjectStatus(status))
            transaction.state = transaction.state.with_project(changed)

    def upload(self, parts: Sequence[Part], authorization: str | None, **more: str) -> Reply:
        """Send a form to the upload URL."""
        headers = {} if authorization is None else {"HTTP_AUTHORIZATION": authorization}
        return self.request(
            "POST", "/legacy/", multipart(parts), f"multipart/form-data; boundary={BOUNDARY}", **headers, **more
        )

    def request(self, method: str, path: str, body: bytes = b"", content_type: str = "", **more: str) -> Reply:
        """Send any request; `more` are further entries of the WSGI environment."""
        started: list[tuple[str, list[tuple[str, str]]]] = []
        path, _, query = path.partition("?")
        environ = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_TYPE": content_type,
            "CONTENT_LENGTH": str(len(body)),
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "8080",
            "HTTP_HOST": "127.0.0.1:8080",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            **more,
        }
        chunks = self.app(environ, lambda status, headers, *_: started.append((status, headers)))
        answer = b"".join(chunks)
        close = getattr(chunks, "close", None)
        if close is not None:
            close()
        status, headers = started[0]
        return Reply(int(status[:3]), status[4:], {name.lower(): value for name, value in headers}, answer)


def basic(user: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{secret}".encode()).decode()


def multipart(parts: Sequence[Part]) -> bytes:
    """Return the form in the way in which twine sends it."""
    out = bytearray()
    for name, filename, value in parts:
        out += f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"'.encode()
        if filename is not None:
            out += f'; filename="{filename}"\r\nContent-Type: application/octet-stream'.encode()
        out += b"\r\n\r\n" + value + b"\r\n"
    return bytes(out + f"--{BOUNDARY}--\r\n".encode())


def wheel_form(project: str, version: str = "1.0", **more: str) -> list[Part]:
    """Return the form of a real wheel of this project; `more` replaces or adds fields."""
    name = project.replace("-", "_").lower()
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        info = f"{name}-{version}.dist-info"
        for member, text in (
            ("METADATA", f"Metadata-Version: 2.1\nName: {project}\nVersion: {version}\n"),
            ("WHEEL", "Wheel-Version: 1.0\n"),
            ("RECORD", ""),
        ):
            archive.writestr(zipfile.ZipInfo(f"{info}/{member}"), text)
    fields = {"filetype": "bdist_wheel", "pyversion": "py3", **more}
    return file_form(project, f"{name}-{version}-py3-none-any.whl", data.getvalue(), version=version, **fields)


def sdist_form(project: str, version: str = "1.0", **more: str) -> list[Part]:
    """Return the form of a real source distribution of this project; `more` replaces or adds fields."""
    name = f"{project.replace('-', '_')}-{version}"
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:gz") as archive:
        text = f"Metadata-Version: 2.1\nName: {project}\nVersion: {version}\n".encode()
        for path, content in (("PKG-INFO", text), ("module.py", b"")):
            member = tarfile.TarInfo(f"{name}/{path}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return file_form(project, f"{name}.tar.gz", data.getvalue(), version=version, **more)


def file_form(project: str, filename: str, content: bytes, **more: str) -> list[Part]:
    """Return the form of any file, by default of a source distribution, with digests that are right."""
    fields = {
        ":action": "file_upload",
        "protocol_version": "1",
        "metadata_version": "2.1",
        "name": project,
        "version": "1.0",
        "filetype": "sdist",
        "pyversion": "source",
        "sha256_digest": hashlib.sha256(content).hexdigest(),
        "blake2_256_digest": hashlib.blake2b(content, digest_size=32).hexdigest(),
        **more,
    }
    return [*((name, None, value.encode()) for name, value in fields.items()), ("content", filename, content)]


def request_form(send: str, project: str) -> list[Part]:
    """Return the form of one of the requests that the observations name."""
    sdist = f"{project.replace('-', '_')}-1.0.tar.gz"
    whole = sdist_form(project)
    if send == "distribution":
        return wheel_form(project)
    if send == "action-only":
        return [(":action", None, b"file_upload")]
    if send == "protocol-version-2":
        return [(":action", None, b"file_upload"), ("protocol_version", None, b"2")]
    if send == "no-content":
        return whole[:-1]
    if send == "name-as-file":
        return [(":action", None, b"file_upload"), ("name", "name.txt", project.encode())]
    if send == "bad-digest":
        return sdist_form(project, sha256_digest="0" * 64)
    if send == "one-byte":
        return file_form(project, sdist, b"x")
    if send == "bad-extension":
        return file_form(project, "x", b"x")
    if send == "bad-description":
        return sdist_form(project, description=".. probe::", description_content_type="text/x-rst")
    if send == "least-invasive":
        return least_invasive(project)
    raise ValueError(send)


def least_invasive(project: str) -> list[Part]:
    """Return the one request that tells everything of a token for a project that exists, and can publish nothing."""
    fields = {
        ":action": "file_upload",
        "metadata_version": "1.0",
        "name": project,
        "version": "0",
        "filetype": "sdist",
        "sha256_digest": "0" * 64,
        "description": ".. probe::",
    }
    return [*((name, None, value.encode()) for name, value in fields.items()), ("content", "x", b"")]


def version_1(text: str) -> str:
    """Return the same token in the packets of macaroon version 1."""
    macaroon = Token.parse(text).macaroon
    packets = [("location", macaroon.location or b""), ("identifier", macaroon.identifier)]
    packets += [("cid", caveat.predicate) for caveat in macaroon.caveats]
    packets += [("signature", macaroon.signature)]
    data = b"".join(f"{len(key) + len(value) + 6:04x}{key} ".encode() + value + b"\n" for key, value in packets)
    return "pypi-" + base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def with_identifier(text: str, identifier: bytes) -> str:
    """Return the token with another identifier, its signature as it was."""
    macaroon: macaroons.Macaroon = record.replace(Token.parse(text).macaroon, identifier=identifier)
    return Token(macaroon).reveal()


def fits(expected: str, actual: str) -> bool:
    """Return whether `actual` is `expected`, word for word; three dots stand for what was not noted."""
    return re.fullmatch(".*".join(map(re.escape, expected.split("..."))), actual) is not None
