"""Timing. Both sides of a comparison run in turn, so that whatever slows the machine slows both."""

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
    """The seconds of the rounds of one side. A line of another unit has its figures here."""

    rounds: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.rounds)

    @property
    def spread(self) -> float:
        """The distance of the slowest from the fastest round, as a part of the median."""
        return (max(self.rounds) - min(self.rounds)) / self.median if self.median else 0.0


@dataclass(frozen=True)
class BenchLine:
    """One line of the report: what was measured, against what, and the highest ratio allowed.

    reach: the highest ratio allowed. For a figure that is no time and has no other side, the highest figure. unit:
    "s" for seconds, "KiB" for memory, "times" for a ready ratio, "" for a number of things. grows: the most by which
    the figure may exceed that of the smallest size of the run.
    """

    area: str
    what: str
    ours: Timing
    against: str = ""
    theirs: Timing | None = None
    reach: float | None = None
    unit: str = "s"
    grows: float | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """The same key at every size. No two lines of one size share it."""
        return self.area, self.what, self.against

    @property
    def ratio(self) -> float | None:
        return self.ours.median / self.theirs.median if self.theirs and self.theirs.median else None

    @property
    def verdict(self) -> str:
        limited = self.ours.median if self.unit in ("times", "") and self.theirs is None else self.ratio
        if limited is None or self.reach is None:
            return ""
        return "reached" if limited <= self.reach else "NOT reached"


@dataclass
class BenchResults:
    """All lines of a run at one size."""

    projects: int
    rows: dict[str, int]
    bytes: int
    making: float
    lines: list[BenchLine] = field(default_factory=list)
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
        grows: float | None = None,
    ) -> None:
        """Run both sides in turn, once beforehand to warm up, and keep the line."""
        mine, other = timings_in_turn((ours, theirs), rounds)
        self.add(BenchLine(area, what, mine, against, other, reach, grows=grows))

    def compare_slow(self, area: str, what: str, ours: Act, against: str, theirs: Act) -> None:
        """Run the other side only once and without a warm-up: it takes ten seconds and more, so neither matters."""
        (mine,) = timings_in_turn((ours,), 3)
        (other,) = timings_in_turn((theirs,), 1, warm=False)
        self.add(BenchLine(area, what, mine, against, other))

    def measure(self, area: str, what: str, act: Act, rounds: int = ROUNDS, grows: float | None = None) -> None:
        (timing,) = timings_in_turn((act,), rounds)
        self.add(BenchLine(area, what, timing, grows=grows))

    def add(self, line: BenchLine) -> None:
        """Keep the line. Raises ValueError if its name is taken: the tables would lose one of the two."""
        if any(line.key == other.key for other in self.lines):
            raise ValueError(f"twice: {line.key}")
        self.lines.append(line)
        sys.stderr.write(" | ".join(line_cells(line)) + "\n")


def timings_in_turn(acts: Sequence[Act], rounds: int, *, warm: bool = True) -> list[Timing]:
    """The timing of each act. With warm, each is run once more beforehand, which does not count."""
    if warm:
        for act in acts:
            act()
    seconds: list[list[float]] = [[] for _act in acts]
    for _number in range(rounds):
        for act, kept in zip(acts, seconds, strict=True):
            begun = time.perf_counter()
            act()
            kept.append(time.perf_counter() - begun)
    return [Timing(tuple(kept)) for kept in seconds]


def figure_text(figure: float, unit: str = "s") -> str:
    """A figure with its unit. Seconds are shown as milliseconds."""
    if unit == "s":
        return f"{figure * 1000:,.0f} ms" if figure >= 0.0095 else f"{figure * 1000:.1f} ms"
    return f"{figure:.2f} times" if unit == "times" else f"{figure:,.0f} {unit}".rstrip()


def line_cells(line: BenchLine) -> list[str]:
    theirs = figure_text(line.theirs.median, line.unit) if line.theirs else ""
    ratio = f"{line.ratio:.2f}" if line.ratio is not None else ""
    reach = f"{line.reach:g}" if line.reach is not None else ""
    ours = figure_text(line.ours.median, line.unit)
    if len(line.ours.rounds) > 1:
        ours += f" ±{line.ours.spread:.0%}"
    if line.reach == 0:
        reach = "none"
    return [line.area, line.what, ours, line.against, theirs, ratio, reach, line.verdict]
