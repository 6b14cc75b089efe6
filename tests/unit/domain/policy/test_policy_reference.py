"""What docs/reference/policy.md says of the policy is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from publish_guard.domain.policy import Policy, built_in_policy, effective_values
from publish_guard.domain.policy.reader import KEYS, read_policy
from publish_guard.errors import PolicyError
from publish_guard.sources.pyproject import parse_toml, policy_table
from publish_guard.worker.read_yaml import read_yaml
from support.policy_samples import LOWEST

PAGE = (Path(__file__).parents[4] / "docs" / "reference" / "policy.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
YAML = [text for language, text in BLOCKS if language == "yaml"]
TOML = [text for language, text in BLOCKS if language == "toml"]


def read(data: object, origin: str = ".publish-guard.yml") -> Policy:
    return read_policy(data, origin=origin, lowest=LOWEST)


def table_of(text: str) -> dict[str, object]:
    found = policy_table(parse_toml(text), "pyproject.toml")
    assert found is not None
    assert isinstance(found[0], dict)
    return found[0]


@pytest.mark.parametrize("text", YAML)
def test_every_yaml_example_is_a_policy(text: str) -> None:
    """Each YAML block can be copied into .publish-guard.yml."""
    assert read(read_yaml(text.encode())).digest


def test_the_toml_example_says_the_same_as_the_yaml_one() -> None:
    """The whole policy is the same in both formats."""
    table = table_of(TOML[0])
    assert read(table, "pyproject.toml").digest == read(read_yaml(YAML[0].encode())).digest
    assert set(table) == set(KEYS)


@pytest.mark.parametrize("text", TOML)
def test_every_toml_example_is_a_policy(text: str) -> None:
    """Each TOML block can be copied into pyproject.toml."""
    assert read(table_of(text), "pyproject.toml").digest


def test_the_refusal_on_the_page_is_the_one_that_is_printed() -> None:
    """The sample of a refusal is word for word what the reader says."""
    (sample,) = [text for language, text in BLOCKS if language == "text"]
    with pytest.raises(PolicyError) as caught:
        read({"acount-wide": "refuse", "narrow": {"enabled": "yes"}, "age": {"warn-after": 90}})
    assert caught.value.message + "\n" == sample


def test_every_key_has_its_row_its_section_and_its_default() -> None:
    """The table and the sections know exactly the reader's keys, and the defaults are those of the built-in policy."""
    rows = dict(re.findall(r"^\| \[`([a-z.-]+)`\]\(#[a-z-]+\) \| (.*?) \|", PAGE, re.MULTILINE))
    assert {name.split(".")[0] for name in rows} == set(KEYS)
    assert set(re.findall(r"^### (\S+)$", PAGE, re.MULTILINE)) == set(KEYS)
    effective: dict[str, object] = {}
    for key, value in effective_values(built_in_policy()).items():
        effective |= (
            {f"{key}.{below}": said for below, said in value.items()} if isinstance(value, dict) else {key: value}
        )
    shown = {name: text.strip("`") for name, text in rows.items() if text.startswith("`")}
    assert shown == {name: str(value).lower() for name, value in effective.items()}
