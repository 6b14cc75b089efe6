"""The plain values of a policy: what a text must look like to be a reason, a glob, a host or a span of days.

Each reader returns the value, or says in words what is allowed instead; none raises.
"""

from __future__ import annotations

import re
from datetime import date

LONGEST_REASON = 200
LONGEST_PATTERN = 128
MOST_DAYS = 3650

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SPAN = re.compile(r"([1-9][0-9]{0,3})([dw])")
_LOOSE_SPAN = re.compile(r"([0-9]{1,4})\s*(d|days?|w|weeks?|m|months?|y|years?)?", re.IGNORECASE)
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
_GLOB = re.compile(r"[a-z0-9*?]+(?:-[a-z0-9*?]+)*")
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_PORT = re.compile(r"[1-9][0-9]{0,4}")
# Letters by name that no screen shows: the fillers of Hangul.
_FILLERS = "\u115f\u1160\u3164\uffa0"
_TRUE = frozenset({"true", "t", "yes", "y", "on", "1", "enable", "enabled"})
_FALSE = frozenset({"false", "f", "no", "n", "off", "0", "disable", "disabled"})


def clean_reason(text: str) -> str | None:
    """Return a reason as one line, white space tidied, or None where it says nothing or cannot be shown as it is.

    A reason has 1 to 200 printable characters with a letter or digit among them.
    """
    if len(text) > 4 * LONGEST_REASON:
        return None
    line = " ".join(text.split())
    if len(line) > LONGEST_REASON or not line.isprintable():
        return None
    return line if any(char.isalnum() and char not in _FILLERS for char in line) else None


def meant_boolean(value: object) -> str | None:
    """Return "true" or "false" where `value` is another spelling of it, else None."""
    if not isinstance(value, str | int) or (isinstance(value, str) and len(value) > 10):
        return None
    if isinstance(value, int):
        return {1: "true", 0: "false"}.get(value)
    word = value.strip().lower()
    return "true" if word in _TRUE else "false" if word in _FALSE else None


def read_date(text: str) -> date | None:
    """Return the day that `text` writes as YYYY-MM-DD, or None."""
    if not _DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def read_days(text: str) -> int | None:
    """Return how many days `text` spans: "90d" or "12w", at most ten years; None for anything else."""
    match = _SPAN.fullmatch(text)
    if match is None:
        return None
    days = int(match[1]) * _DAYS[match[2]]
    return days if days <= MOST_DAYS else None


def meant_days(value: object) -> str | None:
    """Return the span that another spelling such as 90, "90 days" or "3 months" means, else None."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= MOST_DAYS else value
    match = _LOOSE_SPAN.fullmatch(text.strip()) if isinstance(text, str) and len(text) <= 20 else None
    if match is None:
        return None
    days = int(match[1]) * _DAYS[(match[2] or "d")[0].lower()]
    return f"{days}d" if 0 < days <= MOST_DAYS else None


def is_glob(pattern: str) -> bool:
    """Return whether some normalized project name can match the glob.

    A normalized name is lower-case letters and digits with single hyphens between them, so a pattern that needs
    anything else, or a hyphen at an end or beside another, never matches.
    """
    return len(pattern) <= LONGEST_PATTERN and _GLOB.fullmatch(pattern) is not None


def normalized_glob(pattern: str) -> str | None:
    """Return the glob in the spelling of normalized names where that makes it one that can match, else None."""
    if len(pattern) > LONGEST_PATTERN:
        return None
    spelt = re.sub(r"[-_.]+", "-", pattern.strip()).lower()
    return spelt if is_glob(spelt) else None


def is_host(text: str) -> bool:
    """Return whether it is a host or host:port as `Target.policy_names` spells it: an IPv6 address in brackets."""
    if len(text) > 300:
        return False
    if text.startswith("["):
        address, bracket, rest = text[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")) or not _is_ipv6(address):
            return False
        colon, port = rest[:1], rest[1:]
    else:
        host, colon, port = text.partition(":")
        if len(host) > 253 or not _HOST.fullmatch(host):
            return False
    return not colon or (_PORT.fullmatch(port) is not None and int(port) <= 65535)


def meant_host(text: str) -> str | None:
    """Return the host that a URL, or a host in another spelling, speaks of, else None. Never with a user in it."""
    if len(text) > 300:
        return None
    rest = text.strip().lower().partition("://")[2] or text.strip().lower()
    host = rest.partition("/")[0].rpartition("@")[2].rstrip(".")
    return host if host != text and is_host(host) else None


def _is_ipv6(address: str) -> bool:
    # Imported where a bracket is seen: nearly every host is a name.
    import ipaddress

    try:
        ipaddress.IPv6Address(address)
    except ValueError:
        return False
    # The form in which URLs carry it, without a zone and in lower case.
    return "%" not in address and address == address.lower()
