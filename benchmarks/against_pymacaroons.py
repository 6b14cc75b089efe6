"""Parse with scope, against deserializing alone with pymacaroons."""

from __future__ import annotations

from functools import partial
from statistics import median

import pymacaroons
from benchmarks.measure import Effort, Row, interleaved, shown
from benchmarks.tokens import BY_NAME

from publish_guard.domain.token import Token

CLAIM = 1.0


def _ours(text: str) -> str:
    return Token.parse(text).scope.kind


def _theirs(text: str) -> object:
    return pymacaroons.Macaroon.deserialize(text.removeprefix("pypi-"))


def run(effort: Effort) -> list[Row]:
    """Return one row for each kind of token that the server mints."""
    rows = []
    for name in ("account", "alpha", "alpha_beta", "oidc", "v1_user", "v1_alpha", "no_caveats"):
        text = BY_NAME[name]
        rounds = interleaved([partial(_ours, text), partial(_theirs, text)], effort)
        ratios = tuple(ours / theirs for ours, theirs in rounds)
        rows.append(
            Row(
                f"parse and scope: {name}",
                shown(median(ours for ours, _ in rounds)),
                f"pymacaroons, no scope {shown(median(theirs for _, theirs in rounds))}",
                ratios,
                f"at most {CLAIM:g} times as long",
                median(ratios) <= CLAIM,
            )
        )
    return rows
