"""The reader of upload forms: any cut of the stream reads alike, and nothing is unbounded."""

from __future__ import annotations

import hashlib
import io
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish_guard.embedded_index import form as forms
from publish_guard.embedded_index.form import Form, FormError, read_form
from support.index_world import BOUNDARY, multipart

TYPE = f"multipart/form-data; boundary={BOUNDARY}"


class Dribble:
    """A body that comes in pieces of a given size, however much is asked for."""

    def __init__(self, data: bytes, piece: int) -> None:
        self._stream = io.BytesIO(data)
        self._piece = piece

    def read(self, size: int, /) -> bytes:
        return self._stream.read(min(size, self._piece))


def _read(body: bytes, folder: Path, *, limit: int = 1 << 20, kind: str = TYPE) -> Form:
    return read_form(io.BytesIO(body), kind, folder, file_limit=limit)


@pytest.mark.parametrize("piece", [1, 2, 7, 64, 4096])
@pytest.mark.parametrize(
    "content", [b"", b"\r\n", b"\r\n--", f"\r\n--{BOUNDARY[:-1]}".encode() * 3, bytes(range(256)) * 40]
)
def test_every_cut_of_the_stream_reads_alike(tmp_path: Path, piece: int, content: bytes) -> None:
    """What looks like the beginning of a boundary is content, wherever the stream is cut."""
    body = multipart([("name", None, b"alpha-pkg"), ("content", "x", content), ("name", None, "größe".encode())])
    form = read_form(Dribble(body, piece), TYPE, tmp_path, file_limit=1 << 20)
    assert form.fields == {"name": ("alpha-pkg", "größe")}
    assert form.get("name") == "größe"
    assert form.content is not None
    assert form.content.path.read_bytes() == content
    assert form.content.size == len(content)
    assert form.content.sha256 == hashlib.sha256(content).hexdigest()
    assert form.content.blake2b_256 == hashlib.blake2b(content, digest_size=32).hexdigest()
    assert form.content.md5 == hashlib.md5(content).hexdigest()


def test_names_of_other_files_are_told_and_their_content_is_dropped(tmp_path: Path) -> None:
    """Only `content` is kept; a second one counts as a file where none belongs."""
    form = _read(multipart([("name", "f", b"x"), ("content", "a", b"1"), ("content", "b", b"2")]), tmp_path)
    assert form.file_fields == {"name", "content"}
    assert form.content is not None
    assert form.content.filename == "a"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_file_beyond_the_limit_is_measured_and_not_kept(tmp_path: Path) -> None:
    """Size and digests are those of the whole file, the disk holds no more than the limit."""
    content = b"x" * 600_000
    form = _read(multipart([("content", "x", content)]), tmp_path, limit=300_000)
    assert form.content is not None
    assert form.content.size == len(content)
    assert form.content.sha256 == hashlib.sha256(content).hexdigest()
    assert form.content.path.stat().st_size <= 300_000


def test_a_large_file_takes_no_memory(tmp_path: Path) -> None:
    """Reading 24 MiB needs less than 4 MiB."""
    body = io.BytesIO(multipart([("content", "x", bytes(24 * 1024 * 1024))]))
    tracemalloc.start()
    try:
        read_form(body, TYPE, tmp_path, file_limit=1 << 30)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4 * 1024 * 1024


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b"{}"),
        ("multipart/form-data", b"x"),
        (f"multipart/form-data; boundary={'x' * 300}", b"x"),
        (TYPE, b""),
        (TYPE, multipart([("name", None, b"x")])[:-20]),
        (TYPE, multipart([("content", "x", b"x" * 100)])[:-60]),
        (TYPE, f"--{BOUNDARY}\r\nContent-Type: text/plain\r\n\r\nx\r\n--{BOUNDARY}--".encode()),
        (TYPE, f"--{BOUNDARY}no line break".encode()),
        (TYPE, f"--{BOUNDARY}\r\n".encode() + b"X: " + b"y" * 40_000 + b"\r\n\r\n"),
    ],
)
def test_what_is_no_form_is_refused_and_leaves_nothing(tmp_path: Path, kind: str, body: bytes) -> None:
    """A body that is cut short, of another type or not as it announces is refused; no file stays behind."""
    with pytest.raises(FormError):
        _read(body, tmp_path, kind=kind)
    assert list(tmp_path.iterdir()) == []


def test_text_and_fields_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """More text, or more fields, than any release has are refused in both encodings."""
    monkeypatch.setattr(forms, "MAX_TEXT", 1000)
    monkeypatch.setattr(forms, "MAX_PARTS", 20)
    with pytest.raises(FormError, match="larger"):
        _read(multipart([("a", None, b"x" * 600), ("b", None, b"x" * 600)]), tmp_path)
    with pytest.raises(FormError, match="too many"):
        _read(multipart([("a", None, b"x")] * 30), tmp_path)
    with pytest.raises(FormError, match="larger"):
        _read(b"a=" + b"x" * 2000, tmp_path, kind="application/x-www-form-urlencoded")
    with pytest.raises(FormError, match="not a URL-encoded"):
        _read(b"a=1&" * 30, tmp_path, kind="application/x-www-form-urlencoded")


@given(data=st.binary(max_size=400))
def test_no_bytes_break_the_reader(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    """Any bytes behind a boundary are a form or a FormError."""
    folder = tmp_path_factory.mktemp("incoming")
    try:
        _read(f"--{BOUNDARY}\r\n".encode() + data, folder)
    except FormError:
        assert list(folder.iterdir()) == []
