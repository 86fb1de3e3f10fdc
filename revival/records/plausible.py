"""Unlikely values: when an official is asked to correct or to explain them."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any
from zlib import crc32

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from revival.punctuation import labelled, listed
from revival.records.beside import Question
from revival.records.display import data_fields
from revival.records.models import Record
from revival.records.unlikely import unlikely_values


def implausible_questions(
    row: Record, changed: Collection[str], outdated: bool | None = None, asked: Collection[str] = ()
) -> list[Question]:
    """Questions about what is unlikely in a record that is to be submitted; none where it is explained.

    An explanation stands for the values that it was written for, those that it is first saved with. One that is typed
    after questions were asked answers those alone. changed: the data fields that differ from what is stored.
    outdated: whether the stored explanation was written for other values; None where nobody has looked yet. asked:
    the tokens of the questions that the form has asked before.
    """
    found = [each._replace(token=question_token(row, each)) for each in unlikely_in(row)]
    if found and is_explained(row, changed, outdated):
        typed = bool(asked) and "explanation" in changed
        found = [each._replace(anew=True) for each in found if typed and each.token not in asked]
    return [each._replace(sentence=question_text(row, each.anew) % {"odd": each.sentence}) for each in found]


def question_token(row: Record, question: Question) -> str:
    """What stands for a question about a value. Figures of other records, which change meanwhile, are left out."""
    value = getattr(row, row._meta.get_field(question.field).attname)  # type: ignore[union-attr]
    words = "".join(filter(str.isalpha, question.sentence))
    return f"{question.field}:{crc32(f'{value} {words}'.encode()):08x}"


def unlikely_in(row: Record) -> list[Question]:
    """What is unlikely in a record: what its kind asks, and what all kinds are asked."""
    return [*row.implausible(), *unlikely_values(row)]


def labelled_question(row: Record, question: Question) -> str:
    """A question with the label of its field, for a list where it does not stand at the field."""
    return labelled(question_label(row, question), question.sentence)


def question_label(row: Record, question: Question) -> str:
    """The label of the field that a question stands at."""
    return capfirst(str(row._meta.get_field(question.field).verbose_name))  # type: ignore[union-attr]


def placed(row: Record, questions: Sequence[Question], fields: Collection[str]) -> Iterator[tuple[str | None, str]]:
    """The questions with the field of a form that each stands at, and then what the explanation has to say.

    fields: those of the form. A question about another stands above the form, with its label.
    """
    for each in questions:
        yield (each.field, each.sentence) if each.field in fields else (None, labelled_question(row, each))
    if questions and "explanation" in fields:
        yield "explanation", explanation_note(row, questions)


def explanation_note(row: Record, questions: Sequence[Question]) -> str:
    """What stands at the explanation of a form that asks: about which fields it has to say something."""
    if any(each.anew for each in questions):
        said = _("New questions: see that the explanation answers them as well, then save again: %(fields)s.")
    elif row.explanation.strip():
        said = _("The explanation was written for other values. Correct them or change the explanation: %(fields)s.")
    else:
        said = _("Correct them, or explain here why they are right: %(fields)s.")
    names = dict.fromkeys(str(row._meta.get_field(each.field).verbose_name) for each in questions)  # type: ignore[union-attr]
    return said % {"fields": listed(names)}


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


def question_text(row: Record, anew: bool) -> str:
    """The question, with %(odd)s for what is unlikely. anew: whether the explanation was typed before it."""
    if anew:
        return _("New: %(odd)s The explanation was typed before this was asked.")
    if row.explanation.strip():
        return _("%(odd)s The explanation was written for other values: correct the value or change the explanation.")
    return _("%(odd)s Correct it, or explain why it is right.")
