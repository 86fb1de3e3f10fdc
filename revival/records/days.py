"""The days of records: from when to when each may lie, and which of them say that something was done."""

from copy import copy
from datetime import date
from functools import cache
from typing import Any, NamedTuple, Self

from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, models
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

FIRST_YEAR, LAST_YEAR = 2015, 2060
FOUNDED_FROM = 1900  # the first year of what may be older than the programme, such as an enterprise


class DayRange(models.CheckConstraint):
    """The range of a date, checked by the database and, without a query, by forms.

    field: the date. planned: whether it may lie in the future, as a plan does; others say what was done. ending:
    whether it is the end of something, which may come with the end of its enterprise. To migrations it is a plain
    check.
    """

    field: str
    range: tuple[date, date]
    planned: bool
    ending: bool

    def clone(self) -> Self:
        return copy(self)

    def deconstruct(self) -> Any:
        _path, args, kwargs = super().deconstruct()
        return "django.db.models.CheckConstraint", args, kwargs

    def validate(self, model: Any, instance: Any, exclude: Any = None, using: Any = DEFAULT_DB_ALIAS) -> None:
        """Raise ValidationError where the day lies outside the range."""
        day = getattr(instance, self.field)
        if isinstance(day, date) and self.field not in (exclude or ()) and not self.holds(day):
            raise ValidationError(self.refusal(instance), code=self.violation_error_code)

    def refusal(self, instance: Any) -> str:
        """The sentence about the day of a row, and which days are accepted."""
        day: date = getattr(instance, self.field)
        words = {"typed": day.isoformat(), "accepted": self.get_violation_error_message()}
        return gettext("“%(typed)s” is not accepted. %(accepted)s") % words

    def holds(self, day: date) -> bool:
        return self.range[0] <= day <= self.range[1]


def day_between(
    field: str,
    name: str,
    first: int = FIRST_YEAR,
    last: int = LAST_YEAR,
    *,
    planned: bool = False,
    ending: bool = False,
) -> DayRange:
    """The constraint of every date: within the years that there can be. first, last: the ends of these."""
    ends = date(first, 1, 1), date(last, 12, 31)
    found = DayRange(
        name=name,
        condition=models.Q(**{f"{field}__range": ends}),
        violation_error_message=format_lazy(
            _("Choose a day from {first} to {last}."), first=ends[0].isoformat(), last=ends[1].isoformat()
        ),
        violation_error_code=field,
    )
    found.field, found.range, found.planned, found.ending = field, ends, planned, ending
    return found


@cache
def day_ranges(model: Any) -> list[DayRange]:
    """The ranges of the dates of a model; a proxy has those of its concrete model."""
    return [each for each in model._meta.concrete_model._meta.constraints if isinstance(each, DayRange)]


class Lifetime(NamedTuple):
    """The fields of what a record belongs to that say from when to when it is there; its end is no day of it.

    announced: the path to an end that may not be verified yet, such as `exits__exited_on`; empty for none.
    """

    start: str
    end: str
    announced: str = ""
