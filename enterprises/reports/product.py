"""The report of products on lists."""

from decimal import Decimal

from django.db.models import Case, CharField, Count, DecimalField, F, Sum, Value, When
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from enterprises.codes import canonical_code
from enterprises.models import Listing
from revival.reporting.dimensions import PLACES, STATE, Dimension
from revival.reporting.filters import ReportFilters, SearchFilter
from revival.reporting.measures import Measure, Ratio
from revival.reporting.report import PLACE_COLUMNS, Column, Report

SHARE_OF_LIST = _("Share of the national list")
PARTS = Sum(Value(Decimal("1.0"), DecimalField()) / F("national_total"), output_field=DecimalField())
LISTS = Count(
    Case(When(national_total__isnull=False, then=Concat("kind", Value(" "), Cast("year", CharField())))),
    distinct=True,
)


class ListingsReport(Report):
    """Products on lists in the year of the list. On several lists a product counts once, and each listing counts.

    Of a national list whose size is known, each listing is one part, 1 / size: of one list the parts are the share
    that the province, or a city, has in it, of several lists it is the mean of their shares.
    """

    name = "listings"
    description = _("Products, technologies and brands on lists and in catalogues, counted in the year of the list.")
    model = Listing
    dimensions = (*PLACES, Dimension("industry"), Dimension("kind"), Dimension("year", number=True), STATE)
    measures = (
        Measure(
            "listings",
            Count("*"),
            _("Listings"),
            description=_("Entries on lists; a product counts once for every list that it is on."),
        ),
        Measure(
            "products",
            Count("product", distinct=True),
            pgettext_lazy("measure", "Products"),
            description=_("Products on at least one list, each counted once."),
        ),
        Ratio(
            "share",
            SHARE_OF_LIST,
            Measure("parts", PARTS, SHARE_OF_LIST),
            Measure("lists", LISTS, SHARE_OF_LIST),
            description=_(
                "Listings divided by all entries of the national list; over several lists the mean of their shares. "
                "Lists of unknown size are left out."
            ),
        ),
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
        q = SearchFilter(spelled=canonical_code)
