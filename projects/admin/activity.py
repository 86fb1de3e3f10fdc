"""Admin pages of activities and of the enterprises that took part."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from enterprises.codes import canonical_code
from projects.models import Activity, Participation
from projects.reports import ActivitiesReport
from revival.accounts.models import Official
from revival.accounts.requests import official
from revival.records.admin.columns import admin_column
from revival.records.admin.filters import ChoiceFilter, CityFilter, ListedFilter, WorkFilter, YearFilter
from revival.records.admin.record import RecordAdmin, RecordInline
from revival.reporting.effect import ReportEffect

# More rows than this on one page are slow to open, and have too many fields to post.
MOST = 50


class HeldYear(YearFilter):
    path = "held_on__year"


class ParticipationInline(RecordInline):
    model = Participation
    fields = ("enterprise",)
    ordering = ("pk",)


class OfActivity(ListedFilter):
    """The filter that limits the list to the attendances of one activity. The activity's page links to it."""

    title = gettext_lazy("activity")
    parameter_name = "activity"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        key = request.GET.get("activity", "")
        found = Activity.objects.readable_by(official(request)).filter(pk=int(key[:18])) if key.isdecimal() else ()
        return [(str(each.pk), str(each)) for each in found]

    def has_output(self) -> bool:
        return self.value() is not None


@admin.register(Activity)
class ActivityAdmin(RecordAdmin):
    """Activities of the official's region, and those above it in which enterprises of the region took part.

    Attendances are entered on the page while they are few; the page of a large event leads to their list.
    """

    list_display = ("name", "region", "kind", "held_on", "state")
    list_filter = (WorkFilter, ("state", ChoiceFilter), CityFilter, ("kind", ChoiceFilter), HeldYear)
    search_fields = ("name",)
    inlines = (ParticipationInline,)
    counted_in = (ReportEffect(ActivitiesReport, "participations__held_on__year"),)
    fieldsets = ((None, {"fields": ("name", "region", "kind", "held_on")}),)
    change_form_template = "admin/activity_form.html"

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """The attendances while they are few. What was typed then is saved though others added more meanwhile."""
        typed = "participations-TOTAL_FORMS" in request.POST
        many = obj is not None and not typed and attendances(obj, official(request)) > MOST
        return () if many else super().get_inlines(request, obj)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        obj = context["original"]
        context["attendances"] = attendances(obj, official(request)) if obj is not None else 0
        context["most"] = MOST
        return super().render_change_form(request, context, *args, **kwargs)


def attendances(activity: Activity, user: Official) -> int:
    """How many attendances the official sees."""
    found: int = Participation.objects.visible_to(user).filter(activity=activity).count()
    return found


@admin.register(Participation)
class ParticipationAdmin(RecordAdmin):
    """Attendances of all activities in one list. They are entered on the page of their activity, or here."""

    list_display = (
        admin_column(Participation, "activity"),
        admin_column(Participation, "enterprise"),
        "region",
        "state",
    )
    list_filter = (
        WorkFilter,
        ("state", ChoiceFilter),
        CityFilter,
        ("kind", ChoiceFilter),
        ("industry", ChoiceFilter),
        HeldYear,
        OfActivity,
    )
    search_fields = ("activity__name", "enterprise__name")
    search_spellings = {"enterprise__credit_code": canonical_code}
    counted_in = (ReportEffect(ActivitiesReport),)
    fieldsets = ((None, {"fields": ("activity", "enterprise")}),)
