"""The report of land renewals."""

from django.db.models import Sum
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from enterprises.codes import canonical_code
from projects.models import LandRenewal
from revival.reporting.dimensions import CALENDAR_MONTH, PLACES, STATE, Dimension
from revival.reporting.filters import ReportFilters, SearchFilter, ValuesFilter
from revival.reporting.measures import Measure, Ratio
from revival.reporting.report import PLACE_COLUMNS, Column, Report
from revival.reporting.units import MONEY, MU, TIMES


class LandReport(Report):
    """Land in the year it was renewed. A site states both taxes or none, so their sums can be divided."""

    name = "land"
    description = _("Industrial land renewed, counted in the year of its renewal.")
    model = LandRenewal
    dimensions = (
        *PLACES,
        Dimension("industry", description=_("The industry of what stands on the land after the renewal.")),
        Dimension("method"),
        Dimension("year", "renewed_on__year", _("Year renewed"), number=True),
        Dimension(
            "month",
            "renewed_on__month",
            _("Month renewed"),
            choices=MONTHS,
            number=True,
            description=CALENDAR_MONTH,
        ),
        STATE,
    )
    measures = (
        Measure("area", Sum("area"), unit=MU, description=_("Area of the sites renewed; a mu is 1/15 of a hectare.")),
        Measure(
            "tax_before",
            Sum("tax_before"),
            unit=MONEY,
            description=_("Tax of one year before the renewal, of the sites that state it before and after."),
        ),
        Measure(
            "tax_after",
            Sum("tax_after"),
            unit=MONEY,
            description=_("Tax of one year after the renewal, of the sites that state it before and after."),
        ),
        Ratio(
            "multiple",
            _("Tax per mu, multiple of before"),
            "tax_after",
            "tax_before",
            TIMES,
            _(
                "Tax after the renewal divided by the tax before it, of the sites that state both. The area stays "
                "the same, so this is also the multiple of the tax per mu."
            ),
        ),
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
        q = SearchFilter(spelled=canonical_code)
        year_before = ValuesFilter(
            Dimension(
                "year_before",
                number=True,
                description=_("The year before the renewal that the tax after it is compared with."),
            )
        )
