"""The form of a record in the admin: its data, the version it was read at, and the next step of review."""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from django import forms
from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from revival.records.admin.conflicts import conflict, handed_in, overtaken, refusal
from revival.records.display import data_fields
from revival.records.models import Record, Reviewed, Revision, State
from revival.records.plausible import doubts
from revival.records.refusals import closed
from revival.records.review import keeps, may, next_states
from revival.records.revisions import waiting

STEP_LABELS = {
    State.DRAFT: gettext_lazy("Withdraw"),
    State.SUBMITTED: gettext_lazy("Submit"),
    State.VERIFIED: gettext_lazy("Verify"),
    State.RETURNED: gettext_lazy("Return with a comment"),
}
# Fields of the forms that are none of the record's data.
EXTRA = ("version", "review", "review_comment")


class CodeField(forms.CharField):
    """A code, cleaned to its one spelling before anything compares it. No maxlength: hyphens may be typed."""

    spelled: Callable[[str], str] = staticmethod(str)

    def __init__(self, *, max_length: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        return self.spelled(super().to_python(value) or "")


class StepField(forms.ChoiceField):
    """The step of review to take, out of those that are the official's."""

    def offer(self, row: Reviewed, user: Any, closed: bool = False) -> None:
        steps = [] if closed else [(state.value, STEP_LABELS[state]) for state in next_states(row, user)]
        self.choices = [("", _("Leave as it is")), *steps]
        own = row.state == State.SUBMITTED and row.submitted_by_id == user.pk and may(user, "verify", row)
        message = _("Nobody verifies what he submitted himself.") if own else _("This step is not yours to take.")
        self.error_messages["invalid_choice"] = message
        self.help_text = message if own else ""


class RowForm(forms.ModelForm):  # type: ignore[type-arg]
    """The form of a record as a row of another's page, and the base of the record's own.

    The admin sets the request on the class it makes for each request.
    """

    version = forms.IntegerField(required=False, widget=forms.HiddenInput, label="")
    review = StepField(required=False, label=pgettext_lazy("step", "Review"))
    request: ClassVar[Any]
    data: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row = self.instance
        if row.pk:
            self.initial["version"] = row.version
            self.initial.update(returned(row))
        step: Any = self.fields["review"]
        step.offer(row, self.request.user, is_closed(row, self.request))
        field: Any
        for name, field in self.fields.items():
            key = getattr(row, f"{name}_id", None)
            # What the record has already stays a choice, though it lies in another region.
            if isinstance(field, forms.ModelChoiceField) and key is not None:
                rows: Any = field.queryset
                field.queryset = rows | rows.model._default_manager.filter(pk=key)

    def clean(self) -> Any:
        """Refuse a save over a newer version; the form shows both values and now bears the newer version."""
        cleaned = super().clean()
        posted = self.cleaned_data.get("version")
        if refused := refusal(self):
            raise refused
        if self.instance.pk and posted != self.instance.version:
            lines = conflict(self, posted, self.request.user)
            self.data = self.data.copy()
            self.data[self.add_prefix("version")] = str(self.instance.version)
            raise ValidationError(lines)
        if self.instance.pk and self.instance.locked and (self.changed_names or self.cleaned_data.get("review")):
            raise closed(self.instance.locked)
        return cleaned

    def _post_clean(self) -> None:
        """Ask for an explanation where what is handed in is unlikely; given one, it is handed in as it is."""
        super()._post_clean()  # type: ignore[misc]
        row = self.instance
        names = self.changed_names
        if self.errors or not isinstance(row, Record):
            return
        revised = row.state == State.VERIFIED and bool(names)
        if revised or self.cleaned_data.get("review") == State.SUBMITTED:
            for asked in doubts(row, names):
                self.add_error("explanation" if "explanation" in self.fields else None, asked)

    @property
    def changed_names(self) -> list[str]:
        """The record's data fields that the official changed."""
        return [f.name for f in data_fields(type(self.instance)) if f.name in self.changed_data]


def returned(row: Any) -> dict[str, Any]:
    """The values of a returned or withdrawn change of the row, so that it is mended and not typed anew."""
    revision: Revision | None = getattr(row, "open_revision", None)
    if revision is None or revision.state == State.SUBMITTED or revision.base_version != row.version:
        return {}
    return {name: row._meta.get_field(name).to_python(value) for name, value in revision.changes.items()}


class RecordForm(RowForm):
    """The form of a record's own page; its comment goes with every step that is taken on the page."""

    review_comment = forms.CharField(
        required=False,
        max_length=2000,
        label=gettext_lazy("Comment"),
        help_text=gettext_lazy("Needed to return a record or a row of it: say what is to be mended."),
        widget=forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
    )

    def clean(self) -> Any:
        """Also refuse with what the database said to the same form just now, and a return without a comment."""
        refused: ValidationError | None = getattr(self.request, "refused", None)
        if refused is not None:
            # A message for a field that the page shows read-only stands above the form.
            for name, errors in getattr(refused, "error_dict", {None: [refused]}).items():
                for error in errors:
                    self.add_error(name if name in self.fields else None, error)
        cleaned = super().clean()
        steps = {self.cleaned_data.get("review")} | {
            value for name, value in self.data.items() if name.endswith("-review")
        }
        if State.RETURNED in steps and not self.cleaned_data.get("review_comment", "").strip():
            self.add_error("review_comment", _("Say what is to be mended."))
        return cleaned


class RecordFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    """Rows of a record's page, each under its own state: submitted ones are read-only until withdrawn."""

    @cached_property
    def waiting(self) -> dict[int, Revision]:
        """The open revisions of the rows."""
        return waiting(self.model, [row for row in self.get_queryset() if row.pk])

    def get_queryset(self) -> Any:
        """The rows, each with its open revision beside it."""
        rows = super().get_queryset()
        if not hasattr(self, "_revised"):
            self._revised = True
            for row in rows:
                row.open_revision = self.waiting.get(row.pk)
        return rows

    def clean(self) -> None:
        """Say so where rows have gone: the admin shows no form of a row that is not there."""
        super().clean()
        if any(form.instance.pk is None for form in self.initial_forms):
            raise ValidationError(
                _("A row was deleted by another since you opened the page. Nothing was saved; open the page again.")
            )

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        row = form.instance
        # Its checks then see what is typed for the record on the same page, and read it no more than once.
        setattr(row, self.fk.name, self.instance)
        if row.pk is None:
            return
        typed = [f.name for f in data_fields(type(row)) if f.name in form.fields and f.name != self.fk.name]
        closed = shown_closed(row, form.request, map(form.add_prefix, typed))
        mine = editable(row, form.request.user) or overtaken(row, form.request, form.add_prefix(""))
        if closed or not mine:
            for name in typed:
                form.fields[name].disabled = True
        if "DELETE" in form.fields and row.state not in (State.DRAFT, State.RETURNED):
            form.fields["DELETE"].disabled = True


def is_closed(row: Reviewed, request: Any) -> bool:
    """Whether a page offers nothing for the row, as its period is closed. What is posted is refused in words."""
    return request.method != "POST" and bool(row.locked)


def shown_closed(row: Reviewed, request: Any, names: Iterable[str]) -> bool:
    """Whether a page shows the row read-only, as its period is closed. names: what its fields are posted as.

    A page that showed it so posts none of them. What was typed before the period closed is refused and shown again.
    """
    return set(names).isdisjoint(request.POST) and bool(row.locked)


def editable(row: Reviewed, user: Any) -> bool:
    """Whether the official may change the record's data: not while it, or a change of it, is handed in."""
    return may(user, "change", row) and keeps(user, row) and not handed_in(row)


def model_names(fieldsets: Any) -> list[str]:
    """The names of model fields in fieldsets; the rest are columns that are only shown, and fields of the form."""
    return [f for f in flatten_fieldsets(fieldsets) if isinstance(f, str) and f not in EXTRA]
