"""Admin pages of renovation projects and of their monthly progress."""

import re
from typing import Any

from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from projects.codes import GROUPS, canonical_project_code, project_check_digit_fits
from projects.models import ProjectProgress, RenovationProject
from projects.reports import ProgressReport, RenovationReport
from revival.accounts.signs import bare_code
from revival.records.admin.columns import admin_column
from revival.records.admin.filters import ChoiceFilter, CityFilter, WorkFilter, YearFilter
from revival.records.admin.record import RecordAdmin, RecordInline
from revival.reporting.effect import ReportEffect


def beginning(typed: str) -> str:
    """The beginning of a project code, typed in any spelling, as it is stored; "" for other text."""
    digits = bare_code(typed)
    if not re.fullmatch(f"[0-9]{{1,{sum(GROUPS)}}}", digits):
        return ""
    whole, count = canonical_project_code(digits.ljust(sum(GROUPS), "0")), 0
    for at, sign in enumerate(whole):
        count += sign != "-"
        if count == len(digits):
            return whole[: at + 1]
    return whole


class ProjectProgressInline(RecordInline):
    model = ProjectProgress
    fields = ("month", "planned", "completed", "explanation")
    ordering = ("month",)
    counted = ngettext_lazy("%(count)d month", "%(count)d months", "count")


@admin.register(RenovationProject)
class RenovationProjectAdmin(RecordAdmin):
    list_display = (
        "code",
        "name",
        "state",
        "region",
        "action",
        "year",
        admin_column(RenovationProject, "total_investment"),
        admin_column(RenovationProject, "completed_investment"),
    )
    list_display_links = ("code", "name")
    list_filter = (
        WorkFilter,
        ("state", ChoiceFilter),
        CityFilter,
        ("industry", ChoiceFilter),
        ("action", ChoiceFilter),
        YearFilter,
    )
    search_fields = ("name",)
    search_spellings = {"code": beginning}
    codes = {"code": canonical_project_code}
    counted_in = (ReportEffect(RenovationReport), ReportEffect(ProgressReport, "year"))
    inlines = (ProjectProgressInline,)
    next_year = (
        *("name", "enterprise", "region", "industry", "action", "stage", "total_investment"),
        *("start_date", "finish_date", "programmes", "watch"),
    )
    fieldsets = (
        (None, {"fields": ("code", "name", "enterprise", "region", "year")}),
        (gettext_lazy("Classification"), {"fields": ("industry", "action", "stage")}),
        (gettext_lazy("Investment"), {"fields": ("total_investment", "planned_investment")}),
        (gettext_lazy("Schedule"), {"fields": ("start_date", "finish_date")}),
        (gettext_lazy("Programmes and lists"), {"fields": ("key_support_year", "programmes", "watch")}),
    )

    def warnings(self, obj: Any) -> list[str]:
        """A warning about a check digit that does not fit.

        The rule is inferred from published codes, so it cannot refuse.
        """
        if project_check_digit_fits(obj.code):
            return []
        return [_("The last digit of the project code does not fit. Compare the code with the filing.")]


@admin.register(ProjectProgress)
class ProjectProgressAdmin(RecordAdmin):
    """Progress of all projects in one list. It is entered on the page of its project, or here."""

    list_display = (
        "project",
        "year",
        "month",
        "region",
        admin_column(ProjectProgress, "planned"),
        admin_column(ProjectProgress, "completed"),
        "state",
    )
    list_filter = (
        WorkFilter,
        ("state", ChoiceFilter),
        CityFilter,
        ("industry", ChoiceFilter),
        ("action", ChoiceFilter),
        YearFilter,
    )
    search_fields = ("project__name",)
    search_spellings = {"project__code": beginning}
    counted_in = (ReportEffect(ProgressReport), ReportEffect(RenovationReport, "year"))
    fieldsets = ((None, {"fields": ("project", "month", "planned", "completed")}),)
