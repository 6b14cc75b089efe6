"""The strict reader of a policy: what it returns, what it refuses, and in which words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish_guard.domain.finding import Severity
from publish_guard.domain.policy import AccountWideRule, IndexPolicy, Policy, effective_values
from publish_guard.domain.policy.reader import KEYS, read_policy
from publish_guard.domain.target import parse_target
from publish_guard.errors import ExitCode, PolicyError
from support.policy_samples import INVALID, INVALID_BY_MEANING, LOWEST, VALID

# Made up; only the beginning is a real token's: of one with a location, and of one without.
TOKEN = "pypi-AgEIcHlwaS5vcmcCJDAwMDAwMDAwLTAwMDAtNDAwMC04MDAwLTAwMDAwMDAwMDAwMA"
WITHOUT_LOCATION = "pypi-AgIkMDAwMDAwMDAtMDAwMC00MDAwLTgwMDAtMDAwMDAwMDAwMDAwAAIleyJ2ZXJzaW9uIjog"


def read(data: object, origin: str = ".publish-guard.yml") -> Policy:
    return read_policy(data, origin=origin, lowest=LOWEST)


def refusal(data: object, origin: str = ".publish-guard.yml") -> str:
    with pytest.raises(PolicyError) as caught:
        read(data, origin)
    assert caught.value.exit_code is ExitCode.USAGE
    assert "/reference/policy/" in caught.value.remedy
    return caught.value.message


def test_every_value_lands_in_its_field() -> None:
    """A policy with every key gives exactly the values that it says."""
    policy = read(
        {
            "mode": {"report-until": "2027-03-31"},
            "account-wide": {"allow": "  one bot account,\n two projects "},
            "unreadable-scope": {"allow": "moved to the server"},
            "projects": ["beta-*", "alpha-pkg", "beta-*"],
            "severities": {"too-many-projects": "error"},
            "narrow": {"enabled": False, "minutes": 25},
            "indexes": {"upload.pypi.org": {}, "[::1]:8080": {"macaroons": False}},
            "age": {"warn-after": "12w", "refuse-after": "180d"},
        }
    )
    assert policy.origin == ".publish-guard.yml"
    assert policy.report_until == date(2027, 3, 31)
    assert policy.account_wide is AccountWideRule.ALLOW
    assert policy.account_wide_reason == "one bot account, two projects"
    assert policy.unreadable_scope_reason == "moved to the server"
    assert policy.projects == ("alpha-pkg", "beta-*")
    assert policy.severities == {"too-many-projects": Severity.ERROR}
    assert (policy.narrow, policy.narrow_minutes) == (False, 25)
    assert policy.indexes == {"[::1]:8080": IndexPolicy(macaroons=False), "upload.pypi.org": IndexPolicy()}
    assert (policy.age_warn_after_days, policy.age_refuse_after_days) == (84, 180)


def test_an_index_is_named_as_the_target_names_itself() -> None:
    """A host, a host with its port and an IPv6 address in brackets are found again by the target of that URL."""
    policy = read({"indexes": {"localhost:8080": {"macaroons": False}, "[::1]:80": {}, "pypi.org": {}}})
    for url in ("http://localhost:8080/", "http://[::1]:80/", "https://upload.pypi.org/legacy/"):
        assert policy.index_policy(parse_target(url)) is not None, url
    assert policy.index_policy(parse_target("http://localhost:8081/")) is None


@pytest.mark.parametrize(
    ("host", "index"),
    [
        ("pypi.org", "PyPI"),
        ("upload.pypi.org", "PyPI"),
        ("upload.pypi.org:443", "PyPI"),
        ("pypi.python.org", "PyPI"),
        ("test.pypi.org", "TestPyPI"),
        ("test.pypi.org:8443", "TestPyPI"),
    ],
)
def test_pypi_reads_macaroons_whatever_a_policy_says(host: str, index: str) -> None:
    """Saying that PyPI reads no macaroons would turn narrowing off; it is refused, and saying that it does is not."""
    assert refusal({"indexes": {host: {"macaroons": False}}}, "pyproject.toml") == (
        f'The policy in pyproject.toml is wrong: indexes."{host}".macaroons: found the boolean false, '
        f"but {index} always reads them; allowed is true, or to leave the key out."
    )
    for said in ({}, {"macaroons": True}):
        assert read({"indexes": {host: said}}).reads_macaroons(parse_target(f"https://{host}/"))


def test_what_is_not_said_has_the_default_value() -> None:
    """An empty mapping is the built-in policy, but for its origin."""
    default = Policy()
    policy = read({})
    assert effective_values(policy) == effective_values(default)
    assert policy.account_wide is AccountWideRule.REFUSE
    assert policy.unreadable_scope_reason is None


@pytest.mark.parametrize("data", VALID)
def test_valid_samples_are_read(data: object) -> None:
    """Every sample that is called valid is read, and its effective values read as the same policy again."""
    policy = read(data)
    assert read(effective_values(policy)) == policy


@pytest.mark.parametrize(("data", "words"), [*INVALID, *INVALID_BY_MEANING])
def test_invalid_samples_are_refused_in_these_words(data: object, words: tuple[str, ...]) -> None:
    """A refusal names the file, the key's path, what was found, what is allowed and the nearest spelling."""
    message = refusal(data)
    assert message.startswith("The policy in .publish-guard.yml is wrong")
    for word in words:
        assert word in message


def test_a_default_warning_yields_to_an_earlier_refusal() -> None:
    """Whoever asks only for a refusal after 90 days is not told that the default warning comes too late."""
    policy = read({"age": {"refuse-after": "90d"}})
    assert (policy.age_warn_after_days, policy.age_refuse_after_days) == (90, 90)


def test_a_date_of_toml_is_a_day_and_a_datetime_is_none() -> None:
    """TOML's own dates count where a day is meant; a time of day is refused."""
    assert read({"mode": {"report-until": date(2027, 1, 1)}}).report_until == date(2027, 1, 1)
    moment = datetime(2027, 1, 1, tzinfo=UTC)
    assert "found the date or time 2027-01-01T00:00:00+00:00" in refusal({"mode": {"report-until": moment}})


def test_a_day_in_the_past_is_enforced() -> None:
    """A rollout whose day has come is no error: the policy is enforced from that day on."""
    policy = read({"mode": {"report-until": "2026-11-22"}})
    assert policy.reports_only(date(2026, 11, 21))
    assert not policy.reports_only(date(2026, 11, 22))


def test_all_problems_are_told_at_once() -> None:
    """One run names everything that is wrong, each on its line."""
    message = refusal({"mod": 1, "narrow": {"minutes": 0, "enabled": "no"}, "age": {"warn-after": "x"}})
    assert message.splitlines() == [
        "The policy in .publish-guard.yml is wrong in 4 places:",
        "- mod: unknown key; did you mean mode?",
        '- narrow.enabled: found the text "no", allowed is true or false; write false',
        "- narrow.minutes: found the number 0, allowed is a whole number from 1 to 60",
        '- age.warn-after: found the text "x", allowed is days or weeks such as 90d or 12w, up to 3650d, or never',
    ]


def test_the_eleventh_problem_is_only_counted() -> None:
    """A file with a thousand problems gives ten of them and their number."""
    lines = refusal({f"key{number}": 1 for number in range(1000)}).splitlines()
    assert len(lines) == 12
    assert "in 1000 places" in lines[0]
    assert lines[-1] == "- and 990 more"


@pytest.mark.parametrize(
    ("origin", "written"),
    [
        ("pyproject.toml", '{allow = "the reason"}'),
        ("policy.json", '{"allow": "the reason"}'),
        ("p.yaml", '{allow: "the reason"}'),
    ],
)
def test_what_to_write_is_in_the_files_own_format(origin: str, written: str) -> None:
    """The suggestion can be copied into the file that it is about."""
    assert written in refusal({"account-wide": "allow"}, origin)


@pytest.mark.parametrize("token", [TOKEN, WITHOUT_LOCATION], ids=["location", "no-location"])
@pytest.mark.parametrize(
    "place",
    [
        lambda token: {"account-wide": token},
        lambda token: {"account-wide": {"allow": f"use {token}"}},
        lambda token: {token: 1},
        lambda token: {"severities": {token: "note"}},
        lambda token: {"indexes": {token: {}}},
        lambda token: {"indexes": {f"https://__token__:{token}@pypi.org/": {}}},
        lambda token: {"projects": [token]},
    ],
    ids=["value", "reason", "key", "rule", "host", "url", "project"],
)
def test_a_token_in_a_policy_is_not_repeated(place: Callable[[str], object], token: str) -> None:
    """Who puts the token into the policy is refused without a piece of it in the message."""
    message = refusal(place(token)).lower()
    assert not any(token[start : start + 12].lower() in message for start in range(5, len(token) - 12))


def test_what_is_shown_cannot_steer_a_terminal() -> None:
    """Control characters of keys, values and the file's name do not reach the message, and long ones are cut."""
    message = refusal({"\x1b[2Jkey": 1, "mode": "\x1b]0;x\x07" + "y" * 5000}, "p\x1b[0m.yml")
    assert "\x1b" not in message
    assert len(message) < 700


def test_a_number_of_thousands_of_digits_is_named_not_printed() -> None:
    """Python refuses to print such a number; the reader says that it is huge."""
    assert "found a huge number" in refusal({"narrow": {"minutes": 10**5000}})


JSON_LIKE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.dates() | st.datetimes(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8) | st.integers(), inner, max_size=3),
    max_leaves=8,
)
WORDS = st.sampled_from(
    ["refuse", "allow", "first-release", "enforce", "never", "90d", "error", "", " ", "\u200b", "a"]
)
VALUE = (
    JSON_LIKE
    | WORDS
    | st.dictionaries(st.sampled_from(["allow", "report-until", "enabled", "minutes"]), WORDS | JSON_LIKE, max_size=2)
    | st.dictionaries(st.sampled_from([*LOWEST, "pypi.org", "warn-after"]), WORDS | JSON_LIKE, max_size=2)
    | st.lists(WORDS, max_size=2)
)


@given(data=st.dictionaries(st.sampled_from([*KEYS]) | st.text(max_size=5), VALUE, max_size=4) | JSON_LIKE)
def test_whatever_is_in_a_file_is_a_policy_or_a_policy_error(data: object) -> None:
    """No data breaks the reader, and none lets an account-wide or unreadable token pass without a reason in words."""
    said = ""
    try:
        policy = read(data)
    except PolicyError as error:
        policy, said = Policy(), error.message
    assert said.replace("\n", "").isprintable()
    assert (policy.account_wide is AccountWideRule.ALLOW) == (policy.account_wide_reason is not None)
    for reason in (policy.account_wide_reason, policy.unreadable_scope_reason):
        assert reason is None or any(char.isalnum() for char in reason)
    assert all(severity.weight >= LOWEST[ident].weight for ident, severity in policy.severities.items())
    assert 1 <= policy.narrow_minutes <= 60
