"""Reports of parks and of the land added to them."""

from django.db.models import Count, Sum
from django.db.models.functions import ExtractYear
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from enterprises.models import Park, ParkExpansion, ParkKind
from enterprises.reports.enterprise import this_year
from revival.reporting.dimensions import PLACES, STATE, Dimension
from revival.reporting.filters import ReportFilters, TagFilter
from revival.reporting.measures import Measure, MeasureKind
from revival.reporting.period import Validity
from revival.reporting.report import PLACE_COLUMNS, Column, Report
from revival.reporting.units import MU


class ParksReport(Report):
    """Parks: those recognised by the end of a year and not struck off, and those recognised in it."""

    name = "parks"
    description = _("Parks in existence at the end of a year, and those recognised in it.")
    model = Park
    validity = Validity(
        axis="year", valid_from=ExtractYear("active_from"), valid_to=ExtractYear("active_until"), until=this_year
    )
    dimensions = (
        *PLACES,
        Dimension("industry"),
        Dimension(
            "year",
            "active_from__year",
            _("Year recognised"),
            number=True,
            description=_(
                "Parks in existence are counted at the end of the year, those recognised in the year itself."
            ),
        ),
        STATE,
    )
    measures = (
        Measure(
            "parks",
            Count("*"),
            pgettext_lazy("measure", "Parks"),
            kind=MeasureKind.STOCK,
            description=_("Parks recognised by the end of the year and not struck off by then."),
        ),
        Measure(
            "recognised", Count("*"), _("Recognised in the period"), description=_("Parks recognised in the year.")
        ),
    )
    headline = ("parks", "recognised")
    focus = {"kind": ("characteristic",)}
    columns = (
        Column("name"),
        Column("kinds"),
        *PLACE_COLUMNS,
        Column("industry"),
        Column("active_from"),
        Column("active_until"),
    )
    search = ("name",)
    searched = True

    class Filters(ReportFilters):
        kind = TagFilter(
            "kind",
            "kinds",
            ParkKind.choices,
            _("Kind of park"),
            _("What the park is recognized as; a park may be of several kinds."),
        )


class ExpansionsReport(Report):
    """Land added to parks in the year of the approval; some approvals state no area."""

    name = "park-expansions"
    description = _("Land added to parks, counted in the year of the approval.")
    model = ParkExpansion
    dimensions = (
        *PLACES,
        Dimension("industry"),
        Dimension("year", "approved_on__year", _("Year approved"), number=True),
        STATE,
    )
    measures = (
        Measure(
            "expansions", Count("*"), _("Expansions"), description=_("Approvals by which land was added to a park.")
        ),
        Measure(
            "area",
            Sum("area"),
            _("Area added"),
            unit=MU,
            description=_("Land that the approvals add; some state no area. A mu is 1/15 of a hectare."),
        ),
    )
    headline = ("expansions", "area")
    columns = (
        Column("park"),
        Column("kinds", "park__kinds"),
        *PLACE_COLUMNS,
        Column("industry"),
        Column("approved_on"),
        Column("area", title=_("Area added"), unit=MU),
    )
    search = ("park__name",)
