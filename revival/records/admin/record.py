"""RecordAdmin and RecordInline: what the admin of every record has."""

from copy import copy
from typing import Any, Self

from django.contrib import admin, messages
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError
from django.db.models import QuerySet, TextField
from django.forms import Media, Select, Textarea
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from revival.accounts.admin_strict import PickerWidget
from revival.accounts.models import Official, Region
from revival.accounts.requests import official
from revival.records.admin.asked import asked_and_answered
from revival.records.admin.bulk import BulkReview
from revival.records.admin.choices import ChoosableAdmin, record_choice
from revival.records.admin.columns import admin_column
from revival.records.admin.conflicts import is_overtaken
from revival.records.admin.deletion import RecordDeletion
from revival.records.admin.forms import (
    EXTRA_FIELDS,
    ROW_FIELDS,
    CodeField,
    RecordForm,
    RecordFormSet,
    RowForm,
    SaveAttempt,
    is_closed,
    is_editable,
    model_names,
    shown_closed,
)
from revival.records.admin.given import choices_given
from revival.records.admin.history import HistoryPages
from revival.records.admin.lists import RecordLists
from revival.records.admin.repeated import RepeatedEntry
from revival.records.admin.steps import done_sentence, page_buttons, page_rows, returned_notice
from revival.records.admin.summary import error_summary
from revival.records.applying import AppliedChange, apply_change, delete_record
from revival.records.beside import given_names, region_of
from revival.records.changes import Change
from revival.records.display import choosable_rows, data_fields, field_label
from revival.records.extensions import extension_url
from revival.records.fields import MoneyField
from revival.records.models import Record, Reviewed, StaleRecord, State
from revival.records.refusals import refusal_error, refused_period
from revival.records.review import REVIEWED, in_own_region, may, next_states
from revival.records.revisions import revision_lines

ROWS = 200  # on the page of the record that they belong to
WAITS: Promise = gettext_lazy("Your change waits for verification; until then the verified values count.")


class Scoped(ChoosableAdmin):
    """Rows and choices of the official's scope, in a page and in the rows on it."""

    # Fields of codes, and the function that spells each.
    codes: dict[str, Any] = {}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        queryset: Any = super().get_queryset(request)
        return queryset.readable_by(official(request)).named()  # type: ignore[no-any-return]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Choices of the scope only, for the widget and for the check of what is posted.

        Reference rows, which have no region, are few enough for a select.
        """
        related = db_field.remote_field.model
        if issubclass(related, Reviewed):
            kwargs |= record_choice(db_field, request, self.admin_site)
        kwargs.setdefault("widget", PickerWidget(db_field, self.admin_site) if related is Region else Select())
        kwargs["queryset"] = choosable_rows(related, official(request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["queryset"] = choosable_rows(db_field.remote_field.model, official(request))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Amounts say their unit in the label; codes are cleaned to their one spelling."""
        if isinstance(db_field, MoneyField):
            kwargs.update(label=capfirst(str(field_label(db_field))), help_text=db_field.help_text)
        if db_field.name in self.codes:
            kwargs["form_class"] = CodeField
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(field, CodeField):
            field.spelled = self.codes[db_field.name]
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_delete_related = False  # a choice in a form is no place to delete records
        return field


class RecordInline(Scoped, admin.TabularInline):  # type: ignore[type-arg]
    """Rows of a record on its page. Each has its own version, state and review."""

    form = RowForm
    formset = RecordFormSet
    extra = 1
    max_num = ROWS
    counted: Any = ngettext_lazy("%(count)d row", "%(count)d rows", "count")  # how many rows, in a message
    formfield_overrides = {TextField: {"widget": Textarea(attrs={"rows": 1, "cols": 24})}}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        queryset: Any = super().get_queryset(request)
        return queryset.with_locks()  # type: ignore[no-any-return]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The declared fields, as text where the official may not save; then state, step and version."""
        names = [*(self.fields or ())]
        if self.has_change_permission(request, obj):
            kept = ("asked",) if issubclass(self.model, Record) else ()
            return [(None, {"fields": [*names, admin_column(self.model, "state"), *ROW_FIELDS, *kept]})]
        return [(None, {"fields": [admin_column(self.model, name) for name in (*names, "state")]})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [f for f in self.get_fieldsets(request, obj)[0][1]["fields"] if callable(f)]

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        kwargs["fields"] = model_names(self.get_fieldsets(request, obj))
        # Whatever number of rows is posted: drawing Django's 2,000 takes fifteen seconds of a transaction.
        kwargs["absolute_max"] = ROWS + ROWS // 4
        formset = super().get_formset(request, obj, **kwargs)
        formset.form.request = request  # type: ignore[attr-defined]
        for field in formset.form.base_fields.values():
            field.widget.attrs.setdefault("aria-label", str(field.label))  # the head of a column is no label
        return formset

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether the official may post the rows. Verifiers may too; their rows are read-only but for the step."""
        user = official(request)
        return super().has_change_permission(request, obj) or may(user, "verify", self.model)


class RecordAdmin(Scoped, RepeatedEntry, RecordLists, HistoryPages, RecordDeletion, BulkReview):
    """The admin of a record model; a new one declares fieldsets, columns, filters, codes and what it counts in."""

    form = RecordForm
    formfield_overrides = {TextField: {"widget": Textarea(attrs={"rows": 3, "class": "vLargeTextField"})}}
    ordering = ("-pk",)
    change_form_template = "admin/record_form.html"
    change_list_template = "admin/record_list.html"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.saving = SaveAttempt()

    def editable(self, request: HttpRequest, obj: Any) -> bool:
        """Whether the official may change the data of the record, which is new if it is None."""
        user = official(request)
        if obj is None:
            return True
        names = (field.name for field in data_fields(self.model))
        offered = is_editable(obj, user) or is_overtaken(obj, request)
        return offered and not shown_closed(obj, request, names)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether the official may post the page: to change data, or to take a step of review.

        Officials who opened it may post it, whatever became of the record meanwhile; the answer tells them.
        """
        user = official(request)
        if not (super().has_change_permission(request, obj) or may(user, "verify", self.model)):
            return False
        known = obj is None or bool(self.inlines) or request.method == "POST"
        return known or self.editable(request, obj) or bool(next_states(obj, user))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The declared ones, as text where the data may not be changed, and the review."""
        declared: list[Any] = [*(self.fieldsets or ())]
        if issubclass(self.model, Record):
            declared.append((None, {"fields": ("explanation",)}))
        sections, open_to_change = [], self.editable(request, obj)
        for title, options in declared:
            names: list[Any] = list(options["fields"])
            if not open_to_change:
                names = [admin_column(self.model, name) for name in names]
            sections.append((title, {**options, "fields": names}))
        past: list[Any] = [admin_column(self.model, n) for n in REVIEWED if obj is not None and getattr(obj, n)]
        if obj is None or self.has_change_permission(request, obj):
            past += EXTRA_FIELDS
        return [*sections, (_("Review"), {"fields": past})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [f for _title, o in self.get_fieldsets(request, obj) for f in o["fields"] if callable(f)]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs["fields"] = model_names(self.get_fieldsets(request, obj))
        form = super().get_form(request, obj, change=change, **kwargs)
        own: Any = form
        own.request, own.saving, own.with_rows = request, self.saving, bool(self.inlines)
        return form

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The region of an official of one county, who need not name it, and what the record before has."""
        user = official(request)
        own = user.region.level in (Region.Level.COUNTY, Region.Level.ZONE)
        return ({"region": user.region_id} if own else {}) | super().get_changeform_initial_data(request)

    @property
    def media(self) -> Any:
        """The admin's files, and the scripts that save typing; without them the form works the same."""
        given = ["revival/given.js"] if given_names(self.opts.model) else []
        return super().media + Media(js=[*given, *(["revival/paste.js"] if self.inlines else [])])

    def given_choices(self, request: HttpRequest, field: Any, row: Any) -> dict[str, Any]:
        """What a row of this model, chosen for a field of a form, fills in there."""
        return choices_given(field, row, official(request))

    def with_saving(self, saving: SaveAttempt) -> Self:
        """A copy of this admin for one attempt to save a page: the admin itself serves all requests."""
        found = copy(self)
        found.saving = saving
        return found

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The page of a record. A save that the database refuses is rolled back; the form keeps what was typed."""
        try:
            return super(RecordAdmin, self.with_saving(SaveAttempt())).changeform_view(request, *args, **kwargs)
        except (StaleRecord, IntegrityError, OperationalError, ValidationError) as error:
            refused = refusal_error(error, (self.model, *(inline.model for inline in self.inlines)))
        return super(RecordAdmin, self.with_saving(SaveAttempt(refused))).changeform_view(request, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        self.saving.step = self.apply(request, form, form.cleaned_data)
        for text in self.warnings(obj):
            messages.warning(request, text)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Save or delete the rows that were changed or take a step, each at the version it was read at."""
        formset.save(commit=False)
        gone = formset.deleted_forms
        for row_form in gone:
            if row_form.instance.pk:
                delete_record(row_form.instance, row_form.cleaned_data.get("version"))
        for row_form in formset.forms:
            if (row_form.has_changed() or row_form.step()) and row_form not in gone:
                step = self.apply(request, row_form, form.cleaned_data)
                self.saving.rows += [(step, formset.model)] if step else []

    def apply(self, request: HttpRequest, form: Any, page: dict[str, Any]) -> State | None:
        """Apply what the form of a record asks for, with the comment of the page. Gives the step that was taken."""
        change: Change = form.change(page.get("review_comment", ""))
        if apply_change(change, official(request)) == AppliedChange.REVISED:
            self.saving.revised = True
        return change.step

    def warnings(self, obj: Any) -> list[str]:
        """Sentences about what is odd in a saved record but not refused."""
        return []

    def tell(self, request: HttpRequest, obj: Any) -> None:
        """Word what became of the page; the admin's own sentence is replaced by it."""
        if obj.region_id is None:
            obj.refresh_from_db(fields=("region",))  # the database copied it from the record that the new one follows
        words = {inline.model: getattr(inline, "counted", "") for inline in self.inlines}
        said = done_sentence(
            obj, self.saving, official(request), lambda model, count: words[model] % {"count": count}
        )
        self.saving.told = said

    def message_user(
        self, request: HttpRequest, message: Any, level: Any = messages.INFO, *args: Any, **kw: Any
    ) -> None:
        said = self.saving.told if level == messages.SUCCESS else ""
        super().message_user(request, said or message, level, *args, **kw)

    def response_add(self, request: HttpRequest, obj: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        self.tell(request, obj)
        return super().response_add(request, obj, *args, **kwargs)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        self.tell(request, obj)
        if not self.saving.revised:
            return super().response_change(request, obj)
        if self.saving.rows:
            self.message_user(request, "", messages.SUCCESS)
        self.message_user(request, str(WAITS), messages.WARNING)
        return HttpResponseRedirect(self.kept_filters(request, request.path))

    def extension_link(self, obj: Any, form: Any, user: Official) -> str:
        """The address of the page that asks to open the closed period of a record or of a new one; else ""."""
        if obj is not None:
            return extension_url(user, obj.locked, obj.region) if obj.locked else ""
        period = refused_period(form)
        region = region_of(form.instance) if period else None
        return extension_url(user, period, Region.objects.get(pk=region)) if region else ""

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """The page, with its buttons, and with the changes of the record and of its rows that wait for review."""
        obj, user = context["original"], official(request)
        row_forms = page_rows(inline.formset for inline in context["inline_admin_formsets"])
        rows = [obj] if isinstance(obj, Record) and in_own_region(user, obj) else []
        rows += [form.instance for form in row_forms]
        found = [row.open_revision for row in rows if row.open_revision]
        for row in rows:
            if row.open_revision:
                row.open_revision.record = row  # its name is made of what the page has read
        context["summary"] = error_summary(context["adminform"].form, context["inline_admin_formsets"])
        context.setdefault("asked", asked_and_answered(rows, user))
        context["closed"] = obj is not None and obj.locked
        context["extension"] = self.extension_link(obj, context["adminform"].form, user)
        context["revisions"] = [*zip(found, revision_lines(found, user), strict=True)]
        context["returned"] = returned_notice(obj)
        form, closed = context["adminform"].form, obj is not None and is_closed(obj, request)
        context |= page_buttons(form, row_forms, user, closed, self.editable(request, obj))
        return super().render_change_form(request, context, *args, **kwargs)
