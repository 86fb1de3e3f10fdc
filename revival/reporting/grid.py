"""A table as heads and rows of cells, the same for page and file."""

from dataclasses import dataclass
from typing import Any

from revival.punctuation import bracketed
from revival.reporting.measures import Figures, Measure, Ratio
from revival.reporting.notes import HelpNote, head_note
from revival.reporting.query import Query
from revival.reporting.units import MONEY, Unit


@dataclass(frozen=True)
class Cell:
    """One cell: text, or a number with its unit. url: its link. file: the text in files, if it differs."""

    value: Any
    unit: Unit | None = None
    url: str = ""
    file: str = ""

    @property
    def text(self) -> str:
        return str(self.value) if self.unit is None else self.unit.show(self.value)

    @property
    def numeric(self) -> bool:
        return self.unit is not None


@dataclass(frozen=True)
class Head:
    """The head of a column. url: the table sorted by it. direction: the present order. note: the help on its meaning.

    file: the text in files, if it differs.
    """

    text: str
    unit: Unit | None = None
    url: str = ""
    direction: str = ""
    note: HelpNote | None = None
    file: str = ""

    @property
    def numeric(self) -> bool:
        return self.unit is not None

    @property
    def full(self) -> str:
        """The text with its unit, as files show it."""
        return bracketed(self.file or self.text, str(self.unit.title) if self.unit else "")


@dataclass(frozen=True)
class Row:
    cells: tuple[Cell, ...]
    kind: str = ""


@dataclass(frozen=True)
class Grid:
    heads: tuple[Head, ...]
    rows: tuple[Row, ...]

    @property
    def count(self) -> int:
        """The number of rows, without totals."""
        return sum(row.kind != "total" for row in self.rows)


def unit_of(query: Query, measure: Measure | Ratio) -> Unit:
    """The unit that a measure is shown in. Money has the unit of the query."""
    return query.money if measure.unit is MONEY else measure.unit


def measure_cell(query: Query, measure: Measure | Ratio, found: Figures, url: str) -> Cell:
    """The cell of a measure, with the link to its records."""
    return Cell(found[measure.name], unit_of(query, measure), url)


def headline_cell(query: Query, measure: Measure | Ratio, found: Figures) -> tuple[str, Cell]:
    """The title of a measure and the cell of its total, in the unit of sums."""
    unit = query.headline_money if measure.unit is MONEY else measure.unit
    url = query.records_url({}, measure if isinstance(measure, Measure) else None)
    return measure.heading(query.report.model), Cell(found[measure.name], unit, url)


def sorted_head(query: Query, name: str, text: str, unit: Unit | None = None) -> Head:
    """The head of a sortable column. Numbers sort downwards first, text upwards; a second click reverses."""
    now = query.sort.removeprefix("-") == name
    falling = query.sort.startswith("-") if now else unit is None
    url = query.url(sort=name if falling else f"-{name}")
    direction = ("descending" if query.sort.startswith("-") else "ascending") if now else ""
    return Head(text, unit, url, direction, head_note(query.report, name))
