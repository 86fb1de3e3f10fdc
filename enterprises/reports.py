"""Reports of enterprises, their exits, designations and listed products, and of parks."""

from decimal import Decimal

from django.db.models import Case, CharField, Count, DecimalField, F, Sum, Value, When
from django.db.models.functions import Cast, Concat, ExtractYear
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from enterprises.codes import canonical, industry_code
from enterprises.divisions import DIVISIONS
from enterprises.models import Designation, Enterprise, EnterpriseExit, Listing, Park, ParkExpansion, ParkKind
from revival.reporting.dimensions import PLACES, STATE, YEAR, Dimension
from revival.reporting.filters import AtFilter, PrefixFilter, ReportFilters, SearchFilter, TagFilter
from revival.reporting.measures import Kind, Measure, Ratio
from revival.reporting.period import Validity
from revival.reporting.report import PLACE_COLUMNS, Column, Report
from revival.reporting.units import MU

DIVISION = Dimension("gbt", "industry_code__division", _("GB/T 4754 division"), choices=DIVISIONS)


def this_year() -> int:
    return timezone.localdate().year


class EnterprisesReport(Report):
    """Enterprises that were founded by the end of the year, or by a day, and had not ended by then."""

    name = "enterprises"
    model = Enterprise
    validity = Validity(
        axis="year", valid_from=ExtractYear("active_from"), valid_to=ExtractYear("active_until"), until=this_year
    )
    dimensions = (
        *PLACES,
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
        *PLACE_COLUMNS,
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
    """Green factories and all other designations: in force at the end of a year, and granted in it."""

    name = "green-factories"
    title = _("Green factories and designations")
    model = Designation
    validity = Validity(axis="year", valid_from="year", valid_to=ExtractYear("revoked_on"), until=this_year)
    dimensions = (
        *PLACES,
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

    class Filters(ReportFilters):
        q = SearchFilter(spelled=canonical)


class ExitsReport(Report):
    """Exits in the year of their day: enterprises closed, and enterprises merged into others."""

    name = "exits"
    model = EnterpriseExit
    dimensions = (
        *PLACES,
        Dimension("industry"),
        Dimension("kind"),
        Dimension("year", "exited_on__year", _("Year of the exit"), number=True),
        Dimension("month", "exited_on__month", _("Month of the exit"), choices=MONTHS, number=True),
        STATE,
    )
    measures = (
        Measure("closed", Count("*"), _("Enterprises closed"), only=("kind", "closed")),
        Measure("merged", Count("*"), _("Enterprises merged into others"), only=("kind", "merged")),
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
        q = SearchFilter(spelled=canonical)


class ParksReport(Report):
    """Parks: recognised by the end of a year and not struck off, and recognised in the year."""

    name = "parks"
    model = Park
    validity = Validity(
        axis="year", valid_from=ExtractYear("active_from"), valid_to=ExtractYear("active_until"), until=this_year
    )
    dimensions = (
        *PLACES,
        Dimension("industry"),
        Dimension("year", "active_from__year", _("Year recognised"), number=True),
        STATE,
    )
    measures = (
        Measure("parks", Count("*"), pgettext_lazy("measure", "Parks"), kind=Kind.STOCK),
        Measure("recognised", Count("*"), _("Recognised in the period")),
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

    class Filters(ReportFilters):
        kind = TagFilter("kind", "kinds", ParkKind.choices, _("Kind of park"))


SHARE_OF_LIST = _("Share of the national list")
PARTS = Sum(Value(Decimal("1.0"), DecimalField()) / F("national_total"), output_field=DecimalField())
LISTS = Count(
    Case(When(national_total__isnull=False, then=Concat("kind", Value(" "), Cast("year", CharField())))),
    distinct=True,
)


class ListingsReport(Report):
    """Products on lists, in the year of the list.

    A product on several lists counts once as a product, and each of its listings counts. If the size of a national
    list is known, each listing is a share of 1 / size. The shares of one list add up to the part that the province or
    a city has in it. Over several lists, the result is the mean of these parts.
    """

    name = "listings"
    model = Listing
    dimensions = (*PLACES, Dimension("industry"), Dimension("kind"), YEAR, STATE)
    measures = (
        Measure("listings", Count("*"), _("Listings")),
        Measure("products", Count("product", distinct=True), pgettext_lazy("measure", "Products")),
        Ratio("share", SHARE_OF_LIST, Measure("parts", PARTS, SHARE_OF_LIST), Measure("lists", LISTS, SHARE_OF_LIST)),
    )
    headline = ("listings", "products")
    focus = {"kind": ("key-innovative",)}
    columns = (
        Column("product"),
        Column("enterprise", "product__enterprise"),
        Column("kind"),
        *PLACE_COLUMNS,
        Column("industry"),
        Column("year"),
        Column("national_total"),
    )
    search = ("product__name", "product__enterprise__name", "product__enterprise__credit_code")

    class Filters(ReportFilters):
        q = SearchFilter(spelled=canonical)


class ExpansionsReport(Report):
    """Land added to parks, in the year of the approval. Some approvals state no area."""

    name = "park-expansions"
    model = ParkExpansion
    dimensions = (
        *PLACES,
        Dimension("industry"),
        Dimension("year", "approved_on__year", _("Year approved"), number=True),
        STATE,
    )
    measures = (
        Measure("expansions", Count("*"), _("Expansions")),
        Measure("area", Sum("area"), _("Area added"), unit=MU),
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
