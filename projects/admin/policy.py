"""Admin pages of policies."""

from django.contrib import admin
from django.utils.translation import gettext_lazy

from projects.models import Policy
from projects.reports import PoliciesReport
from revival.records.admin.filters import ChoiceFilter, CityFilter, WorkFilter, YearFilter
from revival.records.admin.record import RecordAdmin
from revival.reporting.effect import ReportEffect


@admin.register(Policy)
class PolicyAdmin(RecordAdmin):
    """Policies of the official's region, and those of the regions above, which the official reads and answers."""

    list_display = ("name", "region", "level", "issuer", "year", "state")
    list_filter = (WorkFilter, ("state", ChoiceFilter), CityFilter, ("level", ChoiceFilter), YearFilter)
    search_fields = ("name", "issuer", "number")
    counted_in = (ReportEffect(PoliciesReport),)
    fieldsets = (
        (None, {"fields": ("name", "region", "level", "issuer", "number", "year", "issued_on")}),
        (gettext_lazy("Subject"), {"fields": ("actions", "industries", "answers")}),
    )
