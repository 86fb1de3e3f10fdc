"""What is unlikely in a record of any kind: its days, its year, its amounts. Models ask further questions."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import MAXYEAR, date
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from revival.records.beside import (
    Life,
    Question,
    amount_fields,
    belongs_to,
    given_names,
    region_of,
    typical_numbers,
)
from revival.records.days import day_ranges
from revival.records.fields import MoneyField, wan_amount_text

TIMES = 20  # the median of the county


class Span(NamedTuple):
    """A time of a record: the field that says it, its first and its last day.

    planned: it may lie in the future. ending: it may come with the end of the enterprise.
    """

    field: str
    first: date
    last: date
    planned: bool = False
    ending: bool = False

    @property
    def text(self) -> str:
        """The time as a sentence says it: a day, a month or a year."""
        if self.first == self.last:
            return date_format(self.first)
        return time_text(self.first.year, self.first.month if self.first.month == self.last.month else None)


class Reported(NamedTuple):
    """The time in which a record is reported, and the field that says it."""

    field: str
    year: int
    month: int | None


def unlikely_values(row: Any) -> Iterator[Question]:
    """Questions about what is unlikely in a record of any kind."""
    spans = list(spans_of(row))
    yield from future_days(spans)
    yield from days_outside_life(row, spans)
    yield from time_without_period(row)
    yield from other_than_given(row)
    yield from unusual_numbers(row)


def followed(row: Any, name: str) -> tuple[str, Any]:
    """The field that an official types for a value, and the value: a copied one is that of the followed record."""
    for key, names in row.guard().follows.items():
        if name in names:
            return key, getattr(getattr(row, key, None), name, None)
    return name, getattr(row, name)


def spans_of(row: Any) -> Iterator[Span]:
    """The times of a record: its days, and its year or month. What nobody types is left out."""
    copied = row.guard().copied
    for each in day_ranges(row.__class__):
        field, day = followed(row, each.field)
        if isinstance(day, date) and (each.field in copied or row._meta.get_field(each.field).editable):
            yield Span(field, day, day, each.planned, each.ending)
    reported = reported_in(row)
    if reported and reported.field not in {each.field for each in day_ranges(row.__class__)}:
        field, year, month = reported
        first = date(year, month or 1, 1)
        last = date(year, month or 12, monthrange(year, month or 12)[1])
        yield Span(field, first, last, row.year_planned)


def reported_in(row: Any) -> Reported | None:
    """The year, the month or the day by which the record is reported; None where it is not filled in."""
    names = row.guard().reported_in
    values = [followed(row, name) for name in names]
    if not values or any(value is None or value == "" for _field, value in values):
        return None
    field, first = values[0]
    if isinstance(first, date):
        return Reported(field, first.year, first.month)
    if not isinstance(first, int) or not 1 <= first <= MAXYEAR:
        return None
    return Reported(values[-1][0], first, values[1][1] if len(values) > 1 else None)


def time_text(year: int, month: int | None) -> str:
    """A month or a year in words."""
    return date_format(date(year, month, 1), "YEAR_MONTH_FORMAT") if month else str(year)


def future_days(spans: list[Span]) -> Iterator[Question]:
    """Questions about what is said to be done, but lies in the future."""
    today = timezone.localdate()
    for span in spans:
        if span.first > today and not span.planned:
            words = {"when": span.text, "today": date_format(today)}
            yield Question(span.field, _("%(when)s lies in the future; today is %(today)s.") % words)


def days_outside_life(row: Any, spans: list[Span]) -> Iterator[Question]:
    """Questions about what happened before the enterprise or park was there, or from its end on.

    Its days are told where it lies in the record's region. Of one that lies elsewhere only a verified end is asked
    about, and no day is named: it may have been chosen by its code alone.
    """
    for _path, model, key in belongs_to(row) if spans else ():
        life = row.beside.life(row, model, key) if key is not None else None
        if life is None:
            continue
        told = is_told(row, life)
        end = life.end if told or life.settled else None
        for span in spans:
            if span.last < life.start:
                said, day = _("%(when)s is before the %(owner)s began on %(day)s."), life.start
                said = said if told else _("%(when)s is before the %(owner)s began.")
            elif end and span.first >= end and not span.ending:
                said, day = _("%(when)s is not before the %(owner)s ended on %(day)s."), end
                said = said if told else _("%(when)s is not before the %(owner)s ended.")
            else:
                continue
            words = {"when": span.text, "owner": model._meta.verbose_name, "day": date_format(day)}
            yield Question(span.field, said % words)


def is_told(row: Any, life: Life) -> bool:
    """Whether who writes the row may read what it belongs to: the regions of both lie in one line."""
    if not row.region_id or life.region == row.region_id:
        return bool(row.region_id)
    theirs = row.beside.region(life.region)
    return bool(row.region.holds(theirs) or theirs.holds(row.region))


def other_than_given(row: Any) -> Iterator[Question]:
    """Questions about a region or an industry that is not that of the enterprise or park.

    They name what the enterprise has only to those who may read it: it may be one of another region.
    """
    names = given_names(row.__class__)
    for _path, model, key in belongs_to(row) if names and row.region_id else ():
        life = row.beside.life(row, model, key) if key is not None else None
        if life is None:
            continue
        same = life.region == row.region_id
        theirs = row.region if same else row.beside.region(life.region)
        words = {"owner": model._meta.verbose_name, "region": row.region}
        if "region" in names and not (same or row.region.holds(theirs) or theirs.holds(row.region)):
            yield Question("region", _("The %(owner)s does not lie in %(region)s.") % words)
        if "industry" in names and row.industry and life.industry != row.industry:
            labels = dict(row._meta.get_field("industry").flatchoices)
            words |= {"industry": labels.get(row.industry, row.industry), "theirs": labels.get(life.industry)}
            if row.region.holds(theirs):
                said = _("The industry of the %(owner)s is “%(theirs)s”, not “%(industry)s”.")
                yield Question("industry", said % words)
            elif row.region.city_id == theirs.city_id:
                yield Question("industry", _("The industry of the %(owner)s is not “%(industry)s”.") % words)


def time_without_period(row: Any) -> Iterator[Question]:
    """A question about a year or month without a reporting period, though an earlier year has one.

    Years before all periods are the history from before the collection, which has none.
    """
    reported = reported_in(row)
    if reported is None:
        return
    field, year, month = reported
    periods, years = row.beside.periods, row.beside.years
    known = (year, 0) in periods or ((year, month) in periods if month else year in years)
    last = max((each for each in years if each < year), default=None)
    if not known and last is not None:
        said = _("There is no reporting period for %(when)s; the last year before it that has one is %(year)s.")
        yield Question(field, said % {"when": time_text(year, month), "year": last})


def unusual_numbers(row: Any) -> Iterator[Question]:
    """Questions about amounts above the limit of the kind, and about numbers far above the median of the county."""
    asked = set()
    for field in amount_fields(row.__class__):
        value = getattr(row, field.name)
        if value is not None and value > row.beside.limit:
            words = {"value": number_text(field, value), "limit": number_text(field, row.beside.limit)}
            said = _("%(value)s is more than %(limit)s, the largest usual amount of this kind of record.")
            asked.add(field.name)
            yield Question(field.name, said % words)
    region = region_of(row)
    for name in typical_numbers(row.__class__) if region else ():
        field, value = row._meta.get_field(name), getattr(row, name)
        usual = row.beside.usual(row, region, name) if value and name not in asked else None
        if usual and value > TIMES * usual.median > 0:
            words = {"value": number_text(field, value), "median": number_text(field, usual.median)}
            words |= {"times": str(TIMES), "count": f"{usual.records:,}"}
            said = _(
                "%(value)s is more than %(times)s times the median of this county, which is %(median)s in %(count)s "
                "records of this kind."
            )
            yield Question(name, said % words)


def number_text(field: Any, value: Any) -> str:
    """A number as a sentence says it: an amount of money with its unit."""
    return wan_amount_text(value) if isinstance(field, MoneyField) else f"{value:,}"
