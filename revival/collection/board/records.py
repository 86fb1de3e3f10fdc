"""The records behind a number of the board, in pages by key."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import DateField, ForeignKey
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from projects.models import ProjectProgress, RenovationProject
from revival.accounts.requests import official
from revival.collection.board.counting import LATE, NOT_STARTED
from revival.collection.board.question import RECORDS, BoardQuestion, board_question, field_label
from revival.records.display import data_fields
from revival.records.fields import MoneyField
from revival.records.models import Reviewed, State
from revival.records.review import may
from revival.reporting.columns import ShownColumn
from revival.reporting.grid import Cell, Grid, Head, Row
from revival.reporting.listing import RecordListing, entry_url, page_url
from revival.reporting.params import BadQuery, answers_bad_queries
from revival.reporting.report import Column
from revival.reporting.sql import one_snapshot
from revival.reporting.table import grid_table
from revival.reporting.units import default_money_unit

PAGE = 50
# Fields that name a record, where it has them.
NAMES = ("code", "name", "kind", "fund")
REVIEW = ("state", "submitted_by__name", "submitted_by__username", "submitted_at")


@dataclass(frozen=True)
class KeyPage:
    """Keys and values of the rows of one page, and whether there are rows before and after it."""

    rows: Sequence[Sequence[Any]]
    earlier: bool
    more: bool


@require_safe
@login_required
@answers_bad_queries
def records(request: HttpRequest) -> HttpResponse:
    """The page of the rows that one number of the board counts, with links to their forms."""
    if not may(official(request), "view", ProjectProgress):
        raise PermissionDenied
    with one_snapshot():
        question = board_question(request.GET, official(request), RECORDS)
        context = list_context(checked_list(question))
    return render(request, "collection/records.html", context)


def checked_list(question: BoardQuestion | None) -> BoardQuestion:
    """The question. Raises BadQuery for a list that no number of the board leads to."""
    if question is None:
        raise BadQuery([_("No reporting period has been set up yet.")])
    if question.state == NOT_STARTED and not question.expected.owed:
        raise BadQuery([_("The number of records to expect is not known, so no list of missing records exists.")])
    if question.after is not None and question.before is not None:
        raise BadQuery([_("A page lies after a record or before one, not both.")])
    return question


def list_context(question: BoardQuestion) -> dict[str, Any]:
    """The count and one page of the rows, in the order of their keys; two queries."""
    rows = question.expected.in_state(question.state)
    if question.place:
        rows = rows.filter(region__in=question.place.regions)
    listing = board_listing(question)
    page = read_page(question, rows, listing)
    body = tuple(record_row(question, listing, values) for values in page.rows)
    return {
        "question": question,
        "count": rows.count(),
        "state": state_label(question.state),
        "table": grid_table(Grid(list_heads(question, listing), body)),
        "board": question.url(unit=question.unit.code if question.unit and question.unit.parts else ""),
        "first": question.narrowed() if page.earlier else "",
        "previous": question.narrowed(before=page.rows[0][0]) if page.rows and page.earlier else "",
        "next": question.narrowed(after=page.rows[-1][0]) if page.rows and page.more else "",
    }


def read_page(question: BoardQuestion, rows: Any, listing: RecordListing) -> KeyPage:
    """The requested page. One more row is read, to know whether there is a next page."""
    at, backwards = question.expected.at, question.before is not None
    paths = [f"{at}pk", *(f"{at}{name}" for name in REVIEW), *(f"{at}{f.name}" for f in amount_fields(question))]
    if question.after is not None:
        rows = rows.filter(pk__gt=question.after)
    if backwards:
        rows = rows.filter(pk__lt=question.before)
    ordered = rows.order_by("-pk" if backwards else "pk")
    found = list(listing.read(ordered, *paths)[: PAGE + 1])
    further = len(found) > PAGE
    found = found[:PAGE]
    if backwards:
        return KeyPage(found[::-1], further, True)
    return KeyPage(found, question.after is not None, further)


def board_listing(question: BoardQuestion) -> RecordListing:
    """The columns of the list: name, owner, day and region of each record, or of the project that owes a month."""
    model = RenovationProject if question.expected.owed else question.subject
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
    money = default_money_unit(of_records=True)
    shown = tuple(ShownColumn(column, model, money, question.user) for column in columns)
    return RecordListing(shown, question.regions.label, lambda key: page_url(model, key))


def amount_fields(question: BoardQuestion) -> list[Any]:
    """The amounts that an official enters."""
    return [field for field in data_fields(question.subject) if isinstance(field, MoneyField)]


def list_heads(question: BoardQuestion, listing: RecordListing) -> tuple[Head, ...]:
    """The heads of the list. The name, the link to the form and the state come first, as the table is wide."""
    first, *others = listing.heads
    entry = [Head(_("Data entry"))] if question.user.is_staff else []
    sums = [Head(field_label(f.model, f.name), default_money_unit(of_records=True)) for f in amount_fields(question)]
    state, *steps = (Head(field_label(question.subject, name)) for name in ("state", "submitted_by", "submitted_at"))
    return (first, *entry, state, *others, *sums, *steps)


def record_row(question: BoardQuestion, listing: RecordListing, values: Sequence[Any]) -> Row:
    """The row of a record, with a link to its page and, for officials who may enter the admin, to its form."""
    key, row_key, state, name, username, at, *rest = values
    most = len(amount_fields(question))
    sums, shown = rest[:most], rest[most:]
    first, *others = listing.cells(key, shown)
    entry = entry_url(question.subject, row_key) if row_key else entry_url(listing.columns[0].model, key)
    return Row(
        (
            first,
            *([Cell(_("Open"), url=entry)] if question.user.is_staff else []),
            Cell(state_label(state or NOT_STARTED)),
            *others,
            *(Cell(value, default_money_unit(of_records=True)) for value in sums),
            Cell(name or username or ""),
            Cell(f"{localtime(at):%Y-%m-%d %H:%M}" if at else ""),
        )
    )


def state_label(state: str) -> str:
    """The label of a state of the board; empty for all states together."""
    others = {"": "", NOT_STARTED: _("Not started"), LATE: _("Late")}
    return others[state] if state in others else str(State(state).label)
