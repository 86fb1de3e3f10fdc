"""What the board counts: the months that projects owe, or the records of a kind that a period has."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, DateField, F, FilteredRelation, Q, QuerySet
from django.utils import timezone

from projects.models import ProjectProgress, RenovationProject
from revival.records.models import State
from revival.records.periods import ReportingPeriod

NOT_STARTED, LATE, ON_TIME = "not-started", "late", "on-time"
SUBMITTED_STATES = (State.SUBMITTED, State.VERIFIED)
OPEN_STATES = (State.DRAFT, State.RETURNED)
STATES = (NOT_STARTED, State.DRAFT, State.RETURNED, State.SUBMITTED, State.VERIFIED, LATE)


@dataclass(frozen=True)
class Tally:
    """How many rows are in each state, and how many were handed in on time. Tallies are added, rates never."""

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
        """Of what is expected; None where nothing is."""
        return Decimal(count) / self.expected if self.expected else None


@dataclass(frozen=True)
class ExpectedRows:
    """The rows of a kind and a period in the reader's scope.

    rows: those that are expected. at: the path from such a row to the one that bears the state, itself unless given.
    owed: whether it is known what is expected, so that what is missing counts as not started; of a kind whose
    number nobody knows beforehand the records that there are stand for it.
    """

    period: ReportingPeriod
    rows: QuerySet[Any]
    at: str = ""
    owed: bool = False

    def by_region(self, regions: Iterable[str] = ()) -> dict[str, Tally]:
        """The tally of each region that has any, of those given or of all; one query."""
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
        """The rows that one number of the board counts; all that are expected for no state."""
        if not state:
            return self.rows
        if state == LATE:
            return self.open_rows() if self.period.is_late else self.rows.none()
        if state == NOT_STARTED:
            return self.rows.filter(self.missing)
        return self.rows.filter(**{f"{self.at}state": state})

    @property
    def missing(self) -> Q:
        """That there is no row of the month; said of a column of the join, which is then one against the index."""
        return Q(**{f"{self.at}month__isnull": True})

    def open_rows(self) -> QuerySet[Any]:
        """Those not handed in."""
        open_rows = Q(**{f"{self.at}state__in": OPEN_STATES})
        if self.owed:
            open_rows |= self.missing
        return self.rows.filter(open_rows)


def expected_rows(kind: Any, period: ReportingPeriod, user: Any) -> ExpectedRows:
    """Of the progress of a month what projects of the programme year owe; of any other kind its records.

    A verified project owes the months that were still open when it was handed in, beside those that it has: one
    that is added later does not make a closed month incomplete.
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
    return sum(tallies, Tally(Counter()))
