"""The published JSON Schema of a policy says what the reader does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from publish_guard.domain.policy import built_in_policy, effective_values
from publish_guard.domain.policy.fields import MOST_INDEXES, MOST_PROJECTS
from publish_guard.domain.policy.reader import KEYS, MOST_MINUTES
from publish_guard.domain.policy.values import LONGEST_PATTERN, LONGEST_REASON
from publish_guard.rules.registry import ALL_RULES
from support.policy_samples import INVALID, VALID

SCHEMA: dict[str, Any] = json.loads(
    (Path(__file__).parents[4] / "docs" / "reference" / "policy.schema.json").read_text(encoding="utf-8")
)
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)


def test_the_schema_is_a_schema() -> None:
    """It is valid by the rules of JSON Schema 2020-12."""
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("data", [*VALID, effective_values(built_in_policy())])
def test_valid_samples_validate(data: object) -> None:
    """An editor does not underline what the reader accepts."""
    assert [error.message for error in VALIDATOR.iter_errors(data)] == []


@pytest.mark.parametrize("data", [data for data, _ in INVALID])
def test_invalid_samples_do_not(data: object) -> None:
    """An editor underlines what the reader refuses for its shape."""
    assert not VALIDATOR.is_valid(data)


def nested_keys(node: dict[str, Any]) -> set[str]:
    """Return the keys that a schema knows below one key, through its choices and references."""
    if "$ref" in node:
        return nested_keys(SCHEMA["$defs"][node["$ref"].removeprefix("#/$defs/")])
    names = set(node.get("properties", {}))
    for choice in node.get("oneOf", []):
        names |= nested_keys(choice)
    extra = node.get("additionalProperties")
    return names | (nested_keys(extra) if isinstance(extra, dict) else set())


def test_schema_and_reader_know_the_same_keys() -> None:
    """No key is in one of them only, at the top or below."""
    assert {key: nested_keys(node) for key, node in SCHEMA["properties"].items()} == {
        key: set(below) for key, below in KEYS.items()
    }


def test_schema_and_reader_have_the_same_bounds_and_defaults() -> None:
    """Bounds and defaults that an editor shows are those that count."""
    top = SCHEMA["properties"]
    assert top["narrow"]["properties"]["minutes"]["maximum"] == MOST_MINUTES
    assert top["projects"]["maxItems"] == MOST_PROJECTS
    assert top["projects"]["items"]["maxLength"] == LONGEST_PATTERN
    assert top["indexes"]["maxProperties"] == MOST_INDEXES
    assert SCHEMA["$defs"]["allow"]["properties"]["allow"]["maxLength"] == LONGEST_REASON
    defaults: dict[str, object] = {key: node["default"] for key, node in top.items() if "default" in node}
    for key in ("narrow", "age"):
        defaults[key] = {name: node["default"] for name, node in top[key]["properties"].items()}
    assert effective_values(built_in_policy()) == {**defaults, "severities": {}}


def test_the_schema_knows_every_rule() -> None:
    """An editor offers exactly the rules that there are, in their order."""
    idents = SCHEMA["properties"]["severities"]["propertyNames"]["enum"]
    assert idents == [rule.ident for rule in ALL_RULES]
