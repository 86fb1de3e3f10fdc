"""Admin pages of parks and their expansions."""

from django.contrib import admin
from django.utils.translation import gettext_lazy

from enterprises.models import Park, ParkExpansion
from enterprises.reports import ExpansionsReport, ParksReport
from revival.records.admin.columns import admin_column
from revival.records.admin.filters import ChoiceFilter, CityFilter, WorkFilter
from revival.records.admin.record import RecordAdmin, RecordInline
from revival.reporting.effect import ReportEffect


class ParkExpansionInline(RecordInline):
    model = ParkExpansion
    fields = ("approved_on", "area")
    ordering = ("approved_on",)


@admin.register(Park)
class ParkAdmin(RecordAdmin):
    list_display = ("name", "region", admin_column(Park, "kinds"), "industry", "active_from", "active_until", "state")
    list_filter = (WorkFilter, ("state", ChoiceFilter), CityFilter, ("industry", ChoiceFilter))
    search_fields = ("name",)
    inlines = (ParkExpansionInline,)
    counted_in = (ReportEffect(ParksReport), ReportEffect(ExpansionsReport, "expansions__approved_on__year"))
    fieldsets = (
        (None, {"fields": ("name", "region", "kinds", "industry")}),
        (gettext_lazy("Period of activity"), {"fields": ("active_from", "active_until")}),
    )


@admin.register(ParkExpansion)
class ParkExpansionAdmin(RecordAdmin):
    """Expansions of all parks in one list. They are entered on the page of their park, or here."""

    list_display = ("park", "region", "approved_on", "area", "state")
    list_filter = (WorkFilter, ("state", ChoiceFilter), CityFilter, ("industry", ChoiceFilter))
    search_fields = ("park__name",)
    counted_in = (ReportEffect(ExpansionsReport),)
    fieldsets = ((None, {"fields": ("park", "approved_on", "area")}),)
