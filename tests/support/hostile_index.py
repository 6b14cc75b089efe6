"""An index that does what no index should: it repeats the credential wherever it can, redirects, breaks off or is slow."""

from __future__ import annotations

import base64
import contextlib
import gzip
import json
import socket
import struct
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class HostileIndex:
    """One running server. `credentials` are the passwords it was sent; `url` is where to upload to."""

    def __init__(self, behaviour: str) -> None:
        self.behaviour = behaviour
        self.credentials: list[str] = []
        self.headers: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *arguments: Any) -> None:
                pass

            def do_GET(self) -> None:
                body = b'{"meta": {"api-version": "1.0"}, "name": "alpha-pkg", "files": []}'
                self.send_response(200)
                self.send_header("Content-Type", "application/vnd.pypi.simple.v1+json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                # Broken off early, most of a large body is never read.
                self.rfile.read(1024 if outer.behaviour == "break early" else length)
                outer.answer(self)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/legacy/"

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        header = request.headers.get("Authorization", "")
        password = base64.b64decode(header.partition(" ")[2]).decode().partition(":")[2]
        self.credentials.append(password)
        self.headers.append(header)
        echo = f"{header} {password} {password[20:60]}"
        if self.behaviour.startswith("break"):
            if self.behaviour == "break early":
                # Closed with unread data behind it, a connection is reset and the sender notices.
                request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                request.connection.close()
                return
            request.connection.shutdown(socket.SHUT_RDWR)
            return
        if self.behaviour == "redirect":
            request.send_response(302, f"Found {password}")
            request.send_header("Location", f"http://127.0.0.1:1/{password}")
            request.send_header("Content-Length", "0")
            request.end_headers()
            return
        if self.behaviour == "bomb":
            self._answer(request, 400, gzip.compress(b"x" * 100 * 1024 * 1024), "text/plain", encoding="gzip")
            return
        if self.behaviour == "cut":
            request.send_response(200)
            request.send_header("Content-Length", "1000")
            request.end_headers()
            request.wfile.write(b"half")
            request.close_connection = True
            return
        body, kind = {
            "json": (json.dumps({"message": echo, "code": echo, "title": echo}), "application/json"),
            "html": (f"<html><title>{echo}</title><h1>403 {echo}</h1></html>", "text/html"),
            "text": (echo, "text/plain"),
        }[self.behaviour]
        self._answer(request, 403, body.encode(), kind, reason=f"Forbidden {password}")

    def _answer(
        self,
        request: BaseHTTPRequestHandler,
        status: int,
        body: bytes,
        kind: str,
        *,
        encoding: str = "",
        reason: str = "",
    ) -> None:
        request.send_response(status, reason or None)
        request.send_header("Content-Type", kind)
        if encoding:
            request.send_header("Content-Encoding", encoding)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        with contextlib.suppress(OSError):
            request.wfile.write(body)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@contextlib.contextmanager
def hostile_index(behaviour: str) -> Iterator[HostileIndex]:
    """Run a hostile index: "json", "html", "text", "redirect" or "break"."""
    index = HostileIndex(behaviour)
    index.start()
    try:
        yield index
    finally:
        index.stop()
