"""From the plain values of a policy file to a Policy: strict, and with everything that is wrong named at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType

from publish_guard.domain.finding import Severity
from publish_guard.domain.policy.fields import (
    INDEX_KEYS,
    boolean,
    mapping,
    only_key,
    read_indexes,
    read_projects,
    read_severities,
)
from publish_guard.domain.policy.model import AccountWideRule, Policy, with_digest
from publish_guard.domain.policy.problems import Problems, nearest
from publish_guard.domain.policy.values import LONGEST_REASON, MOST_DAYS, clean_reason, meant_days, read_date, read_days
from publish_guard.domain.text import holds_token

# Every key, and below it the keys that its mapping knows; the JSON Schema in docs/reference names the same.
KEYS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "mode": ("report-until",),
        "account-wide": ("allow",),
        "unreadable-scope": ("allow",),
        "projects": (),
        "severities": (),
        "narrow": ("enabled", "minutes"),
        "indexes": INDEX_KEYS,
        "age": ("warn-after", "refuse-after"),
    }
)
MOST_MINUTES = 60

_DEFAULT = Policy()


def read_policy(data: object, *, origin: str, lowest: Mapping[str, Severity]) -> Policy:
    """Return the policy that `data`, the plain values of a file, says, with its digest.

    `origin` is the file's path as a person knows it. `lowest` has every rule's ident and the mildest severity that a
    policy may give it. Raises PolicyError with all that is wrong (the first ten things in words): an unknown key, a
    wrong type, a misspelt word, an exception without a reason.
    """
    problems = Problems(origin)
    table = mapping(data, "", tuple(KEYS), "a mapping of keys", problems)
    # In the order of the keys, so that problems are told in that order too.
    report_until = _report_until(table, problems)
    account_wide, account_wide_reason = _account_wide(table, problems)
    unreadable_scope_reason = _unreadable_scope(table, problems)
    projects = read_projects(table, problems)
    severities = read_severities(table, lowest, problems)
    narrow = _nested(table, "narrow", problems)
    narrowing = boolean(narrow, "enabled", "narrow", problems) is not False
    minutes = _minutes(narrow, problems)
    indexes = read_indexes(table, problems)
    warn_after, refuse_after = _age(table, problems)
    problems.raise_if_any()
    return with_digest(
        Policy(
            origin=origin,
            account_wide=account_wide,
            account_wide_reason=account_wide_reason,
            unreadable_scope_reason=unreadable_scope_reason,
            projects=projects,
            severities=severities,
            narrow=narrowing,
            narrow_minutes=minutes,
            indexes=indexes,
            report_until=report_until,
            age_warn_after_days=warn_after,
            age_refuse_after_days=refuse_after,
        )
    )


def _nested(table: Mapping[object, object], key: str, problems: Problems) -> Mapping[object, object]:
    if key not in table:
        return {}
    return mapping(table[key], key, KEYS[key], f"a mapping with {' and '.join(KEYS[key])}", problems)


def _report_until(table: Mapping[object, object], problems: Problems) -> date | None:
    value = table.get("mode", "enforce")
    rollout = problems.example("report-until", "2027-03-31")
    if value == "enforce":
        return None
    if not isinstance(value, Mapping):
        better = nearest(value, ("enforce",))
        if isinstance(value, str) and value.strip().lower().startswith("report"):
            better = rollout
        problems.wrong("mode", value, f"enforce, or a mapping such as {rollout}", better)
        return None
    return only_key(value, "mode", "report-until", _day, problems)


def _day(value: object, path: str, problems: Problems) -> date | None:
    # TOML has dates of its own; a datetime is a date to Python, but not to a policy.
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    day = read_date(value) if isinstance(value, str) else None
    if day is None:
        problems.wrong(path, value, "a day as YYYY-MM-DD")
    return day


def _account_wide(table: Mapping[object, object], problems: Problems) -> tuple[AccountWideRule, str | None]:
    value = table.get("account-wide", "refuse")
    if isinstance(value, Mapping):
        return AccountWideRule.ALLOW, only_key(value, "account-wide", "allow", _reason, problems)
    words = (AccountWideRule.REFUSE.value, AccountWideRule.FIRST_RELEASE.value)
    if isinstance(value, str) and value in words:
        return AccountWideRule(value), None
    _wants_reason(value, "account-wide", words, problems)
    return AccountWideRule.REFUSE, None


def _unreadable_scope(table: Mapping[object, object], problems: Problems) -> str | None:
    value = table.get("unreadable-scope", "refuse")
    if isinstance(value, Mapping):
        return only_key(value, "unreadable-scope", "allow", _reason, problems)
    if value != "refuse":
        _wants_reason(value, "unreadable-scope", ("refuse",), problems)
    return None


def _wants_reason(value: object, key: str, words: tuple[str, ...], problems: Problems) -> None:
    allowing = problems.example("allow", "the reason")
    better = nearest(value, (*words, "allow"))
    if isinstance(value, str) and value.strip().lower().startswith("allow"):
        better = "allow"
    allowed = f"{', '.join(words)} or, with a reason, {allowing}"
    problems.wrong(key, value, allowed, allowing if better == "allow" else better)


def _reason(value: object, path: str, problems: Problems) -> str | None:
    reason = clean_reason(value) if isinstance(value, str) and not holds_token(value) else None
    if reason is None:
        problems.wrong(path, value, f"a reason in words, 1 to {LONGEST_REASON} printable characters")
    return reason


def _minutes(narrow: Mapping[object, object], problems: Problems) -> int:
    value = narrow.get("minutes", _DEFAULT.narrow_minutes)
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MOST_MINUTES:
        return value
    better = None
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 3 and int(value):
        better = str(min(int(value), MOST_MINUTES))
    problems.wrong("narrow.minutes", value, f"a whole number from 1 to {MOST_MINUTES}", better)
    return _DEFAULT.narrow_minutes


def _age(table: Mapping[object, object], problems: Problems) -> tuple[int | None, int | None]:
    """Return after how many days a token is warned of and refused; None is never."""
    age = _nested(table, "age", problems)
    before = problems.count
    warn_after = _span(age, "warn-after", _DEFAULT.age_warn_after_days, problems)
    refuse_after = _span(age, "refuse-after", _DEFAULT.age_refuse_after_days, problems)
    if warn_after is None or refuse_after is None or warn_after <= refuse_after or problems.count > before:
        return warn_after, refuse_after
    if "warn-after" in age:
        problems.add("age.warn-after", f"found {warn_after}d, allowed is at most age.refuse-after, {refuse_after}d")
    # Only the default warning comes later than the refusal that was asked for: it has no meaning then.
    return refuse_after, refuse_after


def _span(age: Mapping[object, object], key: str, default: int | None, problems: Problems) -> int | None:
    if key not in age:
        return default
    value = age[key]
    if value == "never":
        return None
    days = read_days(value) if isinstance(value, str) else None
    if days is None:
        better = meant_days(value) or nearest(value, ("never",))
        problems.wrong(f"age.{key}", value, f"days or weeks such as 90d or 12w, up to {MOST_DAYS}d, or never", better)
    return days
