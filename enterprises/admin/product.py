"""Admin pages of products and of the lists they are on."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext as _

from enterprises.codes import canonical_code
from enterprises.models import Listing, Product
from enterprises.reports import ListingsReport
from revival.records.admin.columns import admin_column
from revival.records.admin.filters import ChoiceFilter, CityFilter, WorkFilter, YearFilter
from revival.records.admin.record import RecordAdmin, RecordInline
from revival.records.models import State
from revival.reporting.effect import ReportEffect


class ListingInline(RecordInline):
    model = Listing
    fields = ("kind", "year", "national_total")
    ordering = ("year",)


@admin.register(Product)
class ProductAdmin(RecordAdmin):
    list_display = ("name", admin_column(Product, "enterprise"), "region", "industry", "state")
    list_filter = (WorkFilter, ("state", ChoiceFilter), CityFilter, ("industry", ChoiceFilter))
    search_fields = ("name", "enterprise__name")
    search_spellings = {"enterprise__credit_code": canonical_code}
    inlines = (ListingInline,)
    counted_in = (ReportEffect(ListingsReport, "listings__year"),)
    fieldsets = ((None, {"fields": ("name", "enterprise", "region", "industry")}),)


@admin.register(Listing)
class ListingAdmin(RecordAdmin):
    """Listings of all products in one list. They are entered on the page of their product, or here."""

    list_display = (admin_column(Listing, "product"), "region", "kind", "year", "state")
    list_filter = (
        WorkFilter,
        ("state", ChoiceFilter),
        CityFilter,
        ("kind", ChoiceFilter),
        ("industry", ChoiceFilter),
        YearFilter,
    )
    search_fields = ("product__name", "product__enterprise__name")
    counted_in = (ReportEffect(ListingsReport),)
    fieldsets = ((None, {"fields": ("product", "kind", "year", "national_total")}),)

    def warnings(self, obj: Any) -> list[str]:
        """A warning if verified entries give the list another size. A list has one size, so one of them is wrong."""
        same = Listing.objects.filter(
            kind=obj.kind, year=obj.year, state=State.VERIFIED, national_total__isnull=False
        )
        other = same.exclude(national_total=obj.national_total).first() if obj.national_total else None
        return (
            [
                _("Verified entries say that this list has %(total)d entries. Check which number is right.")
                % {"total": other.national_total}
            ]
            if other
            else []
        )
