"""What the values of records are compared with, read for all records of an action at once."""

from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal
from functools import cache, cached_property
from statistics import median_low
from typing import Any, ClassVar, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Min, OuterRef, Q, Value

from revival.accounts.models import Region
from revival.records.days import Lifetime
from revival.records.fields import MoneyField
from revival.records.limits import amount_limit
from revival.records.periods import ReportingPeriod

# The states in which a record is an example of its kind: a draft is not.
EXAMPLES = ("submitted", "verified")
LEAST_EXAMPLES = 5  # a median of fewer says nothing
LATEST = 500  # records of a county that a median is of: more say the same, and are read by every submission


class Question(NamedTuple):
    """A question about an unlikely value: the field that it stands at, and the sentence that it begins with.

    token: what stands for it in a form that has asked it. anew: whether the explanation was typed before that.
    """

    field: str
    sentence: str
    token: str = ""
    anew: bool = False


class Life(NamedTuple):
    """The first day of what a record belongs to, its end or None, its region and its industry.

    settled: whether the end is verified; one that is only announced is known in its own region.
    """

    start: date
    end: date | None
    region: str
    industry: str
    settled: bool


class Usual(NamedTuple):
    """The median of a number in a county, which is one of its values, and how many records it is of."""

    median: Decimal
    records: int


class Beside:
    """What records of one model are compared with. Each part is read when it is first asked for, for all of them."""

    def __init__(self, rows: Iterable[Any]) -> None:
        self.rows = list(rows)
        self.lives: dict[tuple[Any, Any], Life | None] = {}
        self.usuals: dict[tuple[str, str], Usual | None] = {}
        self.regions: dict[str, Region] = {}

    @cached_property
    def periods(self) -> frozenset[tuple[int, int]]:
        """The years and months of all reporting periods."""
        return frozenset(ReportingPeriod.objects.order_by().values_list("year", "month"))

    @cached_property
    def years(self) -> frozenset[int]:
        """The years of all reporting periods."""
        return frozenset(year for year, _month in self.periods)

    @cached_property
    def limit(self) -> Decimal:
        """The largest usual amount of the kind."""
        return amount_limit(type(self.rows[0]))

    def life(self, row: Any, model: Any, key: Any) -> Life | None:
        """The lifetime of the record of the model that a row belongs to."""
        if (model, key) not in self.lives:
            others = {k for each in self.rows for _path, m, k in belongs_to(each) if m is model and k is not None}
            self.read_lives(model, others | {key}, ending=ends(row, model))
        return self.lives[model, key]

    def read_lives(self, model: Any, keys: Collection[Any], ending: bool) -> None:
        """Read from when to when the records of the model are there. ending: whether the rows are their ends."""
        of = model.lifetime
        announced: Any = Value(None, models.DateField())
        if of.announced and not ending:
            relation = of.announced.partition("__")[0]
            announced = Min(of.announced, filter=Q(**{f"{relation}__state__in": EXAMPLES}))
        self.lives |= dict.fromkeys(((model, key) for key in keys), None)
        found = model.objects.order_by().filter(pk__in=keys).annotate(announced=announced)
        names = ("pk", of.start, of.end, "announced", "region", "industry")
        for key, start, end, also, region, industry in found.values_list(*names):
            self.lives[model, key] = Life(start, None if ending else end or also, region, industry, bool(end))

    def region(self, code: str) -> Region:
        """The region of one of the lives, read for all of them."""
        if code not in self.regions:
            codes = {life.region for life in self.lives.values() if life} | {code}
            self.regions |= Region.objects.select_related("city").in_bulk(codes)
        return self.regions[code]

    def usual(self, row: Any, region: str, name: str) -> Usual | None:
        """The median of a number of the kind in the region, of at least five records; the rows are left out."""
        if (region, name) not in self.usuals:
            regions = {found for each in self.rows if (found := region_of(each))} | {region}
            self.read_usuals(type(row), regions, typical_numbers(row.__class__))
        return self.usuals[region, name]

    def read_usuals(self, model: Any, regions: Collection[str], names: Collection[str]) -> None:
        """Read the medians of all numbers in the regions, of the latest records of each; one query."""
        self.usuals |= dict.fromkeys(((region, name) for region in regions for name in names), None)
        own = [each.pk for each in self.rows if each.pk is not None]
        rows = model._meta.concrete_model.objects.filter(region=OuterRef("pk"), state__in=EXAMPLES)
        latest = rows.exclude(pk__in=own).order_by("-pk")[:LATEST]
        found = Region.objects.order_by().filter(pk__in=regions)
        for region, *columns in found.values_list("pk", *(ArraySubquery(latest.values(name)) for name in names)):
            for name, column in zip(names, columns, strict=True):
                values = [value for value in column if value is not None]
                if len(values) >= LEAST_EXAMPLES:
                    self.usuals[region, name] = Usual(median_low(values), len(values))


def belongs_to(row: Any) -> list[tuple[str, Any, Any]]:
    """The records with a lifetime that a row belongs to: the field that says so, the model and the key.

    They are named by the row itself, or else by the record that it follows: a month is one of its project's
    enterprise.
    """
    own = [(f.name, f.related_model, getattr(row, f.attname)) for f in lived(row.__class__)]
    return own or [each for key in row.guard().follows if (of := getattr(row, key, None)) for each in belongs_to(of)]


def region_of(row: Any) -> str | None:
    """The key of the region of a row, which a new row has from the record that it follows."""
    above = (getattr(row, key, None) for key, names in row.guard().follows.items() if "region" in names)
    found: str | None = row.region_id or next((each.region_id for each in above if each), None)
    return found


@cache
def lived(model: Any) -> list[Any]:
    """The foreign keys of a model to records with a lifetime."""
    fields = (f for f in model._meta.concrete_fields if f.is_relation)
    return [f for f in fields if getattr(f.related_model, "lifetime", None) is not None]


@cache
def given_names(model: Any) -> tuple[str, ...]:
    """The fields that officials fill in and that the enterprise or park of the record gives where they are blank."""
    copied = model.guard().copied if lived(model) else ()
    return tuple(name for name in model.given if name not in copied) if lived(model) else ()


def ends(row: Any, model: Any) -> bool:
    """Whether the row is itself the end of a record of the model, as an exit is that of its enterprise."""
    path = model.lifetime.announced
    return bool(path) and isinstance(row, model._meta.get_field(path.partition("__")[0]).related_model)


@cache
def amount_fields(model: Any) -> list[Any]:
    """The amounts of money that officials enter."""
    return [f for f in model._meta.concrete_fields if isinstance(f, MoneyField) and f.editable]


@cache
def typical_numbers(model: Any) -> tuple[str, ...]:
    """The names of the numbers that are compared with the median of their county: all amounts, or those declared."""
    declared: tuple[str, ...] | None = model.typical
    return tuple(f.name for f in amount_fields(model)) if declared is None else declared


class Compared:
    """What every record has for the questions about unlikely values."""

    # From when to when others can belong to it: an enterprise from its founding to its exit.
    lifetime: ClassVar[Lifetime | None] = None
    # What the enterprise or park that it belongs to gives it where it is left blank, and should not contradict.
    given: ClassVar[tuple[str, ...]] = ("region", "industry")
    # Whether its year is that of a plan. Otherwise its year says when something was done.
    year_planned: ClassVar[bool] = False
    # The numbers that are compared with the median of the county; None for all its amounts of money.
    typical: ClassVar[tuple[str, ...] | None] = None

    def implausible(self) -> list[Question]:
        """Questions about values that are unlikely in this kind of record, beside those that all kinds are asked.

        Submitting such values requires an explanation.
        """
        return []

    @cached_property
    def beside(self) -> Beside:
        """What its values are compared with. `read_beside` gives the rows of one action the same."""
        return Beside([self])

    @classmethod
    def read_beside(cls, rows: list[Any]) -> None:
        """Let the rows be compared with what is read for all of them, in a fixed number of queries."""
        shared = Beside(rows)
        for row in rows:
            row.beside = shared
