"""Reports of loans and of public funds."""

from django.db.models import Count, Sum
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from enterprises.codes import canonical
from finance.models import Allocation, Loan
from revival.reporting.dimensions import PLACES, STATE, Dimension
from revival.reporting.filters import ReportFilters, SearchFilter
from revival.reporting.measures import Measure
from revival.reporting.report import PLACE_COLUMNS, Column, Report
from revival.reporting.units import MONEY


class LoansReport(Report):
    """Credit lines in the year they were granted, with all that was lent on them."""

    name = "loans"
    model = Loan
    dimensions = (
        *PLACES,
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
        *PLACE_COLUMNS,
        Column("industry"),
        Column("credit"),
        Column("lent"),
        Column("granted_on"),
    )
    search = ("enterprise__name", "enterprise__credit_code", "project__name", "project__code")

    class Filters(ReportFilters):
        q = SearchFilter(spelled=canonical)


class AllocationsReport(Report):
    """Public funds in the year they were allocated."""

    name = "allocations"
    title = _("Public funds")
    model = Allocation
    dimensions = (
        *PLACES,
        Dimension("industry"),
        Dimension("fund"),
        Dimension("year", "allocated_on__year", _("Year allocated"), number=True),
        Dimension("month", "allocated_on__month", _("Month allocated"), choices=MONTHS, number=True),
        STATE,
    )
    measures = (
        Measure("amount", Sum("amount"), _("Amount allocated"), unit=MONEY),
        Measure("projects", Count("project", distinct=True), _("Projects funded")),
        Measure("enterprises", Count("enterprise", distinct=True), _("Enterprises funded")),
    )
    headline = ("amount", "projects", "enterprises")
    focus = {"fund": ("treasury-bond",)}
    columns = (
        Column("enterprise"),
        Column("fund"),
        Column("project"),
        *PLACE_COLUMNS,
        Column("industry"),
        Column("amount"),
        Column("allocated_on"),
    )
    search = ("enterprise__name", "enterprise__credit_code", "project__name", "project__code")

    class Filters(ReportFilters):
        q = SearchFilter(spelled=canonical)
