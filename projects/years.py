"""The years with verified progress, and the latest whole year."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db.models import Max, Min
from django.utils import timezone

from projects.models import ProjectProgress
from revival.accounts.models import Official
from revival.records.models import State

WHOLE_YEAR = 12


def progress_years(user: Official) -> tuple[list[int], int]:
    """The years with verified progress, latest first, and the latest of them with all twelve months.

    If no year is whole, the second value is the latest year. If nothing is verified yet, it is the current year.
    """
    rows = ProjectProgress.objects.visible_to(user).filter(state=State.VERIFIED)
    ends = rows.aggregate(least=Min("year"), most=Max("year"))
    if ends["most"] is None:
        return [], timezone.localdate().year
    # One probe of the index for a year, then one for a month: counting distinct months would read every row.
    found = sorted(
        years_found(rows.filter(year=year) for year in range(ends["least"], ends["most"] + 1)), reverse=True
    )
    months = Counter(years_found(rows.filter(year=y, month=m) for y in found for m in range(1, WHOLE_YEAR + 1)))
    whole = [year for year in found if months[year] == WHOLE_YEAR]
    return found, next(iter(whole or found))


def years_found(several: Iterable[Any]) -> list[int]:
    """The year of the first row of each query that has a row."""
    first, *others = (each.order_by().values_list("year", flat=True)[:1] for each in several)
    return list(first.union(*others, all=True) if others else first)
