"""The page of a report and its files. The URLs give the view the function that finds a report by its name."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from revival.accounts.requests import official
from revival.records.review import may
from revival.reporting.files import file_response
from revival.reporting.form import form_context
from revival.reporting.grid import headline_cell
from revival.reporting.notes import distinct_notes, label_note
from revival.reporting.params import answers_bad_queries
from revival.reporting.query import Query, report_query
from revival.reporting.records import record_page
from revival.reporting.report import Report
from revival.reporting.rollup import roll_up, rollup_grid, total_of
from revival.reporting.sql import one_snapshot
from revival.reporting.table import grid_table


@require_safe
@login_required
@answers_bad_queries
def report(request: HttpRequest, name: str, find: Callable[[str], type[Report]]) -> HttpResponseBase:
    """The records or their roll-up, as page or file. A wrong parameter is answered with 400 and no number."""
    try:
        found = find(name)
    except LookupError as unknown:
        raise Http404 from unknown
    if not may(official(request), "view", found.model):
        raise PermissionDenied
    query = report_query(found, request.GET, official(request))
    if query.format:
        return file_response(query, request)
    with one_snapshot():
        context = answer(query)
    return render(request, "reporting/report.html", context)


def answer(query: Query) -> dict[str, Any]:
    """The context of the page: totals, table, and the controls that change the question."""
    context: dict[str, Any] = {"report": query.report, "query": query, "time": timezone.now()}
    if query.by:
        rolled = roll_up(query)
        total = rolled.total
        context["table"] = grid_table(rollup_grid(rolled))
    else:
        total = total_of(query)
        context["page"] = record_page(query, total)
        context["table"] = grid_table(context["page"].grid)
    notes = [label_note(query.report, measure) for measure in query.measures]
    totals = [headline_cell(query, measure, total) for measure in query.measures]
    context["totals"] = [(*each, note) for each, note in zip(totals, notes, strict=True)]
    context |= form_context(query)
    heads = (head.note for head in context["table"].grid.heads)
    context["notes"] = distinct_notes([*notes, *heads])
    offered = (control.note for control in context["filters"] if control.options or control.type)
    context["filter_notes"] = distinct_notes(offered, but=context["notes"])
    return context
