"""expired-token, not-yet-valid-token, expiring-token, stale-token, unknown-age: a token against the calendar."""

from __future__ import annotations

import pytest

from publish_guard.domain.finding import Severity
from publish_guard.domain.pace import BYTES_PER_SECOND, seconds_for
from publish_guard.domain.policy import Policy
from publish_guard.domain.token import Token
from publish_guard.rules import expired_token, expiring_token, not_yet_valid_token, stale_token, unknown_age
from publish_guard.rules.times import margin_for
from support.cases import (
    DAY,
    NOW,
    account_token,
    distribution,
    found,
    legacy_token,
    make_case,
    password,
    project_token,
    publisher_token,
    token,
)

EXPIRED = expired_token.RULE.ident
NOT_YET = not_yet_valid_token.RULE.ident
EXPIRING = expiring_token.RULE.ident
STALE = stale_token.RULE.ident
UNKNOWN_AGE = unknown_age.RULE.ident


def _until(expires_at: int, not_before: int = 0) -> Token:
    return project_token(more=[[0, expires_at, not_before]])


def test_an_expired_token_is_not_also_expiring() -> None:
    """At its expiry a token is expired; one rule says so."""
    case = make_case(_until(NOW))
    (finding,) = found(case, EXPIRED)
    assert "expired at 2026-11-22 07:00 UTC" in finding.message
    assert not found(case, EXPIRING)


def test_a_publishers_expired_token_is_not_replaced_by_hand() -> None:
    """The remedy for a Trusted Publisher's token is to ask later, not to make one."""
    (finding,) = found(make_case(publisher_token(NOW - 901)), EXPIRED)
    assert "15 minutes" in finding.remedy
    assert "manage/account/token" not in finding.remedy


@pytest.mark.parametrize("expires_at", [-(10**30), -1, 0, 1])
def test_times_before_the_calendar_do_not_crash(expires_at: int) -> None:
    """Any integer is an expiry, however far back."""
    (finding,) = found(make_case(_until(expires_at, -(10**40))), EXPIRED)
    assert finding.message.endswith(".")


def test_times_beyond_the_calendar_do_not_crash() -> None:
    """A beginning that no date can hold is told in words, and a far expiry worries nobody."""
    (finding,) = found(make_case(_until(10**40, 10**30)), NOT_YET)
    assert "a time beyond every calendar" in finding.message
    assert not found(make_case(_until(10**40)), EXPIRING)


def test_a_clock_a_minute_behind_does_no_harm() -> None:
    """A fresh Trusted Publisher's token read with a clock that is 60 seconds late is fine, 61 are not."""
    assert not found(make_case(publisher_token(NOW + 60)), NOT_YET)
    (finding,) = found(make_case(publisher_token(NOW + 61)), NOT_YET)
    assert "clock" in finding.remedy


def test_a_fresh_publishers_token_is_not_expiring() -> None:
    """900 seconds are enough for a check, and for a release of a few wheels."""
    dists = [distribution(size=5_000_000), distribution(sdist=True, size=1_000_000)]
    assert not found(make_case(publisher_token(), command="check", dists=dists), EXPIRING)
    assert not found(make_case(publisher_token(), command="publish", dists=dists), EXPIRING)


@pytest.mark.parametrize(("left", "warned"), [(299, True), (300, False)])
def test_check_wants_five_minutes_of_a_publishers_token(left: int, warned: bool) -> None:
    """In `check` the upload is still to come."""
    assert bool(found(make_case(publisher_token(NOW - 900 + left)), EXPIRING)) is warned


@pytest.mark.parametrize(("left", "warned"), [(99, True), (100, False)])
def test_publish_wants_what_the_files_need(left: int, warned: bool) -> None:
    """One file of 5 MiB: a minute for the clocks, 20 seconds for the file, 20 for its bytes."""
    case = make_case(
        publisher_token(NOW - 900 + left), command="publish", dists=[distribution(size=20 * BYTES_PER_SECOND)]
    )
    assert bool(found(case, EXPIRING)) is warned


def test_large_wheels_outlive_a_publishers_token() -> None:
    """Five wheels of 100 MB on a slow line take longer than 15 minutes."""
    dists = [distribution(version=f"1.{number}", size=100_000_000) for number in range(5)]
    (finding,) = found(make_case(publisher_token(), command="publish", dists=dists), EXPIRING)
    assert "ends in 15 minutes" in finding.message
    assert seconds_for(dists) > 900


def test_a_stored_token_has_a_fortnight() -> None:
    """A stored token is warned of for 14 days, with the moment, and the severity is the policy's."""
    case = make_case(_until(NOW + 3 * DAY), policy=Policy(severities={EXPIRING: Severity.ERROR}))
    (finding,) = found(case, EXPIRING)
    assert "ends at 2026-11-25 07:00 UTC, in 3 days" in finding.message
    assert finding.severity is Severity.ERROR
    (finding,) = found(make_case(_until(NOW + 1)), EXPIRING)
    assert "in 1 second." in finding.message
    assert margin_for(case, project_token()) == 14 * DAY


@pytest.mark.parametrize(
    ("warn", "refuse", "severity"),
    [
        (365, None, Severity.WARNING),
        (365, 730, Severity.ERROR),
        (None, 730, Severity.ERROR),
        (730, 100_000, Severity.WARNING),
        (None, None, None),
        (100_000, None, None),
    ],
)
def test_age_is_judged_by_the_policy(warn: int | None, refuse: int | None, severity: Severity | None) -> None:
    """A token of before September 2022 against the two limits; the harder one counts."""
    policy = Policy(age_warn_after_days=warn, age_refuse_after_days=refuse)
    findings = found(make_case(legacy_token("alpha-pkg"), policy=policy), STALE)
    assert [finding.severity for finding in findings] == ([] if severity is None else [severity])


def test_the_limit_itself_counts() -> None:
    """A token of exactly so many days is stale, one day less is not."""
    given = legacy_token("alpha-pkg")
    case = make_case(given)
    days = case.age(case.secrets[0]).at_least_days
    assert days is not None
    assert found(make_case(given, policy=Policy(age_warn_after_days=days)), STALE)
    assert not found(make_case(given, policy=Policy(age_warn_after_days=days + 1)), STALE)


def test_a_stale_token_says_how_anybody_knows() -> None:
    """The days, the evidence, the new token and where the old one is removed."""
    (finding,) = found(make_case(legacy_token("alpha-pkg"), projects=["alpha-pkg"]), STALE)
    assert "days old (" in finding.message
    assert "replaced after 365 days" in finding.message
    assert "?selected_project=alpha-pkg" in finding.remedy
    assert "#api-tokens" in finding.remedy


@pytest.mark.parametrize("given", [project_token(), account_token(), token()])
def test_an_unknown_age_is_a_short_note(given: Token) -> None:
    """Tokens of today prove no age; that is told in one line."""
    (finding,) = found(make_case(given), UNKNOWN_AGE)
    assert finding.severity is Severity.NOTE
    assert len(finding.message) < 80


def test_what_is_no_token_has_no_age() -> None:
    """A password, and a Trusted Publisher's token, are passed over."""
    assert not found(make_case(password(), publisher_token()), UNKNOWN_AGE)


def test_a_sweep_looks_at_time_too() -> None:
    """Expired and stale tokens are worth finding wherever they lie."""
    assert found(make_case(_until(NOW - 1), sweep=True), EXPIRED)
    assert found(make_case(legacy_token(), sweep=True), STALE)
