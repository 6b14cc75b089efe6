"""What a pyproject.toml says: the policy's table, strictly, and the name of the project, without a word of complaint."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from publish_guard.errors import PolicyError
from publish_guard.sources.pyproject import MAX_SIZE, may_hold_policy, parse_toml, policy_table, project_of

LONG_KEY = "a." * 50_000 + "a = 1\n"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('[project]\nname = "Alpha_Pkg"\n', "alpha-pkg"),
        ('[tool.poetry]\nname = "beta.pkg"\n', "beta-pkg"),
        ('[project]\nname = "a"\n[tool.poetry]\nname = "b"\n', "a"),
        ("[project]\ndynamic = ['name']\n", None),
        ('project = "x"\n', None),
        ("tool = 1\n", None),
        ("[project]\nname = 7\n", None),
        ('[project]\nname = "not a name"\n', None),
        ('[project]\nname = "pa\u212aage"\n', None),
        ("[project\n", None),
        ('[project]\nname = "a"\n' + LONG_KEY, None),
        ("x = " + "[" * 50_000, None),
        ('[project]\nname = "a"\n#'.ljust(MAX_SIZE, "#"), "a"),
        ('[project]\nname = "a"\n#'.ljust(MAX_SIZE + 1, "#"), None),
    ],
    ids=[
        "project", "poetry", "both", "dynamic", "no-table", "no-tool", "no-text", "no-name", "kelvin", "broken", "long-key", "deep",
        "at-the-limit", "over-the-limit",
    ],
)  # fmt: skip
def test_the_name_is_read_or_there_is_none(tmp_path: Path, content: str, expected: str | None) -> None:
    """A normalized name where the file gives one, None for everything else."""
    (tmp_path / "pyproject.toml").write_text(content, encoding="utf-8")
    assert project_of(tmp_path / "pyproject.toml") == expected


def test_no_file_and_no_text_name_nothing(tmp_path: Path) -> None:
    """A missing file, a folder and bytes that are no text are no error here."""
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    assert project_of(tmp_path / "missing") is None
    assert project_of(tmp_path) is None
    assert project_of(tmp_path / "bytes") is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no named pipes in its file system")
def test_no_pipe_and_no_device_is_waited_for(tmp_path: Path) -> None:
    """A pipe that nobody writes to and an endless device name nothing, at once."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "device").symlink_to("/dev/zero")
    assert project_of(tmp_path / "pipe") is None
    assert project_of(tmp_path / "device") is None


def test_the_parser_is_imported_where_something_is_parsed() -> None:
    """Most runs read a pyproject.toml that cannot hold a policy: they do not pay for tomllib."""
    code = (
        "import sys; from publish_guard.sources import pyproject as p; p.may_hold_policy(b'x = 1');"
        "before = 'tomllib' in sys.modules; p.parse_toml('x = 1'); print(before, 'tomllib' in sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.split() == ["False", "True"]


@pytest.mark.parametrize("key", [LONG_KEY, "[" + '"a\\"" . ' * 25_000 + "'b']"], ids=["bare", "quoted"])
def test_a_key_that_would_take_minutes_is_refused(key: str) -> None:
    """A key of more than 100 parts is refused before the parser sees it."""
    with pytest.raises(ValueError, match="more than 100 parts"):
        parse_toml(key)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"[tool.publish-guard]", True),
        (b"[tool.Publish_Guard]", True),
        (b"[tool.publishguard]", True),
        (b'[tool."\\u0070ublish-guard"]', True),
        (b'[tool."\\x70ublish-guard"]', True),
        (b'[project]\nname = "alpha-pkg"\n', False),
    ],
)
def test_only_a_file_that_may_name_us_is_worth_parsing(content: bytes, expected: bool) -> None:
    """Every spelling of the table counts, escapes among them."""
    assert may_hold_policy(content) is expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({}, None),
        ({"tool": 1}, None),
        ({"tool": {"other": {}}}, None),
        ({"tool": {"publish-guard": {"mode": "enforce"}}}, ({"mode": "enforce"},)),
        ({"tool": {"publish-guard": 1}}, (1,)),
    ],
)
def test_the_table_is_told_from_nothing(data: dict[str, object], expected: tuple[object] | None) -> None:
    """Whatever stands at tool.publish-guard is given, also what is no table: the strict reader refuses that."""
    assert policy_table(data, "pyproject.toml") == expected


@pytest.mark.parametrize("name", ["publish_guard", "publishguard", "Publish-Guard", "publish.guard"])
def test_a_table_that_is_nearly_right_is_no_policy(name: str) -> None:
    """A policy under another spelling would be ignored, so it is refused."""
    with pytest.raises(PolicyError, match="looks like a policy") as caught:
        policy_table({"tool": {name: {}}}, "pyproject.toml")
    assert "[tool.publish-guard]" in caught.value.remedy
