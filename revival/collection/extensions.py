"""Extensions in force: the periods that they hold open, until when, and for which regions.

They agree with the lock in the database: an extension of a whole year opens its months as well, and an extension for
a region opens all regions in it.
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
    """The extensions that hold a period open today. Year and month may be expressions."""
    of_period = Q(period__month=WHOLE_YEAR) | Q(period__month=month)
    return PeriodException.objects.filter(of_period, period__year=year, until__gte=timezone.localdate())


def extension_end(region: Region) -> Subquery:
    """The last day of the extensions of a period that concern the region, a region above it or one in it."""
    found = extensions_in_force(OuterRef("year"), OuterRef("month")).filter(exceptions_concerning(region))
    return Subquery(found.order_by("-until").values("until")[:1])


def extension_regions(region: Region) -> ArraySubquery:
    """The regions of these extensions; an empty text for each that covers the whole region."""
    found = extensions_in_force(OuterRef("year"), OuterRef("month")).filter(exceptions_concerning(region))
    return ArraySubquery(found.values_list(Case(When(exceptions_covering(region), Value("")), default="region_id")))


def regions_with_extension(period: ReportingPeriod) -> QuerySet[Region]:
    """The regions for which an extension holds the period open."""
    exceptions = extensions_in_force(period.year, period.month)
    codes = exceptions.values("region")
    everywhere = Exists(exceptions.filter(region__level=Region.Level.PROVINCE))
    return Region.objects.filter(Q(pk__in=codes) | Q(county__in=codes) | Q(city__in=codes) | everywhere)
