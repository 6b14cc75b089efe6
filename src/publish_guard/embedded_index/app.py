"""The index as a WSGI application: which path is answered by what, and one record of every request."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs

from publish_guard.domain.caveats import Caveat
from publish_guard.domain.token import Token, TokenError
from publish_guard.embedded_index import pages, words
from publish_guard.embedded_index.answers import Answer, Refusal, Response, refuse, render
from publish_guard.embedded_index.form import Form, FormError, read_form
from publish_guard.embedded_index.model import MAX_FILE_SIZE
from publish_guard.embedded_index.store import Store
from publish_guard.embedded_index.upload import judge_upload
from publish_guard.embedded_index.verify import read_authorization
from publish_guard.errors import PublishGuardError

# A body beyond this is not even read; no project's limit should be set above it.
MAX_BODY = 8 * 1024**3
_KEPT_REQUESTS = 10_000
_UPLOAD_PAGE = "This is where files are uploaded; send them with twine or another tool for publishing.\n"


@dataclass(frozen=True)
class SeenRequest:
    """One request as tests and people may look at it: everything but what could be used as a credential.

    `caveats` and `fingerprint` are those of the token in the Authorization header, None where there was none.
    """

    method: str
    path: str
    status: int
    project: str | None = None
    version: str | None = None
    filename: str | None = None
    sha256: str | None = None
    caveats: tuple[Caveat, ...] | None = None
    fingerprint: str | None = None
    user_agent: str | None = None


Watch = Callable[[SeenRequest], None]


class IndexApp:
    """The WSGI application over one store. `now` returns seconds since 1970; `watch` is told of every request."""

    def __init__(
        self, store: Store, pypiserver: pages.Wsgi, now: Callable[[], float], watch: Watch | None = None
    ) -> None:
        self._store = store
        self._pypiserver = pypiserver
        self._now = now
        self._watch = watch
        self.requests: deque[SeenRequest] = deque(maxlen=_KEPT_REQUESTS)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        seen = _seen(environ)
        try:
            try:
                response, seen = self._respond(environ, seen)
            except Refusal as refusal:
                response = render(refusal.answer, environ.get("HTTP_ACCEPT"))
            except PublishGuardError as error:
                response = render(Answer(500, f"{error.message} {error.remedy}"), environ.get("HTTP_ACCEPT"))
            if response is None:
                return self._pass_on(environ, start_response, seen)
        except FormError as error:
            response = render(Answer(400, f"The body cannot be read: {error}."), environ.get("HTTP_ACCEPT"))
        self._record(replace(seen, status=int(response.status[:3])))
        start_response(response.status, [*response.headers, ("Content-Length", str(len(response.body)))])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [response.body]

    def _respond(self, environ: dict[str, Any], seen: SeenRequest) -> tuple[Response | None, SeenRequest]:
        """Return the response, or None where it is pypiserver's to give, and what has been learnt of the request."""
        first, *rest = environ["PATH_INFO"].strip("/").split("/")
        if first == "legacy" and not rest:
            return self._upload(environ, seen)
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            raise refuse(405, "", ("Allow", "GET, HEAD"))
        if not first:
            return render(Answer(200, "A package index to try things out with."), None), seen
        accept = environ.get("HTTP_ACCEPT", "")
        state = self._store.state
        if first == "simple" and not rest:
            return pages.simple_list(state) if pages.wants_json(accept) else None, seen
        if first == "simple" and len(rest) == 1:
            project = pages.visible_project(state, rest[0])
            if project is None:
                raise refuse(404)
            seen = replace(seen, project=project.normalized)
            if not environ["PATH_INFO"].endswith("/") or rest[0] != project.normalized:
                location = f"/simple/{project.normalized}/"
                raise refuse(301, "", ("Location", location))
            if pages.wants_json(accept):
                return pages.simple_project(state, project, _base(environ)), seen
            return None if state.files_of(project) else pages.empty_simple_page(project), seen
        if first == "pypi" and len(rest) in (2, 3) and rest[-1] == "json":
            project = pages.visible_project(state, rest[0])
            version = rest[1] if len(rest) == 3 else None
            page = None if project is None else pages.project_json(state, project, version, _base(environ))
            if page is None:
                body = b'{"message": "Not Found"}'
                return Response("404 Not Found", (("Content-Type", "application/json"),), body), seen
            return page, seen
        if first == "packages" and len(rest) == 1 and rest[0] in state.files:
            return None, replace(seen, filename=rest[0])
        raise refuse(404)

    def _upload(self, environ: dict[str, Any], seen: SeenRequest) -> tuple[Response, SeenRequest]:
        query = parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True, max_num_fields=100)
        method, accept = environ["REQUEST_METHOD"], environ.get("HTTP_ACCEPT")
        if environ["PATH_INFO"] == "/legacy":
            if method != "POST":
                raise refuse(405, "", ("Allow", "POST"))
            raise refuse(308, words.MISSING_SLASH, ("Location", "/legacy/"))
        form = self._form(environ) if method == "POST" else Form({})
        try:
            action = form.get(":action") or next(iter(query.get(":action", [])), None)
            if action in ("submit", "submit_pkg_info", "doc_upload", "file_upload") and method != "POST":
                raise refuse(405, "", ("Allow", "POST"))
            if action in ("submit", "submit_pkg_info"):
                raise refuse(410, words.PREREGISTRATION)
            if action == "doc_upload":
                raise refuse(410, words.DOCUMENTATION)
            if action != "file_upload":
                if method not in ("GET", "HEAD"):
                    raise refuse(405, "", ("Allow", "GET, HEAD, OPTIONS"))
                return render(Answer(200, _UPLOAD_PAGE), accept), seen
            answer = self._judge(form, environ.get("HTTP_AUTHORIZATION"))
        finally:
            if form.content is not None:
                form.content.path.unlink(missing_ok=True)
        content = form.content
        return render(answer, accept), replace(
            seen,
            project=form.get("name"),
            version=form.get("version"),
            filename=None if content is None else content.filename,
            sha256=None if content is None else content.sha256,
        )

    def _form(self, environ: dict[str, Any]) -> Form:
        size = environ.get("CONTENT_LENGTH", "")
        if not (size.isascii() and size.isdigit()):
            raise refuse(411)
        if int(size) > MAX_BODY:
            raise refuse(413)
        limits = [project.file_size_limit for project in self._store.state.projects.values()]
        kind = environ.get("CONTENT_TYPE", "")
        if size == "0":
            return Form({})
        return read_form(environ["wsgi.input"], kind, self._store.incoming, file_limit=max(MAX_FILE_SIZE, *limits, 0))

    def _judge(self, form: Form, authorization: str | None) -> Answer:
        with self._store.transaction() as transaction:
            decision = judge_upload(transaction.state, form, authorization, self._now())
            if decision.keep_as is not None and form.content is not None:
                # First the file, then the word that it is there: a crash between leaves a file that nobody lists twice.
                form.content.path.chmod(0o644)
                form.content.path.replace(self._store.packages / decision.keep_as)
            transaction.state = decision.state
        return decision.answer

    def _pass_on(
        self, environ: dict[str, Any], start_response: Callable[..., Any], seen: SeenRequest
    ) -> Iterable[bytes]:
        """Let pypiserver answer, to which the credential is of no concern."""

        def start(status: str, headers: list[tuple[str, str]], *rest: object) -> object:
            self._record(replace(seen, status=int(status[:3])))
            return start_response(status, headers, *rest)

        return self._pypiserver({key: value for key, value in environ.items() if key != "HTTP_AUTHORIZATION"}, start)

    def _record(self, seen: SeenRequest) -> None:
        self.requests.append(seen)
        if self._watch is not None:
            self._watch(seen)


def _seen(environ: dict[str, Any]) -> SeenRequest:
    seen = SeenRequest(environ["REQUEST_METHOD"], environ["PATH_INFO"], 0, user_agent=environ.get("HTTP_USER_AGENT"))
    try:
        token = Token.parse(read_authorization(environ.get("HTTP_AUTHORIZATION")) or "")
    except (Refusal, TokenError):
        return seen
    return replace(seen, caveats=token.caveats, fingerprint=token.fingerprint)


def _base(environ: dict[str, Any]) -> str:
    return f"http://{environ['SERVER_NAME']}:{environ['SERVER_PORT']}"
