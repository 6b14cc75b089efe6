"""How an upload makes a project that does not exist yet: limits, names, and what is left behind when it is refused.

As on the server (pypi/warehouse, warehouse/packaging/services.py) all of this comes before the token is verified, and a
hit on the limits stays even where the upload is refused in the end.
"""

from __future__ import annotations

import re
import sys
import uuid
from dataclasses import dataclass, replace

from publish_guard.domain.names import normalize_name
from publish_guard.embedded_index import words
from publish_guard.embedded_index.answers import Header, refuse
from publish_guard.embedded_index.model import Creation, Project, State, User

# warehouse/packaging/__init__.py: 20 an hour for a user, 40 for an address; on loopback there is one address.
PER_USER = 20
PER_ADDRESS = 40
WINDOW = 3600


@dataclass(frozen=True)
class Created:
    """The new project, the state that stays if the upload is refused, and the headers of any answer from here on."""

    project: Project
    kept: State
    headers: tuple[Header, ...]


def create_project(state: State, name: str, user: User, now: float) -> Created:
    """Return the project that `user` makes at `now` (seconds since 1970). Raises Refusal."""
    recent = tuple(creation for creation in state.creations if now - creation.at < WINDOW)
    of_user = tuple(creation for creation in recent if creation.user == user.id)
    headers = _limit_headers(recent, of_user, now)
    if len(recent) >= PER_ADDRESS or len(of_user) >= PER_USER:
        raise refuse(429, words.TOO_MANY_PROJECTS, *headers)
    if state.flags.disallow_new_project:
        raise refuse(403, words.NO_NEW_PROJECTS, *headers)
    problem = _name_problem(state, name)
    if problem is not None:
        raise refuse(400, problem, *headers)
    kept = replace(state, creations=(*recent, Creation(user.id, now)))
    return Created(Project(str(uuid.uuid4()), name, (user.id,)), kept, headers)


def _name_problem(state: State, name: str) -> str | None:
    normalized = normalize_name(name)
    if normalized in {normalize_name(module.strip("_")) for module in sys.stdlib_module_names}:
        return words.name_of_stdlib(name)
    if normalized in state.prohibited_names:
        return words.name_not_allowed(name)
    if any(_confusable(project.name) == _confusable(name) for project in state.projects.values()):
        return words.name_too_similar(name)
    return None


def _confusable(name: str) -> str:
    """Return the name with everything merged that eyes confuse (the server's SQL function ultranormalize_name)."""
    return re.sub("[li]", "1", re.sub("[._-]", "", name).lower()).replace("o", "0")


def _limit_headers(recent: tuple[Creation, ...], of_user: tuple[Creation, ...], now: float) -> tuple[Header, ...]:
    """Return the limits before this hit, as draft-ietf-httpapi-ratelimit-headers-10 writes them."""
    limits = (
        ("project.create.ip", PER_ADDRESS, "ip", recent),
        ("project.create.user", PER_USER, "user", of_user),
    )
    policy = ", ".join(f'"{name}";q={amount};w={WINDOW};pk=:{key}:' for name, amount, key, _ in limits)
    state = ", ".join(
        f'"{name}";r={max(0, amount - len(hits))};t={_resets_in(hits, now)}' for name, amount, _, hits in limits
    )
    return (("RateLimit-Policy", policy), ("RateLimit", state))


def _resets_in(hits: tuple[Creation, ...], now: float) -> int:
    return max(0, int(min((hit.at for hit in hits), default=now) + WINDOW - now))
