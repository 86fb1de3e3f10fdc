"""The checked question of the board and of the lists behind it. It is never widened."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.models import ProjectProgress, RenovationProject
from revival.accounts.models import Official
from revival.collection.board.counting import STATES, ExpectedRows, expected_rows, has_months
from revival.collection.units import ReportingUnit, reporting_units
from revival.records.models import Record
from revival.records.periods import ReportingPeriod
from revival.records.review import may
from revival.reporting.files import GRIDS
from revival.reporting.params import BadQuery, Params, changed_url
from revival.reporting.query import SHAPE
from revival.reporting.regions import Regions

BOARD: dict[str, Promise] = {
    "period": gettext_lazy("Period"),
    "unit": gettext_lazy("Reporting unit"),
    "subject": gettext_lazy("Kind of record"),
    "format": SHAPE["format"],
}
RECORDS: dict[str, Promise] = {
    **{name: BOARD[name] for name in ("period", "unit", "subject")},
    "county": gettext_lazy("County"),
    "state": gettext_lazy("State"),
    **{name: SHAPE[name] for name in ("after", "before")},
}


@dataclass(frozen=True)
class BoardQuestion:
    """A checked question. periods: all, the latest first. unit and part: None for everything that the reader sees."""

    user: Official
    regions: Regions
    units: list[ReportingUnit]
    periods: list[ReportingPeriod]
    period: ReportingPeriod
    subject: Any
    unit: ReportingUnit | None = None
    part: ReportingUnit | None = None
    state: str = ""
    format: str = ""
    after: int | None = None
    before: int | None = None

    @cached_property
    def expected(self) -> ExpectedRows:
        return expected_rows(self.subject, self.period, self.user)

    @cached_property
    def place(self) -> ReportingUnit | None:
        """The part that was asked for, else the unit."""
        return self.part or self.unit

    @property
    def title(self) -> str:
        """The name of the kind of record."""
        return kind_name(self.subject)

    def url(self, page: str = "board", **params: Any) -> str:
        """The URL of a page about the same period and kind."""
        given = {"period": self.period.key, "subject": self.subject._meta.model_name, **params}
        return changed_url(reverse(page), QueryDict(), drop=(), **given)

    def narrowed(self, **params: Any) -> str:
        """The URL of the same list of records, with more parameters."""
        given = {"unit": self.unit and self.unit.code, "county": self.part and self.part.code, "state": self.state}
        return self.url("board-records", **given, **params)

    def here(self, **params: Any) -> str:
        """The URL of the same board, with other parameters."""
        return self.url(unit=self.unit.code if self.unit else "", **params)


def kind_name(kind: Any) -> str:
    """The plural name of a kind of record, as a heading."""
    return str(capfirst(kind._meta.verbose_name_plural))


def field_label(model: Any, name: str) -> str:
    return str(capfirst(model._meta.get_field(name).verbose_name))


def visible_subjects(user: Official) -> dict[str, Any]:
    """The kinds of records with reporting periods that the reader may see, by their keys."""
    return {
        str(model._meta.model_name): model
        for model in apps.get_models()
        if issubclass(model, Record)
        and not model._meta.proxy
        and model.guard().reported_in
        and may(user, "view", model)
    }


def board_question(given: QueryDict, user: Official, allowed: Mapping[str, Promise]) -> BoardQuestion | None:
    """The checked question; None if there is no reporting period. Raises BadQuery with everything that is wrong."""
    params, regions = Params(given, allowed), Regions(user)
    units, periods = reporting_units(regions), list(ReportingPeriod.objects.all())
    period = params.one("period", {each.key: each for each in periods}) or usual_period(periods)
    if period is None:
        if params.text("subject") or params.text("unit"):
            raise BadQuery([_("No reporting period has been set up yet.")])
        params.check()
        return None
    subject = params.one("subject", visible_subjects(user), lambda kind: kind._meta.verbose_name) or usual_subject(
        period
    )
    if period.month and not has_months(subject):  # a kind by the year, chosen with a month: the month's year is meant
        period = next((each for each in periods if each.year == period.year and not each.month), None)
        if period is None:
            raise BadQuery([yearly_sentence(subject), _("No whole year has been set up as a reporting period.")])
    if not may(user, "view", subject):
        raise PermissionDenied
    unit = params.one("unit", {each.code: each for each in units}, lambda each: each.label)
    parts = {each.code: each for each in (unit.parts if unit else ())}
    part = params.one("county", parts, lambda each: each.label)
    question = BoardQuestion(
        *(user, regions, units, periods, period, subject, unit, part),
        state=params.one_of("state", [str(state) for state in STATES]),
        format=params.one_of("format", GRIDS),
        after=params.number("after", 0),
        before=params.number("before", 0),
    )
    params.check()
    return question


def yearly_sentence(kind: Any) -> str:
    """The sentence that the kind is reported by the year."""
    return _("%(kind)s are reported by the year, not by the month.") % {"kind": kind_name(kind)}


def usual_period(periods: list[ReportingPeriod]) -> ReportingPeriod | None:
    """The latest open month, else the latest period."""
    return next((each for each in periods if each.month and each.is_open), next(iter(periods), None))


def usual_subject(period: ReportingPeriod) -> Any:
    """The kind of record that the board of a period opens with."""
    return ProjectProgress if period.month else RenovationProject
