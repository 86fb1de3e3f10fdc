"""Admin pages of designations: one entry in the menu for each kind, all over one table."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from enterprises.codes import canonical_code
from enterprises.models import KINDS, Designation, DesignationKind
from enterprises.models.designation import OF_NAMES, OF_PARKS
from enterprises.reports import DesignationsReport
from revival.records.admin.columns import admin_column
from revival.records.admin.filters import ChoiceFilter, CityFilter, WorkFilter, YearFilter
from revival.records.admin.record import RecordAdmin
from revival.reporting.effect import ReportEffect


def subjects(kind: DesignationKind) -> tuple[str, ...]:
    """The fields that name the holder of a designation of this kind."""
    if kind in OF_PARKS:
        return ("park",)
    if kind in OF_NAMES:
        return ("name", "enterprise") if kind is DesignationKind.DEMONSTRATION_CASE else ("name",)
    return ("enterprise",)


@admin.register(Designation)
class DesignationAdmin(RecordAdmin):
    """Designations of all kinds, for links from revisions and reports. The index lists them kind by kind."""

    list_display: Any = ("__str__", "region", "tier", "year", "revoked_on", "state")
    list_filter = (
        WorkFilter,
        ("state", ChoiceFilter),
        CityFilter,
        ("kind", ChoiceFilter),
        ("tier", ChoiceFilter),
        YearFilter,
    )
    search_fields = ("name", "enterprise__name", "park__name")
    search_spellings = {"enterprise__credit_code": canonical_code}
    counted_in = (ReportEffect(DesignationsReport),)
    fieldsets = (
        (None, {"fields": ("kind", "enterprise", "park", "name", "region", "industry")}),
        (None, {"fields": ("tier", "year", "revoked_on")}),
    )

    def get_model_perms(self, request: HttpRequest) -> dict[str, bool]:
        return {}


class KindAdmin(RecordAdmin):
    """The designations of one kind, with the fields that the kind needs."""

    list_filter = (WorkFilter, ("state", ChoiceFilter), CityFilter, ("tier", ChoiceFilter), YearFilter)
    search_fields = DesignationAdmin.search_fields
    search_spellings = DesignationAdmin.search_spellings


for kind in KINDS:
    about = subjects(kind.kind_of_all)
    shown = ("name",) if "name" in about else (admin_column(kind, about[0]),)
    admin.site.register(
        kind,
        KindAdmin,
        list_display=(*shown, "region", "tier", "year", "revoked_on", "state"),
        counted_in=(ReportEffect(DesignationsReport, only=(("kind", kind.kind_of_all.value),)),),
        fieldsets=(
            (None, {"fields": (*about, "region", "industry")}),
            (None, {"fields": ("tier", "year", "revoked_on")}),
        ),
    )
