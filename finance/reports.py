"""Reports of loans and of public funds."""

from django.db.models import Count, Sum
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from enterprises.codes import canonical_code
from finance.models import Allocation, Loan
from revival.reporting.dimensions import CALENDAR_MONTH, PLACES, STATE, Dimension
from revival.reporting.filters import ReportFilters, SearchFilter
from revival.reporting.measures import Measure
from revival.reporting.report import PLACE_COLUMNS, Column, Report
from revival.reporting.units import MONEY


class LoansReport(Report):
    """Credit lines in the year they were granted, with all that was lent on them."""

    name = "loans"
    description = _("Credit lines, counted in the year they were granted in, with all that was lent on them so far.")
    model = Loan
    dimensions = (
        *PLACES,
        Dimension("industry"),
        Dimension("product", description=_("The loan product of the bank that the credit line belongs to.")),
        Dimension("year", "granted_on__year", _("Year granted"), number=True),
        Dimension(
            "month",
            "granted_on__month",
            _("Month granted"),
            choices=MONTHS,
            number=True,
            description=CALENDAR_MONTH,
        ),
        STATE,
    )
    measures = (
        Measure("loans", Count("*"), _("Number of loans"), description=_("Credit lines granted.")),
        Measure("credit", Sum("credit"), unit=MONEY, description=_("Sum of the credit that the lines grant.")),
        Measure(
            "lent",
            Sum("lent"),
            unit=MONEY,
            description=_("Money drawn on these credit lines so far, in whatever year it was drawn."),
        ),
        Measure(
            "enterprises",
            Count("enterprise", distinct=True),
            _("Enterprises served"),
            description=_("Enterprises with at least one credit line, each counted once."),
        ),
        Measure(
            "projects",
            Count("project", distinct=True),
            _("Projects served"),
            description=_("Renovation projects that a credit line was granted for, each counted once."),
        ),
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
        q = SearchFilter(spelled=canonical_code)


class AllocationsReport(Report):
    """Public funds in the year they were allocated."""

    name = "allocations"
    title = _("Public funds")
    description = _("Money of public funds, counted in the year of its allocation.")
    model = Allocation
    dimensions = (
        *PLACES,
        Dimension("industry"),
        Dimension("fund"),
        Dimension("year", "allocated_on__year", _("Year allocated"), number=True),
        Dimension(
            "month",
            "allocated_on__month",
            _("Month allocated"),
            choices=MONTHS,
            number=True,
            description=CALENDAR_MONTH,
        ),
        STATE,
    )
    measures = (
        Measure("amount", Sum("amount"), _("Amount allocated"), unit=MONEY, description=_("Sum of the allocations.")),
        Measure(
            "projects",
            Count("project", distinct=True),
            _("Projects funded"),
            description=_("Renovation projects that money was allocated to, each counted once."),
        ),
        Measure(
            "enterprises",
            Count("enterprise", distinct=True),
            _("Enterprises funded"),
            description=_("Enterprises that money was allocated to, each counted once."),
        ),
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
        q = SearchFilter(spelled=canonical_code)
