"""Admin pages of allocations of public funds."""

from django.contrib import admin

from enterprises.codes import canonical_code
from finance.models import Allocation
from finance.reports import AllocationsReport
from revival.records.admin.columns import admin_column
from revival.records.admin.filters import ChoiceFilter, CityFilter, WorkFilter, YearFilter
from revival.records.admin.record import RecordAdmin
from revival.reporting.effect import ReportEffect


class AllocatedYear(YearFilter):
    path = "allocated_on__year"


@admin.register(Allocation)
class AllocationAdmin(RecordAdmin):
    list_display = (
        "__str__",
        "region",
        admin_column(Allocation, "project"),
        admin_column(Allocation, "amount"),
        "state",
    )
    list_filter = (
        WorkFilter,
        ("state", ChoiceFilter),
        CityFilter,
        ("fund", ChoiceFilter),
        ("industry", ChoiceFilter),
        AllocatedYear,
    )
    search_fields = ("enterprise__name", "project__name")
    search_spellings = {"enterprise__credit_code": canonical_code}
    counted_in = (ReportEffect(AllocationsReport),)
    fieldsets = (
        (None, {"fields": ("fund", "enterprise", "project", "region", "industry")}),
        (None, {"fields": ("amount", "allocated_on")}),
    )
