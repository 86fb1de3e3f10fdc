"""The publishers' pages: figures as published, and the documents they stand in."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Max
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from revival.accounts.models import Region
from revival.catalogue import REPORTS
from revival.publishing.models import PublishedFigure, SourceDocument
from revival.publishing.register import Line, lines
from revival.records.admin.filters import ChoiceFilter
from revival.records.admin.history import HistoryPages, event_model


def measures() -> list[Any]:
    """Every measure of every report, for a select; nothing for a statement."""
    groups = [
        (report.heading(), [(f"{report.name}.{m.name}", m.heading(report.model)) for m in report.measures])
        for report in REPORTS
    ]
    return [("", _("none: a statement")), *groups]


class FigureForm(forms.ModelForm):  # type: ignore[type-arg]
    """The measure is chosen from the catalogue of reports; a save over another's is refused."""

    read = forms.IntegerField(required=False, widget=forms.HiddenInput, label="")

    measure = forms.ChoiceField(
        label=gettext_lazy("Computed by"),
        choices=measures,
        required=False,
        help_text=gettext_lazy("Empty for a statement that no records prove"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["read"] = self.last_event()
        for name in ("value", "also_value"):  # without the zeros that only the column has
            if isinstance(self.initial.get(name), Decimal):
                self.initial[name] = f"{self.initial[name].normalize():f}"

    def last_event(self) -> int | None:
        """The last change of the figure; the form bears the one that it was opened after."""
        if not self.instance.pk:
            return None
        found = event_model(PublishedFigure).objects.filter(pgh_obj_id=self.instance.pk)
        last: int | None = found.aggregate(last=Max("pgh_id"))["last"]
        return last

    def clean(self) -> Any:
        cleaned = super().clean()
        if not self.instance._state.adding and self.cleaned_data.get("read") != self.last_event():
            raise forms.ValidationError(
                _("The figure was changed by another since you opened it. Nothing was saved; open it again.")
            )
        return cleaned


class Published(HistoryPages):
    """Pages with the history of each row. All who may open them see all rows: what is published is no secret."""

    change_list_template = "admin/record_list.html"

    def seen(self, request: HttpRequest) -> Any:
        return event_model(self.model).objects.all()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The code stands in links and in files."""
        return () if obj is None else ("code",)


@admin.register(SourceDocument)
class SourceDocumentAdmin(Published):
    list_display = ("code", "title_zh", "title_en", "year")
    search_fields = ("code", "title_zh", "title_en")
    fields = ("code", "title_zh", "title_en", "year", "note_zh", "note_en")

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        """The province's alone: the page names all that stands in the document, of every city."""
        own: Region = request.user.region
        return own.level == Region.Level.PROVINCE and super().has_delete_permission(request, obj)


@admin.register(PublishedFigure)
class PublishedFigureAdmin(Published):
    form = FigureForm
    list_display = ("code", "name", "system", "published", "where", "when", "measure")
    list_select_related = ("region__city", "source")
    list_filter = (("system", ChoiceFilter), ("scope", ChoiceFilter), ("qualifier", ChoiceFilter))
    search_fields = ("code", "name_zh", "name_en")
    fieldsets = (
        (None, {"fields": ("code", "name_zh", "name_en", "system")}),
        (
            gettext_lazy("Value as published"),
            {"fields": ("value", "digits", "unit", "qualifier", "also_value", "also_qualifier", "national_rank")},
        ),
        (gettext_lazy("Scope"), {"fields": ("scope", "region", "basin_zh", "basin_en")}),
        (gettext_lazy("Period"), {"fields": ("year", "moment", "base_year", "period_stated")}),
        (gettext_lazy("Source"), {"fields": ("source", "place")}),
        (gettext_lazy("Computed from records"), {"fields": ("measure", "filters", "read")}),
    )

    @admin.display(description=gettext_lazy("figure"), ordering="name_zh")
    def name(self, obj: PublishedFigure) -> str:
        return obj.name

    @admin.display(description=gettext_lazy("published"), ordering="value")
    def published(self, obj: PublishedFigure) -> str:
        return obj.published

    @admin.display(description=gettext_lazy("scope"), ordering="region")
    def where(self, obj: PublishedFigure) -> str:
        return obj.where

    @admin.display(description=gettext_lazy("period"), ordering="year")
    def when(self, obj: PublishedFigure) -> str:
        return obj.when

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Any region of the province may be published about."""
        if db_field.name == "region":
            kwargs["queryset"] = Region.objects.select_related("city")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Say at once how the records stand to the figure."""
        super().save_model(request, obj, form, change)
        (found,) = lines([obj], request.user)
        messages.info(request, told(found))


def told(line: Line) -> str:
    """The comparison in one sentence."""
    if line.computed is None:
        return line.verdict
    words = {"computed": line.text(line.computed), "state": line.verdict}
    return _("Computed from records: %(computed)s. %(state)s.") % words
