"""The published JSON Schema of the report, which every report of every test must satisfy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "reference" / "report.schema.json").read_text())


def validated(report: Any) -> Any:
    """Return the report, which is then known to satisfy the schema."""
    jsonschema.Draft202012Validator(SCHEMA).validate(report)
    return report
