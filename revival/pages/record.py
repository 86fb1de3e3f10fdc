"""The page of one enterprise and of one project: its fields, and all that is recorded of it in the reader's scope."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from enterprises.models import Enterprise
from projects.models import ProjectProgress, RenovationProject
from projects.reports import COMPLETION, SCHEDULE, ProgressReport
from revival.accounts.requests import official
from revival.catalogue import REPORTS
from revival.records.display import data_fields, field_label, related_keys, related_names, value_text
from revival.records.models import Record, State
from revival.records.review import REVIEWED, may
from revival.reporting.charts import Item, timeline
from revival.reporting.columns import Shown
from revival.reporting.grid import Cell, Grid, Head, Row, unit_of
from revival.reporting.measures import Measure
from revival.reporting.query import Query, ask
from revival.reporting.records import record_row
from revival.reporting.regions import Regions
from revival.reporting.report import Column
from revival.reporting.sql import one_snapshot
from revival.reporting.table import GridTable, table
from revival.reporting.units import POINTS, SHARE, Unit, default_money_unit
from revival.reporting.views import record_pages

MOST = 50
ALL_STATES = "&".join(f"state={state}" for state in State.values)


@dataclass(frozen=True)
class Section:
    """The records of one report that belong to the record of a page, newest first.

    count: of all states. sums: of the verified ones, title and cell. url: the report, narrowed to them.
    """

    title: str
    url: str
    count: int
    sums: list[tuple[str, Cell]]
    table: GridTable


@require_safe
@login_required
def enterprise(request: HttpRequest, pk: int) -> HttpResponse:
    """One enterprise with its projects, designations, equipment and loans."""
    with one_snapshot():
        row = record(request, Enterprise, pk)
        regions = Regions(request.user)
        found = sections(request, row, "enterprise", row.credit_code, regions)
        context = facts(request, row) | related(found)
    return render(request, "pages/record.html", context)


@require_safe
@login_required
def project(request: HttpRequest, pk: int) -> HttpResponse:
    """One project with its months and its loans."""
    with one_snapshot():
        row = record(request, RenovationProject, pk)
        regions = Regions(request.user)
        found = sections(request, row, "project", row.code, regions)
        context = facts(request, row) | related(found)
        if may(request.user, "view", ProjectProgress):  # type: ignore[arg-type]
            context |= progress(request, row)
    return render(request, "pages/record.html", context)


def record(request: HttpRequest, model: Any, pk: int) -> Any:
    """The record, if it lies in the reader's scope; Http404 where it is missing or lies elsewhere."""
    if not may(request.user, "view", model):  # type: ignore[arg-type]
        raise PermissionDenied
    return get_object_or_404(model.objects.visible_to(request.user).named(), pk=pk)


def facts(request: HttpRequest, row: Record) -> dict[str, Any]:
    """Name, state and fields of the record in words, and where it is entered."""
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
    edit = reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[row.pk])
    return {
        "kind": capfirst(str(opts.verbose_name)),
        "row": row,
        "state": row.get_state_display(),
        "fields": fields,
        "edit": edit if request.user.is_staff else "",
    }


def page_of(field: Any, value: Any, names: Any) -> str:
    """The page of a related record that the reader sees; empty where there is none."""
    if not field.is_relation or (field.related_model, value) not in names:
        return ""
    return page_url(field.related_model, value)


def page_url(model: Any, pk: int) -> str:
    return str(model(pk=pk).get_absolute_url()) if hasattr(model, "get_absolute_url") else ""


def sections(request: HttpRequest, row: Record, key: str, code: str, regions: Regions) -> Iterable[Section]:
    """One section for each report that shows the row in a column, but for the months, which have their own table."""
    for report in REPORTS:
        path = next((c.source for c in report.columns if c.source.split("__")[-1] == key), "")
        allowed = may(request.user, "view", report.model)  # type: ignore[arg-type]
        if path and report.model is not ProjectProgress and allowed:
            yield section(ask(report, QueryDict(ALL_STATES), request.user, regions), path, row, code)


def related(found: Iterable[Section]) -> dict[str, Any]:
    """The sections, and the titles of those without a record."""
    known = list(found)
    return {"sections": known, "empty": [section.title for section in known if not section.count]}


def section(query: Query, path: str, row: Record, code: str) -> Section:
    """Two queries: the newest records, and their count with the sums."""
    report = query.report
    rows = report.model._default_manager.visible_to(query.user).filter(**{path: row.pk})
    chosen = [c for c in report.columns if not c.source.startswith(path)] + [Column("state")]
    columns = [Shown(column, report.model, query.money, query.user) for column in chosen]
    made = {c.name: c.expression for c in chosen if c.expression is not None}
    found = rows.annotate(**made).order_by("-pk").values_list("pk", *(column.value for column in columns))[:MOST]
    link = record_pages(query)
    body = tuple(record_row(query, columns, values, link) for values in found)
    heads = tuple(Head(column.heading, column.unit) for column in columns)
    verified = Q(state=State.VERIFIED)
    summed = [m for m in report.measures if isinstance(m, Measure) and not m.is_count]
    totals = rows.aggregate(rows=Count("pk"), **{m.name: Sum(m.operand, filter=verified) for m in summed})
    sums = [(m.heading(report.model), Cell(totals[m.name] or 0, unit_of(query, m))) for m in summed]
    url = f"{report.url()}?q={code}&{ALL_STATES}"
    return Section(report.heading(), url, totals["rows"], sums, table(Grid(heads, body)))


def progress(request: HttpRequest, row: RenovationProject) -> dict[str, Any]:
    """The months of a project, plan beside actual: the verified ones as a chart, all with their state as a table."""
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
    months = list(ProjectProgress.objects.visible_to(request.user).filter(project=row.pk).order_by("month"))
    verified = {month.month: month for month in months if month.state == State.VERIFIED}
    body = tuple(month_row(month, money) for month in months)
    url = f"{ProgressReport.url()}?q={row.code}&year={row.year}&month="
    marks = [
        (
            str(number),
            Item(completed, found.completed, money.show(found.completed), f"{url}{number}") if found else None,
            Item(planned, found.planned, money.show(found.planned)) if found else None,
        )
        for number, found in ((number, verified.get(number)) for number in range(1, 13))
    ]
    words = (
        _("Progress in %(year)s (%(unit)s)") % {"year": row.year, "unit": money.title},
        _("Verified months: columns for what was completed by their ends, a line for what was planned."),
    )
    return (
        {"chart": timeline("months", words, marks, (completed, planned), table(Grid(heads, body)))} if months else {}
    )


def month_row(month: ProjectProgress, money: Unit) -> Row:
    return Row(
        (
            Cell(month.get_month_display()),
            Cell(month.planned, money),
            Cell(month.completed, money),
            Cell(month.completed / month.planned if month.planned else None, SHARE),
            Cell(ahead(month), POINTS),
            Cell(month.get_state_display()),
        )
    )


def ahead(month: ProjectProgress) -> Decimal | None:
    """序时进度 at the end of a month, as a fraction of the plan of the year."""
    plan = month.planned_investment
    return month.completed / plan - Decimal(month.month) / 12 if plan else None
