"""The page of the board: what each reporting unit has submitted. Each number leads to the records behind it."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from projects.models import ProjectProgress
from revival.accounts.models import Region
from revival.accounts.requests import official
from revival.collection.board.counting import LATE, NOT_STARTED, ON_TIME, Tally, has_months, sum_of_tallies
from revival.collection.board.question import (
    BOARD,
    BoardQuestion,
    board_question,
    field_label,
    kind_name,
    visible_subjects,
    yearly_sentence,
)
from revival.collection.extensions import extensions_in_force
from revival.collection.units import ReportingUnit
from revival.punctuation import labelled
from revival.records.extensions import extension_url
from revival.records.models import State
from revival.records.periods import PeriodException, ReportingPeriod, exceptions_concerning
from revival.records.review import may
from revival.reporting.files import GRIDS, grid_attachment
from revival.reporting.grid import Cell, Grid, Head, Row
from revival.reporting.params import BadQuery, answers_bad_queries
from revival.reporting.sheets import Provenance
from revival.reporting.sql import one_snapshot
from revival.reporting.table import grid_table
from revival.reporting.units import COUNT, SHARE

Tallies = Mapping[str, Tally]


@require_safe
@login_required
@answers_bad_queries
def board(request: HttpRequest) -> HttpResponse:
    """The board of the units of the reader's region, or of the counties of one unit, as page or file."""
    if not may(official(request), "view", ProjectProgress):
        raise PermissionDenied
    with one_snapshot():
        question = board_question(request.GET, official(request), BOARD)
        if question is None:
            return render(request, "collection/board.html")
        if question.unit and not question.unit.parts:
            raise BadQuery([_("“%(value)s” has no counties of its own.") % {"value": question.unit.label}])
        if request.GET.get("period") not in (None, "", question.period.key):
            return redirect(question.here(format=question.format))
        found = board_grid(question)
        context = {} if question.format else board_context(question)
    if question.format:
        name = f"collection_{question.period.key}_{question.subject._meta.model_name}"
        return grid_attachment(request, found, question.format, name, board_provenance(question))
    return render(request, "collection/board.html", {"question": question, "table": grid_table(found), **context})


def board_grid(question: BoardQuestion) -> Grid:
    """The table of the board: a row for each unit or county, and their total; one query."""
    own = question.regions.own
    found = question.expected.by_region(question.unit.regions if question.unit else ())
    units = [question.unit] if question.unit else question.units
    opened = question.unit is not None or own.level == Region.Level.CITY
    rows: list[Row] = []
    for unit in units:
        if not opened or not unit.parts:
            rows += board_rows(question, found, unit)
            continue
        if len(units) > 1:
            rows += board_rows(question, found, unit, kind="subtotal")
        for part in unit.parts:
            rows += board_rows(question, found, unit, part)
    every = sum_of_tallies(place_tally(found, unit) for unit in units)
    code = question.unit.code if question.unit else ""
    rows.append(Row((Cell(_("Total")), *count_cells(question, every, is_total=True, unit=code)), "total"))
    return Grid(board_heads(question), tuple(rows))


def board_provenance(question: BoardQuestion) -> Provenance:
    """What the file of the board answers."""
    unit = labelled(_("Reporting unit"), question.unit.label) if question.unit else ""
    more = ((_("Kind of record"), question.title), (_("Filters"), unit))
    return Provenance(_("Collection"), question.user, str(question.period), more=more)


def board_heads(question: BoardQuestion) -> tuple[Head, ...]:
    """The heads of the board."""
    owed = question.expected.owed
    states = (State.DRAFT, State.RETURNED, State.SUBMITTED, State.VERIFIED)
    return (
        Head(_("Reporting unit")),
        Head(_("Expected") if owed else _("Number of records"), COUNT),
        Head(_("Not started"), COUNT if owed else None),
        *(Head(str(state.label), COUNT) for state in states),
        Head(_("Late"), COUNT),
        Head(_("Completeness"), SHARE),
        Head(_("On time"), SHARE),
    )


def place_tally(found: Tallies, place: ReportingUnit) -> Tally:
    return sum_of_tallies(found[code] for code in place.regions if code in found)


def board_rows(
    question: BoardQuestion, found: Tallies, unit: ReportingUnit, part: ReportingUnit | None = None, kind: str = ""
) -> list[Row]:
    """The row of a unit, with a link to its counties, or of a part; no row for a city without records of its own."""
    place = part or unit
    counts = place_tally(found, place)
    if place.own_level and not counts.expected:
        return []
    opens = unit.parts and not part and not kind
    name = Cell(place.label, url=question.url(unit=unit.code) if opens else "")
    cells = count_cells(question, counts, unit=unit.code, county=part.code if part else "")
    return [Row((name, *cells), kind)]


def count_cells(question: BoardQuestion, counts: Tally, *, is_total: bool = False, **place: str) -> list[Cell]:
    """The numbers of a place. Each number but 0 links to its records."""
    owed, period = question.expected.owed, question.period
    missing = counts.expected - counts.submitted

    def number(value: int, state: str = "") -> Cell:
        return Cell(value, COUNT, question.url("board-records", state=state, **place) if value else "")

    without = "" if is_total or counts.expected else _("no record")
    return [
        number(counts.expected),
        number(counts.states[NOT_STARTED], NOT_STARTED) if owed else Cell(without),
        number(counts.states[State.DRAFT], State.DRAFT),
        number(counts.states[State.RETURNED], State.RETURNED),
        number(counts.states[State.SUBMITTED], State.SUBMITTED),
        number(counts.states[State.VERIFIED], State.VERIFIED),
        number(missing if period.is_late else 0, LATE),
        Cell(counts.share(counts.submitted), SHARE),
        Cell(counts.share(counts.states[ON_TIME]), SHARE),
    ]


def board_context(question: BoardQuestion) -> dict[str, Any]:
    """The context of the page around the table: the period, its extensions, its neighbours, and the choices."""
    period, unit = question.period, question.unit
    alike = [each for each in question.periods if bool(each.month) == bool(period.month)]
    at = alike.index(period)
    left_open = reader_extensions(question)
    query = f"?region={unit.code}" if unit else ""
    enters = (
        question.subject is ProjectProgress
        and period.month
        and (period.is_open or left_open)
        and may(question.user, "submit", ProjectProgress)
    )
    return {
        "subjects": sorted((kind_name(kind), key) for key, kind in visible_subjects(question.user).items()),
        "days": [(field_label(period, name), getattr(period, name)) for name in ("opens", "due", "closes")],
        "status": period_status(period),
        "exceptions": left_open,
        "previous": question.here(period=alike[at + 1].key) if at + 1 < len(alike) else "",
        "next": question.here(period=alike[at - 1].key) if at else "",
        "files": [(form.upper(), question.here(format=form)) for form in GRIDS],
        "form": f"{reverse('monthly', args=[period.key])}{query}" if enters else "",
        "extension": board_extension(question, left_open),
        "yearly": "" if has_months(question.subject) else yearly_sentence(question.subject),
    }


def board_extension(question: BoardQuestion, left_open: list[PeriodException]) -> str:
    """The URL to ask for an extension of the shown unit, or of the reader's region; empty where it is open."""
    region = question.regions.by_code[question.unit.code] if question.unit else question.regions.own
    if question.period.is_open or any(each.region.holds(region) for each in left_open):
        return ""
    return extension_url(question.user, question.period.key, region)


def period_status(period: ReportingPeriod) -> str:
    if period.is_open:
        return _("open, overdue") if period.is_late else _("open")
    return _("closed") if period.closes < timezone.localdate() else _("not open yet")


def reader_extensions(question: BoardQuestion) -> list[PeriodException]:
    """The extensions in force that concern the reader's region. Those of a month include its year's."""
    found = extensions_in_force(question.period.year, question.period.month).filter(
        exceptions_concerning(question.regions.own)
    )
    return list(found.select_related("region__city", "opened_by"))
