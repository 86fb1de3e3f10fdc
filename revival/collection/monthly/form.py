"""One project's month on the monthly form: the typed values, compared with the stored ones."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from projects.models import ProjectProgress, RenovationProject
from revival.accounts.models import Region
from revival.punctuation import labelled
from revival.records.beside import Question
from revival.records.changes import Change, judge_period, judge_values, judge_version
from revival.records.entry import AmountInput, WanField
from revival.records.fields import amount_in_wan
from revival.records.models import State
from revival.records.plausible import placed
from revival.records.refusals import closed_period_error

AMOUNTS = ("planned", "completed")
TYPED = (*AMOUNTS, "explanation")
BLANK: dict[str, Any] = dict.fromkeys(TYPED)
OTHERS = {field.name for field in ProjectProgress._meta.concrete_fields} - {*TYPED}
OPEN = (State.DRAFT, State.RETURNED)


class RowOutcome(StrEnum):
    """The outcome of a posted row."""

    SAME = "same"  # equal to the stored values
    LEFT = "left"  # changed by another official, and not by this one
    READY = "ready"
    SAVED = "saved"
    CLEARED = "cleared"  # both amounts of a draft are blank: a button removes it
    REMOVED = "removed"
    INCOMPLETE = "incomplete"  # one amount is missing; a draft waits for it
    WRONG = "wrong"
    STALE = "stale"
    CLOSED = "closed"


REFUSED = (RowOutcome.INCOMPLETE, RowOutcome.WRONG, RowOutcome.STALE, RowOutcome.CLOSED)


def amount_field(column: str) -> WanField:
    """The field of an amount in 万元."""
    label = capfirst(ProjectProgress._meta.get_field(column).verbose_name)  # type: ignore[union-attr]
    return WanField(required=False, label=label, widget=AmountInput({"data-column": column}))


class MonthForm(forms.Form):
    """The fields of one row. Their names begin with the project's key, as the page may change between two posts."""

    planned = amount_field("planned")
    completed = amount_field("completed")
    explanation = forms.CharField(required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    asked = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, project: RenovationProject, data: Any, stored: dict[str, Any]) -> None:
        super().__init__(data, prefix=f"p{project.pk}", initial=stored)
        for name in TYPED:
            label = capfirst(str(ProjectProgress._meta.get_field(name).verbose_name))  # type: ignore[union-attr]
            self.fields[name].widget.attrs["aria-label"] = labelled(project.name, label)


@dataclass(frozen=True)
class ListedProject:
    """A project on the list of a month.

    place: its region. closed: the closed reporting period of its month, if it is closed. linked: whether the
    official may see its enterprise.
    """

    project: RenovationProject
    month: int
    place: Region
    closed: str | None
    linked: bool


class MonthRow:
    """A row of the form: a project, its stored month, the months before it, and the posted values.

    progress: the stored month, if any. record: the record that a save writes.
    """

    def __init__(
        self, listed: ListedProject, progress: ProjectProgress | None, earlier: Sequence[ProjectProgress]
    ) -> None:
        self.listed, self.project, self.progress = listed, listed.project, progress
        self.before = earlier[-1] if earlier else None
        # A returned month has no figures to compare with.
        self.last = next((each for each in reversed(earlier) if each.state != State.RETURNED), None)
        self.stored: Mapping[str, Any] = {name: getattr(progress, name) for name in TYPED} if progress else BLANK
        self.outcome, self.outdated = RowOutcome.SAME, False
        self.record = progress or ProjectProgress(month=listed.month)
        # Both are read already, so a save does not query them.
        self.record.project, self.record.region = listed.project, listed.place
        self.form = self.fresh()

    def fresh(self) -> MonthForm:
        """The form with the stored values."""
        version = self.progress.version if self.progress else None
        return MonthForm(self.project, None, {**self.stored, "version": version})

    @property
    def prefix(self) -> str:
        return f"p{self.project.pk}"

    @property
    def submitted(self) -> bool:
        """Whether the stored month is submitted or verified."""
        return self.progress is not None and self.progress.state not in OPEN

    @property
    def editable(self) -> bool:
        """Whether the row has fields. They stay if the period closes after the page was opened."""
        return not self.submitted and (not self.listed.closed or self.outcome == RowOutcome.CLOSED)

    @property
    def state(self) -> str:
        return str(State(self.progress.state).label) if self.progress else _("Not started")

    @property
    def unsaved(self) -> bool:
        return self.form.is_bound and self.editable and self.differs(self.stored)

    @property
    def explains(self) -> bool:
        """Whether the explanation is shown: there is one, or one is required."""
        bound: Any = self.form["explanation"]
        return bool(bound.errors or bound.value())

    @property
    def figures(self) -> dict[str, str]:
        """The amounts that are shown beside the fields, in 万元."""
        last, now = self.last, self.progress
        return {
            "plan": wan_text(self.project.planned_investment),
            "last_planned": wan_text(last.planned if last else None),
            "last_completed": wan_text(last.completed if last else None),
            "planned": wan_text(now.planned if now else None),
            "completed": wan_text(now.completed if now else None),
        }

    def bind(self, data: Mapping[str, str]) -> None:
        """Read the posted values. An explanation that is not shown is not posted, and stays as it is."""
        form = self.form
        typed: dict[str, str] = {}
        sent = any(form.add_prefix(name) in data for name in TYPED)
        for name in TYPED:
            key = form.add_prefix(name)
            typed[key] = str(data[key] if key in data else form[name].value() or "").replace("\r\n", "\n")
        # Values without a version may have been typed over any stored values.
        key = form.add_prefix("version")
        typed[key] = str(data.get(key, "") if sent else form["version"].value() or "")
        key = form.add_prefix("asked")
        typed[key] = str(data.get(key, ""))
        self.form = MonthForm(self.project, typed, {**self.stored})
        self.form.is_valid()

    @property
    def version(self) -> int | None:
        """The version that the page showed; None if nothing was stored."""
        return self.form.cleaned_data.get("version") or None

    @property
    def current(self) -> bool:
        """Whether the page showed the stored values."""
        return judge_version(self.change()) is None

    def change(self, submitting: bool = False) -> Change:
        """The change that the official asks for."""
        names = [name for name in TYPED if self.changed(name, self.stored)]
        step, closed = State.SUBMITTED if submitting else None, self.listed.closed
        asked = self.form.cleaned_data.get("asked", "").split()
        return Change(self.record, self.version, names, step, closed=closed, outdated=self.outdated, asked=asked)

    def changed(self, name: str, values: Mapping[str, Any]) -> bool:
        return self.form.fields[name].has_changed(values[name], self.form.data[self.form.add_prefix(name)])

    def differs(self, values: Mapping[str, Any]) -> bool:
        """Whether the typed values differ from the given ones."""
        return any(self.changed(name, values) for name in TYPED)

    def judge(self, submitting: bool, base: Mapping[str, Any], clearing: bool = False) -> None:
        """Set the outcome of the posted row. READY rows are saved, CLEARED rows removed.

        base: the values that the page showed. clearing: a button was pressed, and the official may remove drafts.
        """
        change = self.change(submitting)
        if not self.differs(self.stored):
            if not submitting or self.progress is None or self.submitted:
                self.form = self.fresh()
                return
        elif judge_version(change) or self.submitted:
            untouched = not self.differs(base)
            if untouched and (self.submitted or not submitting or not self.differs(BLANK)):
                self.form, self.outcome = self.fresh(), RowOutcome.LEFT
            else:
                self.conflict()
            return
        if change.closed and judge_period(change):
            self.refuse(RowOutcome.CLOSED, None, closed_period_error(change.closed))
        elif any(name in self.form.errors for name in TYPED):
            self.outcome = RowOutcome.WRONG
        elif clearing and self.cleared:
            self.outcome = RowOutcome.CLEARED
        elif self.is_complete(submitting) and self.fits():
            self.outcome = RowOutcome.READY
            if refusal := judge_values(change):
                self.ask(refusal.questions, change.asked)

    @property
    def cleared(self) -> bool:
        """Whether both amounts of a draft were made blank, and no explanation was typed."""
        blank = all(self.form.cleaned_data[name] is None for name in AMOUNTS)
        return self.progress is not None and blank and not self.changed("explanation", self.stored)

    def ask(self, questions: Sequence[Question], before: Collection[str]) -> None:
        """Refuse the row with questions about its values, and note which the page has asked."""
        for field, sentence in placed(self.record, questions, TYPED):
            self.refuse(RowOutcome.WRONG, field, sentence)
        typed: Any = self.form.data
        typed[self.form.add_prefix("asked")] = " ".join(sorted({*before, *(each.token for each in questions)}))

    def refuse(self, outcome: RowOutcome, field: str | None, error: Any) -> None:
        self.outcome = outcome
        self.form.add_error(field, error)

    def is_complete(self, submitting: bool) -> bool:
        """Whether both amounts are there. A missing amount is refused, or awaited if the row is a draft."""
        missing = [name for name in AMOUNTS if self.form.cleaned_data[name] is None]
        for name in missing:
            if submitting:
                self.refuse(RowOutcome.WRONG, name, _("This amount is missing; where there is none, type 0."))
            else:
                self.refuse(RowOutcome.INCOMPLETE, name, _("Not saved yet: this amount is missing."))
        return not missing

    def fits(self) -> bool:
        """Whether the record takes what was typed, which stands in it from then on.

        Its constraints are not checked here: each would cost three queries a row. The fields of the form check those
        of the amounts, and the database checks all.
        """
        self.record.before = self.before
        for name in TYPED:
            setattr(self.record, name, self.form.cleaned_data[name])
        try:
            self.record.full_clean(exclude=OTHERS, validate_constraints=False)
        except ValidationError as unfit:
            self.refuse(RowOutcome.WRONG, None, unfit)
            return False
        return True

    def saved(self) -> None:
        """Take the saved record as the stored one."""
        self.progress, self.outcome = self.record, RowOutcome.SAVED
        self.stored = {name: getattr(self.record, name) for name in TYPED}
        self.form = self.fresh()

    def removed(self) -> None:
        """Note that nothing is stored any more."""
        self.progress, self.stored, self.outcome = None, BLANK, RowOutcome.REMOVED
        self.form = self.fresh()

    def conflict(self) -> None:
        """Refuse a row that another official changed. Both values are shown, so that a second save is a decision."""
        row, form = self.progress, self.form
        typed = {name: form.data[form.add_prefix(name)] for name in TYPED}
        words = {"who": "", "when": "", **typed}
        if row is not None:
            words |= {"who": str(row.changed_by or _("Another")), "when": f"{localtime(row.changed_at):%m-%d %H:%M}"}
        if row is None:
            said = _("Another deleted this row after you opened the page. Saving again enters what you typed.")
        elif self.submitted:
            said = _(
                "%(who)s changed this row at %(when)s; it is submitted. Not saved: you typed “%(planned)s” as "
                "planned and “%(completed)s” as completed."
            )
        else:
            said = _(
                "%(who)s changed this row at %(when)s, after you opened the page. Your text is kept; saving again "
                "puts it in place of what is saved now."
            )
            for name in TYPED:
                if self.changed(name, self.stored):
                    now = self.stored[name] or "–" if name == "explanation" else wan_text(self.stored[name])
                    pair = {"now": now, "typed": typed[name] or "–"}
                    form.add_error(name, _("Saved now: “%(now)s”. You typed: “%(typed)s”.") % pair)
        self.refuse(RowOutcome.STALE, None, said % words)
        typed_and_version: Any = form.data
        typed_and_version[form.add_prefix("version")] = str(row.version) if row else ""


def wan_text(value: Decimal | None) -> str:
    """An amount of yuan in 万元, exact; a dash for none."""
    return "–" if value is None else amount_in_wan(value)
