"""Unlikely values: when an official is asked to correct or to explain them."""

from collections.abc import Collection, Sequence
from typing import Any

from django.utils.translation import gettext as _

from revival.records.display import data_fields
from revival.records.models import Record


def implausible_questions(row: Record, changed: Collection[str], outdated: bool | None = None) -> list[str]:
    """Questions about what is unlikely in a record that is to be submitted; none where it is explained.

    An explanation stands for the values that it was written for, those that it is first saved with. changed: the data
    fields that differ from what is stored. outdated: whether the stored explanation was written for other values;
    None where nobody has looked yet.
    """
    found = row.implausible()
    if not found or is_explained(row, changed, outdated):
        return []
    return [question_text(row) % {"odd": sentence} for sentence in found]


def is_explained(row: Record, changed: Collection[str], outdated: bool | None) -> bool:
    """Whether the record has an explanation that stands for its values."""
    if not row.explanation.strip():
        return False
    if changed:
        return "explanation" in changed
    return not (outdated_among([row]) if outdated is None else outdated)


def outdated_among(rows: Sequence[Record]) -> set[int]:
    """The keys of the rows of one model whose stored explanation was written for other values; one query."""
    stored = {row.pk: row for row in rows if row.pk and row.explanation.strip()}
    if not stored:
        return set()
    model: Any = type(rows[0])
    others = {"explanation", *model.guard().copied}
    names = [field.attname for field in data_fields(model) if field.name not in others]
    events = model.events.rel.related_model.objects.filter(pgh_obj_id__in=stored).order_by("pgh_id")
    written: dict[int, tuple[str, list[Any]]] = {}
    for key, text, *values in events.values_list("pgh_obj_id", "explanation", *names):
        if key not in written or written[key][0] != text:
            written[key] = text, values
    return {
        key for key, (_text, values) in written.items() if values != [getattr(stored[key], name) for name in names]
    }


def question_text(row: Record) -> str:
    """The question, with %(odd)s for what is unlikely."""
    if row.explanation.strip():
        return _("%(odd)s The explanation was written for other values: correct the value or change the explanation.")
    return _("%(odd)s Correct it, or explain why it is right.")
