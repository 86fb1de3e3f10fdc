"""Reports of enterprises and of their exits."""

from django.db.models import Count
from django.db.models.functions import ExtractYear
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from enterprises.codes import canonical_code, canonical_industry_code
from enterprises.divisions import DIVISIONS
from enterprises.models import Enterprise, EnterpriseExit
from revival.reporting.dimensions import CALENDAR_MONTH, PLACES, STATE, Dimension
from revival.reporting.filters import AtFilter, PrefixFilter, ReportFilters, SearchFilter
from revival.reporting.measures import Measure, MeasureKind
from revival.reporting.period import Validity
from revival.reporting.report import PLACE_COLUMNS, Column, Report

DIVISION = Dimension(
    "gbt",
    "industry_code__division",
    _("GB/T 4754 division"),
    choices=DIVISIONS,
    description=_("The division of GB/T 4754-2017 that the enterprise's industry code begins with."),
)


def this_year() -> int:
    return timezone.localdate().year


class EnterprisesReport(Report):
    """The stock of enterprises: those founded by the end of the year, or a day, and not ended by then."""

    name = "enterprises"
    description = _("Enterprises that are active at the end of a year, or on a day.")
    model = Enterprise
    validity = Validity(
        axis="year", valid_from=ExtractYear("active_from"), valid_to=ExtractYear("active_until"), until=this_year
    )
    dimensions = (
        *PLACES,
        Dimension("industry"),
        DIVISION,
        Dimension(
            "year",
            "active_from__year",
            _("At the end of the year"),
            number=True,
            description=_("Enterprises are counted on 31 December of the year; years are never added up."),
        ),
        STATE,
    )
    measures = (
        Measure(
            "enterprises",
            Count("*"),
            _("Active enterprises"),
            kind=MeasureKind.STOCK,
            description=_("Enterprises founded by the end of the year, or by the day, and not ended by then."),
        ),
    )
    headline = ("enterprises",)
    columns = (
        Column("name"),
        Column("credit_code"),
        *PLACE_COLUMNS,
        Column("industry"),
        Column("industry_code"),
        Column("active_from"),
        Column("active_until"),
    )
    search = ("name", "credit_code")
    searched = True

    class Filters(ReportFilters):
        q = SearchFilter(spelled=canonical_code)
        gbt = PrefixFilter(DIVISION, "industry_code", canonical_industry_code, "[A-T][0-9]{0,4}")
        at = AtFilter(
            "active_from",
            "active_until",
            _("On the day"),
            _("Enterprises founded by this day and not ended by then, in place of those at the end of a year."),
        )


class ExitsReport(Report):
    """Exits of enterprises in the year of the exit: closures, and mergers into others."""

    name = "exits"
    description = _("Enterprises that closed or were merged into others, counted in the year of the exit.")
    model = EnterpriseExit
    dimensions = (
        *PLACES,
        Dimension("industry"),
        Dimension("kind", description=_("Whether the enterprise closed or was merged into another.")),
        Dimension("year", "exited_on__year", _("Year of the exit"), number=True),
        Dimension(
            "month",
            "exited_on__month",
            _("Month of the exit"),
            choices=MONTHS,
            number=True,
            description=CALENDAR_MONTH,
        ),
        STATE,
    )
    measures = (
        Measure(
            "closed",
            Count("*"),
            _("Enterprises closed"),
            only=("kind", "closed"),
            description=_("Enterprises that closed without being merged into another."),
        ),
        Measure(
            "merged",
            Count("*"),
            _("Enterprises merged into others"),
            only=("kind", "merged"),
            description=_("Enterprises that another enterprise carries on."),
        ),
    )
    headline = ("closed", "merged")
    columns = (
        Column("enterprise"),
        Column("kind"),
        *PLACE_COLUMNS,
        Column("industry"),
        Column("industry_code", "enterprise__industry_code"),
        Column("exited_on"),
        Column("merged_into"),
    )
    search = ("enterprise__name", "enterprise__credit_code")

    class Filters(ReportFilters):
        q = SearchFilter(spelled=canonical_code)
