"""Admin pages of published figures and of the documents that contain them."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Max
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from revival.accounts.models import Region
from revival.accounts.requests import official
from revival.catalogue import REPORTS
from revival.publishing.models import PublishedFigure, SourceDocument
from revival.publishing.register import RegisterLine, register_lines
from revival.records.admin.filters import ChoiceFilter
from revival.records.admin.history import HistoryPages, event_model


def measure_choices() -> list[Any]:
    """The measures of every report, for a select. The empty value is for a statement."""
    groups = [
        (report.heading(), [(f"{report.name}.{m.name}", m.heading(report.model)) for m in report.measures])
        for report in REPORTS
    ]
    return [("", _("none: a statement")), *groups]


class FigureForm(forms.ModelForm):  # type: ignore[type-arg]
    """The form of a figure. The measure comes from the catalogue, and a save over another's change is refused."""

    read = forms.IntegerField(required=False, widget=forms.HiddenInput, label="")

    measure = forms.ChoiceField(
        label=gettext_lazy("Computed by"),
        choices=measure_choices,
        required=False,
        help_text=gettext_lazy("Leave empty for a statement that no records prove"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["read"] = self.last_event()

    def last_event(self) -> int | None:
        """The last change of the figure. The form carries the one after which it was opened."""
        if not self.instance.pk:
            return None
        found = event_model(PublishedFigure).objects.filter(pgh_obj_id=self.instance.pk)
        last: int | None = found.aggregate(last=Max("pgh_id"))["last"]
        return last

    def clean(self) -> Any:
        cleaned = super().clean()
        if not self.instance._state.adding and self.cleaned_data.get("read") != self.last_event():
            raise forms.ValidationError(
                _("Nothing was saved: someone else changed the figure after you opened it. Open it again.")
            )
        return cleaned


class PublishedAdmin(HistoryPages):
    """Rows with a history page. All who may open the pages see all rows: published figures are no secret."""

    change_list_template = "admin/record_list.html"

    def seen(self, request: HttpRequest) -> Any:
        return event_model(self.model).objects.all()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The code of an existing row, since links and files use it."""
        return () if obj is None else ("code",)


@admin.register(SourceDocument)
class SourceDocumentAdmin(PublishedAdmin):
    list_display = ("code", "title_zh", "title_en", "year")
    search_fields = ("code", "title_zh", "title_en")
    fields = ("code", "title_zh", "title_en", "year", "note_zh", "note_en")

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        """Whether the document may be deleted. Only the province may: the page names figures of every city."""
        own: Region = official(request).region
        return own.level == Region.Level.PROVINCE and super().has_delete_permission(request, obj)


@admin.register(PublishedFigure)
class PublishedFigureAdmin(PublishedAdmin):
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
        """The choice of a related row. A figure may be about any region of the province."""
        if db_field.name == "region":
            kwargs["queryset"] = Region.objects.select_related("city")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save the figure, and report how the records compare with it."""
        super().save_model(request, obj, form, change)
        (found,) = register_lines([obj], official(request))
        messages.info(request, comparison_text(found))


def comparison_text(line: RegisterLine) -> str:
    """The comparison in one sentence."""
    if line.computed is None:
        return line.verdict
    words = {"computed": line.text(line.computed), "state": line.verdict}
    return _("Computed from records: %(computed)s. %(state)s.") % words
