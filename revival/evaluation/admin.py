"""Admin pages of index systems. Drafts are edited, previewed and put to use. Used versions are only read."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError
from django.forms import Select
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.years import progress_years
from revival.accounts.models import Official
from revival.accounts.requests import official
from revival.catalogue import REPORTS
from revival.evaluation.asking import may_change_systems
from revival.evaluation.models import IndexSystem, Indicator, IndicatorGroup, SystemStatus
from revival.evaluation.scores import ScoreReading
from revival.evaluation.statistics import Statistic, StatisticValue, Subject
from revival.evaluation.tables import ComparedResult, ranking_grid
from revival.evaluation.views import may_see
from revival.publishing.admin import PublishedAdmin
from revival.records.admin.filters import ChoiceFilter
from revival.reporting.measures import Measure
from revival.reporting.table import grid_table


def measure_choices() -> list[Any]:
    """The measures that can be an input, grouped by report. A rate is entered as two inputs."""
    groups = [
        (r.heading(), [(f"{r.name}.{m.name}", m.heading(r.model)) for m in r.measures if isinstance(m, Measure)])
        for r in REPORTS
    ]
    return [("", "–"), *groups]


class IndicatorForm(forms.ModelForm):  # type: ignore[type-arg]
    """The form of an indicator. Its measures are chosen from the catalogue of reports."""

    numerator = forms.ChoiceField(label=gettext_lazy("Measure"), choices=measure_choices, required=False)
    denominator = forms.ChoiceField(label=gettext_lazy("Divided by"), choices=measure_choices, required=False)


class OfDraft(PublishedAdmin):
    """Rows of a version, which can be changed while it is a draft. fixed: fields that are set only for a new row."""

    fixed: tuple[str, ...] = ()

    def get_queryset(self, request: HttpRequest) -> Any:
        """The rows that the official may see. Only those who may change drafts see them."""
        rows = super().get_queryset(request)
        status = "status" if self.model is IndexSystem else "system__status"
        return rows if may_change_systems(official(request)) else rows.exclude(**{status: SystemStatus.DRAFT})

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may_change_systems(official(request)) and super().has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_draft(obj) and may_change_systems(official(request)) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_draft(obj) and may_change_systems(official(request)) and super().has_delete_permission(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ()

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        for name in self.fixed if obj else ():
            if name in form.base_fields:
                form.base_fields[name].disabled = True
        return form

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The choice of a related row. For versions and groups it offers drafts only."""
        related = db_field.remote_field.model
        if related is IndexSystem:
            kwargs |= {"queryset": IndexSystem.objects.filter(status=SystemStatus.DRAFT), "widget": Select()}
        if related is IndicatorGroup:
            drafts = IndicatorGroup.objects.filter(system__status=SystemStatus.DRAFT).select_related("system")
            kwargs |= {"queryset": drafts, "widget": Select()}
        if related is Statistic:
            kwargs |= {"widget": Select()}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


def is_draft(obj: Any) -> bool:
    """Whether the version, or the version of the row, is a draft. A row without a version counts as one."""
    system = obj if isinstance(obj, IndexSystem) else getattr(obj, "system", None)
    return system is None or system.status == SystemStatus.DRAFT


@admin.register(IndexSystem)
class IndexSystemAdmin(OfDraft):
    list_display = ("name", "subject", "version", "status", "weight")
    list_filter = (("subject", ChoiceFilter), ("status", ChoiceFilter))
    fields = ("subject", "version", "name_zh", "name_en", "note_zh", "note_en")
    fixed = ("subject", "version")
    change_form_template = "admin/index_system_form.html"

    @admin.display(description=gettext_lazy("sum of the weights"))
    def weight(self, obj: IndexSystem) -> str:
        return f"{sum(each.weight for each in obj.indicators.all()):f}"

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("indicators")

    def get_urls(self) -> Any:
        views = (("use", self.use_view), ("next", self.next_view))
        own = [
            path(f"<path:object_id>/{name}/", self.admin_site.admin_view(view), name=f"evaluation_indexsystem_{name}")
            for name, view in views
        ]
        return [*own, *super().get_urls()]

    def use_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The ranking that a draft would give, next to the one in use. A POST puts the draft to use."""
        system = self.get_object(request, object_id)
        if not self.has_change_permission(request, system):
            raise PermissionDenied
        page = reverse("admin:evaluation_indexsystem_change", args=[system.pk])
        if request.method == "POST":
            try:
                system.put_to_use()
            except (ValidationError, DatabaseError) as refused:
                messages.error(request, refusal_text(refused))
                return HttpResponseRedirect(request.path)
            messages.success(request, _("The version is in use."))
            return HttpResponseRedirect(page)
        context = {**self.admin_site.each_context(request), "opts": self.opts, "original": system, "back": page}
        context |= {"title": _("Put to use: %(system)s") % {"system": system}} | preview_context(
            system, official(request)
        )
        return TemplateResponse(request, "admin/index_system_use.html", context)

    def next_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Start the next version with the contents of this one."""
        system = self.get_object(request, object_id)
        if request.method != "POST" or not self.has_add_permission(request):
            raise PermissionDenied
        try:
            draft = system.next_version()
        except DatabaseError as refused:
            messages.error(request, refusal_text(refused))
            return HttpResponseRedirect(reverse("admin:evaluation_indexsystem_change", args=[system.pk]))
        messages.success(request, _("This is the draft of the next version."))
        return HttpResponseRedirect(reverse("admin:evaluation_indexsystem_change", args=[draft.pk]))


def refusal_text(refused: Exception) -> str:
    """The refusal in words. If the database refused, someone else has just changed the versions."""
    if isinstance(refused, ValidationError):
        return " ".join(refused.messages)
    return _(
        "Nothing was saved: someone else has just put a version to use or started one. Look at the versions again."
    )


def preview_context(system: IndexSystem, user: Official) -> dict[str, Any]:
    """The ranking of the latest whole year under the draft, next to that under the version in use."""
    reading, (_found, year) = ScoreReading(system.subject, user), progress_years(user)
    result = reading.evaluate(system, year)
    in_use = IndexSystem.objects.filter(subject=system.subject, status=SystemStatus.IN_USE).first()
    keys = [key for key in result.order if may_see(system.subject, key, user)]
    beside = [ComparedResult(_("in use"), reading.evaluate(in_use, year))] if in_use else []
    try:
        system.check_usable()
        wrong = ""
    except ValidationError as refused:
        wrong = " ".join(refused.messages)
    return {"year": year, "table": grid_table(ranking_grid(result, keys, beside, {})), "wrong": wrong}


@admin.register(IndicatorGroup)
class IndicatorGroupAdmin(OfDraft):
    list_display = ("name", "code", "system", "position")
    list_select_related = ("system",)
    search_fields = ("code", "name_zh", "name_en")
    fields = ("system", "code", "name_zh", "name_en", "position")
    fixed = ("system",)


@admin.register(Indicator)
class IndicatorAdmin(OfDraft):
    form = IndicatorForm
    list_display = ("name", "system", "group", "weight", "method", "numerator", "denominator", "statistic")
    list_select_related = ("system", "group", "statistic")
    search_fields = ("code", "name_zh", "name_en")
    list_filter = (("method", ChoiceFilter),)
    fieldsets = (
        (None, {"fields": ("system", "group", "code", "name_zh", "name_en", "weight", "falling")}),
        (
            gettext_lazy("Input"),
            {"fields": ("numerator", "numerator_filters", "denominator", "denominator_filters", "statistic")},
        ),
        (gettext_lazy("Marks"), {"fields": ("form", "method", "low", "high", "target")}),
    )


class StatisticValueInline(admin.TabularInline):  # type: ignore[type-arg]
    model = StatisticValue
    extra = 1
    fields = ("industry", "city", "year", "value", "source", "place")


@admin.register(Statistic)
class StatisticAdmin(PublishedAdmin):
    """Statistics. Those by city are for the province alone. A city reads its own value on its score."""

    list_display = ("code", "name_zh", "name_en", "subject")
    search_fields = ("code", "name_zh", "name_en")
    fields = ("code", "subject", "name_zh", "name_en", "unit_zh", "unit_en")
    inlines = (StatisticValueInline,)

    def get_queryset(self, request: HttpRequest) -> Any:
        return of_reader(super().get_queryset(request), official(request))

    def seen(self, request: HttpRequest) -> Any:
        return of_reader(super().seen(request), official(request))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may_change_systems(official(request)) and super().has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_change_systems(official(request)) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_change_systems(official(request)) and super().has_delete_permission(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if obj is None else ("code", "subject")


def of_reader(statistics: Any, user: Official) -> Any:
    return statistics if user.region.level == "province" else statistics.exclude(subject=Subject.CITIES)
