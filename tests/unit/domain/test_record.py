"""Records behave like frozen dataclasses, which they stand for."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import ClassVar

import pytest

from publish_guard.domain.record import record, replace


@record
class Point:
    """A record with every kind of field."""

    x: int
    y: int = 2
    secret: str = "never shown"
    kind: ClassVar[str] = "point"
    __hidden__ = ("secret",)

    @property
    def total(self) -> int:
        return self.x + self.y


@record
class Named(Point):
    name: str = "n"


@dataclass(frozen=True)
class Same:
    x: int
    y: int = 2


def test_it_takes_fields_by_position_and_by_name() -> None:
    """Arguments bind as those of a dataclass do."""
    assert (Point(1).x, Point(1).y, Point(y=3, x=1).y, Point(1).total) == (1, 2, 3, 3)
    with pytest.raises(TypeError):
        Point()  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        Point(1, z=2)  # type: ignore[call-arg]


def test_it_cannot_be_changed() -> None:
    """Neither setting nor deleting a field works, not even of one that it lacks."""
    point = Point(1)
    with pytest.raises(AttributeError, match="frozen"):
        point.x = 5  # type: ignore[misc]
    with pytest.raises(AttributeError, match="frozen"):
        point.new = 5  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match="frozen"):
        del point.x
    assert point.x == 1


def test_equality_is_by_type_and_fields() -> None:
    """A record equals one of its own type alone, as a dataclass does."""
    assert Point(1) == Point(1, 2)
    assert Point(1) != Point(2)
    assert Point(1) != Named(1)
    assert Point(1).__eq__((1, 2, "never shown")) is NotImplemented
    assert len({Point(1), Point(1), Named(1)}) == 2


def test_the_repr_is_a_dataclasss_less_what_is_hidden() -> None:
    """The repr reads as a dataclass's, and a hidden field is not in it."""
    assert repr(Point(1)) == "Point(x=1, y=2)"
    assert repr(Point(1)).removeprefix("Point") == repr(Same(1)).removeprefix("Same")
    assert "never shown" not in str(Named(1))


def test_replace_and_copy() -> None:
    """A changed copy leaves the original alone; an unknown field is refused."""
    assert replace(Point(1), y=9) == Point(1, 9)
    assert replace(Named(1), name="m") == Named(1, name="m")
    assert copy.deepcopy(Point(1)) == Point(1)
    with pytest.raises(TypeError):
        replace(Point(1), z=1)


def test_it_matches_by_position() -> None:
    """`match` sees the fields in their order, and class variables are none."""
    match Point(4, 5):
        case Point(x, y):
            assert (x, y) == (4, 5)
    assert Point.kind == "point"
