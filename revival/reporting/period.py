"""What counts in a period: the rows of a report, how long each is valid, and what is a snapshot of the period's end.

Flows count the rows dated in the period. Stocks and cumulative measures are semi-additive: they count the rows that
are valid at the end of the period, and are never added up over periods.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast

from revival.accounts.models import Official
from revival.reporting.measures import Measure, MeasureKind


@dataclass(frozen=True)
class Validity:
    """When the rows of a report with stock or cumulative measures count, on an axis of periods.

    axis: the dimension of the periods. valid_from: an ORM expression or path that gives the first period in which a
    row counts. valid_to: the first one in which it no longer does, if any. key: cumulative rows are valid until the
    next row of the same key; `valid_to` holds that where the report's own states count, and for any others it is
    looked up row by row. until: gives the period of the totals where none is chosen.
    """

    axis: str
    valid_from: Any
    until: Any
    valid_to: Any = None
    key: str = ""


class Periodic(Protocol):
    """What of a report says when its rows count."""

    @property
    def model(self) -> Any:
        """The model of its records."""

    @property
    def states(self) -> Sequence[str]:
        """The states that count."""

    @property
    def validity(self) -> Validity | None:
        """When its rows count; None where all do that the filters leave."""


def rows_of(report: Periodic, reader: Official) -> QuerySet[Any]:
    """The records of a report that the reader may see: the one source of rows of every total, list and file."""
    rows: QuerySet[Any] = report.model._default_manager.visible_to(reader)
    return rows


def is_axis(report: Periodic, dimension: str) -> bool:
    """Whether a dimension is the report's axis of periods: it selects no rows, but when snapshots are taken."""
    return report.validity is not None and report.validity.axis == dimension


def is_snapshot(report: Periodic, measure: Measure) -> bool:
    """Whether a measure counts what is valid at the end of the period, whatever began before."""
    return report.validity is not None and measure.kind is not MeasureKind.FLOW


def last_period(report: Periodic, chosen: Collection[Any]) -> Any:
    """The period that snapshots are taken at: the last one chosen; None for a report without an axis."""
    if report.validity is None:
        return None
    return max(chosen) if chosen else report.validity.until()


def valid_at(at: Any, start: str = "valid_from", end: str = "valid_to") -> Q:
    """The condition that a row is valid at a period, or on a day: begun by then, and not ended."""
    return Q(Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gt": at}), **{f"{start}__lte": at})


def with_validity(
    report: Periodic, rows: QuerySet[Any], states: Sequence[str], *, on_a_day: bool = False
) -> QuerySet[Any]:
    """The rows with `valid_from` and `valid_to`, periods of the axis: valid from the one until before the other.

    states: those that count. on_a_day: the rows are those of one day already, so all of them are valid.
    """
    validity = report.validity
    if validity is None:
        return rows
    if on_a_day:
        always: QuerySet[Any] = rows.annotate(valid_from=Value(0), valid_to=Cast(Value(None), IntegerField()))
        return always
    end = F(validity.valid_to) if isinstance(validity.valid_to, str) else validity.valid_to
    if validity.key and set(states) != set(report.states):
        later = report.model._default_manager.filter(
            **{validity.key: OuterRef(validity.key), f"{validity.valid_from}__gt": OuterRef(validity.valid_from)},
            state__in=states,
        )
        end = Subquery(later.order_by(validity.valid_from).values(validity.valid_from)[:1])
    start = F(validity.valid_from) if isinstance(validity.valid_from, str) else validity.valid_from
    dated: QuerySet[Any] = rows.annotate(valid_from=start, valid_to=end)
    return dated
