"""Admin pages of land renewals."""

from django.contrib import admin
from django.utils.translation import gettext_lazy

from projects.models import LandRenewal
from projects.reports import LandReport
from revival.records.admin.filters import ChoiceFilter, CityFilter, WorkFilter, YearFilter
from revival.records.admin.record import RecordAdmin
from revival.reporting.effect import ReportEffect


class RenewedYear(YearFilter):
    path = "renewed_on__year"


@admin.register(LandRenewal)
class LandRenewalAdmin(RecordAdmin):
    list_display = ("name", "region", "method", "area", "renewed_on", "state")
    list_filter = (
        WorkFilter,
        ("state", ChoiceFilter),
        CityFilter,
        ("method", ChoiceFilter),
        ("industry", ChoiceFilter),
        RenewedYear,
    )
    search_fields = ("name", "enterprise__name")
    counted_in = (ReportEffect(LandReport),)
    fieldsets = (
        (None, {"fields": ("name", "enterprise", "region", "industry")}),
        (gettext_lazy("Land"), {"fields": ("method", "area", "renewed_on")}),
        (
            gettext_lazy("Tax of the site, by year"),
            {"fields": ("year_before", "tax_before", "year_after", "tax_after")},
        ),
    )
