"""The report of green factories and of all other designations."""

from django.db.models import Count
from django.db.models.functions import ExtractYear
from django.utils.translation import gettext_lazy as _

from enterprises.codes import canonical_code
from enterprises.models import Designation
from enterprises.reports.enterprise import this_year
from revival.reporting.dimensions import PLACES, STATE, Dimension
from revival.reporting.filters import ReportFilters, SearchFilter
from revival.reporting.measures import Measure, MeasureKind
from revival.reporting.period import Validity
from revival.reporting.report import PLACE_COLUMNS, Column, Report


class DesignationsReport(Report):
    """Green factories and other designations: in force at the end of a year, and granted in it."""

    name = "green-factories"
    title = _("Green factories and designations")
    description = _("Green factories and other designations: in force at the end of a year, and granted in it.")
    model = Designation
    validity = Validity(axis="year", valid_from="year", valid_to=ExtractYear("revoked_on"), until=this_year)
    dimensions = (
        *PLACES,
        Dimension("industry"),
        Dimension(
            "kind", description=_("What was granted, such as green factory, green park or near-zero-carbon factory.")
        ),
        Dimension("tier", description=_("Whose list it is on: the nation's, the province's or a city's.")),
        Dimension(
            "year",
            number=True,
            description=_("Those in force are counted at the end of the year, those granted in the year itself."),
        ),
        STATE,
    )
    measures = (
        Measure(
            "stock",
            Count("*"),
            _("In force"),
            kind=MeasureKind.STOCK,
            description=_("Designations granted by the end of the year and not revoked by then."),
        ),
        Measure(
            "granted", Count("*"), _("Granted in the period"), description=_("Designations granted in the year.")
        ),
    )
    headline = ("stock", "granted")
    focus = {"kind": ("green-factory",), "tier": ("national",)}
    columns = (
        Column("kind"),
        Column("enterprise"),
        Column("park"),
        Column("name"),
        *PLACE_COLUMNS,
        Column("industry"),
        Column("tier"),
        Column("year"),
        Column("revoked_on"),
    )
    search = ("name", "enterprise__name", "park__name", "enterprise__credit_code")
    searched = True

    class Filters(ReportFilters):
        q = SearchFilter(spelled=canonical_code)
