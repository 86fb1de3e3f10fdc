"""The question put to the board and to the lists behind it, checked and never widened."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from projects.models import ProjectProgress, RenovationProject
from revival.collection.board.counting import STATES, Counted, counted, has_months
from revival.collection.units import Unit, reporting_units
from revival.records.models import Record
from revival.records.periods import ReportingPeriod
from revival.records.review import may
from revival.reporting.query import BadQuery
from revival.reporting.regions import Regions

BOARD = ("period", "unit", "subject", "format")
RECORDS = ("period", "unit", "subject", "county", "state", "after", "before")
DIGITS, MOST = 19, 2**63 - 1  # of a key


@dataclass(frozen=True)
class Question:
    """A checked question. periods: all, the latest first. unit and part: None for all that the reader sees."""

    user: Any
    regions: Regions
    units: list[Unit]
    periods: list[ReportingPeriod]
    period: ReportingPeriod
    subject: Any
    unit: Unit | None = None
    part: Unit | None = None
    state: str = ""
    format: str = ""
    after: int | None = None
    before: int | None = None

    @cached_property
    def counted(self) -> Counted:
        return counted(self.subject, self.period, self.user)

    @cached_property
    def place(self) -> Unit | None:
        """The narrowest place that was asked for."""
        return self.part or self.unit

    @property
    def title(self) -> str:
        """The kind of record."""
        return kind_name(self.subject)

    def url(self, page: str = "board", **params: Any) -> str:
        """A page about the same period and kind."""
        given = {"period": self.period.key, "subject": self.subject._meta.model_name, **params}
        return f"{reverse(page)}?{urlencode({name: value for name, value in given.items() if value})}"

    def narrowed(self, **params: Any) -> str:
        """The list of records that was asked for, with other parameters beside."""
        given = {"unit": self.unit and self.unit.code, "county": self.part and self.part.code, "state": self.state}
        return self.url("board-records", **given, **params)

    def here(self, **params: Any) -> str:
        """The same board, with other parameters."""
        return self.url(unit=self.unit.code if self.unit else "", **params)


def kind_name(kind: Any) -> str:
    return str(capfirst(kind._meta.verbose_name_plural))


def field_label(model: Any, name: str) -> str:
    return str(capfirst(model._meta.get_field(name).verbose_name))


def subjects(user: Any) -> dict[str, Any]:
    """The kinds of records that periods open and close, as far as the reader may see them, by their keys."""
    return {
        str(model._meta.model_name): model
        for model in apps.get_models()
        if issubclass(model, Record)
        and not model._meta.proxy
        and model.guard().reported_in
        and may(user, "view", model)
    }


def ask(asked: QueryDict, user: Any, allowed: tuple[str, ...]) -> Question | None:
    """The question; None where no reporting period has been set. Raises BadQuery for whatever is not understood."""
    if set(asked) - set(allowed) or any(len(values) > 1 for _name, values in asked.lists()):
        names = {"names": ", ".join(allowed)}
        raise BadQuery([_("This page takes each of these once, and nothing else: %(names)s.") % names])
    regions = Regions(user)
    units, periods = reporting_units(regions), list(ReportingPeriod.objects.all())
    period = chosen(asked.get("period", ""), {each.key: each for each in periods}) or usual(periods)
    if period is None:
        if asked.get("subject") or asked.get("unit"):
            raise BadQuery([_("No reporting period has been set up yet.")])
        return None
    subject = chosen(asked.get("subject", ""), subjects(user)) or usual_subject(period)
    if period.month and not has_months(subject):  # chosen beside a month: its year is meant
        period = next((each for each in periods if each.year == period.year and not each.month), None)
        if period is None:
            raise BadQuery([by_year(subject), _("No whole year has been set up as a reporting period.")])
    if not may(user, "view", subject):
        raise PermissionDenied
    unit = chosen(asked.get("unit", ""), {each.code: each for each in units})
    part = chosen(asked.get("county", ""), {each.code: each for each in (unit.parts if unit else ())})
    return Question(
        *(user, regions, units, periods, period, subject, unit, part),
        state=chosen(asked.get("state", ""), {str(state): str(state) for state in STATES}) or "",
        format=chosen(asked.get("format", ""), {"csv": "csv"}) or "",
        after=key(asked.get("after", "")),
        before=key(asked.get("before", "")),
    )


def by_year(kind: Any) -> str:
    return _("%(kind)s are reported by the year, not by the month.") % {"kind": kind_name(kind)}


def wrong(request: HttpRequest, bad: BadQuery) -> HttpResponse:
    """The page that says why a question has no answer, with the way back to the board."""
    context = {"wrong": bad.messages, "back": reverse("board")}
    return render(request, "reporting/wrong.html", context, status=400)


def chosen(given: str, known: dict[str, Any]) -> Any:
    """What the value stands for; None for no value. Raises BadQuery."""
    if given and given not in known:
        raise BadQuery([_("“%(value)s” is not one of the values here.") % {"value": given[:80]}])
    return known.get(given)


def key(given: str) -> int | None:
    """The key of a row. Raises BadQuery."""
    if given and not (given.isascii() and given.isdigit() and len(given) <= DIGITS and int(given) <= MOST):
        raise BadQuery([_("“%(value)s” is not one of the values here.") % {"value": given[:80]}])
    return int(given) if given else None


def usual(periods: list[ReportingPeriod]) -> ReportingPeriod | None:
    """The latest month that is open, else the latest period."""
    return next((each for each in periods if each.month and each.is_open), next(iter(periods), None))


def usual_subject(period: ReportingPeriod) -> Any:
    return ProjectProgress if period.month else RenovationProject
