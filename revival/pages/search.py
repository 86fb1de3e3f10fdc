"""The search for records of several kinds by name or code, in the reader's region."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from revival.accounts.models import Official
from revival.accounts.requests import official
from revival.catalogue import REPORTS
from revival.records.models import State
from revival.records.review import may
from revival.reporting.listing import query_listing
from revival.reporting.params import Params, answers_bad_queries
from revival.reporting.query import Query, report_query
from revival.reporting.regions import Regions
from revival.reporting.report import Column, Report
from revival.reporting.sql import one_snapshot
from revival.reporting.table import GridTable, grid_table

MOST = 20
COLUMNS = 5


@dataclass(frozen=True)
class SearchResult:
    """The records of one report that were found: the newest, whether there are more, and the URL of all."""

    title: str
    url: str
    count: int
    more: bool
    table: GridTable


def searchable_reports(user: Official) -> list[type[Report]]:
    """The reports whose records the search looks for, as far as the reader may see them."""
    return [report for report in REPORTS if report.searched and may(user, "view", report.model)]


@require_safe
@login_required
@answers_bad_queries
def search(request: HttpRequest) -> HttpResponse:
    """The search page: records of any state in the reader's region that contain the words or have the code."""
    params = Params(request.GET, {"q": _("Search")})
    words = params.text("q").strip()
    params.check()
    with one_snapshot():
        found = [search_result(query) for query in search_queries(request, words)] if words else []
    return render(
        request, "pages/search.html", {"words": words, "found": found, "any": any(each.count for each in found)}
    )


def search_queries(request: HttpRequest, words: str) -> list[Query]:
    """The query of the search to each report. Raises BadQuery with everything that is wrong in it."""
    regions = Regions(official(request))
    params = request.GET.copy()
    params.setlist("state", State.values)
    params["q"] = words
    return [
        report_query(report, params, official(request), regions) for report in searchable_reports(official(request))
    ]


def search_result(query: Query) -> SearchResult:
    """The newest records that the query finds. One more is read than shown, to know whether there are more."""
    report = query.report
    listing = query_listing(query, (*report.columns[:COLUMNS], Column("state")))
    found = list(listing.read(query.rows().order_by("-pk"))[: MOST + 1])
    shown = found[:MOST]
    return SearchResult(report.heading(), query.url(), len(shown), len(found) > MOST, grid_table(listing.grid(shown)))
