"""RecordAdmin and RecordInline: what the admin of every record has."""

from copy import copy
from typing import Any, Self

from django.contrib import admin, messages
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.admin.utils import NestedObjects, unquote
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, OperationalError, router
from django.db.models import Model, QuerySet, TextField
from django.forms import Select, Textarea
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from revival.accounts.admin_strict import PickerWidget
from revival.accounts.models import Official, Region
from revival.accounts.requests import official
from revival.punctuation import labelled
from revival.records.admin.asked import asked_and_answered
from revival.records.admin.bulk import BulkReview, seen_versions
from revival.records.admin.columns import admin_column
from revival.records.admin.conflicts import check_seen, is_overtaken
from revival.records.admin.forms import (
    EXTRA_FIELDS,
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
from revival.records.admin.history import HistoryPages
from revival.records.admin.lists import RecordLists
from revival.records.admin.summary import error_summary
from revival.records.applying import AppliedChange, apply_change, delete_record
from revival.records.display import choosable_rows, data_fields, field_label
from revival.records.fields import MoneyField
from revival.records.locking import lock_rows
from revival.records.models import Record, Reviewed, StaleRecord, State
from revival.records.refusals import closed_period_error, refusal_error
from revival.records.review import REVIEWED, in_own_region, may, next_states
from revival.records.revisions import revision_lines

ROWS = 200  # on the page of the record that they belong to
WAITS: Promise = gettext_lazy("Your change waits for verification; until then the verified values count.")


class Scoped(BaseModelAdmin):  # type: ignore[type-arg]
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
        many = issubclass(related, Reviewed | Region)
        kwargs.setdefault("widget", PickerWidget(db_field, self.admin_site) if many else Select())
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
    formfield_overrides = {TextField: {"widget": Textarea(attrs={"rows": 1, "cols": 24})}}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        queryset: Any = super().get_queryset(request)
        return queryset.with_locks()  # type: ignore[no-any-return]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The declared fields, as text where the official may not save; then state, step and version."""
        names = [*(self.fields or ())]
        if self.has_change_permission(request, obj):
            return [(None, {"fields": [*names, admin_column(self.model, "state"), "review", "version"]})]
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


class RecordAdmin(Scoped, RecordLists, BulkReview, HistoryPages):
    """The admin of a record model; a new one declares fieldsets, columns, filters, codes and what it counts in."""

    form = RecordForm
    formfield_overrides = {TextField: {"widget": Textarea(attrs={"rows": 3, "class": "vLargeTextField"})}}
    ordering = ("-pk",)
    change_form_template = "admin/record_form.html"
    change_list_template = "admin/record_list.html"
    delete_confirmation_template = "admin/record_delete.html"
    delete_selected_confirmation_template = "admin/record_delete_selected.html"

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

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only drafts and returned records of the official's region: what is submitted or verified stays."""
        user = official(request)
        deletable = obj is None or (obj.state in (State.DRAFT, State.RETURNED) and in_own_region(user, obj))
        closed = obj is not None and is_closed(obj, request)
        return deletable and not closed and super().has_delete_permission(request, obj)

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
        form.request, form.saving = request, self.saving  # type: ignore[attr-defined]
        return form

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The region of an official of one county, who need not name it."""
        user = official(request)
        own = user.region.level in (Region.Level.COUNTY, Region.Level.ZONE)
        return {"region": user.region_id} if own else {}

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
        self.apply(request, form, form.cleaned_data)
        for text in self.warnings(obj):
            messages.warning(request, text)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Save or delete the rows that were changed, each at the version it was read at."""
        formset.save(commit=False)
        gone = formset.deleted_forms
        for row_form in gone:
            if row_form.instance.pk:
                delete_record(row_form.instance, row_form.cleaned_data.get("version"))
        for row_form in formset.forms:
            if row_form.has_changed() and row_form not in gone:
                self.apply(request, row_form, form.cleaned_data)

    def apply(self, request: HttpRequest, form: Any, page: dict[str, Any]) -> None:
        """Apply what the form of a record asks for, with the comment of the page."""
        applied = apply_change(form.change(page.get("review_comment", "")), official(request))
        if applied == AppliedChange.REVISED:
            self.saving.revised = True

    def warnings(self, obj: Any) -> list[str]:
        """Sentences about what is odd in a saved record but not refused."""
        return []

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        if not self.saving.revised:
            return super().response_change(request, obj)
        self.message_user(request, str(WAITS), messages.WARNING)
        return HttpResponseRedirect(self.kept_filters(request, request.path))

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """The page, with the changes of the record and of its rows that wait for review."""
        obj = context["original"]
        user = official(request)
        rows = [obj] if isinstance(obj, Record) and in_own_region(user, obj) else []
        for inline in context["inline_admin_formsets"]:
            if isinstance(inline.formset, RecordFormSet):
                rows += [form.instance for form in inline.formset.forms]
        found = [row.open_revision for row in rows if row.open_revision]
        for row in rows:
            if row.open_revision:
                row.open_revision.record = row  # its name is made of what the page has read
        context["summary"] = error_summary(context["adminform"].form, context["inline_admin_formsets"])
        context.setdefault("asked", asked_and_answered(rows))
        context["closed"] = obj is not None and obj.locked
        context["revisions"] = [*zip(found, revision_lines(found, user), strict=True)]
        return super().render_change_form(request, context, *args, **kwargs)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What the admin lists, but with the number of records outside the official's scope that stand in the way."""
        listed, counts, lacking, protected = super().get_deleted_objects(objs, request)
        if protected:
            collector = NestedObjects(using=router.db_for_write(self.model), origin=objs)
            collector.collect(objs)
            protected = seen_names(collector.protected, official(request))
            lacking = set()  # nothing is deleted while they stand, so nobody lacks a right to delete them
        return listed, counts, lacking, protected

    def delete_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> Any:
        """The page of a deletion. A refusal leads to the record, as the page may not open any more."""
        try:
            return super().delete_view(request, object_id, *args, **kwargs)
        except (StaleRecord, IntegrityError, ValidationError) as error:
            refused = refusal_error(error, (self.model,))
        except PermissionDenied:
            user = official(request)
            obj = self.get_object(request, unquote(object_id))
            if request.method != "POST" or not (may(user, "delete", self.model) and in_own_region(user, obj)):
                raise
            refused = (
                closed_period_error(obj.locked) if obj.locked else refusal_error(StaleRecord(obj), (self.model,))
            )
        messages.error(request, " ".join(refused.messages))
        name = f"{self.opts.app_label}_{self.opts.model_name}_change"
        return HttpResponseRedirect(self.kept_filters(request, reverse(f"admin:{name}", args=[object_id])))

    def kept_filters(self, request: HttpRequest, url: str) -> str:
        """The address with the filters of the list that the record was opened from."""
        kept: dict[str, Any] = {"preserved_filters": self.get_preserved_filters(request), "opts": self.opts}
        return add_preserved_filters(kept, url)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        check_seen(obj, request.POST.get("version"))
        delete_record(obj, obj.version)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Delete all or none. The rows are locked first, so that none is submitted meanwhile."""
        seen = seen_versions(request)
        lock_rows(self.model, list(seen))
        for row in queryset.select_related(None).select_for_update().order_by("pk"):
            if not self.has_delete_permission(request, row):
                raise PermissionDenied
            check_seen(row, seen.get(row.pk))
            delete_record(row, row.version)


def seen_names(rows: Any, user: Official) -> list[str]:
    """The names of the rows that the official may see, and how many others there are."""
    models: set[type[Model]] = {type(row) for row in rows}
    seen = [
        labelled(capfirst(str(model._meta.verbose_name)), row)
        for model in models
        for row in choosable_rows(model, user).filter(pk__in=[row.pk for row in rows if type(row) is model])
    ]
    hidden = len(rows) - len(seen)
    more = ngettext("%(count)d record outside your region", "%(count)d records outside your region", hidden)
    return [*seen, *([more % {"count": hidden}] if hidden else [])]
