"""How things are timed: side by side in one process and one run, round by round, so that only ratios are claimed."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

Task = Callable[[], object]


@dataclass(frozen=True)
class Effort:
    """How long to look: `rounds` per comparison, about `batch_seconds` for each side of a round."""

    rounds: int
    batch_seconds: float


FULL = Effort(rounds=25, batch_seconds=0.04)
QUICK = Effort(rounds=3, batch_seconds=0.002)


@dataclass(frozen=True)
class Row:
    """One line of the table: a ratio with its spread, the claim about it, and whether the claim held."""

    name: str
    ours: str
    theirs: str
    ratios: tuple[float, ...]
    claim: str
    held: bool

    def cells(self) -> tuple[str, ...]:
        """Return what stands in the table's columns."""
        spread = f"{min(self.ratios):.3g} to {max(self.ratios):.3g}"
        return (
            self.name,
            self.ours,
            self.theirs,
            f"{median(self.ratios):.3g}",
            spread,
            self.claim,
            "yes" if self.held else "NO",
        )


HEADINGS = ("what", "ours", "compared with", "median ratio", "min to max", "claim", "held")


def seconds(task: Task, count: int) -> float:
    """Return how long one of `count` calls takes, in seconds."""
    begin = time.perf_counter()
    for _ in range(count):
        task()
    return (time.perf_counter() - begin) / count


def batch_size(task: Task, effort: Effort) -> int:
    """Return how many calls fill a batch; the task is called once before, to warm it up."""
    task()
    return max(1, int(effort.batch_seconds / max(seconds(task, 1), 1e-9)))


def interleaved(tasks: Sequence[Task], effort: Effort) -> list[tuple[float, ...]]:
    """Return for each round the seconds that a call of every task took; the tasks take turns within a round."""
    counts = [batch_size(task, effort) for task in tasks]
    return [
        tuple(seconds(task, count) for task, count in zip(tasks, counts, strict=True)) for _ in range(effort.rounds)
    ]


def shown(duration: float) -> str:
    """Return a duration in the unit in which people read it."""
    if duration < 1e-3:
        return f"{duration * 1e6:.3g} µs"
    return f"{duration * 1e3:.3g} ms"


def table(rows: Sequence[Row]) -> str:
    """Return the rows as a table of Markdown."""
    lines = [HEADINGS, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    text = [" | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines]
    text.insert(1, " | ".join("-" * width for width in widths))
    return "\n".join(f"| {line} |" for line in text)
