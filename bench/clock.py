"""Timing: both sides of a comparison in turn, so that whatever slows the machine slows both."""

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

ROUNDS = 5
Act = Callable[[], Any]


@dataclass(frozen=True)
class Timing:
    """Seconds of the rounds of one side."""

    rounds: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.rounds)

    @property
    def spread(self) -> float:
        """The distance of the slowest from the fastest round, as a part of the median."""
        return (max(self.rounds) - min(self.rounds)) / self.median if self.median else 0.0


@dataclass(frozen=True)
class Line:
    """One line of the report: what was measured, against what, and which ratio is to be reached at the most."""

    area: str
    what: str
    ours: Timing
    against: str = ""
    theirs: Timing | None = None
    reach: float | None = None

    @property
    def ratio(self) -> float | None:
        return self.ours.median / self.theirs.median if self.theirs and self.theirs.median else None

    @property
    def verdict(self) -> str:
        if self.ratio is None or self.reach is None:
            return ""
        return "reached" if self.ratio <= self.reach else "NOT reached"


@dataclass
class Results:
    """All lines of a run at one size."""

    projects: int
    rows: dict[str, int]
    bytes: int
    making: float
    lines: list[Line] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def compare(
        self,
        area: str,
        what: str,
        ours: Act,
        against: str,
        theirs: Act,
        reach: float | None = None,
        rounds: int = ROUNDS,
    ) -> None:
        """Run both in turn, once beforehand to warm up, and keep the line."""
        mine, other = in_turn((ours, theirs), rounds)
        self.add(Line(area, what, mine, against, other, reach))

    def measure(self, area: str, what: str, act: Act, rounds: int = ROUNDS) -> None:
        (timing,) = in_turn((act,), rounds)
        self.add(Line(area, what, timing))

    def add(self, line: Line) -> None:
        self.lines.append(line)
        sys.stderr.write(" | ".join(cells(line)) + "\n")


def in_turn(acts: Sequence[Act], rounds: int) -> list[Timing]:
    seconds: list[list[float]] = [[] for _act in acts]
    for number in range(rounds + 1):
        for act, kept in zip(acts, seconds, strict=True):
            begun = time.perf_counter()
            act()
            if number:
                kept.append(time.perf_counter() - begun)
    return [Timing(tuple(kept)) for kept in seconds]


def shown(seconds: float) -> str:
    return f"{seconds * 1000:,.0f} ms" if seconds >= 0.0095 else f"{seconds * 1000:.1f} ms"


def cells(line: Line) -> list[str]:
    theirs = shown(line.theirs.median) if line.theirs else ""
    ratio = f"{line.ratio:.2f}" if line.ratio is not None else ""
    reach = f"{line.reach:g}" if line.reach is not None else ""
    ours = f"{shown(line.ours.median)} ±{line.ours.spread:.0%}"
    return [line.area, line.what, ours, line.against, theirs, ratio, reach, line.verdict]
