"""What a token's scope, times and age are called in a sentence."""

from __future__ import annotations

from publish_guard.domain.age import Age
from publish_guard.domain.known_index import OTHER
from publish_guard.domain.moments import has_date, moment, span
from publish_guard.domain.scope import Scope, Validity
from publish_guard.domain.secret import SecretKind
from publish_guard.domain.text import listed
from publish_guard.domain.token import Token

KIND_WORDS = {
    SecretKind.API_TOKEN: "an API token",
    SecretKind.EMPTY: "empty",
    SecretKind.MALFORMED_TOKEN: "a malformed API token",
    SecretKind.USERNAME_PASSWORD: "a user name or password",
    SecretKind.FOREIGN_TOKEN: "another service's token",
    SecretKind.UNRECOGNIZED: "not recognised",
}

_ISSUER_WORDS = {"user": "by a user, ", "trusted-publisher": "by a Trusted Publisher, "}


def scope_words(token: Token) -> str:
    """Return how far a token reaches: "account-wide: every project ...", "project-scoped: alpha-pkg"."""
    return f"{token.scope.kind}: {_reach(token.scope, token.issuer)}"


def _reach(scope: Scope, issuer: str) -> str:
    if scope.reason is not None:
        return scope.reason
    if scope.kind == "account-wide":
        return "every project of the account"
    if scope.projects is not None:
        return listed(scope.projects)
    if scope.project_ids is not None:
        ids = count(len(scope.project_ids), "project", "projects")
        return f"{ids} known to the index by id, not named in the token"
    return "the projects of a Trusted Publisher" if issuer == "trusted-publisher" else "projects it does not name"


def issued_words(token: Token) -> str:
    """Return who had the token made, where it says so, and for which index."""
    index = "an index that is neither PyPI nor TestPyPI" if token.index == OTHER else token.index
    return f"{_ISSUER_WORDS.get(token.issuer, '')}for {index}"


def validity_words(validity: Validity, now: int) -> str:
    """Return when a token can be used, as seen at `now` (seconds since 1970)."""
    begins, ends = validity.not_before, validity.expires_at
    if ends is not None and now >= ends:
        return f"expired at {moment(ends)}"
    parts = []
    if begins is not None and now < begins:
        parts.append(f"not before {moment(begins)}")
    if ends is None:
        parts.append("no expiry")
    else:
        parts.append(f"until {moment(ends)}, {span(ends - now)} left" if has_date(ends) else f"until {moment(ends)}")
    return "; ".join(parts)


def age_words(age: Age) -> str:
    """Return the interval that a token's age lies in, and why where there is a reason: never a lone number."""
    least, most = age.at_least_days, age.at_most_days
    if least is None and most is None:
        return "unknown: a token does not say when it was made"
    if least is not None and least == most:
        text = f"{_days(least)} old"
    elif most is None:
        text = f"at least {_days(least)} old"
    elif least is None:
        text = f"at most {_days(most)} old"
    else:
        text = f"between {least} and {_days(most)} old"
    sources = tuple(dict.fromkeys(item.source for item in age.evidence))
    return f"{text} ({'; '.join(sources)})" if sources else text


def size_words(size: int) -> str:
    """Return a number of bytes in the unit that suits it (1 kB is 1000 bytes)."""
    value = float(size)
    for unit in ("bytes", "kB", "MB"):
        if value < 1000:
            return f"{size} bytes" if unit == "bytes" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} GB"


def count(number: int, singular: str, plural: str) -> str:
    """Return "1 file" or "2 files"."""
    return f"{number} {singular if number == 1 else plural}"


def _days(number: int | None) -> str:
    return count(number or 0, "day", "days")
