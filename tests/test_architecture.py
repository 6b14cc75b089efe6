"""The arrows of docs/explanation/design.md, computed from the sources, and proof that each check can fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.imports import (
    Package,
    cycles,
    forbidden_edges,
    imports_of,
    long_files,
    read_package,
    third_party_imports,
)

SOURCES = Path(__file__).resolve().parent.parent / "src" / "publish_guard"

# Who may know whom; a room always knows itself. What is not named here is forbidden, new rooms included.
# "publish_guard" is the package's own __init__: its version, and the names of the Python interface.
ALLOWED: dict[str, set[str]] = {
    "publish_guard": {"domain"},
    "errors": set(),
    "domain": {"errors"},
    "rules": {"domain", "errors"},
    "services": {"domain", "errors", "rules", "publish_guard"},
    "sources": {"domain", "errors"},
    "adapters": {"domain", "errors", "publish_guard"},
    "reporters": {"domain", "errors", "publish_guard"},
    "worker": {"domain", "errors"},
    "embedded_index": {"domain", "errors", "publish_guard"},
    "cli": {"domain", "errors", "rules", "services", "sources", "adapters", "reporters", "publish_guard"},
    # The door: it starts the command line, a worker or the embedded index, each in a process of its own.
    "__main__": {"cli", "adapters", "worker", "embedded_index", "publish_guard"},
}

# Only these run in processes that never have the stored token.
MAY_IMPORT_THIRD_PARTY = {"worker", "embedded_index"}

# What would let the domain see the world, the clock or chance.
WORLD = {"asyncio", "http", "io", "os", "pathlib", "random", "secrets", "shutil", "socket", "subprocess", "sys"}
WORLD |= {"tempfile", "threading", "time", "urllib.request", "uuid"}


@pytest.fixture(scope="module")
def package() -> Package:
    return read_package(SOURCES)


def test_rooms_know_only_whom_they_may(package: Package) -> None:
    """Every import between rooms is one that the design allows."""
    assert forbidden_edges(package, ALLOWED) == []


def test_every_room_has_its_arrows(package: Package) -> None:
    """A new room must say whom it may know before anything stands in it, and none is named that is not there."""
    rooms = {package.room(module) for module in package.files}
    assert rooms - set(ALLOWED) == set()
    assert set(ALLOWED) - rooms == set()


def test_the_holder_has_no_third_party_code(package: Package) -> None:
    """Outside the workers and the embedded index nothing but the standard library is imported."""
    assert third_party_imports(package, MAY_IMPORT_THIRD_PARTY) == []


def test_nothing_is_imported_under_a_name_that_cannot_be_read(package: Package) -> None:
    """Where a module's name is put together at run time, its package stands in the source."""
    assert [entry for entry in package.imports if entry.target == "<unknown>"] == []


def test_the_domain_does_not_see_the_world(package: Package) -> None:
    """The domain imports neither files, processes, network, clock nor chance."""
    assert imports_of(package, "domain", WORLD) == []


def test_there_are_no_circles(package: Package) -> None:
    """No module imports itself through others, not even with an import put off until it is called."""
    assert cycles(package) == []


def test_files_stay_small(package: Package) -> None:
    """More than 300 lines are a sign of two rooms in one."""
    assert long_files(package, 300) == []


def _package(folder: Path, files: dict[str, str]) -> Package:
    root = folder / "sample"
    for name, text in {"__init__.py": "", **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return read_package(root)


@pytest.mark.parametrize(
    "text",
    [
        "import sample.services.check",
        "from sample.services import check",
        "from sample.services.check import run",
        "from ..services import check",
        "from sample import services",
        "def late():\n    from sample.services import check\n",
        "if TYPE_CHECKING:\n    from sample.services import check\n",
        "import importlib\nimportlib.import_module(f'sample.services.{name}')\n",
    ],
)
def test_a_forbidden_edge_is_seen(tmp_path: Path, text: str) -> None:
    """Each way to write an import against the arrow is found."""
    files = {"domain/token.py": text, "domain/__init__.py": "", "services/__init__.py": "", "services/check.py": ""}
    found = forbidden_edges(_package(tmp_path, files), {"domain": set(), "services": {"domain"}})
    assert len(found) == 1
    assert "domain must not know services" in found[0]


def test_an_allowed_edge_is_not_seen(tmp_path: Path) -> None:
    """The same import along the arrow is none of the check's business."""
    files = {"services/check.py": "from sample.domain import token", "domain/token.py": ""}
    assert forbidden_edges(_package(tmp_path, files), {"services": {"domain"}}) == []


def test_a_third_party_import_is_seen(tmp_path: Path) -> None:
    """A dependency in the holder is found, also where it is imported late; in a worker it may be."""
    files = {"cli.py": "import json\ndef late():\n    import yaml.nodes\n", "worker/publish.py": "import twine"}
    assert third_party_imports(_package(tmp_path, files), {"worker"}) == ["sample.cli:3 imports yaml.nodes"]


def test_a_name_from_outside_is_seen(tmp_path: Path) -> None:
    """An import of a name that only the running program knows is told from one with a constant package."""
    package = _package(tmp_path, {"a.py": "import importlib\nimportlib.import_module(name)\n"})
    assert [entry.target for entry in package.imports] == ["importlib", "<unknown>"]


def test_a_look_at_the_world_is_seen(tmp_path: Path) -> None:
    """The domain's import of os is found; one for the type checker alone is not meant."""
    text = "from os import path\nif TYPE_CHECKING:\n    import pathlib\n"
    assert imports_of(_package(tmp_path, {"domain/a.py": text}), "domain", WORLD) == ["sample.domain.a:1 imports os"]


def test_a_circle_is_seen(tmp_path: Path) -> None:
    """A circle over three modules is found once, whichever module the search begins with."""
    files = {"a.py": "import sample.b", "b.py": "def late():\n    from sample import c", "c.py": "from . import a"}
    assert cycles(_package(tmp_path, files)) == ["sample.a -> sample.b -> sample.c -> sample.a"]


def test_a_circle_of_types_is_none(tmp_path: Path) -> None:
    """Two modules that know each other's types only for the checker are no circle at run time."""
    files = {"a.py": "import sample.b", "b.py": "if TYPE_CHECKING:\n    import sample.a\n"}
    assert cycles(_package(tmp_path, files)) == []


def test_a_long_file_is_seen(tmp_path: Path) -> None:
    """The limit itself is fine, one line more is not."""
    package = _package(tmp_path, {"fits.py": "x = 1\n" * 3, "long.py": "x = 1\n" * 4})
    assert long_files(package, 3) == ["sample.long: 4 lines"]
