"""What the index answers: a status and a message, written in the form that the client asked for.

As on PyPI the message is the HTTP reason phrase too (pypi/warehouse, warehouse/forklift/utils.py): that is the line
which twine shows.
"""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

Header = tuple[str, str]

# One sentence for a status, as the framework that PyPI is built on (Pyramid) says it ahead of the message.
_EXPLANATIONS = {
    400: "The server could not comply with the request since it is either malformed or otherwise incorrect.",
    403: "Access was denied to this resource.",
    404: "The resource could not be found.",
}


@dataclass(frozen=True)
class Answer:
    """A status, a message for people (empty: the status alone) and headers besides those of the body."""

    status: int
    message: str = ""
    headers: tuple[Header, ...] = ()

    @property
    def title(self) -> str:
        """The status in words, such as "Forbidden"."""
        return HTTPStatus(self.status).phrase


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not an error of the index
    """Ends the judging of a request with an answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


def refuse(status: int, message: str = "", *headers: Header) -> Refusal:
    """Return the refusal with this status and message, to be raised."""
    return Refusal(Answer(status, message, headers))


@dataclass(frozen=True)
class Response:
    """An answer in the form in which it is sent: `status` is the whole status line, `body` its bytes."""

    status: str
    headers: tuple[Header, ...]
    body: bytes


def render(answer: Answer, accept: str | None) -> Response:
    """Return the answer as HTML, JSON or plain text, as the Accept header wishes; without one it is plain text."""
    line = f"{answer.status} {_reason(answer.message or answer.title)}"
    if answer.status == HTTPStatus.OK and not answer.message:
        return Response(line, (*answer.headers, ("Content-Type", "text/plain; charset=UTF-8")), b"")
    explanation = _EXPLANATIONS.get(answer.status, "")
    kind = choose(accept or "", ("text/html", "application/json")) or "text/plain"
    if kind == "application/json":
        message = f"{explanation}\n\n\n{answer.message}\n\n\n"
        text = json.dumps({"message": message, "code": line, "title": answer.title})
        return Response(line, (*answer.headers, ("Content-Type", kind)), text.encode())
    if kind == "text/html":
        status, detail = html.escape(line), html.escape(answer.message)
        text = (
            f"<html>\n <head><title>{status}</title></head>\n"
            f" <body>\n  <h1>{status}</h1>\n  {explanation}<br/><br/>\n{detail}\n </body>\n</html>"
        )
    else:
        text = f"{line}\n\n{explanation}\n\n\n{answer.message}\n"
    return Response(line, (*answer.headers, ("Content-Type", f"{kind}; charset=UTF-8")), text.encode())


def choose(accept: str, offers: Sequence[str]) -> str | None:
    """Return the offered media type that an Accept header likes best, the first of equals; None where it likes none."""
    best: tuple[float, int] | None = None
    for place, offer in enumerate(offers):
        quality = _quality(accept, offer)
        if quality > 0 and (best is None or quality > best[0]):
            best = (quality, place)
    return None if best is None else offers[best[1]]


def _quality(accept: str, offer: str) -> float:
    family = offer.partition("/")[0]
    found: tuple[int, float] | None = None
    for part in accept.split(","):
        kind, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if kind not in (offer, f"{family}/*", "*/*"):
            continue
        exactness = (kind == offer) * 2 + (kind == f"{family}/*")
        quality = 1.0
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name == "q":
                try:
                    quality = float(value)
                except ValueError:
                    quality = 0.0
        if found is None or exactness > found[0]:
            found = (exactness, quality)
    return 0.0 if found is None else found[1]


def _reason(message: str) -> str:
    """Return the message as a reason phrase can carry it: one line of ISO 8859-1 (RFC 9112, section 4)."""
    line = "".join(character if character.isprintable() else " " for character in message)
    return line.encode("iso-8859-1", "replace").decode("iso-8859-1")
