"""The buttons of a record's page, what became of pressing one, and who returned the record."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from revival.accounts.models import Official
from revival.punctuation import listed
from revival.records.admin.forms import STEP_LABELS, WITH_ROWS, RecordFormSet, SaveAttempt, steps_of_rows
from revival.records.models import State
from revival.records.review import next_states, verifying_region, verifying_regions


def page_rows(formsets: Iterable[Any]) -> list[Any]:
    """The forms of the records that are rows of a page."""
    return [form for each in formsets if isinstance(each, RecordFormSet) for form in each.forms]


def page_buttons(form: Any, rows: Sequence[Any], user: Official, closed: bool, editable: bool) -> dict[str, Any]:
    """The context of the buttons of a page. form, rows: those of the record and of the rows on its page.

    closed: whether the record lies in a closed period. editable: whether the official may change its data.
    """
    row = form.instance
    own = [] if closed else next_states(row, user)
    of_rows = [step for each in rows if not each.instance.locked for step in next_states(each.instance, user)]
    steps = {*own, *(step for step in steps_of_rows(row, user) if step in of_rows)}
    order = (State.SUBMITTED, State.VERIFIED, State.RETURNED, State.DRAFT)
    labels = {State.SUBMITTED: _("Save"), State.VERIFIED: _("Save, and submit the change")}
    return {
        "steps": [(step.value, STEP_LABELS[step]) for step in order if step in steps],
        "save_label": labels.get(State(row.state), _("Save draft")),
        "show_save": editable
        or any(each.instance.pk is None or len(each.fields["review"].choices) > 1 for each in rows),
        "show_save_and_continue": editable,
        "show_save_and_add_another": editable,
        "rows_too": WITH_ROWS,
        "rows_waiting": of_rows.count(State.VERIFIED) if State.VERIFIED in steps else 0,
        "rows_asked": State.VERIFIED in own,
        "rows_chosen": not form.is_bound or WITH_ROWS in form.data,
        "step_errors": form.errors.get("review", ()),
        "step_help": form.fields["review"].help_text,
    }


def done_sentence(row: Any, attempt: SaveAttempt, user: Official, words: Callable[[Any, int], str]) -> str:
    """The sentence about a saved page, with a link to the record. words: how many rows of a model, in words."""
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
    what = format_html('<a href="{}">{}</a>', reverse(name, args=[row.pk]), row)
    step = attempt.step or next((state for state, _model in attempt.rows), None)
    models = [model for state, model in attempt.rows if state == step]
    if models:
        rows = listed(words(model, models.count(model)) for model in dict.fromkeys(models))
        said = _("{record} with {rows}") if attempt.step else _("{rows} of {record}")
        what = format_html(said, rows=rows, record=what)
    if step is None:
        draft = row.state in (State.DRAFT, State.RETURNED)
        return format_html(_("Draft saved: {what}") if draft else _("Saved: {what}"), what=what)
    return step_sentence(row, step, user, what)


def step_sentence(row: Any, step: State, user: Official, what: str) -> str:
    """The sentence about a step that was taken. what: the record, or rows of it."""
    if step == State.VERIFIED:
        return format_html(_("Verified: {what}"), what=what)
    if step == State.RETURNED:
        return format_html(_("Returned to {who}: {what}"), who=row.submitted_by or row.created_by or "-", what=what)
    if step == State.DRAFT:
        return format_html(_("Withdrawn, and a draft again: {what}"), what=what)
    where = verifying_region(row.region, verifying_regions(type(row), [row.region], user))
    if where is None:
        said = _("Submitted: {what}. Nobody is appointed yet to verify records of {region}.")
        return format_html(said, what=what, region=row.region)
    return format_html(_("Submitted to the verifiers of {region}: {what}"), region=where, what=what)


def returned_notice(row: Any) -> dict[str, Any] | None:
    """Who returned the record, when and why; None where it is not returned."""
    if row is None or row.pk is None or row.state != State.RETURNED:
        return None
    past = row.events.filter(state=State.RETURNED).order_by("-pgh_id")
    before = row.events.exclude(state=State.RETURNED).order_by("-pgh_id").values("pgh_id")[:1]
    event = past.filter(pgh_id__gt=before).order_by("pgh_id").first() or past.first()
    if event is None:
        return None
    who = Official.objects.filter(pk=event.changed_by_id).first()
    return {"who": who, "at": localtime(event.changed_at), "comment": row.comment}
