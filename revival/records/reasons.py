"""Why a record was changed: what its officials wrote, and the exception that opened a closed period for it."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.timezone import localtime

from revival.accounts.models import Region
from revival.records.models import Reviewed
from revival.records.periods import PeriodException

WORDS = ("comment", "explanation")


class Reasons:
    """The reasons of events of some models; two queries, however many events."""

    def __init__(self, events: Iterable[Any]) -> None:
        events = [e for e in events if issubclass(e.pgh_tracked_model, Reviewed)]
        reported = any(event.pgh_tracked_model.guard().reported_in for event in events)
        # All exceptions there are: they are few.
        self.exceptions = list(PeriodException.objects.select_related("period", "region")) if reported else []
        ids = {event.region_id for event in events} if self.exceptions else set()
        self.regions = Region.objects.in_bulk(ids)

    def why(self, event: Any, before: Any) -> str:
        """The comment or explanation that came with the event, and the reason of the exception it was made under."""
        said = {name: getattr(event, name, "") for name in WORDS}
        new = [words for name, words in said.items() if words and words != getattr(before, name, "")]
        return " · ".join(new + [opened.reason for opened in self.exceptions if self.used(event, opened)])

    def used(self, event: Any, opened: PeriodException) -> bool:
        """Whether the event changed a record of a period that only the exception held open."""
        values: list[Any] = [getattr(event, name) for name in event.pgh_tracked_model.guard().reported_in]
        if not values or values[0] is None:
            return False
        first, month = [*values, None][:2]
        year, month = (first.year, first.month) if isinstance(first, date) else (first, month)
        period, day = opened.period, localtime(event.pgh_created_at).date()
        shut = not period.opens <= day <= period.closes
        in_time = opened.opened_at <= event.pgh_created_at and day <= opened.until
        of_period = period.year == year and period.month in (0, month)
        region = self.regions.get(event.region_id)
        return shut and in_time and of_period and region is not None and opened.region.holds(region)
