"""Parse with scope, against loading a token and its restrictions with pypitoken."""

from __future__ import annotations

from functools import partial
from statistics import median

import pypitoken
from benchmarks.measure import Effort, Row, interleaved, shown
from benchmarks.tokens import BY_NAME

from publish_guard.domain.token import Token

CLAIM = 100.0


def _ours(text: str) -> str:
    return Token.parse(text).scope.kind


def _theirs(text: str) -> int:
    return len(pypitoken.Token.load(text).restrictions)


def run(effort: Effort) -> list[Row]:
    """Return one row for each kind of token with caveats that pypitoken can read."""
    rows = []
    for name in ("account", "alpha", "alpha_beta", "v1_user", "v1_alpha"):
        text = BY_NAME[name]
        rounds = interleaved([partial(_ours, text), partial(_theirs, text)], effort)
        ratios = tuple(theirs / ours for ours, theirs in rounds)
        rows.append(
            Row(
                f"parse and scope: {name}",
                shown(median(ours for ours, _ in rounds)),
                f"pypitoken {shown(median(theirs for _, theirs in rounds))}",
                ratios,
                f"at least {CLAIM:g} times faster",
                median(ratios) >= CLAIM,
            )
        )
    return rows
