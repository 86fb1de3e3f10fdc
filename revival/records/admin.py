"""The admin of revisions: changes to verified records, each with the values before and after."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.apps import apps
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.contrib.contenttypes.prefetch import GenericPrefetch
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from revival.accounts.models import Official, Region
from revival.records import review
from revival.records.admin_changes import both, lines, overtaken, typed
from revival.records.admin_display import shown
from revival.records.admin_filters import ChoiceFilter, CityFilter, WorkFilter, YearFilter
from revival.records.admin_history import HistoryPages, events
from revival.records.admin_record import RecordAdmin
from revival.records.counted import Counted
from revival.records.models import Record, Revision, State
from revival.records.periods import PeriodException, ReportingPeriod, concerning


@admin.register(Revision)
class RevisionAdmin(RecordAdmin):
    """Revisions are written by changing a verified record; here they are reviewed."""

    list_display = ("__str__", "kind", "region", "state", "submitted_by", "submitted_at")
    list_filter = (WorkFilter, ("state", ChoiceFilter), CityFilter)
    fieldsets = ((None, {"fields": ("region",)}),)
    change_form_template = "admin/revision_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the records, whose names may need the records they belong to."""
        return super().get_queryset(request).prefetch_related(GenericPrefetch("record", named_records()))

    @admin.display(description=_("kind of record"), ordering="content_type")
    def kind(self, obj: Any) -> str:
        return str(capfirst(obj.content_type.name))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def editable(self, request: HttpRequest, obj: Any) -> bool:
        return False

    def keep(self, request: Any, form: Any, page: dict[str, Any]) -> None:
        """Verifying a revision writes its values into the record."""
        if form.cleaned_data.get("review") == State.VERIFIED:
            review.apply(form.instance, request.user, page.get("review_comment", ""))
        else:
            super().keep(request, form, page)

    def counted(self, keys: Sequence[int]) -> Iterable[tuple[Counted, QuerySet[Any]]]:
        """The totals that change with the records that the revisions are of."""
        revised: defaultdict[int, set[int]] = defaultdict(set)
        for kind, key in Revision.objects.filter(pk__in=keys).values_list("content_type", "object_id"):
            revised[kind].add(key)
        for kind, of in revised.items():
            model: Any = ContentType.objects.get_for_id(kind).model_class()
            own: Any = self.admin_site.get_model_admin(model)
            yield from ((counted, model.objects.filter(pk__in=of)) for counted in own.counted_in)

    def render_change_form(self, request: Any, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        revision = context["original"]
        kind = revision.content_type
        context["lines"] = lines([revision], request.user)[0]
        context["record_url"] = reverse(f"admin:{kind.app_label}_{kind.model}_change", args=[revision.object_id])
        return super().render_change_form(request, context, *args, **kwargs)


def named_records() -> list[QuerySet[Any]]:
    """All records of each model with the period that locks each, joined with those its name may take words from."""
    return [m.objects.named().with_locks() for m in apps.get_models() if issubclass(m, Record) and not m._meta.proxy]


class SeenForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form that knows what it was opened on, by the row's last event, and refuses a save over anything newer."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput, label="")
    data: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen"] = self.last().pgh_id if self.instance.pk else None

    def last(self) -> Any:
        """The latest event."""
        return self.instance.events.order_by("-pgh_id").first()

    def clean(self) -> Any:
        """Take the row first, as whoever is writing its records now does; then say both values of what differs."""
        cleaned = super().clean()
        row = self.instance
        if row.pk is None:
            return cleaned
        list(ReportingPeriod.objects.filter(pk=getattr(row, "period_id", row.pk)).select_for_update())
        now = self.last()
        if self.cleaned_data.get("seen") == now.pgh_id:
            return cleaned
        self.data = self.data.copy()
        self.data[self.add_prefix("seen")] = str(now.pgh_id)
        key = (now.pgh_context or {}).get("user")
        who = Official.objects.filter(pk=key).first() if key is not None else None
        fields = [row._meta.get_field(name) for name in self.fields if name != "seen"]
        values = ((field, shown(field, getattr(now, field.name)), typed(self, field, None)) for field in fields)
        lines = [both(field, stored, mine) for field, stored, mine in values if stored != mine]
        raise ValidationError([overtaken(who, now.pgh_created_at), *lines])


class SetByProvince(HistoryPages):
    """Written by officials of the province alone: nobody opens a period for himself. Its history is for everybody."""

    form = SeenForm

    def seen(self, request: HttpRequest) -> Any:
        return events(self.model).objects.all()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return of_province(request) and super().has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return of_province(request) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody: a time whose period is gone is open to everybody."""
        return False


def of_province(request: Any) -> bool:
    return bool(request.user.region.level == Region.Level.PROVINCE)


@admin.register(ReportingPeriod)
class ReportingPeriodAdmin(SetByProvince):
    """Everybody reads when periods open and close; the province sets it."""

    list_display = ("__str__", "opens", "due", "closes", "now_open")
    list_filter = (YearFilter,)
    fieldsets = ((None, {"fields": ("year", "month", "opens", "due", "closes", "seen")}),)
    search_fields = ("year",)

    @admin.display(description=_("open now"), boolean=True)
    def now_open(self, obj: ReportingPeriod) -> bool:
        return obj.is_open

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A period stays the one that its exceptions were opened for."""
        return ("year", "month") if obj is not None else ()


@admin.register(PeriodException)
class PeriodExceptionAdmin(SetByProvince):
    """Exceptions, for everybody to see whose region they concern; whoever opens one is named by it."""

    list_display = ("period", "region", "reason", "until", "holds_now", "opened_by", "opened_at")
    list_select_related = ("period", "region__city", "opened_by")
    search_fields = ("reason",)

    @admin.display(description=_("holds now"), boolean=True)
    def holds_now(self, obj: PeriodException) -> bool:
        return obj.lasts

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Those of the official's region, and of regions above it."""
        user: Any = request.user
        found: QuerySet[Any] = super().get_queryset(request)
        return found.filter(concerning(user.region))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Once opened, only its last day can be changed."""
        return ("period", "region", "reason", "opened_by", "opened_at") if obj else ("opened_by", "opened_at")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = ("period", "region", "reason", "until")
        return [(None, {"fields": (*fields, "opened_by", "opened_at", "seen") if obj else fields})]

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.opened_by = request.user
        super().save_model(request, obj, form, change)
