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
class BarLayout:
    """The places of bars and their names: pixels from row to row and within a row; start and longest in percent."""

    height: int
    start: int
    longest: int
    label_y: int
    bar_y: int
    value_y: int


# Names beside their bars, and above them where they are long.
BESIDE, ABOVE = BarLayout(30, 30, 48, 20, 6, 20), BarLayout(46, 0, 74, 15, 20, 34)
LONG = 14  # letters; a Chinese character is as wide as two


@dataclass(frozen=True)
class ChartItem:
    """The data of a bar, a segment or a tile: its name, its value, the value as text, and its link."""

    label: str
    value: Amount
    text: str
    url: str = ""


@dataclass(frozen=True)
class Bar:
    item: ChartItem
    y: int
    x: str
    width: str
    end: str
    css: str


@dataclass(frozen=True)
class StackedBar:
    """One row of stacked bars."""

    item: ChartItem
    y: int
    end: str
    segments: tuple[Bar, ...]


@dataclass(frozen=True)
class Tile:
    item: ChartItem
    x: str
    y: int
    level: str


@dataclass(frozen=True)
class ChartMonth:
    """A month of the time chart: the column of the actual value, and the line of the plan from the month before."""

    label: str
    x: str
    middle: str
    item: ChartItem | None
    y: int
    height: int
    plan: ChartItem | None
    plan_y: int
    before: str
    before_y: int


@dataclass(frozen=True)
class Chart:
    """A drawing with its words. name: unique on the page, in letters. legend: class and words of each colour.

    marks: Bar, StackedBar, Tile or ChartMonth, by the kind of chart.
    """

    name: str
    title: str
    description: str
    height: int
    marks: tuple[Any, ...]
    table: GridTable
    legend: tuple[tuple[str, str], ...] = ()
    layout: BarLayout = BESIDE


def percent(value: float) -> str:
    return f"{value:.2f}%"


def share(value: Amount, most: Amount) -> float:
    """The value as a fraction of the greatest; 0 for a missing or negative value."""
    return max(0.0, float(value or 0) / float(most)) if most else 0.0


def letter(index: int) -> str:
    return "abcdefgh"[index % 8]


def bar_layout(items: Iterable[ChartItem]) -> BarLayout:
    """The layout of the bars; only short names fit beside them."""
    longest = max((sum(1 + (char > "\u2e7f") for char in item.label) for item in items), default=0)
    return ABOVE if longest > LONG else BESIDE


def ranked_items(items: Sequence[ChartItem]) -> list[ChartItem]:
    """The items in order: the greatest first, those without a value last."""
    return sorted(items, key=lambda item: (item.value is None, -float(item.value or 0)))


def bar_chart(name: str, words: tuple[str, str], items: Sequence[ChartItem], table: GridTable) -> Chart:
    """The chart of ranked bars. words: title and description."""
    found = ranked_items(items)
    most = max((item.value or 0 for item in found), default=0)
    layout, marks = bar_layout(found), []
    for index, item in enumerate(found):
        width = share(item.value, most) * layout.longest
        start, end = percent(layout.start), percent(layout.start + width)
        marks.append(Bar(item, index * layout.height, start, percent(width), end, "series-a"))
    return Chart(name, *words, len(found) * layout.height, tuple(marks), table, layout=layout)


def stacked_chart(
    name: str,
    words: tuple[str, str],
    lines: Sequence[tuple[ChartItem, Sequence[ChartItem]]],
    legend: Sequence[str],
    table: GridTable,
) -> Chart:
    """The chart of stacked bars in one scale: the total of each line, and its parts in the order of the legend."""
    found = sorted(lines, key=lambda line: -float(line[0].value or 0))
    most = max((line[0].value or 0 for line in found), default=0)
    layout, marks = bar_layout(total for total, _items in found), []
    for index, (total, items) in enumerate(found):
        x, segments = float(layout.start), []
        for number, item in enumerate(items):
            width = share(item.value, most) * layout.longest
            if width:
                segments.append(Bar(item, 0, percent(x), percent(width), "", f"series-{letter(number)}"))
            x += width
        marks.append(StackedBar(total, index * layout.height, percent(x), tuple(segments)))
    keys = tuple((f"series-{letter(number)}", label) for number, label in enumerate(legend))
    return Chart(name, *words, len(found) * layout.height, tuple(marks), table, keys, layout)


def tile_chart(
    name: str,
    words: tuple[str, str],
    items: Mapping[str, ChartItem],
    places: Mapping[str, tuple[int, int]],
    unit: Unit,
    table: GridTable,
) -> Chart:
    """The chart of tiles at their (row, column), in five shades: equal steps up to the greatest value."""
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


def month_chart(
    name: str,
    words: tuple[str, str],
    months: Sequence[tuple[str, ChartItem | None, ChartItem | None]],
    legend: tuple[str, str],
    table: GridTable,
) -> Chart:
    """The chart of twelve months, each with its label, the actual and the planned value; None leaves a gap."""
    amounts = [item.value or 0 for _label, *items in months for item in items if item]
    most, ground = max(amounts, default=0), HEIGHT - FLOOR
    marks: list[ChartMonth] = []
    before, before_y = "", ground
    for index, (label, done, plan) in enumerate(months):
        x, middle = (percent((index + part) * 100 / MONTHS) for part in (0.14, 0.5))
        height = round(share(done.value, most) * (ground - 10)) if done else 0
        plan_y = ground - round(share(plan.value, most) * (ground - 10)) if plan else ground
        marks.append(ChartMonth(label, x, middle, done, ground - height, height, plan, plan_y, before, before_y))
        before, before_y = (middle, plan_y) if plan else ("", ground)
    keys = (("series-a", legend[0]), ("plan", legend[1]))
    return Chart(name, *words, HEIGHT, tuple(marks), table, keys)
