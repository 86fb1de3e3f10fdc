"""Admin pages of loans and their drawings."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from enterprises.codes import canonical_code
from finance.models import Drawing, Loan, LoanProduct
from finance.reports import LoansReport
from revival.records.admin.columns import admin_column
from revival.records.admin.filters import ChoiceFilter, CityFilter, ListedFilter, WorkFilter, YearFilter
from revival.records.admin.record import RecordAdmin, RecordInline
from revival.reporting.effect import ReportEffect


class GrantedYear(YearFilter):
    path = "granted_on__year"


class DrawnYear(YearFilter):
    path = "drawn_on__year"


class ProductFilter(ListedFilter):
    title = pgettext_lazy("loan", "product")
    parameter_name = "product"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(product.pk, str(product)) for product in LoanProduct.objects.all()]


class DrawingInline(RecordInline):
    model = Drawing
    fields = ("drawn_on", "amount", "explanation")
    ordering = ("drawn_on",)


@admin.register(Loan)
class LoanAdmin(RecordAdmin):
    list_display = (
        "__str__",
        "region",
        admin_column(Loan, "credit"),
        admin_column(Loan, "lent"),
        "state",
    )
    list_filter = (
        WorkFilter,
        ("state", ChoiceFilter),
        CityFilter,
        ProductFilter,
        ("industry", ChoiceFilter),
        GrantedYear,
    )
    search_fields = ("enterprise__name", "project__name")
    search_spellings = {"enterprise__credit_code": canonical_code}
    inlines = (DrawingInline,)
    repeated = RecordAdmin.repeated | {"product"}
    counted_in = (ReportEffect(LoansReport),)
    fieldsets = (
        (None, {"fields": ("product", "enterprise", "project", "region", "industry")}),
        (gettext_lazy("Credit"), {"fields": ("credit", "granted_on")}),
    )

    def warnings(self, obj: Any) -> list[str]:
        """A warning if more was lent than the credit.

        It is not an error: a credit that is paid back can be drawn again.
        """
        obj.refresh_from_db(fields=["lent"])
        return [_("More was lent than the credit granted. Check both amounts.")] if obj.lent > obj.credit else []


@admin.register(Drawing)
class DrawingAdmin(RecordAdmin):
    """Drawings of all loans in one list. They are entered on the page of their loan, or here."""

    list_display = ("loan", "region", "drawn_on", admin_column(Drawing, "amount"), "state")
    list_filter = (WorkFilter, ("state", ChoiceFilter), CityFilter, ("industry", ChoiceFilter), DrawnYear)
    search_fields = ("loan__enterprise__name",)
    counted_in = (ReportEffect(LoansReport, "loan__granted_on__year"),)
    fieldsets = ((None, {"fields": ("loan", "drawn_on", "amount")}),)
