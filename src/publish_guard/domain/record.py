"""Frozen records: what a frozen dataclass is, for a small part of what defining one costs.

`check` is a process that lives for some hundredths of a second, and with `dataclasses` much of that went into importing
`inspect` and building methods (benchmarks/README.md has the numbers). A record has the same form and, to a
type checker, the same meaning: annotated fields, defaults, `match` by position, equality by type and fields, a hash,
a repr, and no assignment. Defaults must be immutable, for they are shared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

if TYPE_CHECKING:
    from typing import dataclass_transform
else:

    def dataclass_transform(*, frozen_default):  # noqa: ANN001, ANN201, ARG001 - its typed twin is above
        return lambda decorator: decorator


T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def record(cls: type[T]) -> type[T]:
    """Make `cls` a frozen record of the fields that it annotates, those of a record it inherits from first.

    Fields named in `__hidden__` (a tuple of names) do not show in the repr: for what must never be printed.
    """
    inherited: tuple[str, ...] = getattr(cls, "__match_args__", ())
    own = [name for name, kind in cls.__annotations__.items() if not _is_class_variable(kind)]
    names = (*inherited, *own)
    target: Any = cls
    target.__match_args__ = names  # type: ignore[misc] # what a class pattern reads is set here, once
    target.__init__ = _initializer(cls, names)
    target.__setattr__ = _refuse
    target.__delattr__ = _refuse
    target.__eq__ = _equal
    target.__hash__ = _hash
    if "__repr__" not in cls.__dict__:
        target.__repr__ = _repr
    return cls


def replace(value: T, **changes: object) -> T:
    """Return a copy of the record `value` with some fields changed. Raises TypeError for a field that it lacks."""
    fields = {name: getattr(value, name) for name in _fields(value)}
    return type(value)(**{**fields, **changes})


def _initializer(cls: type, names: tuple[str, ...]) -> object:
    """Return an `__init__` that sets each field: built from source, for a generic one is three times slower to call."""
    space: dict[str, object] = {"_set": object.__setattr__}
    arguments = []
    for name in names:
        if hasattr(cls, name):
            space[f"_default_{name}"] = getattr(cls, name)
            arguments.append(f"{name}=_default_{name}")
        else:
            arguments.append(name)
    lines = [f"def __init__(self, {', '.join(arguments)}):", *(f" _set(self, {name!r}, {name})" for name in names)]
    exec("\n".join([*lines, " return"]), space)  # noqa: S102 - the names are identifiers of our own source
    return space["__init__"]


def _is_class_variable(kind: object) -> bool:
    return str(kind).startswith("ClassVar")


def _fields(value: object) -> tuple[str, ...]:
    names: tuple[str, ...] = type(value).__match_args__  # type: ignore[attr-defined] # every record has them
    return names


def _refuse(self: object, *_: object) -> NoReturn:
    raise AttributeError(f"{type(self).__name__} is frozen: make a changed copy with replace()")


def _equal(self: object, other: object) -> object:
    if type(self) is not type(other):
        return NotImplemented
    return all(getattr(self, name) == getattr(other, name) for name in _fields(self))


def _hash(self: object) -> int:
    return hash((type(self), *(getattr(self, name) for name in _fields(self))))


def _repr(self: object) -> str:
    hidden = getattr(self, "__hidden__", ())
    shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in _fields(self) if name not in hidden)
    return f"{type(self).__name__}({shown})"
