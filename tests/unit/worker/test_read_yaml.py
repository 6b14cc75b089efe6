"""The worker that reads YAML: what it returns, and where it says that something is wrong."""

from __future__ import annotations

import base64
import json

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from publish_guard.worker import WorkerProblem
from publish_guard.worker.read_yaml import MAX_BYTES, handle
from publish_guard.worker.yaml_values import MAX_DEPTH, MAX_NODES


def read(data: str | bytes) -> object:
    content = data.encode() if isinstance(data, str) else data
    answer = handle({"content": base64.b64encode(content).decode(), "name": "policy.yml"})
    assert set(answer) == {"value"}
    # What does not survive the pipe as it is would be another policy in the holder.
    assert json.loads(json.dumps(answer)) == answer
    return answer["value"]


def problem(data: str | bytes) -> str:
    with pytest.raises(WorkerProblem) as caught:
        read(data)
    assert caught.value.remedy
    return caught.value.message


def test_a_policy_is_read_into_plain_values() -> None:
    """Mappings, lists, texts, whole numbers and booleans come out as they are written."""
    text = """\
%YAML 1.2
--- # the policy
mode: {report-until: 2027-03-31}
account-wide:
  allow: >
    one account,
    one project
projects: [alpha-pkg, 'beta-*']
narrow: {enabled: true, minutes: 10}
indexes:
  localhost:8080: {macaroons: false}
  upload.pypi.org:
"""
    assert read(text) == {
        "mode": {"report-until": "2027-03-31"},
        "account-wide": {"allow": "one account, one project\n"},
        "projects": ["alpha-pkg", "beta-*"],
        "narrow": {"enabled": True, "minutes": 10},
        "indexes": {"localhost:8080": {"macaroons": False}, "upload.pypi.org": None},
    }


@pytest.mark.parametrize(
    "text",
    [
        "yes",
        "no",
        "on",
        "off",
        "True",
        "FALSE",
        "y",
        "Null",
        "010",
        "0x10",
        "0o7",
        "1_000",
        "1:30",
        "1e3",
        ".inf",
        "2026-11-22",
        "2026-11-22T07:00:00Z",
        "=",
        "1e999",
        "'true'",
        '"12"',
        "!!str true",
        "! 5",
    ],
)
def test_what_is_not_clearly_something_else_stays_text(text: str) -> None:
    """Nothing of YAML 1.1 turns a word into a boolean, a date or a number behind the reader's back."""
    assert isinstance(read(f"a: {text}")["a"], str)  # type: ignore[index] # the value is a mapping, as written


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("0", 0),
        ("-7", -7),
        ("1.5", 1.5),
        ("!!int 5", 5),
        ("!!bool true", True),
        ("!!null ~", None),
        ("9" * 18, int("9" * 18)),
    ],
)
def test_the_core_types_are_read(text: str, value: object) -> None:
    """The plain spellings of null, booleans and numbers, and their tags, are what they say."""
    assert read(f"- {text}") == [value]


@pytest.mark.parametrize("data", ["", "\n", "# only a comment\n", "---\n", "\ufeff"])
def test_an_empty_file_is_no_value(data: str) -> None:
    """A file with nothing in it is null, which the policy's reader refuses."""
    assert read(data) is None


def test_a_byte_order_mark_of_utf_8_is_no_part_of_the_first_key() -> None:
    """What editors on Windows put in front changes nothing."""
    assert read("\ufeffa: 1") == {"a": 1}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("a: 1\nb: 2\na: 3\n", 'policy.yml, line 3, column 1: the key "a" stands twice, first in line 1.'),
        ("a: {b: 1, 'b': 2}", 'line 1, column 11: the key "b" stands twice'),
        ("x:\n  - a: &anchor 1\n", "line 2, column 8: an anchor (&name) is not read"),
        ("&a [1]", "line 1, column 1: an anchor"),
        ("a: 1\nb: *a\n", "line 2, column 4: an alias (*name) is not read"),
        ("a:\n  <<: {b: 1}\n", "line 2, column 3: a merge key (<<) is not read"),
        ("a: !!python/object/apply:os.system [x]", "line 1, column 4: the tag tag:yaml.org,2002:python/object"),
        ("a: !local x", "line 1, column 4: the tag !local is not read"),
        ("!!set {a}", "the tag tag:yaml.org,2002:set"),
        ("!!seq {}", "the tag tag:yaml.org,2002:seq"),
        ("!!int x", "the tag tag:yaml.org,2002:int"),
        ("!!binary eA==", "the tag tag:yaml.org,2002:binary"),
        ("%TAG !! tag:example.org,2026:\n---\na: !!str b", "line 3, column 4: the tag tag:example.org,2026:str"),
        ("a: 1\n---\nb: 2\n", "line 2, column 1: a second document begins"),
        ("1: a", "line 1, column 1: a key that is not text"),
        ("true: a", "line 1, column 1: a key that is not text"),
        ("? [a]\n: b", "line 1, column 3: a key that is not text"),
        ("mode: report-until: 2027-01-01", "line 1, column 19: mapping values are not allowed here"),
        ("a:\n\tb: 1", "line 2, column 1: found character '\\t'"),
        ("a: [1", "line 1, column 6: expected ',' or ']'"),
        ("a: 'x", "line 1, column 6: found unexpected end of stream"),
        ("9" * 19, "line 1, column 1: a number of more than 18 digits"),
        ("ab: \x00", "line 1, column 5: the character U+0000 cannot stand here"),
        ("# harmless \u2028account-wide: first-release", "line 1, column 12: the invisible line break U+2028"),
        ("# harmless \raccount-wide: first-release", "the invisible line break U+000D"),
        ('a: "\\UFFFFFFFF"', "this is not YAML that can be read"),
        ("%YAML " + "9" * 5000 + ".1\n---\na", "this is not YAML that can be read"),
        (b"a: 1\nb: \xe4", "line 2, column 4: this is not UTF-8"),
        ("a: 1".encode("utf-16"), "the file is UTF-16"),
        (b"#" * (MAX_BYTES + 1), "the file has more than 256 KiB"),
        ("[" * (MAX_DEPTH + 1), f"line 1, column 33: values nested more than {MAX_DEPTH} deep"),
        ("- " * (MAX_DEPTH + 1), f"values nested more than {MAX_DEPTH} deep"),
        ("[" + "a," * MAX_NODES + "]", f"more than {MAX_NODES} values"),
    ],
)
def test_what_is_refused_is_told_with_its_place(data: str | bytes, said: str) -> None:
    """A refusal says what is wrong, and in which line and column."""
    assert said in problem(data)


def test_as_deep_and_as_large_as_allowed_is_read() -> None:
    """The bounds themselves are still allowed."""
    read("[" * MAX_DEPTH + "]" * MAX_DEPTH)
    assert read("[" + "a," * (MAX_NODES - 1) + "]") == ["a"] * (MAX_NODES - 1)
    assert read(b"#" * MAX_BYTES) is None


@pytest.mark.parametrize("data", ["[" * MAX_BYTES, "- " * (MAX_BYTES // 2), "? " * (MAX_BYTES // 2), "{a: " * 60_000])
def test_depth_is_refused_before_it_costs_anything(data: str) -> None:
    """A file that is nothing but nesting is refused in its first lines, without recursion."""
    assert "line 1" in problem(data)


def test_a_name_cannot_steer_a_terminal() -> None:
    """The file's name is shown without its control characters."""
    with pytest.raises(WorkerProblem) as caught:
        handle({"content": base64.b64encode(b"a: *b").decode(), "name": "x\x1b[2J.yml"})
    assert caught.value.message.isprintable()


@pytest.mark.parametrize(
    "request_", [{}, {"content": "YQ=="}, {"content": 1, "name": "x"}, {"content": "?", "name": "x"}]
)
def test_what_is_no_request_is_a_problem(request_: dict[str, object]) -> None:
    """A request without content or name is refused, not guessed at."""
    with pytest.raises(WorkerProblem):
        handle(request_)


@given(data=st.binary(max_size=60) | st.text("ab:-?,[]{}#&*!|>'\"%@` \t\n\\xUu01~<=", max_size=60).map(str.encode))
def test_any_bytes_are_a_value_or_a_problem(data: bytes) -> None:
    """No file breaks the worker."""
    said = ""
    try:
        read(data)
    except WorkerProblem as caught:
        said = caught.message
    assert said.isprintable()


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


class _Dumper(yaml.SafeDumper):
    """The safe dumper, without the aliases that it makes for what stands in two places."""

    def ignore_aliases(self, data: object) -> bool:
        return True


@given(value=PLAIN, flow=st.booleans())
@example(value={"<<": None, "*a": "&b", "true": "no"}, flow=False)
def test_what_pyyaml_writes_is_read_back(value: object, flow: bool) -> None:
    """Values that PyYAML's safe dumper writes come back the same."""
    assert read(yaml.dump(value, Dumper=_Dumper, default_flow_style=flow)) == value
