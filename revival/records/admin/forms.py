"""The form of a record in the admin: its data, the version it was read at, and the next step of review."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django import forms
from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from revival.accounts.models import Official
from revival.accounts.requests import official
from revival.accounts.signs import refuse_unseen, refuse_unseen_in_lines
from revival.records.admin.asking import ask_about_duplicates, word_same_codes
from revival.records.admin.choices import begun_with
from revival.records.admin.conflicts import is_overtaken, overtaken_error, stale_sentences
from revival.records.admin.given import filled_data
from revival.records.beside import Beside
from revival.records.changes import Change, closed_period, is_submitted, judge_period, judge_values, judge_version
from revival.records.display import data_fields
from revival.records.models import Record, Reviewed, State
from revival.records.plausible import placed
from revival.records.refusals import closed_period_error
from revival.records.review import in_own_region, may, next_states

STEP_LABELS = {
    State.DRAFT: gettext_lazy("Withdraw"),
    State.SUBMITTED: gettext_lazy("Submit"),
    State.VERIFIED: gettext_lazy("Verify"),
    State.RETURNED: gettext_lazy("Return with a comment"),
}
# Fields of the forms that are not data of the record. The step of a page is no field on it: it is the buttons.
EXTRA_FIELDS = ("version", "asked", "review_comment")
ROW_FIELDS = ("review", "version")
# The steps that the rows of a page take together with it, and the verb of each.
PAGE_STEPS = {State.SUBMITTED: "submit", State.VERIFIED: "verify"}
WITH_ROWS = "rows_too"  # the box of a page that says that its rows are verified with it


@dataclass
class SaveAttempt:
    """One attempt to save a page of a record.

    refused: why the database refused the attempt before this one, which is shown again by it. revised: whether a
    change of a verified record was submitted as a revision. step: the step that the record took. rows: the step that
    each of its rows took, with the model of the row. told: the sentence about all of this.
    """

    refused: ValidationError | None = None
    revised: bool = False
    step: State | None = None
    rows: list[tuple[State, Any]] = field(default_factory=list)
    told: str = ""


class CodeField(forms.CharField):
    """A code, cleaned to its one spelling before anything compares it. It has no maxlength: hyphens may be typed."""

    spelled: Callable[[str], str] = staticmethod(str)

    def __init__(self, *, max_length: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        """The one spelling. A sign that nobody sees is refused first, as in every text of one line."""
        typed = super().to_python(value) or ""
        refuse_unseen(typed, self.label or "")
        return self.spelled(typed)


class StepField(forms.ChoiceField):
    """The step of review to take, out of those that the official may take."""

    def offer(self, row: Reviewed, user: Official, closed: bool = False) -> None:
        """Offer the steps of the row; of a closed period none."""
        steps = [] if closed else next_states(row, user)
        none = _("With the page") if set(steps) & set(PAGE_STEPS) else _("Leave as it is")
        self.choices = [("", none), *((state.value, STEP_LABELS[state]) for state in steps)]
        own = row.state == State.SUBMITTED and row.submitted_by_id == user.pk and may(user, "verify", row)
        message = (
            _("You cannot verify what you submitted yourself. Ask another verifier.")
            if own
            else _("This step is not yours to take.")
        )
        self.error_messages["invalid_choice"] = message
        self.help_text = message if own else ""


class RowForm(forms.ModelForm):  # type: ignore[type-arg]
    """The form of a record as a row of another's page, and the base of the form of its own page.

    request: that of the page; the admin makes a class of the form for each request. asked: the records that the form
    has asked about. sound: whether every value is accepted, though it may be asked about.
    """

    version = forms.IntegerField(required=False, widget=forms.HiddenInput, label="")
    asked = forms.CharField(required=False, widget=forms.HiddenInput, label="")
    sound = False
    review = StepField(required=False, label=pgettext_lazy("step", "Review"))
    request: ClassVar[HttpRequest]
    data: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row = self.instance
        if row.pk:
            self.initial["version"] = row.version
            self.initial.update(begun_with(type(row), returned_values(row), official(self.request)))
        step: Any = self.fields["review"]
        step.offer(row, official(self.request), is_closed(row, self.request))
        field: Any
        for name, field in self.fields.items():
            key = getattr(row, f"{name}_id", None)
            # What the record has already stays a choice, though it lies in another region.
            if isinstance(field, forms.ModelChoiceField) and key is not None:
                rows: Any = field.queryset
                field.queryset = rows | rows.model._default_manager.filter(pk=key)

    def clean(self) -> Any:
        """Refuse a save over another version; the form shows both values and now has the version that is stored."""
        cleaned = super().clean()
        change = self.change()
        if overtaken := overtaken_error(self):
            raise overtaken
        if judge_version(change):
            sentences = stale_sentences(self, change.seen, official(self.request))
            self.data = self.data.copy()
            self.data[self.add_prefix("version")] = str(self.instance.version)
            raise ValidationError(sentences)
        if change.closed and judge_period(change):
            raise closed_period_error(change.closed)
        return cleaned

    def _post_clean(self) -> None:
        """Ask for an explanation where submitted values are unlikely; with one they are submitted as they are."""
        super()._post_clean()  # type: ignore[misc]
        word_same_codes(self, official(self.request))
        self.sound = not self.errors
        refusal = None if self.errors else judge_values(self.change())
        if refusal:
            self.note_asked(each.token for each in refusal.questions)
            for name, sentence in placed(self.instance, refusal.questions, self.fields):
                self.add_error(name, sentence)

    @property
    def asked_before(self) -> set[str]:
        """The tokens of the questions that the form has asked before."""
        return set((self.cleaned_data.get("asked") or "").split())

    def note_asked(self, tokens: Iterable[str]) -> None:
        """Let the form know, when it is posted again, what it has asked."""
        self.data = self.data.copy()
        key = self.add_prefix("asked")
        self.data[key] = " ".join(sorted({*self.data.get(key, "").split(), *tokens}))

    def change(self, comment: str = "") -> Change:
        """What the official wants of the record."""
        row, step = self.instance, self.step()
        seen = self.cleaned_data.get("version") if row.pk else None
        closed, asked = closed_period(row, step), self.asked_before
        return Change(row, seen, self.changed_names, step, comment, closed, asked=asked)

    def step(self) -> State | None:
        """The step to take: the one that is chosen for the row, else that of the page if the row may take it."""
        chosen = self.cleaned_data.get("review")
        return State(chosen) if chosen else self.step_of_page()

    def step_of_page(self) -> State | None:
        """The step that the row takes with its page. A blank row takes none, and neither does one of a closed period.

        Rows are verified with the page where a box on it says so.
        """
        row, posted = self.instance, self.request.POST
        step = next((state for state in PAGE_STEPS if posted.get("review") == state), None)
        if step is None or (step == State.VERIFIED and WITH_ROWS not in posted):
            return None
        if row.locked or (row.pk is None and not self.has_changed()):
            return None
        return step if step in next_states(row, official(self.request)) else None

    @property
    def changed_names(self) -> list[str]:
        """The record's data fields that the official changed."""
        return [f.name for f in data_fields(type(self.instance)) if f.name in self.changed_data]


def steps_of_rows(row: Reviewed, user: Official) -> list[State]:
    """The steps of a page that only rows of the record may take, as the record has taken them itself."""
    past = {State.SUBMITTED: (State.SUBMITTED,), State.VERIFIED: tuple(PAGE_STEPS)}
    return [step for step in past.get(State(row.state), ()) if may(user, PAGE_STEPS[step], row)]


def returned_values(row: Reviewed) -> dict[str, Any]:
    """The values of a returned or withdrawn change of the row, so that it is corrected and not typed again."""
    revision = row.open_revision if isinstance(row, Record) else None
    if revision is None or revision.state == State.SUBMITTED or revision.base_version != row.version:
        return {}
    fields: Any = row._meta
    return {name: fields.get_field(name).to_python(value) for name, value in revision.changes.items()}


class RecordForm(RowForm):
    """The form of a record's own page; its comment goes with every step that is taken on the page.

    saving: the attempt to save the page that the form is made for. with_rows: whether there are rows on the page.
    """

    saving: ClassVar[SaveAttempt]
    with_rows: ClassVar[bool]

    review_comment = forms.CharField(
        required=False,
        max_length=2000,
        label=gettext_lazy("Comment"),
        help_text=gettext_lazy("Needed to return a record or a row of it: say what is to be corrected."),
        widget=forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
        validators=[refuse_unseen_in_lines],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.data = filled_data(self, official(self.request))
        step: Any = self.fields["review"]
        if self.with_rows:
            offered = {value for value, _label in step.choices}
            more = steps_of_rows(self.instance, official(self.request))
            step.choices = [*step.choices, *((s.value, STEP_LABELS[s]) for s in more if s.value not in offered)]

    def step(self) -> State | None:
        """The step that the record takes itself; one that only its rows can take is none of its own."""
        chosen = self.cleaned_data.get("review")
        step = State(chosen) if chosen else None
        return step if step in next_states(self.instance, official(self.request)) else None

    def clean(self) -> Any:
        """Also refuse what the database refused at the attempt before, and a return without a comment."""
        refused = self.saving.refused
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
            self.add_error("review_comment", _("Say what is to be corrected."))
        return cleaned

    def _post_clean(self) -> None:
        """Also ask about records that are there already."""
        super()._post_clean()
        if self.sound:
            ask_about_duplicates([self], official(self.request))


class RecordFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    """Rows of a record's page, each under its own state: submitted ones are read-only until withdrawn."""

    @cached_property
    def stored_rows(self) -> Any:
        """The rows, with their open revisions, which are read at once."""
        rows: Any = super().get_queryset()
        rows.model.read_open_revisions(rows)
        return rows

    @cached_property
    def beside(self) -> Beside:
        """What the values of all rows are compared with."""
        return Beside([])

    def get_queryset(self) -> Any:
        return self.stored_rows

    def clean(self) -> None:
        """Refuse the page where a row is gone: the admin shows no form of a row that is not there."""
        super().clean()
        if any(form.instance.pk is None for form in self.initial_forms):
            raise ValidationError(
                _("A row was deleted by another since you opened the page. Nothing was saved; open the page again.")
            )
        forms: Any = self.forms
        typed = [each for each in forms if each.sound and each.has_changed() and each not in self.deleted_forms]
        if typed:
            ask_about_duplicates(typed, official(typed[0].request))

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        row = form.instance
        # The checks of the row then see what is typed for the record on the same page, and read it only once.
        setattr(row, self.fk.name, self.instance)
        self.beside.rows.append(row)
        row.beside = self.beside
        if row.pk is None:
            return
        typed = [f.name for f in data_fields(type(row)) if f.name in form.fields and f.name != self.fk.name]
        closed = shown_closed(row, form.request, map(form.add_prefix, typed))
        offered = is_editable(row, official(form.request)) or is_overtaken(row, form.request, form.add_prefix(""))
        if closed or not offered:
            for name in typed:
                form.fields[name].disabled = True
        if "DELETE" in form.fields and row.state not in (State.DRAFT, State.RETURNED):
            form.fields["DELETE"].disabled = True


def is_closed(row: Reviewed, request: HttpRequest) -> bool:
    """Whether a page offers nothing for the row, as its period is closed. What is posted is refused in words."""
    return request.method != "POST" and bool(row.locked)


def shown_closed(row: Reviewed, request: HttpRequest, names: Iterable[str]) -> bool:
    """Whether a page shows the row read-only, as its period is closed. names: what its fields are posted as.

    A page that showed it read-only posts none of them. What was typed before the period closed is refused and shown
    again.
    """
    return set(names).isdisjoint(request.POST) and bool(row.locked)


def is_editable(row: Reviewed, user: Official) -> bool:
    """Whether the official may change the record's data: not while it, or a change of it, is submitted."""
    return may(user, "change", row) and in_own_region(user, row) and not is_submitted(row)


def model_names(fieldsets: Any) -> list[str]:
    """The names of model fields in fieldsets. The rest are columns that are only shown, and fields of the form."""
    return [f for f in flatten_fieldsets(fieldsets) if isinstance(f, str) and f not in (*EXTRA_FIELDS, *ROW_FIELDS)]
