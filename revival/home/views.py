"""The view of the home page: the reader's region at a glance, with a card for each report."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from projects.reports import RenovationReport
from projects.years import progress_years
from revival import catalogue
from revival.accounts.models import Official
from revival.accounts.requests import official
from revival.collection.inbox import official_inbox
from revival.home.attention import attention_list
from revival.home.cards import published_figures, report_card
from revival.home.charts import MeasureChoice, action_chart, measure_choices, region_charts
from revival.records.days import FIRST_YEAR, LAST_YEAR
from revival.records.review import may
from revival.reporting.notes import distinct_notes, label_note
from revival.reporting.params import Params, answers_bad_queries
from revival.reporting.regions import Regions
from revival.reporting.sql import one_snapshot

DEFAULT_MEASURE = "renovation.investment"


@require_safe
@login_required
@answers_bad_queries
def home(request: HttpRequest) -> HttpResponse:
    """The home page of the latest whole year, or of the requested one."""
    with one_snapshot():
        context = home_context(official(request), request.GET)
    return render(request, "home.html", context)


def home_context(user: Official, asked: QueryDict) -> dict[str, Any]:
    """The context of the home page. Raises BadQuery for a parameter other than year and measure."""
    params = Params(asked, {"year": _("Year"), "measure": _("Measure")})
    regions = Regions(user)
    found, latest = progress_years(user)
    year = str(params.number("year", FIRST_YEAR, LAST_YEAR) or latest)
    reports = [report for report in catalogue.REPORTS if may(user, "view", report.model)]
    choices = measure_choices(reports)
    asked_measure = params.one_of("measure", choices)
    params.check()
    context: dict[str, Any] = {
        "year": year,
        "years": found,
        "region": regions.own,
        "asked_year": params.text("year") or None,
    }
    published = published_figures(user, regions, year)
    context["inbox"] = official_inbox(user)
    context["cards"] = [report_card(report, user, regions, year, published) for report in reports]
    context["notes"] = [card.note for card in context["cards"]]
    if not reports:
        return context
    usual = DEFAULT_MEASURE if RenovationReport in reports else f"{reports[0].name}.{reports[0].measures[0].name}"
    measure = asked_measure or usual
    context["choices"] = [MeasureChoice(value, label, value == measure) for value, label in choices.items()]
    shown, of_report = catalogue.measure(measure)
    context["charts"] = region_charts(shown, of_report.name, user, regions, year)
    context["measure"] = asked_measure or None
    context["measure_note"] = label_note(shown, of_report)
    context["notes"] = distinct_notes([*context["notes"], context["measure_note"]])
    if RenovationReport in reports:
        context["by_action"] = action_chart(user, regions, year)
        context["attention"] = attention_list(user, regions, year)
    return context
