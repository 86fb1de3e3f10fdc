"""Cards of the home page: the headline figures of a report, those of the year before, and published figures."""

from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import parse_qsl

from revival.accounts.models import Official
from revival.home.focus import focus_label, focused_query
from revival.publishing.models import PublishedFigure
from revival.publishing.register import RegisterLine, compared_line
from revival.publishing.words import FigureScope
from revival.records.review import may
from revival.reporting.grid import Cell, unit_of
from revival.reporting.measures import Figures, Measure, Ratio
from revival.reporting.notes import HelpNote, report_note
from revival.reporting.params import BadQuery
from revival.reporting.regions import Regions
from revival.reporting.report import Report
from revival.reporting.rollup import roll_up
from revival.reporting.units import CHANGE, POINTS, SHARE

Published = dict[tuple[str, frozenset[tuple[str, str]]], PublishedFigure]


@dataclass(frozen=True)
class CardFigure:
    """A headline figure with that of the year before and the change: in percent, of rates in percentage points.

    published: the figure published for the same records, compared with it.
    """

    title: str
    cell: Cell
    before: Cell
    change: Cell
    published: RegisterLine | None = None


@dataclass(frozen=True)
class ReportCard:
    """The headline figures of a report for a year. focus: what of the report is counted, in words. note: its help."""

    title: str
    focus: str
    url: str
    figures: list[CardFigure]
    note: HelpNote


def published_figures(user: Official, regions: Regions, year: str) -> Published:
    """The published figures of the reader's region and the year, by the measure and filters that compute them."""
    if not may(user, "view", PublishedFigure) or not year.isdecimal():
        return {}
    figures = PublishedFigure.objects.filter(year=year, region=regions.own).exclude(measure="")
    return {
        (figure.measure, frozenset(parse_qsl(figure.filters))): figure
        for figure in figures
        if figure.scope != FigureScope.BASIN
    }


def report_card(
    report: type[Report], user: Official, regions: Regions, year: str, published: Published
) -> ReportCard:
    """The card of a report. One roll-up gives both years, unless the year before is earlier than any record."""
    try:
        query = focused_query(report, user, regions, year=[year, int(year) - 1], by="year")
    except (BadQuery, ValueError):
        query = focused_query(report, user, regions, year=year, by="year")
    rolled, of_year = roll_up(query), query.by[0]
    now, before = (rolled.at(int(year) - back) for back in (0, 1))
    alone = focused_query(report, user, regions, year=year)
    figures = []
    for measure in report.headlines():
        unit = unit_of(query, measure)
        url = query.records_url({of_year: int(year)}, measure if isinstance(measure, Measure) else None)
        figure = published.get((f"{report.name}.{measure.name}", figure_filters(report, year)))
        figures.append(
            CardFigure(
                measure.heading(report.model),
                Cell(now[measure.name], unit, url),
                Cell(before[measure.name], unit),
                change_cell(measure, now, before),
                compared_line(figure, now[measure.name], url) if figure else None,
            )
        )
    return ReportCard(report.heading(), focus_label(query), alone.url(), figures, report_note(report))


def figure_filters(report: type[Report], year: str) -> frozenset[tuple[str, str]]:
    """The parameters of a card in the form of a published figure's filters."""
    focus = [(name, value) for name, values in report.focus.items() for value in values]
    return frozenset([("year", year), *focus])


def change_cell(measure: Measure | Ratio, now: Figures, before: Figures) -> Cell:
    """The change from the year before; empty if that year has no value or counts nothing."""
    new, old = now[measure.name], before[measure.name]
    if measure.unit in (SHARE, POINTS):
        return Cell(None if new is None or old is None else Decimal(new) - Decimal(old), POINTS)
    return Cell(Decimal(new or 0) / Decimal(old) - 1 if old else None, CHANGE)
