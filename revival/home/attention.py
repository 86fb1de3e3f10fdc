"""Projects of the home page that need attention: behind schedule, or without a verified month."""

from dataclasses import dataclass

from django.db.models import F
from django.utils.translation import gettext as _

from projects.models import RenovationProject
from projects.reports import COMPLETION, SCHEDULE, RenovationReport, due_investment, fraction_sql, schedule_points
from revival.accounts.models import Official
from revival.home.focus import focused_query
from revival.reporting.grid import Cell, Grid, Head, Row
from revival.reporting.regions import Regions
from revival.reporting.table import GridTable, grid_table
from revival.reporting.units import POINTS, SHARE, default_money_unit

WORST = 10


@dataclass(frozen=True)
class Attention:
    """Projects behind schedule and projects without a verified month: numbers, links, and the worst of them."""

    behind: int
    behind_url: str
    silent: int
    silent_url: str
    worst: GridTable


def attention_list(user: Official, regions: Regions, year: str) -> Attention:
    """The verified projects of the year that need attention, with those furthest behind schedule in yuan."""
    late = focused_query(RenovationReport, user, regions, year=year, schedule="behind")
    silent = focused_query(RenovationReport, user, regions, year=year, reported=0)
    worst = (
        late.rows()
        .annotate(
            short=due_investment("reported_month") - F("completed_investment"),
            part=fraction_sql("completed_investment", "planned_investment"),
            lag=schedule_points("completed_investment", "reported_month"),
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
    return Attention(
        late.rows().count(), late.url(), silent.rows().count(), silent.url(), grid_table(Grid(heads, body))
    )
