"""Admin pages of retired equipment and of the equipment lists."""

from django.contrib import admin
from django.utils.translation import gettext_lazy

from enterprises.codes import canonical_code
from projects.models import EquipmentListing, RetiredEquipment
from projects.reports import EquipmentListsReport, RetiredEquipmentReport
from revival.records.admin.columns import admin_column
from revival.records.admin.filters import ChoiceFilter, CityFilter, WorkFilter, YearFilter
from revival.records.admin.record import RecordAdmin
from revival.reporting.effect import ReportEffect


class RetiredYear(YearFilter):
    path = "retired_on__year"


@admin.register(RetiredEquipment)
class RetiredEquipmentAdmin(RecordAdmin):
    list_display = (
        "name",
        admin_column(RetiredEquipment, "enterprise"),
        "region",
        "category",
        "quantity",
        "unit",
        "retired_on",
        "state",
    )
    list_filter = (
        WorkFilter,
        ("state", ChoiceFilter),
        CityFilter,
        ("category", ChoiceFilter),
        ("industry", ChoiceFilter),
        RetiredYear,
    )
    search_fields = ("name", "enterprise__name")
    search_spellings = {"enterprise__credit_code": canonical_code}
    counted_in = (ReportEffect(RetiredEquipmentReport),)
    fieldsets = (
        (None, {"fields": ("enterprise", "region", "industry")}),
        (gettext_lazy("Equipment"), {"fields": ("name", "category", "quantity", "unit", "retired_on")}),
    )


@admin.register(EquipmentListing)
class EquipmentListingAdmin(RecordAdmin):
    list_display = (
        "name",
        "kind",
        admin_column(EquipmentListing, "enterprise"),
        "region",
        "year",
        admin_column(EquipmentListing, "amount"),
        "state",
    )
    list_filter = (
        WorkFilter,
        ("state", ChoiceFilter),
        CityFilter,
        ("kind", ChoiceFilter),
        ("industry", ChoiceFilter),
        YearFilter,
    )
    search_fields = ("name", "enterprise__name", "project__name")
    search_spellings = {"enterprise__credit_code": canonical_code}
    counted_in = (ReportEffect(EquipmentListsReport),)
    fieldsets = (
        (None, {"fields": ("kind", "enterprise", "project", "region", "industry")}),
        (None, {"fields": ("name", "amount", "year")}),
    )
