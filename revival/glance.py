"""What the home page shows of the reader's region: cards with last year beside, charts, and what needs attention."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

from django.db.models import F
from django.http import QueryDict
from django.utils.translation import gettext as _

from projects.models import RenovationProject
from projects.reports import COMPLETION, SCHEDULE, RenovationReport, due, points, rate
from revival.publishing.models import PublishedFigure
from revival.publishing.register import Line, held
from revival.publishing.words import Scope
from revival.records.review import may
from revival.reporting.charts import Chart, Item, bars, stacked, tiles
from revival.reporting.dimensions import Dimension, Regions, Value
from revival.reporting.grid import Cell, Figures, Grid, Head, Row, unit_of
from revival.reporting.measures import Measure, Ratio
from revival.reporting.query import BadQuery, Query, ask
from revival.reporting.report import Report
from revival.reporting.rollup import Rollup, grid, roll_up
from revival.reporting.table import GridTable, table
from revival.reporting.units import CHANGE, POINTS, SHARE, Unit, default_money_unit

# What the cards and charts of a report count, where it holds more than its name says.
FOCUS: dict[str, dict[str, str | tuple[str, ...]]] = {
    "green-factories": {"kind": "green-factory", "tier": "national"},
    "retired-equipment": {"category": "voluntary"},
    "parks": {"kind": "characteristic"},
    "listings": {"kind": "key-innovative"},
    "activities": {"kind": ("supply-demand", "bank-enterprise")},
    "equipment-lists": {"kind": "demand"},
    "allocations": {"fund": "treasury-bond"},
}
Published = dict[tuple[str, frozenset[tuple[str, str]]], PublishedFigure]
# What the reader's own region is shown by: the regions right below it, and for a county its actions.
BELOW = {"province": "city", "city": "county"}
OF_A_COUNTY = ("action", "industry", "level")
# Row and column of each city on the grid of tiles, about where it lies.
TILES = {
    "320300": (0, 0),  # Xuzhou
    "320700": (0, 2),  # Lianyungang
    "321300": (1, 1),  # Suqian
    "320800": (1, 2),  # Huai'an
    "320900": (1, 3),  # Yancheng
    "321000": (2, 1),  # Yangzhou
    "321200": (2, 2),  # Taizhou
    "320600": (2, 3),  # Nantong
    "320100": (3, 0),  # Nanjing
    "321100": (3, 1),  # Zhenjiang
    "320400": (3, 2),  # Changzhou
    "320200": (4, 2),  # Wuxi
    "320500": (4, 3),  # Suzhou
}
WORST = 10


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


@dataclass(frozen=True)
class Choice:
    """A measure that the charts can show."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Attention:
    """Projects behind schedule and projects without a verified month: numbers, links, and the worst of them."""

    behind: int
    behind_url: str
    silent: int
    silent_url: str
    worst: GridTable


def question(report: type[Report], user: Any, regions: Regions, **params: Any) -> Query:
    """A question to a report within its focus."""
    asked = QueryDict(mutable=True)
    for name, value in (FOCUS.get(report.name, {}) | params).items():
        asked.setlist(name, [str(each) for each in value] if isinstance(value, list | tuple) else [str(value)])
    return ask(report, asked, user, regions)


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


def choices(reports: list[type[Report]], chosen: str) -> list[Choice]:
    """Every measure of every report but differences, which have no length."""
    found = [
        Choice(f"{report.name}.{m.name}", f"{report.heading()}: {m.heading(report.model)}", False)
        for report in reports
        for m in report.measures
        if m.unit is not POINTS
    ]
    if chosen and all(each.value != chosen for each in found):
        raise BadQuery([_("“%(value)s” is not one of the measures.") % {"value": chosen[:80]}])
    return [Choice(each.value, each.label, each.value == chosen) for each in found]


def charts(report: type[Report], measure: str, user: Any, regions: Regions, year: str) -> list[tuple[str, Chart]]:
    """Template and chart: the regions below the reader's ranked by the measure, and of the province its tiles."""
    by = BELOW.get(regions.own.level) or next(name for name in OF_A_COUNTY if report.dimension(name))
    query = question(report, user, regions, year=year, by=by, measure=measure)
    rolled, shown = roll_up(query), query.measures[0]
    title, unit = shown.heading(report.model), unit_of(query, shown)
    items = {value: item(rolled, (value,), shown, unit) for (value,) in rolled.rows()}
    words = {
        "report": card_title(query),
        "measure": f"{title} ({unit.title})" if unit.title else title,
        "year": year,
    }
    heading = _("%(report)s, %(year)s: %(measure)s") % words
    ranks = (heading, _("Ranked, the greatest first."))
    data = table(grid(rolled))
    found = [("charts/bars.html", bars("bars", ranks, list(items.values()), data))]
    if regions.own.level == "province":
        schematic = (
            _("%(heading)s, cities on a grid") % {"heading": heading},
            _("Each tile is a city, about where it lies; a grid, not a map. Darker means more."),
        )
        cities = {str(code): each for code, each in items.items()}
        found.append(("charts/tiles.html", tiles("tiles", schematic, cities, TILES, unit, data)))
    return found


def card_title(query: Query) -> str:
    """The report's name with what of it counts."""
    return " · ".join(filter(None, [query.report.heading(), focus(query)]))


def focus(query: Query) -> str:
    """What of the report counts, in words; empty where all of it does."""
    return ", ".join(
        query.label(query.filterset.filters[name].dimension, each)
        for name, value in FOCUS.get(query.report.name, {}).items()
        for each in ([value] if isinstance(value, str) else value)
    )


def item(rolled: Rollup, key: tuple[Value, ...], measure: Measure | Ratio, unit: Unit) -> Item:
    """The value of a slice with its name and the records behind it."""
    query = rolled.query
    value = rolled.at(*key, *[...] * (len(query.dimensions) - len(key)))[measure.name]
    slice_: dict[Dimension, Value] = dict(zip(query.dimensions, key, strict=False))
    url = query.records_url(slice_, measure if isinstance(measure, Measure) else None)
    return Item(name(query, len(key) - 1, key[-1]), value, unit.show(value), url)


def name(query: Query, index: int, value: Value) -> str:
    """The bare name of a region, the label of any other value."""
    if value is not None and str(value) in query.regions.by_code and not query.regions.above_own(str(value)):
        return query.regions.name(str(value))
    return query.label(query.dimensions[index], value)


def by_action(user: Any, regions: Regions, year: str) -> Chart | None:
    """The investment of renovation projects by region and action; a county has no regions below."""
    by = BELOW.get(regions.own.level)
    if by is None:
        return None
    query = question(RenovationReport, user, regions, year=year, by=by, across="action", measure="investment")
    rolled, shown = roll_up(query), query.measures[0]
    unit, actions = unit_of(query, shown), rolled.values(1)
    lines = [
        (item(rolled, (v,), shown, unit), [item(rolled, (v, each), shown, unit) for each in actions])
        for (v,) in rolled.rows()
    ]
    words = (
        _("%(report)s, %(year)s: %(measure)s by action (%(unit)s)")
        % {
            "report": RenovationReport.heading(),
            "year": year,
            "measure": shown.heading(RenovationProject),
            "unit": unit.title,
        },
        _("One bar for each region, the greatest first, with a part for each of the five actions in their order."),
    )
    legend = [query.label(query.dimensions[1], each) for each in actions]
    return stacked("actions", words, lines, legend, table(grid(rolled)))


def attention(user: Any, regions: Regions, year: str) -> Attention:
    """The verified projects of the year that are furthest behind schedule, in yuan."""
    late = question(RenovationReport, user, regions, year=year, schedule="behind")
    silent = question(RenovationReport, user, regions, year=year, reported=0)
    worst = (
        late.rows()
        .annotate(
            short=due("reported_month") - F("completed_investment"),
            part=rate("completed_investment", "planned_investment"),
            lag=points("completed_investment", "reported_month"),
        )
        .order_by("-short", "pk")
        .values_list("pk", "name", "region", "part", "lag", "short")[:WORST]
    )
    money = default_money_unit(of_records=True)
    heads = (
        Head(_("Project")),
        Head(_("Region")),
        Head(str(COMPLETION), SHARE),
        Head(str(SCHEDULE), POINTS),
        Head(_("Behind by"), money),
    )
    body = tuple(
        Row(
            (
                Cell(title, url=RenovationProject(pk=pk).get_absolute_url()),
                Cell(regions.label(region)),
                Cell(part, SHARE),
                Cell(lag, POINTS),
                Cell(short, money),
            )
        )
        for pk, title, region, part, lag, short in worst
    )
    return Attention(late.rows().count(), late.url(), silent.rows().count(), silent.url(), table(Grid(heads, body)))
