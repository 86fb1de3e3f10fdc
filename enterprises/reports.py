"""Reports of enterprises and of what they were designated as."""

from django.db.models import Count
from django.db.models.functions import ExtractYear
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enterprises.codes import canonical, industry_code
from enterprises.divisions import DIVISIONS
from enterprises.models import Designation, Enterprise
from revival.reporting.dimensions import CITY, COUNTY, PART, STATE, YEAR, Dimension
from revival.reporting.filters import AtFilter, PrefixFilter, ReportFilters, SearchFilter
from revival.reporting.measures import Kind, Measure
from revival.reporting.report import Column, Report, Standing

DIVISION = Dimension("gbt", "industry_code__division", _("GB/T 4754 division"), choices=DIVISIONS)


def this_year() -> int:
    return timezone.localdate().year


class EnterprisesReport(Report):
    """The stock of enterprises: those founded by the end of the year, or a day, and not ended by then."""

    name = "enterprises"
    model = Enterprise
    standing = Standing(
        axis="year", start=ExtractYear("active_from"), end=ExtractYear("active_until"), until=this_year
    )
    dimensions = (
        PART,
        CITY,
        COUNTY,
        Dimension("industry"),
        DIVISION,
        Dimension("year", "active_from__year", _("At the end of the year"), number=True),
        STATE,
    )
    measures = (Measure("enterprises", Count("*"), _("Active enterprises"), kind=Kind.STOCK),)
    headline = ("enterprises",)
    columns = (
        Column("name"),
        Column("credit_code"),
        Column("city"),
        Column("county", "region__county"),
        Column("industry"),
        Column("industry_code"),
        Column("active_from"),
        Column("active_until"),
    )
    search = ("name", "credit_code")

    class Filters(ReportFilters):
        q = SearchFilter(spelled=canonical)
        gbt = PrefixFilter(DIVISION, "industry_code", industry_code, "[A-T][0-9]{0,4}")
        at = AtFilter("active_from", "active_until", _("On the day"))


class DesignationsReport(Report):
    """Green factories and all other designations: those in force at the end of a year, and those granted in it."""

    name = "green-factories"
    title = _("Green factories and designations")
    model = Designation
    standing = Standing(axis="year", start="year", end=ExtractYear("revoked_on"), until=this_year)
    dimensions = (
        PART,
        CITY,
        COUNTY,
        Dimension("industry"),
        Dimension("kind"),
        Dimension("tier"),
        YEAR,
        STATE,
    )
    measures = (
        Measure("stock", Count("*"), _("In force"), kind=Kind.STOCK),
        Measure("granted", Count("*"), _("Granted in the period")),
    )
    headline = ("stock", "granted")
    columns = (
        Column("kind"),
        Column("enterprise"),
        Column("park"),
        Column("name"),
        Column("city"),
        Column("county", "region__county"),
        Column("industry"),
        Column("tier"),
        Column("year"),
        Column("revoked_on"),
    )
    search = ("name", "enterprise__name", "park__name", "enterprise__credit_code")

    class Filters(ReportFilters):
        q = SearchFilter(spelled=canonical)
