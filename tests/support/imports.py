"""What a package's own source says of its imports, read from the syntax tree: nothing is imported for it."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Import:
    """One imported module, where it stands, and whether it only serves the type checker."""

    importer: str
    target: str
    line: int
    typing_only: bool = False


@dataclass(frozen=True)
class Package:
    """A package's modules by dotted name, with the imports of each."""

    name: str
    files: Mapping[str, Path]
    imports: tuple[Import, ...]

    def room(self, module: str) -> str:
        """Return the room of a module: the first part below the package, or the package itself for its __init__."""
        parts = module.split(".")
        return parts[1] if len(parts) > 1 else self.name

    def owns(self, module: str) -> bool:
        return module == self.name or module.startswith(self.name + ".")


def read_package(folder: Path) -> Package:
    """Return the package that lies in `folder`, its name being the folder's."""
    files = {_module(folder, path): path for path in sorted(folder.rglob("*.py"))}
    found = [entry for module, path in files.items() for entry in _imports(module, path, files)]
    return Package(folder.name, files, tuple(found))


def _module(folder: Path, path: Path) -> str:
    parts = [folder.name, *path.relative_to(folder).with_suffix("").parts]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(module: str, path: Path, files: Mapping[str, Path]) -> Iterator[Import]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node, typing_only in _walk(tree, typing_only=False):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(module, alias.name, node.lineno, typing_only)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(module, node, is_package=path.name == "__init__.py")
            for alias in node.names:
                submodule = f"{base}.{alias.name}"
                yield Import(module, submodule if submodule in files else base, node.lineno, typing_only)
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("importlib.import_module", "__import__"):
            yield Import(module, _named_at_run_time(node), node.lineno, typing_only)


def _walk(node: ast.AST, *, typing_only: bool) -> Iterator[tuple[ast.AST, bool]]:
    for child in ast.iter_child_nodes(node):
        guarded = typing_only
        if isinstance(node, ast.If) and child in node.body and "TYPE_CHECKING" in ast.unparse(node.test):
            guarded = True
        yield child, guarded
        yield from _walk(child, typing_only=guarded)


def _absolute(module: str, node: ast.ImportFrom, *, is_package: bool) -> str:
    if node.level == 0:
        return node.module or ""
    parts = module.split(".")
    kept = parts[: len(parts) - node.level + is_package]
    return ".".join([*kept, *([node.module] if node.module else [])])


def _named_at_run_time(node: ast.Call) -> str:
    """Return the constant beginning of a module's name that is put together at run time, without its last dot."""
    first = node.args[0] if node.args else None
    if isinstance(first, ast.JoinedStr) and first.values:
        first = first.values[0]
    if isinstance(first, ast.Constant) and isinstance(first.value, str):
        return first.value.rstrip(".")
    return "<unknown>"


def forbidden_edges(package: Package, allowed: Mapping[str, set[str]]) -> list[str]:
    """Return every import from one room into another that `allowed` does not name, as a sentence."""
    found = []
    for entry in package.imports:
        if not package.owns(entry.target):
            continue
        source, target = package.room(entry.importer), package.room(entry.target)
        if source != target and target not in allowed.get(source, set()):
            found.append(f"{entry.importer}:{entry.line} imports {entry.target}: {source} must not know {target}")
    return found


def third_party_imports(package: Package, free_rooms: set[str]) -> list[str]:
    """Return every import of what is neither the standard library nor the package, outside `free_rooms`."""
    return [
        f"{entry.importer}:{entry.line} imports {entry.target}"
        for entry in package.imports
        if not package.owns(entry.target)
        and entry.target.partition(".")[0] not in sys.stdlib_module_names
        and package.room(entry.importer) not in free_rooms
    ]


def imports_of(package: Package, room: str, names: set[str]) -> list[str]:
    """Return the imports of the modules `names`, or below them, by modules of `room`; those for type checking aside."""
    return [
        f"{entry.importer}:{entry.line} imports {entry.target}"
        for entry in package.imports
        if package.room(entry.importer) == room
        and not entry.typing_only
        and any(entry.target == name or entry.target.startswith(name + ".") for name in names)
    ]


def cycles(package: Package) -> list[str]:
    """Return the circles of imports between modules, deferred imports included, as `a -> b -> a`."""
    graph: dict[str, set[str]] = {module: set() for module in package.files}
    for entry in package.imports:
        if not entry.typing_only and entry.target in graph and entry.target != entry.importer:
            graph[entry.importer].add(entry.target)
    found: dict[frozenset[str], str] = {}
    done: set[str] = set()

    def visit(module: str, trail: tuple[str, ...]) -> None:
        if module in trail:
            circle = trail[trail.index(module) :]
            found.setdefault(frozenset(circle), " -> ".join([*circle, module]))
            return
        if module in done:
            return
        for target in sorted(graph[module]):
            visit(target, (*trail, module))
        done.add(module)

    for module in graph:
        visit(module, ())
    return list(found.values())


def long_files(package: Package, limit: int) -> list[str]:
    """Return the modules with more than `limit` lines."""
    sizes = {module: len(path.read_text(encoding="utf-8").splitlines()) for module, path in package.files.items()}
    return [f"{module}: {size} lines" for module, size in sizes.items() if size > limit]
