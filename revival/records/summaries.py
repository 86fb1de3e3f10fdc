"""The values of records in short, for the review of many of them at once."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.utils.text import capfirst

from revival.accounts.models import Official
from revival.records.display import data_fields, field_label, related_keys, related_names, value_text
from revival.records.models import Reviewed, Revision
from revival.records.revisions import revision_lines

# Shown by themselves.
ELSEWHERE = {"region", "explanation"}


class ValueLine(NamedTuple):
    """The label of a field and its value in words; before: the value that a change replaces, None for a record."""

    label: str
    value: str
    before: str | None = None


def value_lines(rows: Sequence[Reviewed], user: Official) -> dict[int, list[ValueLine]]:
    """What an official filled in, by the key of each row, without empty fields; of revisions what they change.

    rows: rows of one model. The number of queries does not grow with them.
    """
    if not rows:
        return {}
    if isinstance(rows[0], Revision):
        revisions: Any = rows
        found = zip(revisions, revision_lines(revisions, user), strict=True)
        return {each.pk: [ValueLine(*line[::2], line.before) for line in lines] for each, lines in found}
    model = type(rows[0])
    names = related_names(related_keys(model, rows), user)
    fields = [
        (field, capfirst(str(field_label(field)))) for field in data_fields(model) if field.name not in ELSEWHERE
    ]
    texts = {
        row.pk: [(label, value_text(field, getattr(row, field.attname), names)) for field, label in fields]
        for row in rows
    }
    return {key: [ValueLine(label, text) for label, text in lines if text] for key, lines in texts.items()}
