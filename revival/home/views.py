"""The home page: the reader's region at a glance, a card per report."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from projects.reports import RenovationReport
from projects.years import years
from revival.catalogue import REPORTS
from revival.collection.inbox import inbox
from revival.home.attention import attention
from revival.home.cards import card, published
from revival.home.charts import by_action, charts, choices
from revival.records.periods import FIRST_YEAR, LAST_YEAR
from revival.records.review import may
from revival.reporting.params import Params, answers_bad_queries
from revival.reporting.regions import Regions
from revival.reporting.sql import one_snapshot

DEFAULT_MEASURE = "renovation.investment"


@require_safe
@login_required
@answers_bad_queries
def home(request: HttpRequest) -> HttpResponse:
    """The latest whole year, or the one asked for, at a glance."""
    with one_snapshot():
        context = glance(request.user, request.GET)
    return render(request, "home.html", context)


def glance(user: Any, asked: QueryDict) -> dict[str, Any]:
    """What the home page shows. Raises BadQuery for a parameter other than a year and a measure."""
    params = Params(asked, {"year": _("Year"), "measure": _("Measure")})
    regions = Regions(user)
    found, latest = years(user)
    year = str(params.number("year", FIRST_YEAR, LAST_YEAR) or latest)
    params.check()
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
