"""The admin of reporting periods and of the exceptions to them."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from revival.accounts.models import Official, Region
from revival.records.admin.conflicts import both, overtaken_message, typed
from revival.records.admin.filters import YearFilter
from revival.records.admin.history import HistoryPages, events
from revival.records.display import shown
from revival.records.periods import PeriodException, ReportingPeriod, concerning


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
        raise ValidationError([overtaken_message(who, now.pgh_created_at), *lines])


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
