"""Exceptions in force: the periods that they hold open, until when, and for which regions.

They say what the lock in the database says: an exception for a whole year opens its months as well, and one for a
region all that lies in it.
"""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils import timezone

from revival.accounts.models import Region
from revival.records.periods import (
    WHOLE_YEAR,
    PeriodException,
    ReportingPeriod,
    exceptions_concerning,
    exceptions_covering,
)


def extensions_in_force(year: Any, month: Any) -> QuerySet[PeriodException]:
    """Those that hold a period open today; year and month may be expressions."""
    of_period = Q(period__month=WHOLE_YEAR) | Q(period__month=month)
    return PeriodException.objects.filter(of_period, period__year=year, until__gte=timezone.localdate())


def extension_end(region: Region) -> Subquery:
    """The last day of a period's exceptions that concern a region: of it, of one above it or of one in it."""
    found = extensions_in_force(OuterRef("year"), OuterRef("month")).filter(exceptions_concerning(region))
    return Subquery(found.order_by("-until").values("until")[:1])


def extension_regions(region: Region) -> ArraySubquery:
    """The regions of these exceptions, empty texts for those that are for the whole of the region."""
    found = extensions_in_force(OuterRef("year"), OuterRef("month")).filter(exceptions_concerning(region))
    return ArraySubquery(found.values_list(Case(When(exceptions_covering(region), Value("")), default="region_id")))


def regions_with_extension(period: ReportingPeriod) -> QuerySet[Region]:
    """The regions that the exceptions hold a period open for."""
    exceptions = extensions_in_force(period.year, period.month)
    codes = exceptions.values("region")
    everywhere = Exists(exceptions.filter(region__level=Region.Level.PROVINCE))
    return Region.objects.filter(Q(pk__in=codes) | Q(county__in=codes) | Q(city__in=codes) | everywhere)
