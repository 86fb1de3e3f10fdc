"""Admin pages of exits."""

from django.contrib import admin

from enterprises.codes import canonical_code
from enterprises.models import EnterpriseExit
from enterprises.reports import EnterprisesReport, ExitsReport
from revival.records.admin.columns import admin_column
from revival.records.admin.filters import ChoiceFilter, CityFilter, WorkFilter, YearFilter
from revival.records.admin.record import RecordAdmin
from revival.reporting.effect import ReportEffect


class ExitYear(YearFilter):
    path = "exited_on__year"


@admin.register(EnterpriseExit)
class EnterpriseExitAdmin(RecordAdmin):
    list_display = (
        admin_column(EnterpriseExit, "enterprise"),
        "region",
        "kind",
        "exited_on",
        "state",
    )
    list_filter = (
        WorkFilter,
        ("state", ChoiceFilter),
        CityFilter,
        ("kind", ChoiceFilter),
        ("industry", ChoiceFilter),
        ExitYear,
    )
    search_fields = ("enterprise__name",)
    search_spellings = {"enterprise__credit_code": canonical_code}
    counted_in = (ReportEffect(ExitsReport), ReportEffect(EnterprisesReport, ""))
    fieldsets = ((None, {"fields": ("enterprise", "kind", "merged_into", "exited_on")}),)
