"""Why a record was changed: the words of its officials, and the extension of a closed period that allowed it."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.utils.timezone import localtime

from revival.accounts.models import Region
from revival.records.models import Reviewed
from revival.records.periods import PeriodException, ReportingPeriod

WORDS = ("comment", "explanation")


class ChangeReasons:
    """The reasons of events of some models, in at most three queries, however many events there are.

    Periods and exceptions count as they were at the time of the event: moving a date afterwards, or ending an
    exception, changes no reason.
    """

    def __init__(self, events: Iterable[Any]) -> None:
        events = [e for e in events if issubclass(e.pgh_tracked_model, Reviewed)]
        reported = any(event.pgh_tracked_model.guard().reported_in for event in events)
        # All of them are read: exceptions are few, and so are periods.
        self.exceptions = list(ordered_events(PeriodException).select_related("region")) if reported else []
        self.periods = list(ordered_events(ReportingPeriod)) if self.exceptions else []
        self.regions = Region.objects.in_bulk({e.region_id for e in events}) if self.exceptions else {}

    def why(self, event: Any, before: Any) -> str:
        """The comment or explanation given with the event, and the reason of the extension that allowed it."""
        said = {name: getattr(event, name, "") for name in WORDS}
        new = [words for name, words in said.items() if words and words != getattr(before, name, "")]
        return " · ".join(new + [opened.reason for opened in self.used(event)])

    def used(self, event: Any) -> list[Any]:
        """The exceptions that were in force for the event, where a period of its record was closed."""
        names = event.pgh_tracked_model.guard().reported_in if issubclass(event.pgh_tracked_model, Reviewed) else ()
        values: list[Any] = [getattr(event, name) for name in names]
        region = self.regions.get(getattr(event, "region_id", None))
        if not self.exceptions or not values or values[0] is None or region is None:
            return []
        first, month = [*values, None][:2]
        year, month = (first.year, first.month) if isinstance(first, date) else (first, month)
        at = event.pgh_created_at
        day = localtime(at).date()
        known = as_of(self.periods, at)
        own = {key: each for key, each in known.items() if each.year == year and each.month in (0, month)}
        if all(each.opens <= day <= each.closes for each in own.values()):
            return []
        given = as_of(self.exceptions, at).values()
        return [e for e in given if e.period_id in own and e.until >= day and e.region.holds(region)]


def ordered_events(model: Any) -> Any:
    """All events of a model, in the order in which they happened."""
    return model.events.rel.related_model.objects.order_by("pgh_id")


def as_of(events: Iterable[Any], at: datetime) -> dict[int, Any]:
    """The last event of each row up to a moment, by the key of the row."""
    return {event.pgh_obj_id: event for event in events if event.pgh_created_at <= at}
