"""The roll-up: figures by one or two dimensions, across a third, with sub-totals and totals."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import Any

from django.utils.translation import gettext as _

from revival.reporting.dimensions import Dimension, Value
from revival.reporting.grid import Cell, Grid, Head, Row, measure_cell, sorted_head, unit_of
from revival.reporting.measures import Figures, Measure, Ratio
from revival.reporting.months import month_text
from revival.reporting.notes import label_note, share_note
from revival.reporting.period import is_axis
from revival.reporting.query import Query
from revival.reporting.sql import grouped_figures
from revival.reporting.units import SHARE, rate_number

# The key of a dimension that is rolled up. None is a value, "not stated".
ALL: Any = ...
DEEPER = {"part": "city", "city": "county"}


def total_of(query: Query) -> Figures:
    """The figures of all records that the query selects."""
    return query_figures(query, grouped_figures(query, [()])[0].figures)


def query_figures(query: Query, values: Iterable[Any]) -> Figures:
    """The values of all measures by name, from the computed ones. Ratios divide them."""
    found: Figures = {
        measure.name: (Decimal(0) if measure.unit.exact else 0) if value is None else value
        for measure, value in zip(query.aggregates, values, strict=True)
    }
    for ratio in query.report.measures:
        if isinstance(ratio, Ratio):
            top, bottom = (found[name] for name in ratio.pair)
            found[ratio.name] = Decimal(top or 0) / Decimal(bottom) if bottom else None
    return found


def no_figures(query: Query) -> Figures:
    """The figures of no records: zeros, and no rates."""
    return query_figures(query, [None] * len(query.aggregates))


@dataclass(frozen=True)
class Rollup:
    """The figures of a query by the values of its dimensions, with ALL for one that is rolled up."""

    query: Query
    cells: dict[tuple[Any, ...], Figures]

    def at(self, *key: Any) -> Figures:
        return self.cells.get(key) or no_figures(self.query)

    @property
    def total(self) -> Figures:
        return self.at(*(ALL,) * len(self.query.dimensions))

    def values(self, index: int) -> list[Value]:
        """The values of a dimension in the order of its rows: those with labels, then any others found."""
        dimension = self.query.dimensions[index]
        labels = self.query.labels(dimension)
        found = {key[index] for key in self.cells if key[index] is not ALL}
        if is_axis(self.query.report, dimension.name):
            labels = {value: label for value, label in labels.items() if value in found}  # later periods are unknown
        others = [value for value in found if value not in labels]
        return [*labels, *sorted(others, key=lambda value: (value is None, value))]

    def rows(self) -> list[tuple[Value, ...]]:
        """The keys of the rows, sorted. A second dimension has rows only for values that occur."""
        first = self.ordered([(value,) for value in self.values(0)])
        if len(self.query.by) == 1:
            return first
        second = self.values(1)
        across = (ALL,) if self.query.across else ()
        return [
            key
            for (value,) in first
            for key in self.ordered([(value, other) for other in second if (value, other, *across) in self.cells])
        ]

    def ordered(self, keys: list[tuple[Value, ...]]) -> list[tuple[Value, ...]]:
        """The keys of one level in the requested order. Empty rates come last."""
        name, falling = self.query.sort.removeprefix("-"), self.query.sort.startswith("-")
        if not name or self.query.report.measure(name) is None:
            return keys[::-1] if falling and name == self.query.by[len(keys[0]) - 1 if keys else 0].name else keys
        rest = (ALL,) * (len(self.query.dimensions) - len(keys[0])) if keys else ()
        by_value = [(self.at(*key, *rest)[name], key) for key in keys]
        known = sorted(((v, k) for v, k in by_value if v is not None), key=lambda pair: pair[0], reverse=falling)
        return [k for _v, k in known] + [k for v, k in by_value if v is None]


def roll_up(query: Query) -> Rollup:
    """The roll-up, computed in one statement: every level of rows, with and without the columns."""
    rows = [tuple(range(depth)) for depth in range(len(query.by) + 1)]
    last = len(query.by)
    sets = rows + [(*each, last) for each in rows] if query.across else rows
    cells = {}
    for group in grouped_figures(query, sets):
        key = tuple(ALL if up else value for value, up in zip(group.values, group.rolled_up, strict=True))
        cells[key] = query_figures(query, group.figures)
    return Rollup(query, cells)


def rollup_grid(rolled: Rollup) -> Grid:
    """The roll-up as a table: rows with sub-totals, columns, and the totals of both."""
    query = rolled.query
    columns = [(value,) for value in rolled.values(last_index(query))] + [(ALL,)] if query.across else [()]
    rows: list[Row] = []
    keys = rolled.rows()
    for index, key in enumerate(keys):
        rows.append(rollup_row(rolled, key, columns))
        if len(key) == 2 and (index + 1 == len(keys) or keys[index + 1][0] != key[0]):
            rows.append(rollup_row(rolled, (key[0], ALL), columns, kind="subtotal"))
    rows.append(rollup_row(rolled, (ALL,) * len(query.by), columns, kind="total"))
    return Grid(rollup_heads(rolled, columns), tuple(rows))


def last_index(query: Query) -> int:
    return len(query.dimensions) - 1


def rollup_heads(rolled: Rollup, columns: list[tuple[Any, ...]]) -> tuple[Head, ...]:
    query = rolled.query
    first = [sorted_head(query, d.name, d.heading(query.report.model)) for d in query.by]
    if query.across is None:
        for measure in query.shown:
            first.append(
                sorted_head(query, measure.name, measure.heading(query.report.model), unit_of(query, measure))
            )
            if measure is shared_measure(query):
                first.append(Head(_("Share of the total"), SHARE, note=share_note()))
        return tuple(first)
    several = len(query.shown) > 1
    for (value,), measure in product(columns, query.shown):
        name = _("Total") if value is ALL else query.label(query.across, value)
        month = "" if value is ALL else month_text(query, {query.across: value}, query.across)
        titled = f"{name} · {measure.heading(query.report.model)}"
        in_file = f"{month or name} · {measure.heading(query.report.model)}"  # without the page around it
        note = label_note(query.report, measure) if value is ALL else None  # once, and not in every column
        first.append(Head(titled if several else name, unit_of(query, measure), note=note, file=in_file))
    return tuple(first)


def rollup_row(rolled: Rollup, key: tuple[Any, ...], columns: list[tuple[Any, ...]], kind: str = "") -> Row:
    query = rolled.query
    cells = [label_cell(query, key, index, kind) for index in range(len(key))]
    for column in columns:
        found = rolled.at(*key, *column)
        values = zip(query.dimensions, (*key, *column), strict=True)
        slice_: dict[Dimension, Value] = {d: v for d, v in values if v is not ALL}
        for measure in query.shown:
            url = query.records_url(slice_, measure if isinstance(measure, Measure) else None)
            cells.append(measure_cell(query, measure, found, url))
            if measure is shared_measure(query):
                part, whole = found[measure.name], rolled.total[measure.name]
                cells.append(Cell(Decimal(part or 0) / whole if whole else None, SHARE))
    return Row(tuple(cells), kind)


def shared_measure(query: Query) -> Measure | None:
    """The first additive measure, whose share of the total has a column of its own next to it.

    Columns across have no room for it, and periods of snapshots have no total.
    """
    if query.across or any(is_axis(query.report, d.name) for d in query.by):
        return None
    return next((m for m in query.shown if isinstance(m, Measure) and m.additive), None)


def label_cell(query: Query, key: tuple[Any, ...], index: int, kind: str) -> Cell:
    """The cell with the name of a row. A region links to the regions below it."""
    value, dimension = key[index], query.by[index]
    if value is ALL:
        return Cell(_("Subtotal") if kind == "subtotal" else _("Total") if index == 0 else "")
    deeper = query.report.dimension(DEEPER.get(dimension.name, ""))
    url = ""
    if len(key) == 1 and deeper and value is not None and query.regions.may_ask(str(value)):
        url = query.url(drop=("sort",), by=deeper.name, **{dimension.name: value})
    slice_ = {d: v for d, v in zip(query.by, key, strict=False) if v is not ALL}
    return Cell(query.label(dimension, value), url=url, file=month_text(query, slice_, dimension))


def json_rows(rolled: Rollup) -> list[dict[str, Any]]:
    """One object for each leaf: every dimension as code and label, and every requested measure."""
    query = rolled.query
    columns: list[tuple[Any, ...]] = [()]
    if query.across:
        columns = [(value,) for value in rolled.values(last_index(query))]
    return [
        {d.name: {"code": v, "label": query.label(d, v)} for d, v in zip(query.dimensions, key, strict=True)}
        | json_figures(query, rolled.at(*key))
        for key in ((*row_key, *column) for row_key, column in product(rolled.rows(), columns))
    ]


def json_report(query: Query) -> dict[str, Any]:
    """The report with the measures and dimensions of the answer: names, titles and descriptions."""
    report = query.report

    def described(parts: Iterable[Measure | Ratio | Dimension]) -> list[dict[str, str]]:
        return [
            {"name": each.name, "title": each.heading(report.model), "description": str(each.description)}
            for each in parts
        ]

    return {
        "name": report.name,
        "title": report.heading(),
        "description": str(report.description),
        "measures": described(query.measures),
        "dimensions": described(query.dimensions),
    }


def json_figures(query: Query, found: Figures) -> dict[str, Any]:
    """The figures as JSON: counts and rates as numbers, yuan and mu as strings; null for a rate of nothing."""
    return {m.name: json_figure(m, found[m.name]) for m in query.measures}


def json_figure(measure: Measure | Ratio, value: Any) -> Any:
    if isinstance(measure, Ratio):
        return None if value is None else rate_number(value)
    return f"{value:.2f}" if measure.unit.exact else value
