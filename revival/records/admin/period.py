"""The admin of reporting periods and of the exceptions to them."""

import re
import unicodedata
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from revival.accounts.models import Official, Region
from revival.accounts.requests import official
from revival.records.admin.conflicts import both_values, overtaken_sentence, typed_text
from revival.records.admin.filters import YearFilter
from revival.records.admin.history import HistoryPages, event_model
from revival.records.display import value_text
from revival.records.periods import PeriodException, ReportingPeriod, exceptions_concerning

SIGNS = re.compile(r"[\s./\u5e74\u6708-]+")


class SeenForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form that knows by the row's last event what it was opened on, and refuses a save over anything newer.

    user: the official whose request the class is made for.
    """

    user: ClassVar[Official]
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput, label="")
    data: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen"] = self.last().pgh_id if self.instance.pk else None

    def last(self) -> Any:
        """The latest event."""
        return self.instance.events.order_by("-pgh_id").first()

    def clean(self) -> Any:
        """Lock the row first, as everybody does who writes its records now; then say both values of what differs."""
        cleaned = super().clean()
        row = self.instance
        if row.pk is None:
            return cleaned
        model, key = (ReportingPeriod, row.period_id) if isinstance(row, PeriodException) else (type(row), row.pk)
        list(model._default_manager.filter(pk=key).select_for_update())
        now = self.last()
        if self.cleaned_data.get("seen") == now.pgh_id:
            return cleaned
        self.data = self.data.copy()
        self.data[self.add_prefix("seen")] = str(now.pgh_id)
        key = (now.pgh_context or {}).get("user")
        who = Official.objects.filter(pk=key).first() if key is not None else None
        fields = [row._meta.get_field(name) for name in self.fields if name != "seen"]
        values = (
            (field, value_text(field, getattr(now, field.name)), typed_text(self, field, self.user))
            for field in fields
        )
        differing = [both_values(field, stored, mine) for field, stored, mine in values if stored != mine]
        raise ValidationError([overtaken_sentence(who, now.pgh_created_at), *differing])


class SetByProvince(HistoryPages):
    """Only officials of the province write it: nobody opens a period for themselves. Everybody sees its history."""

    form = SeenForm

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.user = official(request)
        return form

    def seen(self, request: HttpRequest) -> Any:
        return event_model(self.model).objects.all()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return of_province(request) and super().has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return of_province(request) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: a time whose period is gone is open to everybody."""
        return False


def of_province(request: HttpRequest) -> bool:
    """Whether the official works for the province."""
    return official(request).region.level == Region.Level.PROVINCE


def period_names(period: ReportingPeriod) -> set[str]:
    """The names of a period in all languages, and its key as people type it, to be searched."""
    names = {period.key, f"{period.year}-{period.month}" if period.month else ""}
    for language, _label in settings.LANGUAGES:
        with translation.override(language):
            names.add(str(period))
    return {bare_name(name) for name in names}


def bare_name(text: str) -> str:
    """The words of a name without what people write in different ways: blanks, capitals, and signs in a date."""
    return SIGNS.sub("-", unicodedata.normalize("NFKC", text).casefold()).strip("-")


@admin.register(ReportingPeriod)
class ReportingPeriodAdmin(SetByProvince):
    """The reporting periods. Everybody reads when they open and close; the province sets it."""

    list_display = ("__str__", "opens", "due", "closes", "now_open")
    list_filter = (YearFilter,)
    fieldsets = ((None, {"fields": ("year", "month", "opens", "due", "closes", "seen")}),)
    search_fields = ("year",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """The periods whose name in one of the languages, or whose key, contains the words: there are few."""
        words = bare_name(search_term)
        if not words:
            return queryset, False
        found = [period.pk for period in queryset if any(words in name for name in period_names(period))]
        return queryset.filter(pk__in=found), False

    @admin.display(description=_("open now"), boolean=True)
    def now_open(self, obj: ReportingPeriod) -> bool:
        return obj.is_open

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A period stays the one that its exceptions were opened for."""
        return ("year", "month") if obj is not None else ()


@admin.register(PeriodException)
class PeriodExceptionAdmin(SetByProvince):
    """The exceptions. Officials see those that concern their region; each names the official who opened it."""

    list_display = ("period", "region", "reason", "until", "holds_now", "opened_by", "opened_at")
    list_select_related = ("period", "region__city", "opened_by")
    search_fields = ("reason",)

    @admin.display(description=_("holds now"), boolean=True)
    def holds_now(self, obj: PeriodException) -> bool:
        return obj.lasts

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Those of the official's region, and of regions above it."""
        found: QuerySet[Any] = super().get_queryset(request)
        return found.filter(exceptions_concerning(official(request).region))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Once opened, only its last day can be changed."""
        return ("period", "region", "reason", "opened_by", "opened_at") if obj else ("opened_by", "opened_at")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = ("period", "region", "reason", "until")
        return [(None, {"fields": (*fields, "opened_by", "opened_at", "seen") if obj else fields})]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.opened_by = official(request)
        super().save_model(request, obj, form, change)
