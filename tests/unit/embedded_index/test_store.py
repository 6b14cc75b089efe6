"""The index's folder: private, shared by processes, changed as a whole or not at all, and read strictly."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from publish_guard.embedded_index.minting import Kind, mint_token
from publish_guard.embedded_index.model import Creation, Flags, IssuedToken, Project, State, StoredFile
from publish_guard.embedded_index.state_file import StateError, read_state, write_state
from publish_guard.embedded_index.store import Store
from publish_guard.errors import FailureError, UsageError


def _full_state() -> State:
    state = State()
    for kind in Kind:
        _, state = mint_token(state, kind, 1000.5, projects=["alpha-pkg", "Beta.Pkg"])
    file = StoredFile("f-1.tar.gz", "id", "1", "sdist", "source", 5, "aa", "bb", "cc", ">=3.11", 12.25)
    return replace(
        state.with_file(file), flags=Flags(read_only=True), creations=(Creation("u", 3.5),), prohibited_names=("x",)
    )


def test_what_is_written_is_read_back() -> None:
    """Every part of a state survives the way through the file."""
    state = _full_state()
    assert read_state(write_state(state)) == state


def _edited(change: Any) -> str:
    value = json.loads(write_state(_full_state()))
    change(value)
    return json.dumps(value)


@pytest.mark.parametrize(
    "change",
    [
        lambda value: value.update(more=1),
        lambda value: value.update(users={}),
        lambda value: value["flags"].update(read_only="no"),
        lambda value: value["flags"].update(readonly=True),
        lambda value: value["users"].append(value["users"][0]),
        lambda value: value["users"][0].pop("name"),
        lambda value: value["projects"][0].update(status="gone"),
        lambda value: value["projects"][0].update(file_size_limit=True),
        lambda value: value["projects"][0].update(owners="alice"),
        lambda value: value["tokens"][0].update(key="no hex"),
        lambda value: value["files"][0].update(uploaded_at="today"),
        lambda value: value["files"].append(5),
    ],
)
def test_an_edit_that_went_wrong_is_refused(change: Any) -> None:
    """A misspelt key, a wrong type, a missing field: nothing is read by a guess."""
    with pytest.raises(StateError):
        read_state(_edited(change))


@pytest.mark.parametrize("text", ["", "[]", "[" * 100_000, "{", '{"users": 5}'])
def test_what_is_no_state_is_refused(text: str) -> None:
    """Text that is no object of the right form is an error with a name."""
    with pytest.raises(StateError):
        read_state(text)


def test_reprs_show_no_secret() -> None:
    """Neither key nor identifier nor caveats of an issued token are in any repr."""
    token = IssuedToken("the-identifier", b"the-key", "u", None, (b"the-caveat",))
    shown = repr(token) + repr(State().with_token(token).tokens["the-identifier"])
    assert not any(part in shown for part in ("the-identifier", "the-key", "the-caveat", b"the-key".hex()))


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are not those of POSIX")
def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    """The folder is 0700, the state with the keys 0600, and version control is told to leave it alone."""
    store = Store(tmp_path / "index")
    with store.transaction() as transaction:
        transaction.state = _full_state()
    assert store.root.stat().st_mode & 0o777 == 0o700
    assert (store.root / "state.json").stat().st_mode & 0o777 == 0o600
    assert (store.root / ".gitignore").read_text() == "*\n"


def test_a_folder_with_something_else_is_left_alone(tmp_path: Path) -> None:
    """A folder that is not the index's own is neither changed nor used."""
    (tmp_path / "thesis.txt").write_text("x")
    mode = tmp_path.stat().st_mode
    with pytest.raises(UsageError, match="holds something else"):
        Store(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
    assert tmp_path.stat().st_mode == mode


def test_a_folder_that_cannot_be_made_is_a_failure(tmp_path: Path) -> None:
    """A file in the place of the folder is told as what it is."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(FailureError, match="cannot be used"):
        Store(tmp_path / "file")


def test_an_error_changes_nothing(tmp_path: Path) -> None:
    """A transaction that ends with an error leaves the state as it was."""
    store = Store(tmp_path / "index")

    def fail() -> None:
        with store.transaction() as transaction:
            transaction.state = _full_state()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert store.state == State()


def test_a_broken_file_is_told_without_its_content(tmp_path: Path) -> None:
    """A state that cannot be read is a failure with a remedy, and none of it is repeated."""
    store = Store(tmp_path / "index")
    (store.root / "state.json").write_text('{"secret": "very"}')
    with pytest.raises(FailureError) as caught:
        _ = store.state
    assert "very" not in caught.value.message + caught.value.remedy
    assert caught.value.remedy


def test_another_process_is_seen(tmp_path: Path) -> None:
    """What `index mint` writes in another process is there at the next look."""
    store = Store(tmp_path / "index")
    assert store.state.tokens == {}
    code = "import sys; from publish_guard.embedded_index.commands import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", code, "mint", "--root", str(store.root), "--kind", "project"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": "src"})
    assert len(store.state.tokens) == 1
    assert list(store.state.projects) == ["alpha-pkg"]


def test_no_change_is_lost_between_threads(tmp_path: Path) -> None:
    """Transactions of several threads, each with its own view of the folder, follow one another."""
    root = tmp_path / "index"
    Store(root)

    def work(number: int) -> None:
        store = Store(root)
        for step in range(10):
            with store.transaction() as transaction:
                project = Project(f"{number}-{step}", f"p-{number}-{step}", ())
                transaction.state = transaction.state.with_project(project)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(Store(root).state.projects) == 40
