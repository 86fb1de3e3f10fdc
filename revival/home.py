"""The home page: the reader's region at a glance, a card per report."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db import DatabaseError, connection
from django.db.models import Max, Min
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from enterprises.models import Enterprise
from projects.models import Policy, ProjectProgress
from projects.reports import RenovationReport
from revival.catalogue import REPORTS
from revival.collection.inbox import inbox
from revival.glance import attention, by_action, card, charts, choices, published
from revival.publishing.views import VIEW as REGISTER
from revival.records.models import Record, State
from revival.records.review import may
from revival.reporting.dimensions import Regions
from revival.reporting.query import BadQuery
from revival.reporting.sql import one_snapshot
from revival.search import searchable

WHOLE_YEAR = 12
DEFAULT_MEASURE = "renovation.investment"


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
        "collection": may(user, "view", ProjectProgress),
        "matrix": may(user, "view", Policy),
        "register": user.has_perm(REGISTER),
        "evaluation": user.has_perm("evaluation.view_indexsystem"),
        "synthetic": Enterprise.objects.filter(source=Record.Source.SYNTHETIC).exists(),
    }


def years(user: Any) -> tuple[list[int], int]:
    """The years with verified progress, latest first, and the latest that has all twelve months.

    The latest year at all stands in where none is whole, and this year where nothing is verified yet.
    """
    rows = ProjectProgress.objects.visible_to(user).filter(state=State.VERIFIED)
    ends = rows.aggregate(least=Min("year"), most=Max("year"))
    if ends["most"] is None:
        return [], timezone.localdate().year
    # One probe of the index a year, then one a month: counting the different months would read every row.
    found = sorted(probe(rows.filter(year=year) for year in range(ends["least"], ends["most"] + 1)), reverse=True)
    months = Counter(probe(rows.filter(year=y, month=m) for y in found for m in range(1, WHOLE_YEAR + 1)))
    whole = [year for year in found if months[year] == WHOLE_YEAR]
    return found, next(iter(whole or found))


def probe(several: Iterable[Any]) -> list[int]:
    """The year of one row of each that has any."""
    first, *others = (each.order_by().values_list("year", flat=True)[:1] for each in several)
    return list(first.union(*others, all=True) if others else first)


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
    """What the home page shows. Raises BadQuery for a parameter other than a year and a measure."""
    if set(asked) - {"year", "measure"} or any(len(values) > 1 for _name, values in asked.lists()):
        raise BadQuery([_("This page takes a year and a measure, and nothing else.")])
    regions = Regions(user)
    found, latest = years(user)
    year = asked.get("year") or str(latest)
    reports = [report for report in REPORTS if may(user, "view", report.model)]
    context: dict[str, Any] = {"year": year, "years": found, "region": regions.own, "asked_year": asked.get("year")}
    figures = published(user, regions, year)
    context["inbox"] = inbox(user)
    context["cards"] = [card(report, user, regions, year, figures) for report in reports]
    if not reports:
        return context
    usual = DEFAULT_MEASURE if RenovationReport in reports else f"{reports[0].name}.{reports[0].measures[0].name}"
    measure = asked.get("measure") or usual
    context["choices"] = choices(reports, measure)
    name, _dot, of_report = measure.partition(".")
    shown = next(report for report in reports if report.name == name)
    context["charts"] = charts(shown, of_report, user, regions, year)
    context["measure"] = asked.get("measure")
    if RenovationReport in reports:
        context["by_action"] = by_action(user, regions, year)
        context["attention"] = attention(user, regions, year)
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
