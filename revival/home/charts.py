"""Charts of the home page: the regions below the reader's own, ranked, on a grid, and by action."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from projects.models import RenovationProject
from projects.reports import RenovationReport
from revival.accounts.models import Official
from revival.home.focus import focus_label, focused_query
from revival.punctuation import bracketed, labelled
from revival.reporting.charts import Chart, ChartItem, bar_chart, stacked_chart, tile_chart
from revival.reporting.dimensions import Dimension, Value
from revival.reporting.grid import unit_of
from revival.reporting.measures import Measure, Ratio
from revival.reporting.query import Query
from revival.reporting.regions import Regions
from revival.reporting.report import Report
from revival.reporting.rollup import Rollup, roll_up, rollup_grid
from revival.reporting.table import grid_table
from revival.reporting.units import POINTS, Unit

# The template, and the chart that it draws.
DrawnChart = tuple[str, Chart]
# The dimension of the charts by the level of the reader's region. A county has its actions instead.
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


@dataclass(frozen=True)
class MeasureChoice:
    """A measure that the charts can show."""

    value: str
    label: str
    chosen: bool


def measure_choices(reports: list[type[Report]]) -> dict[str, str]:
    """The labels of every measure of the reports by `report.measure`, except differences, which have no length."""
    return {
        f"{report.name}.{m.name}": labelled(report.heading(), m.heading(report.model))
        for report in reports
        for m in report.measures
        if m.unit is not POINTS
    }


def region_charts(
    report: type[Report], measure: str, user: Official, regions: Regions, year: str
) -> list[DrawnChart]:
    """The charts of the regions below the reader's own: ranked bars, and for the province tiles as well."""
    by = BELOW.get(regions.own.level) or next(name for name in OF_A_COUNTY if report.dimension(name))
    query = focused_query(report, user, regions, year=year, by=by, measure=measure)
    rolled, shown = roll_up(query), query.measures[0]
    title, unit = shown.heading(report.model), unit_of(query, shown)
    items = {value: chart_item(rolled, (value,), shown, unit) for (value,) in rolled.rows()}
    words = {
        "report": report_title(query),
        "measure": bracketed(title, str(unit.title)),
        "year": year,
    }
    heading = _("%(report)s, %(year)s: %(measure)s") % words
    ranks = (heading, _("Ranked, the greatest first."))
    data = grid_table(rollup_grid(rolled))
    found = [("charts/bars.html", bar_chart("bars", ranks, list(items.values()), data))]
    if regions.own.level == "province":
        schematic = (
            _("%(heading)s, cities on a grid") % {"heading": heading},
            _(
                "Each tile is a city, about where it lies; a grid, not a map. The more a tile stands out from the "
                "background, the greater its value."
            ),
        )
        cities = {str(code): each for code, each in items.items()}
        found.append(("charts/tiles.html", tile_chart("tiles", schematic, cities, TILES, unit, data)))
    return found


def report_title(query: Query) -> str:
    """The name of the report with its focus."""
    return " · ".join(filter(None, [query.report.heading(), focus_label(query)]))


def chart_item(rolled: Rollup, key: tuple[Value, ...], measure: Measure | Ratio, unit: Unit) -> ChartItem:
    """The value of a slice with its name and the link to its records."""
    query = rolled.query
    value = rolled.at(*key, *[...] * (len(query.dimensions) - len(key)))[measure.name]
    slice_: dict[Dimension, Value] = dict(zip(query.dimensions, key, strict=False))
    url = query.records_url(slice_, measure if isinstance(measure, Measure) else None)
    return ChartItem(value_name(query, len(key) - 1, key[-1]), value, unit.show(value), url)


def value_name(query: Query, index: int, value: Value) -> str:
    """The bare name of a region, or the label of any other value."""
    if value is not None and str(value) in query.regions.by_code and not query.regions.above_own(str(value)):
        return query.regions.name(str(value))
    return query.label(query.dimensions[index], value)


def action_chart(user: Official, regions: Regions, year: str) -> Chart | None:
    """The chart of renovation investment by region and action; None for a county, which has no regions below."""
    by = BELOW.get(regions.own.level)
    if by is None:
        return None
    query = focused_query(RenovationReport, user, regions, year=year, by=by, across="action", measure="investment")
    rolled, shown = roll_up(query), query.measures[0]
    unit, actions = unit_of(query, shown), rolled.values(1)
    lines = [
        (chart_item(rolled, (v,), shown, unit), [chart_item(rolled, (v, each), shown, unit) for each in actions])
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
    return stacked_chart("actions", words, lines, legend, grid_table(rollup_grid(rolled)))
