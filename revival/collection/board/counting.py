"""The rows that the board counts: the months that projects owe, or the records of a kind in a period."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, DateField, F, FilteredRelation, Q, QuerySet
from django.utils import timezone

from projects.models import ProjectProgress, RenovationProject
from revival.accounts.models import Official
from revival.records.models import State
from revival.records.periods import ReportingPeriod

NOT_STARTED, LATE, ON_TIME = "not-started", "late", "on-time"
SUBMITTED_STATES = (State.SUBMITTED, State.VERIFIED)
OPEN_STATES = (State.DRAFT, State.RETURNED)
STATES = (NOT_STARTED, State.DRAFT, State.RETURNED, State.SUBMITTED, State.VERIFIED, LATE)


@dataclass(frozen=True)
class Tally:
    """The number of rows in each state, and of rows submitted on time. Tallies are added, rates never."""

    states: Counter[str]

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.states + other.states)

    @property
    def expected(self) -> int:
        return sum(count for state, count in self.states.items() if state != ON_TIME)

    @property
    def submitted(self) -> int:
        return sum(self.states[state] for state in SUBMITTED_STATES)

    def share(self, count: int) -> Decimal | None:
        """The count as a part of the expected rows; None if no row is expected."""
        return Decimal(count) / self.expected if self.expected else None


@dataclass(frozen=True)
class ExpectedRows:
    """The expected rows of a kind and a period in the reader's scope.

    rows: the expected rows. at: the path from such a row to the one that has the state, by default the row itself.
    owed: whether the number to expect is known, so that a missing row counts as not started. If it is not known, the
    existing records are taken for the expected ones.
    """

    period: ReportingPeriod
    rows: QuerySet[Any]
    at: str = ""
    owed: bool = False

    def by_region(self, regions: Iterable[str] = ()) -> dict[str, Tally]:
        """The tally of each region with rows, among the given regions or all; one query."""
        on_time = Q(
            **{f"{self.at}state__in": SUBMITTED_STATES, f"{self.at}submitted_at__lt": end_of_day(self.period.due)}
        )
        rows = self.rows.filter(region__in=regions) if regions else self.rows
        groups = rows.order_by().values_list("region_id", f"{self.at}state")
        found: dict[str, Tally] = {}
        for region, state, count, timely in groups.annotate(n=Count("*"), timely=Count("pk", filter=on_time)):
            tally = Tally(Counter({state or NOT_STARTED: count, ON_TIME: timely}))
            found[region] = found.get(region, Tally(Counter())) + tally
        return found

    def in_state(self, state: str) -> QuerySet[Any]:
        """The rows that one number of the board counts; without a state all expected rows."""
        if not state:
            return self.rows
        if state == LATE:
            return self.open_rows() if self.period.is_late else self.rows.none()
        if state == NOT_STARTED:
            return self.rows.filter(self.missing)
        return self.rows.filter(**{f"{self.at}state": state})

    @property
    def missing(self) -> Q:
        """The condition that the month has no row. It names a column of the join, so that the index answers it."""
        return Q(**{f"{self.at}month__isnull": True})

    def open_rows(self) -> QuerySet[Any]:
        """The expected rows that are not submitted."""
        open_rows = Q(**{f"{self.at}state__in": OPEN_STATES})
        if self.owed:
            open_rows |= self.missing
        return self.rows.filter(open_rows)


def expected_rows(kind: Any, period: ReportingPeriod, user: Official) -> ExpectedRows:
    """The expected rows: of monthly progress what the projects of the year owe, of any other kind its records.

    A verified project owes the months that were still open when it was submitted, and those that it has rows for. A
    project that is added later does not make a closed month incomplete.
    """
    if kind is ProjectProgress and period.month:
        projects = RenovationProject.objects.visible_to(user).filter(state=State.VERIFIED, year=period.year)
        of_month = FilteredRelation("progress", condition=Q(progress__month=period.month))
        owes = Q(submitted_at__lt=end_of_day(period.closes)) | Q(row_month__isnull=False)
        owing = projects.alias(of_month=of_month, row_month=F("of_month__month")).filter(owes)
        return ExpectedRows(period, owing, "of_month__", owed=True)
    return ExpectedRows(period, kind.objects.visible_to(user).filter(reported_in(kind, period)))


def reported_in(kind: Any, period: ReportingPeriod) -> Q:
    """The condition of the records that belong to a period."""
    first, *month = kind.guard().reported_in
    if isinstance(kind._meta.get_field(first), DateField):
        start = date(period.year, period.month or 1, 1)
        following = (start + timedelta(31)).replace(day=1) if period.month else date(period.year + 1, 1, 1)
        return Q(**{f"{first}__gte": start, f"{first}__lt": following})
    found = Q(**{first: period.year})
    return found & Q(**{month[0]: period.month}) if month and period.month else found


def has_months(kind: Any) -> bool:
    """Whether records of the kind belong to a month, and not only to a year."""
    first, *month = kind.guard().reported_in
    return bool(month) or isinstance(kind._meta.get_field(first), DateField)


def end_of_day(day: date) -> datetime:
    """The moment after the last of a day, in Beijing."""
    return timezone.make_aware(datetime.combine(day + timedelta(1), time.min))


def sum_of_tallies(tallies: Iterable[Tally]) -> Tally:
    """The sum of the tallies; an empty tally for none."""
    return sum(tallies, Tally(Counter()))
