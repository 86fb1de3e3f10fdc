"""The question of a form whether a record is there already. It is asked once; the explanation answers it."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError

from revival.accounts.models import Official
from revival.records.beside import Question
from revival.records.changes import value_tokens
from revival.records.duplicates import Duplicate, duplicate_question, likely_duplicates, same_code_sentence
from revival.records.models import Record
from revival.records.plausible import explanation_note

MOST = 3  # records that one question names


def ask_about_duplicates(forms: Iterable[Any], user: Official) -> None:
    """Ask at their fields about the records that are like those of the forms, all of one model and without an error.

    An explanation that is typed once the question was asked is its answer, and is kept with the record. Values that
    stay as they are stored ask nothing.
    """
    concerned = [form for form in forms if concerns(form)]
    for form, found in zip(concerned, likely_duplicates([form.instance for form in concerned], user), strict=True):
        known = form.asked_before if is_explaining(form) else ()
        if new := [each for each in found if each.token(user) not in known]:
            # What is unlikely and explained already counts as asked: it is answered.
            answered = value_tokens(form.change()) if is_explaining(form) else []
            form.note_asked([*(each.token(user) for each in found), *answered])
            ask(form, new, user)


def concerns(form: Any) -> bool:
    """Whether the form changes what its record is known by."""
    row = form.instance
    if not isinstance(row, Record):
        return False
    return bool(row.alike) and (row.pk is None or row.is_known_by(form.changed_names))


def is_explaining(form: Any) -> bool:
    """Whether an explanation is typed."""
    return "explanation" in form.changed_names and bool(form.instance.explanation.strip())


def ask(form: Any, found: list[Duplicate], user: Official) -> None:
    """Put the questions at their fields. Records that the official does not see are one question, however many."""
    asked = ((each.field if each.field in form.fields else None, duplicate_question(each, user)) for each in found)
    for field, question in [*dict.fromkeys(asked)][:MOST]:
        form.add_error(field, question)
    if is_explaining(form) and not form.has_error("explanation"):
        questions = [Question(each.field, "", anew=True) for each in found]
        form.add_error("explanation", explanation_note(form.instance, questions))


def word_same_codes(form: Any, user: Official) -> None:
    """Word the refusal of a code that another record has, with a link to that record or without any detail."""
    model = form.instance._meta.concrete_model
    for name, errors in form.errors.items():
        for at, error in enumerate(errors.data):
            if error.code == "unique" and name in form.fields and model._meta.get_field(name).unique:
                said = same_code_sentence(model, name, getattr(form.instance, name), user)
                errors.data[at] = ValidationError(said, code="unique")
