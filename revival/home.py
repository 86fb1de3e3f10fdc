"""The home page: the reader's region at a glance, a card per report."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db import DatabaseError, connection
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from enterprises.models import Enterprise
from projects.models import ProjectProgress
from projects.reports import RenovationReport
from revival.catalogue import REPORTS
from revival.records.models import Record, State
from revival.records.review import may
from revival.reporting.dimensions import Regions
from revival.reporting.files import total_of
from revival.reporting.grid import Cell, headline
from revival.reporting.query import BadQuery, Query, ask
from revival.reporting.report import Report
from revival.reporting.rollup import grid, roll_up
from revival.reporting.sql import one_snapshot
from revival.reporting.table import table
from revival.search import searchable

# What the reader's own region is shown by: the regions right below it, and for a county its actions.
BELOW = {"province": "city", "city": "county"}
WHOLE_YEAR = 12


@dataclass(frozen=True)
class Card:
    """The headline numbers of a report for a year."""

    report: type[Report]
    url: str
    numbers: list[tuple[str, Cell]]


def site(request: HttpRequest) -> dict[str, Any]:
    """What every page shows a signed-in user: the menu of reports, and whether records are synthetic."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    return {
        "reports": [
            {"title": report.heading(), "url": report.url()} for report in REPORTS if may(user, "view", report.model)
        ],
        "searchable": bool(searchable(user)),
        "synthetic": Enterprise.objects.filter(source=Record.Source.SYNTHETIC).exists(),
    }


def years(user: Any) -> tuple[list[int], int]:
    """The years with verified progress, latest first, and the latest that has all twelve months.

    The latest year at all stands in where none is whole, and this year where nothing is verified yet.
    """
    months = (
        ProjectProgress.objects.visible_to(user)
        .filter(state=State.VERIFIED)
        .order_by("-year")
        .values_list("year")
        .annotate(Count("month", distinct=True))
    )
    found = [year for year, _count in months]
    whole = [year for year, count in months if count == WHOLE_YEAR]
    return found, next(iter(whole or found), timezone.localdate().year)


def card(query: Query) -> Card:
    total = total_of(query)
    named = [query.report.measure(name) for name in query.report.headline]
    numbers = [headline(query, measure, total, query.url()) for measure in named if measure]
    return Card(query.report, query.url(), numbers)


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """The latest whole year, or the one asked for, at a glance."""
    try:
        with one_snapshot():
            context = glance(request.user, request.GET)
    except BadQuery as bad:
        return render(request, "reporting/wrong.html", {"wrong": bad.messages}, status=400)
    return render(request, "home.html", context)


def glance(user: Any, asked: QueryDict) -> dict[str, Any]:
    """What the home page shows. Raises BadQuery for a parameter other than a year."""
    regions = Regions(user)
    found, latest = years(user)
    params = QueryDict(f"year={latest}", mutable=True)
    if len(asked) > 1 or len(asked.getlist("year")) != len(asked):
        raise BadQuery([_("This page takes a year and nothing else.")])
    if asked.get("year"):
        params["year"] = str(asked["year"])
    reports = [report for report in REPORTS if may(user, "view", report.model)]
    queries = [ask(report, params, user, regions) for report in reports]
    context: dict[str, Any] = {
        "cards": [card(query) for query in queries],
        "year": params["year"],
        "years": found,
        "region": regions.own,
    }
    if RenovationReport in reports:
        below = params.copy()
        below["by"] = BELOW.get(regions.own.level, "action")
        by_region = ask(RenovationReport, below, user, regions)
        context["by_region"] = table(grid(roll_up(by_region)))
        context["by_report"] = RenovationReport
        context["by"] = by_region.by[0].heading(by_region.report.model)
    return context


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 when the database answers, 503 when it does not."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("database does not answer\n", content_type="text/plain", status=503)
    return HttpResponse("ok\n", content_type="text/plain")
