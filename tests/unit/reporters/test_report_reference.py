"""The pages on the report and the exit codes say what the schema and the code say."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from publish_guard.errors import ExitCode

REFERENCE = Path(__file__).resolve().parents[3] / "docs" / "reference"
SCHEMA: dict[str, Any] = json.loads((REFERENCE / "report.schema.json").read_text(encoding="utf-8"))


def test_reference_names_every_field() -> None:
    """docs/reference/report.md has a row for each field of the schema, and no row for another."""
    text = (REFERENCE / "report.md").read_text(encoding="utf-8").partition("## Every field")[2].partition("\n## ")[0]
    rows = {found[1] for found in re.finditer(r"^\| `([a-z0-9_.\[\]]+)` \|", text, re.MULTILINE)}
    assert rows == set(_paths(SCHEMA, ""))


def _paths(schema: dict[str, Any], prefix: str) -> list[str]:
    found = []
    for name, child in schema.get("properties", {}).items():
        path = f"{prefix}{name}"
        found.append(path)
        found += _paths(child, f"{path}.")
        found += _paths(child.get("items", {}), f"{path}[].")
    return found


def test_exit_codes_are_documented() -> None:
    """docs/reference/exit-codes.md has a row for each exit code, and no row for another."""
    text = (REFERENCE / "exit-codes.md").read_text(encoding="utf-8")
    rows = [int(found[1]) for found in re.finditer(r"^\| (\d+) \|", text, re.MULTILINE)]
    assert rows == sorted(code.value for code in ExitCode)
