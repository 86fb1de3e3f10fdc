"""The pages of one enterprise and of one project: its fields, and its records in the reader's scope."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from enterprises.models import Enterprise
from projects.models import ProjectProgress, RenovationProject
from projects.reports import COMPLETION, SCHEDULE, ProgressReport
from revival.accounts.requests import official
from revival.catalogue import REPORTS
from revival.records.display import BareName, data_fields, field_label, related_keys, related_names, value_text
from revival.records.models import Record, State
from revival.records.review import REVIEWED, may
from revival.reporting.charts import ChartItem, month_chart
from revival.reporting.grid import Cell, Grid, Head, Row, unit_of
from revival.reporting.listing import entry_url, page_url, query_listing
from revival.reporting.measures import Measure
from revival.reporting.period import rows_of
from revival.reporting.query import Query, report_query
from revival.reporting.regions import Regions
from revival.reporting.report import Column
from revival.reporting.sql import one_snapshot
from revival.reporting.table import GridTable, grid_table
from revival.reporting.units import POINTS, SHARE, Unit, default_money_unit

MOST = 50
ALL_STATES = "&".join(f"state={state}" for state in State.values)


@dataclass(frozen=True)
class RelatedRecords:
    """The records of one report that belong to the record of a page, the newest first.

    url: the report filtered to them. count: their number in any state. sums: title and cell of each sum of the
    verified ones.
    """

    title: str
    url: str
    count: int
    sums: list[tuple[str, Cell]]
    table: GridTable


@require_safe
@login_required
def enterprise(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of one enterprise, with its projects, designations, equipment and loans."""
    with one_snapshot():
        row = visible_record(request, Enterprise, pk)
        regions = Regions(official(request))
        found = related_records(request, row, "enterprise", row.credit_code, regions)
        context = record_facts(request, row) | section_context(found)
    return render(request, "pages/record.html", context)


@require_safe
@login_required
def project(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of one project, with its months and its loans."""
    with one_snapshot():
        row = visible_record(request, RenovationProject, pk)
        regions = Regions(official(request))
        found = related_records(request, row, "project", row.code, regions)
        context = record_facts(request, row) | section_context(found)
        if may(official(request), "view", ProjectProgress):
            context |= progress_chart(request, row)
    return render(request, "pages/record.html", context)


def visible_record(request: HttpRequest, model: Any, pk: int) -> Any:
    """The record. Raises Http404 if it is missing or outside the reader's scope."""
    if not may(official(request), "view", model):
        raise PermissionDenied
    return get_object_or_404(model.objects.visible_to(official(request)).named(), pk=pk)


def record_facts(request: HttpRequest, row: Record) -> dict[str, Any]:
    """The context of the record itself: its state and fields in words, and the link to its form."""
    model = type(row)
    names = related_names(related_keys(model, [row]), official(request))
    derived = [model._meta.get_field(name) for name in model.guard().derived]
    review = [model._meta.get_field(name) for name in REVIEWED]
    fields = []
    for field in (*data_fields(model), *derived, *review):
        value = getattr(row, field.attname)
        text = value_text(field, value, names) or ("" if field in review else "–")
        if text:
            fields.append((capfirst(str(field_label(field))), text, page_of(field, value, names)))
    opts = model._meta
    return {
        "kind": capfirst(str(opts.verbose_name)),
        "row": row,
        "state": row.get_state_display(),
        "fields": fields,
        "edit": entry_url(model, row.pk) if official(request).is_staff else "",
    }


def page_of(field: Any, value: Any, names: Any) -> str:
    """The URL of a related record that the reader may see; else empty."""
    name = names.get((field.related_model, value)) if field.is_relation else None
    if name is None or isinstance(name, BareName):
        return ""
    return page_url(field.related_model, value)


def related_records(
    request: HttpRequest, row: Record, key: str, code: str, regions: Regions
) -> Iterable[RelatedRecords]:
    """The related records of each report with a column for the row. Months have their own chart and table."""
    for report in REPORTS:
        path = next((c.source for c in report.columns if c.source.split("__")[-1] == key), "")
        allowed = may(official(request), "view", report.model)
        if path and report.model is not ProjectProgress and allowed:
            yield records_of(report_query(report, QueryDict(ALL_STATES), official(request), regions), path, row, code)


def section_context(found: Iterable[RelatedRecords]) -> dict[str, Any]:
    """The context of the sections, with the titles of those without a record."""
    known = list(found)
    return {"sections": known, "empty": [section.title for section in known if not section.count]}


def records_of(query: Query, path: str, row: Record, code: str) -> RelatedRecords:
    """The records of one report that belong to the row: one query for the newest, one for their count and sums."""
    report = query.report
    rows = rows_of(report, query.user).filter(**{path: row.pk})
    chosen = [c for c in report.columns if not c.source.startswith(path)] + [Column("state")]
    listing = query_listing(query, chosen)
    found = listing.read(rows.order_by("-pk"))[:MOST]
    verified = Q(state=State.VERIFIED)
    summed = [m for m in report.measures if isinstance(m, Measure) and not m.is_count]
    totals = rows.aggregate(rows=Count("pk"), **{m.name: Sum(m.operand, filter=verified) for m in summed})
    sums = [(m.heading(report.model), Cell(totals[m.name] or 0, unit_of(query, m))) for m in summed]
    url = f"{report.url()}?q={code}&{ALL_STATES}"
    return RelatedRecords(report.heading(), url, totals["rows"], sums, grid_table(listing.grid(found)))


def progress_chart(request: HttpRequest, row: RenovationProject) -> dict[str, Any]:
    """The context of the chart of verified months, plan beside actual, with a table of all months."""
    names = ("planned", "completed", "state")
    planned, completed, state = (Column(name).heading(ProjectProgress) for name in names)
    money = default_money_unit(of_records=True)
    heads = (
        Head(_("Month")),
        Head(planned, money),
        Head(completed, money),
        Head(str(COMPLETION), SHARE),
        Head(str(SCHEDULE), POINTS),
        Head(state),
    )
    months = list(ProjectProgress.objects.visible_to(official(request)).filter(project=row.pk).order_by("month"))
    if not months:
        return {}
    verified = {month.month: month for month in months if month.state == State.VERIFIED}
    body = tuple(month_row(month, money) for month in months)
    url = f"{ProgressReport.url()}?q={row.code}&year={row.year}&month="
    marks = [
        (
            str(number),
            ChartItem(completed, found.completed, money.show(found.completed), f"{url}{number}") if found else None,
            ChartItem(planned, found.planned, money.show(found.planned)) if found else None,
        )
        for number, found in ((number, verified.get(number)) for number in range(1, 13))
    ]
    words = (
        _("Progress in %(year)s (%(unit)s)") % {"year": row.year, "unit": money.title},
        _("Verified months: columns for what was completed by their ends, a line for what was planned."),
    )
    return {"chart": month_chart("months", words, marks, (completed, planned), grid_table(Grid(heads, body)))}


def month_row(month: ProjectProgress, money: Unit) -> Row:
    return Row(
        (
            Cell(month.get_month_display()),
            Cell(month.planned, money),
            Cell(month.completed, money),
            Cell(month.completed / month.planned if month.planned else None, SHARE),
            Cell(month_schedule(month), POINTS),
            Cell(month.get_state_display()),
        )
    )


def month_schedule(month: ProjectProgress) -> Decimal | None:
    """序时进度 at the end of a month, as a fraction of the plan of the year."""
    plan = month.planned_investment
    return month.completed / plan - Decimal(month.month) / 12 if plan else None
