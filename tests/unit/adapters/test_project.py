"""The project that a folder is the source of."""

from __future__ import annotations

from pathlib import Path

import pytest

from publish_guard.adapters.project import MAX_SIZE, project_of


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('[project]\nname = "Alpha_Pkg"\n', "alpha-pkg"),
        ('[tool.poetry]\nname = "beta.pkg"\n', "beta-pkg"),
        ('[project]\nname = "a"\n[tool.poetry]\nname = "b"\n', "a"),
        ("[project]\ndynamic = ['name']\n", None),
        ('project = "x"\n', None),
        ("[project]\nname = 7\n", None),
        ('[project]\nname = "not a name"\n', None),
        ("[project\n", None),
        ("# only a comment\n" + "#" * MAX_SIZE, None),
    ],
)
def test_the_name_is_read_or_there_is_none(tmp_path: Path, content: str, expected: str | None) -> None:
    """A normalized name where the file gives one, None for everything else."""
    (tmp_path / "pyproject.toml").write_text(content)

    assert project_of(tmp_path / "pyproject.toml") == expected


def test_no_file_and_no_text_name_nothing(tmp_path: Path) -> None:
    """A missing file, a folder and bytes that are no text are no error here."""
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")

    assert project_of(tmp_path / "missing") is None
    assert project_of(tmp_path) is None
    assert project_of(tmp_path / "bytes") is None
