"""Search through the whole province, or the reader's part of it: enterprises and projects by name or code."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from revival.catalogue import REPORTS
from revival.records.models import State
from revival.records.review import may
from revival.reporting.columns import Shown
from revival.reporting.grid import Grid, Head
from revival.reporting.params import Params, answers_bad_queries
from revival.reporting.query import Query, ask
from revival.reporting.records import record_row
from revival.reporting.regions import Regions
from revival.reporting.report import Column, Report
from revival.reporting.sql import one_snapshot
from revival.reporting.table import GridTable, table
from revival.reporting.views import record_pages

MOST = 20
COLUMNS = 5


@dataclass(frozen=True)
class Found:
    """What one report found: the newest records, whether there are more, and the report with all of them."""

    title: str
    url: str
    count: int
    more: bool
    table: GridTable


def searchable(user: Any) -> list[type[Report]]:
    """The reports whose records have pages of their own, as far as the reader may see them."""
    return [r for r in REPORTS if hasattr(r.model, "get_absolute_url") and may(user, "view", r.model)]


@require_safe
@login_required
@answers_bad_queries
def search(request: HttpRequest) -> HttpResponse:
    """Records in any state that contain the words, or bear the code, within the reader's region."""
    params = Params(request.GET, {"q": _("Search")})
    words = params.text("q").strip()
    params.check()
    with one_snapshot():
        found = [look(query) for query in questions(request, words)] if words else []
    return render(request, "pages/search.html", {"words": words, "found": found})


def questions(request: HttpRequest, words: str) -> list[Query]:
    """The search as a question to each report. Raises BadQuery with all that is wrong in it."""
    regions = Regions(request.user)
    params = request.GET.copy()
    params.setlist("state", State.values)
    if len(params.getlist("q")) == 1:
        params["q"] = words
    return [ask(report, params, request.user, regions) for report in searchable(request.user)]


def look(query: Query) -> Found:
    """The newest records that the question finds; one more than is shown tells whether there are more."""
    report = query.report
    columns = [Shown(c, report.model, query.money, query.user) for c in (*report.columns[:COLUMNS], Column("state"))]
    rows = query.rows().order_by("-pk").values_list("pk", *(column.value for column in columns))
    found = list(rows[: MOST + 1])
    link = record_pages(query)
    body = tuple(record_row(query, columns, values, link) for values in found[:MOST])
    heads = tuple(Head(column.heading, column.unit) for column in columns)
    return Found(report.heading(), query.url(), len(body), len(found) > MOST, table(Grid(heads, body)))
