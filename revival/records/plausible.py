"""When an official is asked to explain unlikely values."""

from collections.abc import Collection, Sequence
from typing import Any

from django.utils.translation import gettext as _

from revival.records.display import data_fields
from revival.records.models import Record


def doubts(row: Record, changed: Collection[str], outdated: bool | None = None) -> list[str]:
    """Sentences that ask about each unlikely value of a record to be submitted; none if it is explained.

    An explanation holds for the values with which it was first saved. changed: the data fields that differ from the
    stored row. outdated: whether the stored explanation was written for other values, if that is known.
    """
    found = row.implausible()
    if not found or explained(row, changed, outdated):
        return []
    return [question(row) % {"odd": sentence} for sentence in found]


def explained(row: Record, changed: Collection[str], outdated: bool | None) -> bool:
    """Whether the record's explanation holds for its values."""
    if not row.explanation.strip():
        return False
    if changed:
        return "explanation" in changed
    return not (outdated_among([row]) if outdated is None else outdated)


def outdated_among(rows: Sequence[Record]) -> set[int]:
    """The keys of the stored rows of one model whose explanation was written for other values, by one query."""
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


def question(row: Record) -> str:
    """The question to the official, with %(odd)s in place of what is unlikely."""
    if row.explanation.strip():
        return _("%(odd)s The explanation was written for other values: mend the value, or change the explanation.")
    return _("%(odd)s Mend it, or explain why it is right.")
