"""The server: threads, loopback only, HTTP/1.1 with connections that stay open."""

from __future__ import annotations

import io
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote

from publish_guard.embedded_index.app import IndexApp, SeenRequest, Watch
from publish_guard.embedded_index.minting import DEFAULT_USER, Kind, mint_token
from publish_guard.embedded_index.pages import load_pypiserver
from publish_guard.embedded_index.store import Store
from publish_guard.errors import FailureError, UsageError

# How long a connection may stand still, in seconds.
_IDLE = 60
_CHUNK = 256 * 1024
# What is still read of a body that a refusal left unread, so that the client comes to read the answer, in bytes.
_UNREAD = 64 * 1024 * 1024
# How long the end of the index waits for a thread, in seconds.
_FAREWELL = 5


class _Body:
    """The part of the connection that is this request's body."""

    def __init__(self, stream: Any, size: int) -> None:  # noqa: ANN401 - a socket's file, however it is made
        self._stream = stream
        self.left = size

    def read(self, size: int = -1, /) -> bytes:
        wanted = self.left if size < 0 else min(size, self.left)
        data: bytes = self._stream.read(wanted) if wanted else b""
        if len(data) < wanted:
            raise ConnectionError
        self.left -= len(data)
        return data


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = _IDLE
    # Written in pieces of a packet's size and more, so nothing is gained by waiting for more.
    disable_nagle_algorithm = True
    server: _Server

    def finish(self) -> None:
        # Where the client is gone there is nobody left to answer.
        with suppress(OSError):
            super().finish()

    def _serve(self) -> None:
        size = self.headers.get("Content-Length", "")
        known = size.isascii() and size.isdigit() and "Transfer-Encoding" not in self.headers
        body = _Body(self.rfile, int(size) if known else 0)
        path, _, query = self.path.partition("?")
        environ = {
            "REQUEST_METHOD": self.command,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote(path, "iso-8859-1"),
            "QUERY_STRING": query,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": size if known else "" if "Transfer-Encoding" in self.headers else size,
            "SERVER_NAME": self.server.host,
            "SERVER_PORT": str(self.server.server_port),
            "SERVER_PROTOCOL": self.request_version,
            "REMOTE_ADDR": self.client_address[0],
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": body,
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in self.headers.items()},
        }
        try:
            self._answer(self.server.app, environ, body)
        except (ConnectionError, TimeoutError):
            self.close_connection = True

    def _answer(self, app: IndexApp, environ: dict[str, Any], body: _Body) -> None:
        started: list[tuple[str, list[tuple[str, str]]]] = []
        chunks = app(environ, lambda status, headers, *_: started.append((status, headers)))
        try:
            pieces = iter(chunks)
            first = next(pieces, b"")
            status, headers = started[0]
            # What a refusal left unread is in the way of the next request on this connection.
            if body.left > _UNREAD or "Transfer-Encoding" in self.headers:
                self.close_connection = True
            while body.left and not self.close_connection:
                body.read(_CHUNK)
            self.send_response(int(status[:3]), status[4:])
            for name, value in headers:
                self.send_header(name, value)
            if not any(name.lower() == "content-length" for name, _ in headers):
                self.close_connection = True
            if self.close_connection:
                self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(first)
            for piece in pieces:
                self.wfile.write(piece)
        finally:
            close: Callable[[], None] | None = getattr(chunks, "close", None)
            if close is not None:
                close()

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_OPTIONS = do_PATCH = _serve  # noqa: N815 - http.server's names

    def version_string(self) -> str:
        return "publish-guard-index"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's signature
        """Write nothing: what comes over the wire may hold a credential."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, host: str, port: int, app: IndexApp) -> None:
        self.host = f"[{host}]" if ":" in host else host
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.app = app
        self.connections: dict[socket.socket, threading.Thread] = {}
        super().__init__((host, port), _Handler)

    def server_bind(self) -> None:
        # Not HTTPServer's, which asks the resolver for this machine's name.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_port = self.server_address[1]

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - socketserver's signature
        thread = threading.Thread(target=self.process_request_thread, args=(request, client_address), daemon=True)
        self.connections[request] = thread
        thread.start()

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401 - likewise
        super().shutdown_request(request)
        self.connections.pop(request, None)

    def handle_error(self, request: object, client_address: object) -> None:
        """Write nothing: a traceback shows what came over the wire."""


class RunningIndex:
    """An index that answers until `close`, or until the end of its `with` block."""

    def __init__(self, server: _Server, store: Store, now: Callable[[], float]) -> None:
        self._server = server
        self._now = now
        self.store = store
        self.base_url = f"http://{server.host}:{server.server_port}"
        self._thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where to upload to."""
        return f"{self.base_url}/legacy/"

    @property
    def simple_url(self) -> str:
        """Where pip installs from (`--index-url`)."""
        return f"{self.base_url}/simple/"

    @property
    def requests(self) -> tuple[SeenRequest, ...]:
        """The last requests, the oldest first; kept in memory only."""
        return tuple(self._server.app.requests)

    def mint(
        self,
        kind: Kind | str,
        *projects: str,
        user: str = DEFAULT_USER,
        location: str = "pypi.org",
        expires_in: int | None = None,
    ) -> str:
        """Return a new token of this kind, as `minting.mint_token` makes it."""
        with self.store.transaction() as transaction:
            token, transaction.state = mint_token(
                transaction.state,
                Kind(kind),
                self._now(),
                projects=projects,
                user=user,
                location=location,
                expires_in=expires_in,
            )
        return token

    def close(self) -> None:
        """Stop answering, cut what connections are open, and wait for their threads."""
        self._server.shutdown()
        self._thread.join()
        for connection, thread in list(self._server.connections.items()):
            # It may have been closed in this very moment.
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            thread.join(_FAREWELL)
        self._server.server_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def start(
    root: Path,
    port: int = 0,
    *,
    host: str = "127.0.0.1",
    now: Callable[[], float] = time.time,
    watch: Watch | None = None,
) -> RunningIndex:
    """Return an index over the folder `root` that answers on loopback; port 0 takes any free one.

    `now` returns seconds since 1970. Raises UsageError for an address that others could reach, for a folder that holds
    something else and without pypiserver; FailureError where the port cannot be had.
    """
    try:
        loopback = ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise UsageError("The embedded index answers on loopback only.", "Leave the address at 127.0.0.1.")
    store = Store(root)
    app = IndexApp(store, load_pypiserver(store.packages), now, watch)
    try:
        server = _Server(host, port, app)
    except (OSError, OverflowError) as error:
        reason = error.strerror if isinstance(error, OSError) else "there is no such port"
        raise FailureError(f"The embedded index cannot listen there: {reason}.", "Choose another port.") from None
    return RunningIndex(server, store, now)
