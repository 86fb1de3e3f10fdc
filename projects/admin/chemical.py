"""Admin pages of old chemical units."""

from django.contrib import admin

from enterprises.codes import canonical_code
from projects.models import ChemicalUnit
from projects.reports import ChemicalUnitsReport
from revival.records.admin.columns import admin_column
from revival.records.admin.filters import ChoiceFilter, CityFilter, WorkFilter, YearFilter
from revival.records.admin.record import RecordAdmin
from revival.reporting.effect import ReportEffect


class PlannedYear(YearFilter):
    path = "planned_year"


@admin.register(ChemicalUnit)
class ChemicalUnitAdmin(RecordAdmin):
    list_display = (
        "name",
        admin_column(ChemicalUnit, "enterprise"),
        "region",
        "planned_year",
        "completed_on",
        "state",
    )
    list_filter = (WorkFilter, ("state", ChoiceFilter), CityFilter, PlannedYear)
    search_fields = ("name", "enterprise__name")
    search_spellings = {"enterprise__credit_code": canonical_code}
    counted_in = (ReportEffect(ChemicalUnitsReport),)
    fieldsets = (
        (None, {"fields": ("name", "enterprise", "region", "industry")}),
        (None, {"fields": ("planned_year", "completed_on")}),
    )
