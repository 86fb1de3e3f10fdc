"""One project's month on the monthly form: what was typed for it, held against what is stored."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.models import ProjectProgress, RenovationProject
from revival.records.fields import WanField, in_wan
from revival.records.models import State
from revival.records.plausible import doubts
from revival.records.refusals import closed

AMOUNTS = ("planned", "completed")
TYPED = (*AMOUNTS, "explanation")
BLANK: dict[str, Any] = dict.fromkeys(TYPED)
OTHERS = {field.name for field in ProjectProgress._meta.concrete_fields} - {*TYPED}
OPEN = (State.DRAFT, State.RETURNED)


class Outcome(StrEnum):
    """What became of what was posted for a row."""

    SAME = "same"  # what is stored already
    LEFT = "left"  # another changed it, and the official left it alone
    READY = "ready"
    SAVED = "saved"
    CLEARED = "cleared"  # both amounts of a draft are blank: by a button it is removed
    REMOVED = "removed"
    INCOMPLETE = "incomplete"  # one amount is missing; a draft waits for it
    WRONG = "wrong"
    STALE = "stale"
    CLOSED = "closed"


REFUSED = (Outcome.INCOMPLETE, Outcome.WRONG, Outcome.STALE, Outcome.CLOSED)


def amount(column: str) -> WanField:
    """An amount in 万元, typed as text: a number box would refuse full-width digits and count with the arrow keys."""
    attrs = {"inputmode": "decimal", "autocomplete": "off", "maxlength": 40, "data-column": column}
    least = MinValueValidator(0, gettext_lazy("An amount is a number from 0 up."))  # WanField sees to the upper bound
    return WanField(required=False, validators=[least], widget=forms.TextInput(attrs=attrs))


class MonthForm(forms.Form):
    """The fields of one row. Its names begin with the project's key, so a page may change between two posts."""

    planned = amount("planned")
    completed = amount("completed")
    explanation = forms.CharField(required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, project: RenovationProject, data: Any, stored: dict[str, Any]) -> None:
        super().__init__(data, prefix=f"p{project.pk}", initial=stored)
        for name in TYPED:
            label = capfirst(str(ProjectProgress._meta.get_field(name).verbose_name))  # type: ignore[union-attr]
            self.fields[name].widget.attrs["aria-label"] = f"{project.name}: {label}"


class Line:
    """A row of the form: a project, its month as it is stored, the months before it, and what was posted."""

    def __init__(self, project: Any, row: ProjectProgress | None, earlier: Sequence[ProjectProgress]) -> None:
        self.project, self.row = project, row
        self.before = earlier[-1] if earlier else None
        # What is sent back to be mended is no figure to go by.
        self.last = next((each for each in reversed(earlier) if each.state != State.RETURNED), None)
        self.stored: Mapping[str, Any] = {name: getattr(row, name) for name in TYPED} if row else BLANK
        self.outcome, self.outdated = Outcome.SAME, False
        self.record: ProjectProgress | None = None
        self.form = self.fresh()

    def fresh(self) -> MonthForm:
        """The form with what is stored."""
        version = self.row.version if self.row else None
        return MonthForm(self.project, None, {**self.stored, "version": version})

    @property
    def prefix(self) -> str:
        return f"p{self.project.pk}"

    @property
    def handed_in(self) -> bool:
        return self.row is not None and self.row.state not in OPEN

    @property
    def editable(self) -> bool:
        """Whether it has fields. In a period that closed since the page was opened what was typed stays in them."""
        return not self.handed_in and (not self.project.closed or self.outcome == Outcome.CLOSED)

    @property
    def state(self) -> str:
        return str(State(self.row.state).label) if self.row else _("Not started")

    @property
    def unsaved(self) -> bool:
        return self.form.is_bound and self.editable and self.differs(self.stored)

    @property
    def explains(self) -> bool:
        """Whether the explanation is shown: there is one, or one is asked for."""
        bound: Any = self.form["explanation"]
        return bool(bound.errors or bound.value())

    @property
    def figures(self) -> dict[str, str]:
        """The amounts that are shown and not typed, in 万元."""
        last, row = self.last, self.row
        return {
            "plan": shown(self.project.planned_investment),
            "last_planned": shown(last.planned if last else None),
            "last_completed": shown(last.completed if last else None),
            "planned": shown(row.planned if row else None),
            "completed": shown(row.completed if row else None),
        }

    def bind(self, data: Mapping[str, str]) -> None:
        """Take up what was posted. The explanation is posted only where it is shown; else it stays as it is."""
        form = self.form
        typed: dict[str, str] = {}
        sent = any(form.add_prefix(name) in data for name in TYPED)
        for name in TYPED:
            key = form.add_prefix(name)
            typed[key] = str(data[key] if key in data else form[name].value() or "").replace("\r\n", "\n")
        # What is sent without a version was typed over nothing that is known.
        key = form.add_prefix("version")
        typed[key] = str(data.get(key, "") if sent else form["version"].value() or "")
        self.form = MonthForm(self.project, typed, {**self.stored})
        self.form.is_valid()

    @property
    def version(self) -> int | None:
        """The version that the page showed; None where it showed no row."""
        return self.form.cleaned_data.get("version") or None

    @property
    def current(self) -> bool:
        """Whether what the page showed is what is stored."""
        return self.version == (self.row.version if self.row else None)

    def changed(self, name: str, values: Mapping[str, Any]) -> bool:
        return self.form.fields[name].has_changed(values[name], self.form.data[self.form.add_prefix(name)])

    def differs(self, values: Mapping[str, Any]) -> bool:
        """Whether something else was typed than these values."""
        return any(self.changed(name, values) for name in TYPED)

    def judge(self, handing_in: bool, base: Mapping[str, Any], clearing: bool = False) -> None:
        """Say what becomes of what was posted; READY is saved, CLEARED removed.

        base: the values that the page showed. clearing: a button was pressed, and the official may remove drafts.
        """
        if not self.differs(self.stored):
            if not handing_in or self.row is None or self.handed_in:
                self.form = self.fresh()
                return
        elif not self.current or self.handed_in:
            untouched = not self.differs(base)
            if untouched and (self.handed_in or not handing_in or not self.differs(BLANK)):
                self.form, self.outcome = self.fresh(), Outcome.LEFT
            else:
                self.conflict()
            return
        if self.project.closed:
            self.refuse(Outcome.CLOSED, None, closed(self.project.closed))
        elif any(name in self.form.errors for name in TYPED):
            self.outcome = Outcome.WRONG
        elif clearing and self.cleared:
            self.outcome = Outcome.CLEARED
        else:
            self.complete(handing_in)

    @property
    def cleared(self) -> bool:
        """Whether both amounts of a draft were made blank, and no explanation was typed meanwhile."""
        blank = all(self.form.cleaned_data[name] is None for name in AMOUNTS)
        return self.row is not None and blank and not self.changed("explanation", self.stored)

    def refuse(self, outcome: Outcome, field: str | None, error: Any) -> None:
        self.outcome = outcome
        self.form.add_error(field, error)

    def complete(self, handing_in: bool) -> None:
        """Ask for the amount that is missing; a draft waits for it."""
        missing = [name for name in AMOUNTS if self.form.cleaned_data[name] is None]
        for name in missing:
            if handing_in:
                self.refuse(Outcome.WRONG, name, _("This amount is missing; where there is none, type 0."))
            else:
                self.refuse(Outcome.INCOMPLETE, name, _("Not saved yet: this amount is missing."))
        if not missing:
            self.fits(handing_in)

    def fits(self, handing_in: bool) -> None:
        """Put what was typed into the record and let that judge it.

        It checks what was typed, without its constraints: each would cost three queries a row. The fields above
        hold to those of the amounts, and the database to all of them.
        """
        row = self.row or ProjectProgress(project=self.project, month=self.project.month)
        row.region = self.project.place
        for name in TYPED:
            setattr(row, name, self.form.cleaned_data[name])
        try:
            row.full_clean(exclude=OTHERS, validate_constraints=False)
        except ValidationError as unfit:
            self.refuse(Outcome.WRONG, None, unfit)
            return
        self.outcome, self.record = Outcome.READY, row
        if handing_in:
            row.before = self.before
            for asked in doubts(row, [name for name in TYPED if self.changed(name, self.stored)], self.outdated):
                self.refuse(Outcome.WRONG, "explanation", asked)

    def saved(self) -> None:
        """Show the record that was saved as what is stored."""
        self.row, self.outcome = self.record, Outcome.SAVED
        self.stored = {name: getattr(self.record, name) for name in TYPED}
        self.form = self.fresh()

    def removed(self) -> None:
        """Show that nothing is stored any more."""
        self.row, self.stored, self.outcome = None, BLANK, Outcome.REMOVED
        self.form = self.fresh()

    def conflict(self) -> None:
        """Another was faster: show both values, and bear the newer version, so that a second save is a decision."""
        row, form = self.row, self.form
        typed = {name: form.data[form.add_prefix(name)] for name in TYPED}
        words = {"who": "", "when": "", **typed}
        if row is not None:
            words |= {"who": str(row.changed_by or _("Another")), "when": f"{localtime(row.changed_at):%m-%d %H:%M}"}
        if row is None:
            said = _("Another deleted this row after you opened the page. Saving again enters what you typed.")
        elif self.handed_in:
            said = _(
                "%(who)s changed this row at %(when)s; it is handed in. Not saved: you typed “%(planned)s” as "
                "planned and “%(completed)s” as completed."
            )
        else:
            said = _(
                "%(who)s changed this row at %(when)s, after you opened the page. Your text is kept; saving again "
                "puts it in place of what is saved now."
            )
            for name in TYPED:
                if self.changed(name, self.stored):
                    now = self.stored[name] or "–" if name == "explanation" else shown(self.stored[name])
                    pair = {"now": now, "typed": typed[name] or "–"}
                    form.add_error(name, _("Saved now: “%(now)s”. You typed: “%(typed)s”.") % pair)
        self.refuse(Outcome.STALE, None, said % words)
        typed_and_version: Any = form.data
        typed_and_version[form.add_prefix("version")] = str(row.version) if row else ""


def shown(value: Decimal | None) -> str:
    """Yuan in 万元, exact; a dash where there is none."""
    return "–" if value is None else in_wan(value)
