"""The officials' pages of activities and of who took part."""

from django.contrib import admin

from enterprises.codes import canonical
from projects.models import Activity, Participation
from revival.records.admin_display import column
from revival.records.admin_filters import ChoiceFilter, CityFilter, WorkFilter, YearFilter
from revival.records.admin_record import RecordAdmin, RecordInline


class HeldYear(YearFilter):
    path = "held_on__year"


class ParticipationInline(RecordInline):
    model = Participation
    fields = ("enterprise",)
    ordering = ("pk",)


@admin.register(Activity)
class ActivityAdmin(RecordAdmin):
    """Activities of the official's region, and those of the regions above it, where his enterprises took part."""

    list_display = ("name", "region", "kind", "held_on", "state")
    list_filter = (WorkFilter, ("state", ChoiceFilter), CityFilter, ("kind", ChoiceFilter), HeldYear)
    search_fields = ("name",)
    inlines = (ParticipationInline,)
    fieldsets = ((None, {"fields": ("name", "region", "kind", "held_on")}),)


@admin.register(Participation)
class ParticipationAdmin(RecordAdmin):
    """Attendances of all activities in one list; they are entered on the page of their activity, or here."""

    list_display = (column(Participation, "activity"), column(Participation, "enterprise"), "region", "state")
    list_filter = (
        WorkFilter,
        ("state", ChoiceFilter),
        CityFilter,
        ("kind", ChoiceFilter),
        ("industry", ChoiceFilter),
        HeldYear,
    )
    search_fields = ("activity__name", "enterprise__name")
    search_spellings = {"enterprise__credit_code": canonical}
    fieldsets = ((None, {"fields": ("activity", "enterprise")}),)
