"""The report of land renewals."""

from django.db.models import Sum
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from enterprises.codes import canonical
from projects.models import LandRenewal
from revival.reporting.dimensions import PLACES, STATE, Dimension
from revival.reporting.filters import ReportFilters, SearchFilter, ValuesFilter
from revival.reporting.measures import Measure, Ratio
from revival.reporting.report import PLACE_COLUMNS, Column, Report
from revival.reporting.units import MONEY, MU, TIMES


class LandReport(Report):
    """Land in the year it was renewed. A site states both taxes or none, so their sums can be divided."""

    name = "land"
    model = LandRenewal
    dimensions = (
        *PLACES,
        Dimension("industry"),
        Dimension("method"),
        Dimension("year", "renewed_on__year", _("Year renewed"), number=True),
        Dimension("month", "renewed_on__month", _("Month renewed"), choices=MONTHS, number=True),
        STATE,
    )
    measures = (
        Measure("area", Sum("area"), unit=MU),
        Measure("tax_before", Sum("tax_before"), unit=MONEY),
        Measure("tax_after", Sum("tax_after"), unit=MONEY),
        Ratio("multiple", _("Tax per mu, multiple of before"), "tax_after", "tax_before", TIMES),
    )
    headline = ("area", "multiple")
    columns = (
        Column("name"),
        Column("method"),
        *PLACE_COLUMNS,
        Column("industry"),
        Column("enterprise"),
        Column("renewed_on"),
        Column("area", unit=MU),
        Column("year_before"),
        Column("tax_before"),
        Column("year_after"),
        Column("tax_after"),
    )
    search = ("name", "enterprise__name", "enterprise__credit_code")

    class Filters(ReportFilters):
        q = SearchFilter(spelled=canonical)
        year_before = ValuesFilter(Dimension("year_before", number=True))
