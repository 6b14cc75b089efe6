"""What twine does for a release: check the metadata, and upload one file with the narrowed copy that is handed over.

The requests are plain JSON objects whose `do` names the step; the answers hold what the index said, for the holder to
judge. Nothing here prompts, reads ~/.pypirc or ~/.netrc, or asks a keyring.
"""

from __future__ import annotations

import io
import json
import logging
import os
from pathlib import Path
from typing import IO, cast

import requests
from packaging.utils import canonicalize_name
from twine.exceptions import TwineException
from twine.package import PackageFile
from twine.settings import Settings
from urllib3.exceptions import HTTPError

from publish_guard.domain.publisher import Sent
from publish_guard.worker import WorkerProblem

CONNECT_TIMEOUT = 15.0
READ_TIMEOUT = 60.0
# An index may take its time over a large file before it answers the upload.
UPLOAD_READ_TIMEOUT = 300.0
MAX_BODY = 64 * 1024
MAX_LISTING = 8 * 1024 * 1024

# JSON first: then PyPI's own explanation is one field, not a page around it.
_ACCEPT = "application/json, text/plain;q=0.9, */*;q=0.5"
_SIMPLE_JSON = "application/vnd.pypi.simple.v1+json"


def handle(request: dict[str, object]) -> dict[str, object]:
    """Do the step that `request["do"]` names and return its answer; WorkerProblem where it cannot be done."""
    match request.get("do"):
        case "check-metadata":
            return check_metadata(_text(request, "path"))
        case "list-files":
            return list_files(_text(request, "simple_url"), _text(request, "project"))
        case "upload":
            return upload(request)
        case _:
            raise WorkerProblem("The worker was asked for a step that it does not know.")


def check_metadata(path: str) -> dict[str, object]:
    """Return what `twine check` finds: {"errors": [...], "warnings": [...]}, both lists of sentences."""
    # Only here: it brings a renderer of descriptions, which an upload alone does not need.
    from twine.commands import check as twine_check

    log = twine_check._WarningStream()  # noqa: SLF001 - the public `check` only prints
    try:
        warnings, rendered = twine_check._check_file(path, log)  # noqa: SLF001 - likewise
    except TwineException as error:
        return {"errors": [_first_line(str(error))], "warnings": []}
    errors = [] if rendered else ["The long description has errors and would not be rendered: " + _first_line(str(log))]
    return {"errors": errors, "warnings": [warning.rstrip() for warning in warnings]}


def list_files(simple_url: str, project: str) -> dict[str, object]:
    """Return {"files": {name: SHA-256 or None}} of a project on the index, or {"files": None} where it has none.

    Asks the Simple Repository API (packaging.python.org), without any credential.
    """
    adapter = _BoundedAdapter(read_timeout=READ_TIMEOUT, limit=MAX_LISTING + 1)
    with requests.Session() as session:
        session.max_redirects = 0
        for scheme in ("http://", "https://"):
            session.mount(scheme, adapter)
        try:
            response = session.get(f"{simple_url.rstrip('/')}/{project}/", headers={"Accept": _SIMPLE_JSON})
        except requests.RequestException as error:
            raise WorkerProblem(f"The index could not be asked for {project} ({type(error).__name__}).") from None
    if response.status_code == requests.codes.not_found:
        return {"files": None}
    if response.status_code != requests.codes.ok:
        raise WorkerProblem(f"The index answered {response.status_code} when asked for {project}.")
    if len(response.content) > MAX_LISTING:
        raise WorkerProblem(f"The index's list of files of {project} is too large to read.")
    return {"files": _listing(response.content, project)}


def upload(request: dict[str, object]) -> dict[str, object]:
    """Upload one file and return {"status", "reason", "body"} of the index, whatever the status is.

    The file must still have the digest, name and version that were judged. One attempt, no redirect; where no answer
    came, {"unreachable": kind of the error, "sent": "nothing", "part" or "whole"}.
    """
    path = _text(request, "path")
    if request.get("verbose") is True:
        # twine's own command line does this; what it logs goes to the holder, which looks for secrets in it.
        logging.basicConfig(level=logging.INFO, format="%(name)s: %(message)s")
    try:
        package = PackageFile.from_filename(path, None)
    except TwineException as error:
        raise WorkerProblem(_first_line(str(error)), "Build the distribution again.") from None
    if package.sha2_digest != _text(request, "sha256"):
        raise WorkerProblem(
            f"{Path(path).name} has changed since it was judged.",
            "Find out what writes to it during the release, then start again.",
        )
    metadata = package.metadata_dictionary()
    named = (canonicalize_name(str(metadata.get("name")).strip()), str(metadata.get("version")).strip())
    if named != (_text(request, "project"), _text(request, "version")):
        raise WorkerProblem(
            f"twine reads another name or version out of {Path(path).name} than the ones that were judged.",
            "Look at its metadata files: a distribution has one, and no other file with that name above it.",
        )
    user, password = _text(request, "user"), _text(request, "password")
    if not _fits_a_header(user + password):
        raise WorkerProblem(
            "The user or the credential holds characters that no request can carry.",
            "Store a credential of letters, digits and common signs.",
        )
    settings = Settings(
        username=user,
        password=password,
        repository_url=_text(request, "url"),
        config_file=os.devnull,
        non_interactive=True,
        disable_progress_bar=True,
        verbose=request.get("verbose") is True,
    )
    try:
        settings.check_repository_url()
        repository = settings.create_repository()
    except TwineException as error:
        raise WorkerProblem(_first_line(str(error))) from None
    repository.session.headers["Accept"] = _ACCEPT
    adapter = _BoundedAdapter(read_timeout=UPLOAD_READ_TIMEOUT, limit=MAX_BODY)
    for scheme in ("http://", "https://"):
        repository.session.mount(scheme, adapter)
    try:
        # One attempt: twine would repeat a 5xx at once, five times, without a pause.
        response = repository.upload(package, max_redirects=1)
    except requests.RequestException as error:
        return {"unreachable": type(error).__name__, "sent": adapter.sent}
    finally:
        repository.close()
    # Not `.text`: the index names the encoding, and may name one that is none.
    body = response.content.decode(errors="replace")
    return {"status": response.status_code, "reason": (response.reason or "")[:MAX_BODY], "body": body}


class _WatchedBody:
    """A request's body that knows how much of it went out: it is asked for more only when the rest is sent."""

    def __init__(self, body: IO[bytes]) -> None:
        self._body = body
        self.sent: Sent = "nothing"

    def read(self, size: int = -1) -> bytes:
        data = self._body.read(size)
        self.sent = "part" if data else "whole"
        return data


class _BoundedAdapter(requests.adapters.HTTPAdapter):
    """Gives every request a time limit, which twine's own session lacks, bounds the answer, and never repeats.

    Of an answer, a redirect's included, at most `limit` bytes are read, unpacked. `sent` tells how much of the last
    request's body went out.
    """

    def __init__(self, *, read_timeout: float, limit: int) -> None:
        super().__init__()
        self._timeouts = (CONNECT_TIMEOUT, read_timeout)
        self._limit = limit
        self.sent: Sent = "nothing"

    def send(  # type: ignore[override] # requests' stub spells out what is only passed on here
        self, request: requests.PreparedRequest, **options: object
    ) -> requests.Response:
        body = None if request.body is None else _WatchedBody(cast("IO[bytes]", request.body))
        if body is not None:
            request.body = body  # type: ignore[assignment] # whatever has `read` is a body
        options.update(timeout=self._timeouts, stream=True)
        try:
            response = super().send(request, **options)  # type: ignore[arg-type] # as above
        finally:
            self.sent = "nothing" if body is None else body.sent
        # An index could answer without end, or with a little that unpacks to a lot.
        try:
            content = response.raw.read(self._limit, decode_content=True)
        except HTTPError:
            # The status has arrived, and it is what counts; the words were cut off.
            content = b""
        response.raw.close()
        response.raw = io.BytesIO(content)
        return response


def _fits_a_header(text: str) -> bool:
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True


def _listing(content: bytes, project: str) -> dict[str, str | None]:
    try:
        files = json.loads(content)["files"]
        return {cast("str", item["filename"]): item.get("hashes", {}).get("sha256") for item in files}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise WorkerProblem(f"The index's list of files of {project} is not the JSON that was asked for.") from None


def _text(request: dict[str, object], key: str) -> str:
    value = request.get(key)
    if not isinstance(value, str):
        raise WorkerProblem(f"The worker's request lacks {key}.")
    return value


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0][:500]
