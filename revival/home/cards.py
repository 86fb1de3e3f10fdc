"""Cards of the home page: the headline figures of a report, last year's beside them, and what was published."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

from revival.home.focus import FOCUS, focus, question
from revival.publishing.models import PublishedFigure
from revival.publishing.register import Line, held
from revival.publishing.words import Scope
from revival.records.review import may
from revival.reporting.grid import Cell, unit_of
from revival.reporting.measures import Figures, Measure, Ratio
from revival.reporting.params import BadQuery
from revival.reporting.regions import Regions
from revival.reporting.report import Report
from revival.reporting.rollup import roll_up
from revival.reporting.units import CHANGE, POINTS, SHARE

Published = dict[tuple[str, frozenset[tuple[str, str]]], PublishedFigure]


@dataclass(frozen=True)
class Number:
    """A headline figure, that of the year before, and the change: in percent, of rates in percentage points.

    published: what was published of just this, held against it.
    """

    title: str
    cell: Cell
    before: Cell
    change: Cell
    published: Line | None = None


@dataclass(frozen=True)
class Card:
    """The headline numbers of a report for a year. focus: in words, what of the report is counted."""

    title: str
    focus: str
    url: str
    numbers: list[Number]


def published(user: Any, regions: Regions, year: str) -> Published:
    """The figures of the reader's own region and the year, by what computes them."""
    if not may(user, "view", PublishedFigure) or not year.isdecimal():
        return {}
    figures = PublishedFigure.objects.filter(year=year, region=regions.own).exclude(measure="")
    return {
        (figure.measure, frozenset(parse_qsl(figure.filters))): figure
        for figure in figures
        if figure.scope != Scope.BASIN
    }


def card(report: type[Report], user: Any, regions: Regions, year: str, figures: Published) -> Card:
    """One roll-up by year gives both years; the year before may lie outside what the records can bear."""
    try:
        query = question(report, user, regions, year=[year, int(year) - 1], by="year")
    except (BadQuery, ValueError):
        query = question(report, user, regions, year=year, by="year")
    rolled, of_year = roll_up(query), query.by[0]
    now, before = (rolled.at(int(year) - back) for back in (0, 1))
    alone = question(report, user, regions, year=year)
    numbers = []
    for measure in report.headlines():
        unit = unit_of(query, measure)
        url = query.records_url({of_year: int(year)}, measure if isinstance(measure, Measure) else None)
        figure = figures.get((f"{report.name}.{measure.name}", focused(report, year)))
        numbers.append(
            Number(
                measure.heading(report.model),
                Cell(now[measure.name], unit, url),
                Cell(before[measure.name], unit),
                change(measure, now, before),
                held(figure, now[measure.name], url) if figure else None,
            )
        )
    return Card(report.heading(), focus(query), alone.url(), numbers)


def focused(report: type[Report], year: str) -> frozenset[tuple[str, str]]:
    """The parameters of a card as a figure's filters say them."""
    focus = FOCUS.get(report.name, {}).items()
    pairs = [(name, each) for name, value in focus for each in ([value] if isinstance(value, str) else value)]
    return frozenset([("year", year), *pairs])


def change(measure: Measure | Ratio, now: Figures, before: Figures) -> Cell:
    """From the year before; nothing where that has no value, or counts nothing."""
    new, old = now[measure.name], before[measure.name]
    if measure.unit in (SHARE, POINTS):
        return Cell(None if new is None or old is None else Decimal(new) - Decimal(old), POINTS)
    return Cell(Decimal(new or 0) / Decimal(old) - 1 if old else None, CHANGE)
