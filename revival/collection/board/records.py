"""The records behind a number of the board, in pages reached by key."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import DateField, ForeignKey
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from projects.models import ProjectProgress, RenovationProject
from revival.collection.board.counting import LATE, NOT_STARTED
from revival.collection.board.question import RECORDS, Question, ask, field_label
from revival.records.display import data_fields
from revival.records.fields import MoneyField
from revival.records.models import Reviewed, State
from revival.records.review import may
from revival.reporting.columns import Shown
from revival.reporting.grid import Cell, Grid, Head, Row
from revival.reporting.params import BadQuery, answers_bad_queries
from revival.reporting.report import Column
from revival.reporting.sql import one_snapshot
from revival.reporting.table import table
from revival.reporting.units import default_money_unit

PAGE = 50
# Fields that name a record, where it has them.
NAMES = ("code", "name", "kind", "fund")
REVIEW = ("state", "submitted_by__name", "submitted_by__username", "submitted_at")


@dataclass(frozen=True)
class Page:
    """Keys and values of the rows of one page, and whether there are rows before and behind it."""

    rows: Sequence[Sequence[Any]]
    earlier: bool
    more: bool


@require_safe
@login_required
@answers_bad_queries
def records(request: HttpRequest) -> HttpResponse:
    """The rows that one number of the board counts, with where each of them is entered."""
    if not may(request.user, "view", ProjectProgress):  # type: ignore[arg-type]
        raise PermissionDenied
    with one_snapshot():
        question = ask(request.GET, request.user, RECORDS)
        check(question)
        context = listed(question)  # type: ignore[arg-type]
    return render(request, "collection/records.html", context)


def check(question: Question | None) -> None:
    """Raise BadQuery for a list that is behind no number."""
    if question is None:
        raise BadQuery([_("No reporting period has been set up yet.")])
    if question.state == NOT_STARTED and not question.counted.owed:
        raise BadQuery([_("Of these records it is not known which are missing.")])
    if question.after is not None and question.before is not None:
        raise BadQuery([_("A page lies after a record or before one, not both.")])


def listed(question: Question) -> dict[str, Any]:
    """The count and one page of the rows, in the order of their keys; two queries."""
    rows = question.counted.in_state(question.state)
    if question.place:
        rows = rows.filter(region__in=question.place.regions)
    columns = shown_columns(question)
    page = read(question, rows, columns)
    body = tuple(row(question, columns, values) for values in page.rows)
    return {
        "question": question,
        "count": rows.count(),
        "state": words(question.state),
        "table": table(Grid(heads(question, columns), body)),
        "board": question.url(unit=question.unit.code if question.unit and question.unit.parts else ""),
        "first": question.narrowed() if page.earlier else "",
        "previous": question.narrowed(before=page.rows[0][0]) if page.rows and page.earlier else "",
        "next": question.narrowed(after=page.rows[-1][0]) if page.rows and page.more else "",
    }


def read(question: Question, rows: Any, columns: Sequence[Shown]) -> Page:
    """One row more than a page is read, to know whether there is a next one."""
    at, backwards = question.counted.at, question.before is not None
    paths = ["pk", f"{at}pk", *(f"{at}{name}" for name in REVIEW), *(f"{at}{f.name}" for f in amounts(question))]
    if question.after is not None:
        rows = rows.filter(pk__gt=question.after)
    if backwards:
        rows = rows.filter(pk__lt=question.before)
    ordered = rows.order_by("-pk" if backwards else "pk")
    found = list(ordered.values_list(*paths, *(column.value for column in columns))[: PAGE + 1])
    further = len(found) > PAGE
    found = found[:PAGE]
    if backwards:
        return Page(found[::-1], further, True)
    return Page(found, question.after is not None, further)


def shown_columns(question: Question) -> list[Shown]:
    """What names a record, whose it is, its day and its place; of a month those of the project that owes it."""
    model = RenovationProject if question.counted.owed else question.subject
    names = [name for name in NAMES if any(f.name == name for f in model._meta.get_fields())]
    columns = [Column(name) for name in names]
    for field in data_fields(model):
        related = field.related_model if isinstance(field, ForeignKey) else None
        if related is not None and issubclass(related, Reviewed):
            named = any(f.name == "name" for f in related._meta.get_fields())
            columns.append(Column(field.name) if named else Column("enterprise", f"{field.name}__enterprise"))
        elif field.name in model.guard().reported_in and (isinstance(field, DateField) or not question.period.month):
            columns.append(Column(field.name))
    columns.append(Column("region"))
    return [Shown(column, model, default_money_unit(of_records=True), question.user) for column in columns]


def amounts(question: Question) -> list[Any]:
    """The amounts that an official enters."""
    return [field for field in data_fields(question.subject) if isinstance(field, MoneyField)]


def heads(question: Question, columns: Sequence[Shown]) -> tuple[Head, ...]:
    """What the record is called, where it is entered and its state first, as the table is wide."""
    first, *others = (Head(column.heading, column.unit) for column in columns)
    entry = [Head(_("Data entry"))] if question.user.is_staff else []
    sums = [Head(field_label(f.model, f.name), default_money_unit(of_records=True)) for f in amounts(question)]
    state, *steps = (Head(field_label(question.subject, name)) for name in ("state", "submitted_by", "submitted_at"))
    return (first, *entry, state, *others, *sums, *steps)


def row(question: Question, columns: Sequence[Shown], values: Sequence[Any]) -> Row:
    """A record, which leads to its own page, and for those who may enter the admin to its form."""
    key, row_key, state, name, username, at, *rest = values
    fields, model = amounts(question), columns[0].model
    sums, shown = rest[: len(fields)], rest[len(fields) :]
    texts = [c.show(value, question.regions.label) for c, value in zip(columns, shown, strict=True)]
    own: Any = model(pk=key)
    first = Cell(texts[0], url=str(own.get_absolute_url()) if hasattr(model, "get_absolute_url") else "")
    entry = form(question.subject, row_key) if row_key else form(model, key)
    return Row(
        (
            first,
            *([Cell(_("Open"), url=entry)] if question.user.is_staff else []),
            Cell(words(state or NOT_STARTED)),
            *map(Cell, texts[1:]),
            *(Cell(value, default_money_unit(of_records=True)) for value in sums),
            Cell(name or username or ""),
            Cell(f"{localtime(at):%Y-%m-%d %H:%M}" if at else ""),
        )
    )


def form(model: Any, key: int) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[key])


def words(state: str) -> str:
    """A state of the board in words; empty for all of them."""
    others = {"": "", NOT_STARTED: _("Not started"), LATE: _("Late")}
    return others[state] if state in others else str(State(state).label)
