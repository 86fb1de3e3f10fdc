"""Charts as plain data for SVG that templates draw: lengths in percent of the width, so that text keeps its size.

Numbers are given to templates as ready text. Every chart goes with a table of its data.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from revival.reporting.table import GridTable
from revival.reporting.units import Unit

TILE, TILES_ACROSS, LEVELS = 64, 4, 5
HEIGHT = 190  # pixels of the time chart, labels of the months included
MONTHS, FLOOR = 12, 24

Amount = Decimal | int | float | None


@dataclass(frozen=True)
class Rows:
    """How bars and their names lie: pixels from row to row and within one; start and longest in percent."""

    height: int
    start: int
    longest: int
    label_y: int
    bar_y: int
    value_y: int


# Names beside their bars, and above them where they are long.
BESIDE, ABOVE = Rows(30, 30, 48, 20, 6, 20), Rows(46, 0, 74, 15, 20, 34)
LONG = 14  # letters; a Chinese character is as wide as two


@dataclass(frozen=True)
class Item:
    """What a bar, a segment or a tile stands for: its name, its value and that as text, and where it leads."""

    label: str
    value: Amount
    text: str
    url: str = ""


@dataclass(frozen=True)
class Bar:
    item: Item
    y: int
    x: str
    width: str
    end: str
    css: str


@dataclass(frozen=True)
class Line:
    """One row of stacked bars."""

    item: Item
    y: int
    end: str
    segments: tuple[Bar, ...]


@dataclass(frozen=True)
class Tile:
    item: Item
    x: str
    y: int
    level: str


@dataclass(frozen=True)
class Month:
    """A month of the time chart: the column of what was done, and the way of the plan from the month before."""

    label: str
    x: str
    middle: str
    item: Item | None
    y: int
    height: int
    plan: Item | None
    plan_y: int
    before: str
    before_y: int


@dataclass(frozen=True)
class Chart:
    """A drawing with its words. name: unique on the page, in letters. legend: class and words of each colour.

    marks: Bar, Line, Tile or Month, as the drawing is of.
    """

    name: str
    title: str
    description: str
    height: int
    marks: tuple[Any, ...]
    table: GridTable
    legend: tuple[tuple[str, str], ...] = ()
    rows: Rows = BESIDE


def percent(value: float) -> str:
    return f"{value:.2f}%"


def share(value: Amount, most: Amount) -> float:
    """The value as a fraction of the greatest; 0 for none and for less than nothing."""
    return max(0.0, float(value or 0) / float(most)) if most else 0.0


def letter(index: int) -> str:
    return "abcdefgh"[index % 8]


def rows_of(items: Iterable[Item]) -> Rows:
    """Beside the bars there is room for short names only."""
    longest = max((sum(1 + (char > "\u2e7f") for char in item.label) for item in items), default=0)
    return ABOVE if longest > LONG else BESIDE


def ranked(items: Sequence[Item]) -> list[Item]:
    """The greatest first, those without a value last."""
    return sorted(items, key=lambda item: (item.value is None, -float(item.value or 0)))


def bars(name: str, words: tuple[str, str], items: Sequence[Item], table: GridTable) -> Chart:
    """Ranked bars; words are title and description."""
    found = ranked(items)
    most = max((item.value or 0 for item in found), default=0)
    rows, marks = rows_of(found), []
    for index, item in enumerate(found):
        width = share(item.value, most) * rows.longest
        start, end = percent(rows.start), percent(rows.start + width)
        marks.append(Bar(item, index * rows.height, start, percent(width), end, "series-a"))
    return Chart(name, *words, len(found) * rows.height, tuple(marks), table, rows=rows)


def stacked(
    name: str,
    words: tuple[str, str],
    lines: Sequence[tuple[Item, Sequence[Item]]],
    legend: Sequence[str],
    table: GridTable,
) -> Chart:
    """Bars of segments, all in one scale: the total of each line with its parts in the order of the legend."""
    found = sorted(lines, key=lambda line: -float(line[0].value or 0))
    most = max((line[0].value or 0 for line in found), default=0)
    rows, marks = rows_of(total for total, _items in found), []
    for index, (total, items) in enumerate(found):
        x, segments = float(rows.start), []
        for number, item in enumerate(items):
            width = share(item.value, most) * rows.longest
            if width:
                segments.append(Bar(item, 0, percent(x), percent(width), "", f"series-{letter(number)}"))
            x += width
        marks.append(Line(total, index * rows.height, percent(x), tuple(segments)))
    keys = tuple((f"series-{letter(number)}", label) for number, label in enumerate(legend))
    return Chart(name, *words, len(found) * rows.height, tuple(marks), table, keys, rows)


def tiles(
    name: str,
    words: tuple[str, str],
    items: Mapping[str, Item],
    places: Mapping[str, tuple[int, int]],
    unit: Unit,
    table: GridTable,
) -> Chart:
    """Tiles at their (row, column), in five shades: equal steps up to the greatest value."""
    most = max((items[code].value or 0 for code in places if code in items), default=0)
    marks = []
    for code, (row, column) in places.items():
        if code in items:
            level = min(LEVELS - 1, int(share(items[code].value, most) * LEVELS))
            x = column * 100 / TILES_ACROSS
            marks.append(Tile(items[code], percent(x), row * TILE, f"level-{letter(level)}"))
    rows = 1 + max((row for row, _column in places.values()), default=0)
    return Chart(name, *words, rows * TILE, tuple(marks), table, shades(most, unit))


def shades(most: Amount, unit: Unit) -> tuple[tuple[str, str], ...]:
    """The legend of the tiles: each shade with the greatest value that it stands for."""
    steps = [Decimal(most or 0) * (step + 1) / LEVELS for step in range(LEVELS)]
    return tuple((f"level-{letter(step)}", f"≤ {unit.show(value)}") for step, value in enumerate(steps))


def timeline(
    name: str,
    words: tuple[str, str],
    months: Sequence[tuple[str, Item | None, Item | None]],
    legend: tuple[str, str],
    table: GridTable,
) -> Chart:
    """Twelve months, each with its label, what was done and what was planned by then; None leaves a gap."""
    amounts = [item.value or 0 for _label, *items in months for item in items if item]
    most, ground = max(amounts, default=0), HEIGHT - FLOOR
    marks: list[Month] = []
    before, before_y = "", ground
    for index, (label, done, plan) in enumerate(months):
        x, middle = (percent((index + part) * 100 / MONTHS) for part in (0.14, 0.5))
        height = round(share(done.value, most) * (ground - 10)) if done else 0
        plan_y = ground - round(share(plan.value, most) * (ground - 10)) if plan else ground
        marks.append(Month(label, x, middle, done, ground - height, height, plan, plan_y, before, before_y))
        before, before_y = (middle, plan_y) if plan else ("", ground)
    keys = (("series-a", legend[0]), ("plan", legend[1]))
    return Chart(name, *words, HEIGHT, tuple(marks), table, keys)
