"""The publish worker, as the services see it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import TracebackType
from typing import Self

from publish_guard.adapters.worker_process import WorkerProcess
from publish_guard.domain.distribution import Distribution
from publish_guard.domain.pace import seconds_to_send
from publish_guard.domain.publisher import IndexAnswer, Listing
from publish_guard.domain.redact import Redactor
from publish_guard.domain.target import Target
from publish_guard.errors import FailureError

LIST_TIMEOUT = 90.0
CHECK_TIMEOUT = 120.0
# The worker's own limits cut a silent index first; this one is for a worker that hangs itself.
UPLOAD_TIMEOUT = 400.0
MAX_BODY = 64 * 1024
_MAX_MESSAGE = 2000


class WorkerPublisher:
    """Sends each step to one worker process. What it returns is redacted: an index may repeat what it was sent."""

    def __init__(self, worker: WorkerProcess, target: Target, *, redactor: Redactor, verbose: bool) -> None:
        self._worker = worker
        self._target = target
        self._redactor = redactor
        self._verbose = verbose

    def __enter__(self) -> Self:
        self._worker.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._worker.__exit__(kind, error, trace)

    def list_files(self, project: str) -> Listing:
        simple_url = simple_url_of(self._target)
        if simple_url is None:
            return Listing(None, asked=False)
        request = {"do": "list-files", "simple_url": simple_url, "project": project}
        files = self._worker.ask(request, timeout=LIST_TIMEOUT).get("files")
        if files is None:
            return Listing(None)
        if not isinstance(files, dict):
            raise FailureError("The publish worker answered something that is no list of files.")
        return Listing({str(name): digest if isinstance(digest, str) else None for name, digest in files.items()})

    def check_metadata(self, distribution: Distribution) -> tuple[tuple[str, ...], tuple[str, ...]]:
        answer = self._worker.ask({"do": "check-metadata", "path": _absolute(distribution)}, timeout=CHECK_TIMEOUT)
        return self._sentences(answer.get("errors")), self._sentences(answer.get("warnings"))

    def upload(self, distribution: Distribution, *, user: str, password: str) -> IndexAnswer:
        request = {
            "do": "upload",
            "url": self._target.url,
            "user": user,
            "password": password,
            "path": _absolute(distribution),
            "sha256": distribution.sha256,
            "project": distribution.project,
            "version": distribution.version,
            "verbose": self._verbose,
        }
        answer = self._worker.ask(request, timeout=UPLOAD_TIMEOUT + seconds_to_send(distribution.size))
        status, sent = answer.get("status"), answer.get("sent")
        if isinstance(status, int) and not isinstance(status, bool):
            reason, body = (str(answer.get(part, ""))[:MAX_BODY] for part in ("reason", "body"))
            return IndexAnswer(
                status, self._redactor.redact(message_of(self._redactor.redact(reason), self._redactor.redact(body)))
            )
        # Whatever cannot be read for sure counts as a file that may have arrived.
        return IndexAnswer(None, sent="nothing" if sent == "nothing" else "part" if sent == "part" else "whole")

    def _sentences(self, value: object) -> tuple[str, ...]:
        items = value if isinstance(value, list) else []
        return tuple(self._redactor.redact(str(item))[:_MAX_MESSAGE] for item in items[:20])


def message_of(reason: str, body: str) -> str:
    """Return what the index says, in one bounded piece of text: JSON's message, a page's text, or the reason phrase."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        value = None
    if isinstance(value, dict) and isinstance(value.get("message"), str):
        text = value["message"]
    elif "<html" in body.lower():
        # The page repeats the reason phrase and adds markup around it.
        text = reason if len(reason) > len("Forbidden") else re.sub(r"<[^<>]*>", " ", body)
    else:
        text = body.strip() or reason
    return " ".join(text.split())[:_MAX_MESSAGE]


def simple_url_of(target: Target) -> str | None:
    """Return where the target's Simple Repository API is, for the indexes whose addresses are known; else None."""
    if target.index != "other":
        return f"https://{target.index}/simple/"
    if target.loopback and target.path.rstrip("/").endswith("/legacy"):
        return target.url.rstrip("/")[: -len("legacy")] + "simple/"
    return None


def _absolute(distribution: Distribution) -> str:
    return str(Path(distribution.path).absolute())
