"""Reports of loans."""

from django.db.models import Count, Sum
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from enterprises.codes import canonical
from finance.models import Loan
from revival.reporting.dimensions import CITY, COUNTY, PART, STATE, Dimension
from revival.reporting.filters import ReportFilters, SearchFilter
from revival.reporting.measures import Measure
from revival.reporting.report import Column, Report
from revival.reporting.units import MONEY


class LoansReport(Report):
    """Credit lines in the year they were granted in, with all that was lent on them."""

    name = "loans"
    model = Loan
    dimensions = (
        PART,
        CITY,
        COUNTY,
        Dimension("industry"),
        Dimension("product"),
        Dimension("year", "granted_on__year", _("Year granted"), number=True),
        Dimension("month", "granted_on__month", _("Month granted"), choices=MONTHS, number=True),
        STATE,
    )
    measures = (
        Measure("loans", Count("*"), _("Number of loans")),
        Measure("credit", Sum("credit"), unit=MONEY),
        Measure("lent", Sum("lent"), unit=MONEY),
        Measure("enterprises", Count("enterprise", distinct=True), _("Enterprises served")),
        Measure("projects", Count("project", distinct=True), _("Projects served")),
    )
    headline = ("lent", "enterprises", "projects")
    columns = (
        Column("enterprise"),
        Column("product"),
        Column("project"),
        Column("city"),
        Column("county", "region__county"),
        Column("industry"),
        Column("credit"),
        Column("lent"),
        Column("granted_on"),
    )
    search = ("enterprise__name", "enterprise__credit_code", "project__name", "project__code")

    class Filters(ReportFilters):
        q = SearchFilter(spelled=canonical)
