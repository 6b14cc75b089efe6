"""Reading the fields of a policy: what has the right shape is returned, what has not is noted.

First those of one value, then those that name things one by one: projects, severities of rules, hosts of indexes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeVar

from publish_guard.domain.finding import Severity
from publish_guard.domain.known_index import known_index
from publish_guard.domain.policy.model import IndexPolicy
from publish_guard.domain.policy.problems import Problems, join, nearest
from publish_guard.domain.policy.values import is_glob, is_host, meant_boolean, meant_host, normalized_glob
from publish_guard.domain.target import parse_target
from publish_guard.domain.text import holds_token

INDEX_KEYS = ("macaroons",)
# No release has more, and every name is looked at again for every distribution.
MOST_PROJECTS = 500
MOST_INDEXES = 100

# Two rules are loosened by a key of their own, which wants a reason.
_OWN_KEYS = {"account-wide-token": "account-wide", "unreadable-scope": "unreadable-scope"}
_SEVERITY_WORDS = {"warn": "warning", "err": "error", "info": "note", "notice": "note", "off": "note", "ignore": "note"}

T = TypeVar("T")


def mapping(
    value: object, path: str, known: tuple[str, ...], allowed: str, problems: Problems
) -> Mapping[object, object]:
    """Return `value` where it is a mapping, having noted its unknown keys; else an empty one, having noted that."""
    if not isinstance(value, Mapping):
        problems.wrong(path, value, allowed)
        return {}
    for key in value:
        if key not in known:
            problems.unknown(join(path, key), key, known)
    return value


def boolean(table: Mapping[object, object], key: str, path: str, problems: Problems) -> bool | None:
    """Return the boolean at `key`, or None where it is not there or, as is noted then, no boolean."""
    value = table.get(key)
    if key in table and not isinstance(value, bool):
        problems.wrong(join(path, key), value, "true or false", meant_boolean(value))
    return value if isinstance(value, bool) else None


def only_key(
    value: Mapping[object, object],
    path: str,
    key: str,
    read: Callable[[object, str, Problems], T | None],
    problems: Problems,
) -> T | None:
    """Return what `read` makes of the one key that the mapping at `path` must have, and no other."""
    mapping(value, path, (key,), f"a mapping with {key}", problems)
    if key not in value:
        problems.add(path, f"{key} is missing")
        return None
    return read(value[key], join(path, key), problems)


def read_projects(table: Mapping[object, object], problems: Problems) -> tuple[str, ...] | None:
    """Return the globs that published projects must match, sorted; None where the policy names none."""
    if "projects" not in table:
        return None
    value = table["projects"]
    allowed = 'a list of project names or globs such as ["alpha-pkg", "acme-*"]'
    if not isinstance(value, list) or not 0 < len(value) <= MOST_PROJECTS:
        better = f'["{spelt}"]' if isinstance(value, str) and (spelt := normalized_glob(value)) else None
        limit = f"{allowed}, 1 to {MOST_PROJECTS} of them" if isinstance(value, list) else allowed
        problems.wrong("projects", value, limit, better)
        return None
    for position, pattern in enumerate(value):
        if not isinstance(pattern, str) or not is_glob(pattern):
            problems.wrong(
                f"projects[{position}]",
                pattern,
                "a normalized name (a-z, 0-9, single hyphens between them) with * and ? as globs",
                normalized_glob(pattern) if isinstance(pattern, str) else None,
            )
    return tuple(sorted({pattern for pattern in value if isinstance(pattern, str)}))


def read_severities(
    table: Mapping[object, object], lowest: Mapping[str, Severity], problems: Problems
) -> Mapping[str, Severity]:
    """Return the severities that the policy gives to rules, none below the rule's `lowest`."""
    chosen: dict[str, Severity] = {}
    value = table.get("severities", {})
    if not isinstance(value, Mapping):
        problems.wrong("severities", value, "a mapping of rule to error, warning or note")
        return MappingProxyType(chosen)
    words = tuple(severity.value for severity in reversed(Severity))
    for ident, word in value.items():
        path = join("severities", ident)
        if not isinstance(ident, str) or ident not in lowest:
            problems.unknown(path, ident, lowest, "rule")
        elif not isinstance(word, str) or word not in words:
            better = _SEVERITY_WORDS.get(word.lower()) if isinstance(word, str) else None
            problems.wrong(path, word, ", ".join(words), better or nearest(word, words))
        elif (severity := Severity(word)).weight < lowest[ident].weight:
            own = _OWN_KEYS.get(ident)
            use = f"; use {own}: {problems.example('allow', 'the reason')} instead" if own else ""
            problems.add(path, f"found {word}, but this rule cannot be milder than {lowest[ident]}{use}")
        else:
            chosen[ident] = severity
    return MappingProxyType(dict(sorted(chosen.items())))


def read_indexes(table: Mapping[object, object], problems: Problems) -> Mapping[str, IndexPolicy] | None:
    """Return the only hosts that may be published to; None where the policy names none and any host may be."""
    if "indexes" not in table:
        return None
    value = table["indexes"]
    if not isinstance(value, Mapping) or not 0 < len(value) <= MOST_INDEXES:
        problems.wrong("indexes", value, f"a mapping of 1 to {MOST_INDEXES} hosts; without the key any host is allowed")
        return None
    indexes: dict[str, IndexPolicy] = {}
    for name, index in value.items():
        path = join("indexes", name)
        if not isinstance(name, str) or not is_host(name):
            meant = meant_host(name) if isinstance(name, str) and not holds_token(name) else None
            hint = f"; write {meant}" if meant else ""
            problems.add(path, f"no host; allowed is a host or host:port in lower case, with no scheme or path{hint}")
            continue
        allowed = f"a mapping: {problems.example('macaroons', value=True)}, or {{}} to allow the host and say no more"
        keys = mapping(index, path, INDEX_KEYS, allowed, problems)
        macaroons = boolean(keys, "macaroons", path, problems)
        known = known_index(parse_target(f"https://{name}/").index)
        if macaroons is False and known is not None:
            # It would turn narrowing off, for an index where a narrowed copy works.
            remark = f"found the boolean false, but {known.title} always reads them"
            problems.add(join(path, "macaroons"), f"{remark}; allowed is true, or to leave the key out")
        indexes[name] = IndexPolicy(macaroons)
    return MappingProxyType(dict(sorted(indexes.items())))
