"""How the time grows with the number of caveats and with the size of the secret."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from statistics import median

from benchmarks.measure import Effort, Row, interleaved, shown
from benchmarks.tokens import with_caveats, with_names

from publish_guard.domain.token import MAX_SECRET_SIZE, Token

# Linear is 2 and 4. Quadratic would be 4 and 16: the bounds lie between, with room for noise and for memory.
BOUNDS = {2: 3.0, 4: 7.0}


def run(effort: Effort) -> list[Row]:
    """Return rows for twice and four times as much, up to 1,000 caveats and 1 MiB."""
    return [
        *_series("caveats", 250, with_caveats, effort),
        *_series("characters", MAX_SECRET_SIZE // 4, with_names, effort),
    ]


def _series(unit: str, start: int, make: Callable[[int], str], effort: Effort) -> list[Row]:
    rounds = interleaved([partial(Token.parse, make(start * factor)) for factor in (1, 2, 4)], effort)
    rows = []
    for column, factor in ((1, 2), (2, 4)):
        ratios = tuple(row[column] / row[0] for row in rounds)
        rows.append(
            Row(
                f"parse: {start * factor:,} {unit}",
                shown(median(row[column] for row in rounds)),
                f"{start:,} {unit} {shown(median(row[0] for row in rounds))}",
                ratios,
                f"linear is {factor}, at most {BOUNDS[factor]:g}",
                median(ratios) <= BOUNDS[factor],
            )
        )
    return rows
