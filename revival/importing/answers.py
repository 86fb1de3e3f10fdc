"""The answers to the questions of an import: one for a row, or one reason for all questions of a kind."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from revival.accounts.signs import refuse_unseen
from revival.importing.models import Import, ImportRow
from revival.importing.preview import QUESTIONS, pile_rows, question_key
from revival.importing.spec import ImportSpec
from revival.importing.writing import unanswered

BATCH = 1_000  # rows that are in memory at once


def keep_answers(of: Import, spec: ImportSpec, answers: Mapping[int, str], group: str, reason: str) -> int:
    """Keep answers by line, and a reason for the rows of a kind of question that have none. Gives how many changed.

    Raises ValidationError where one is too long or has a sign that nobody sees, or the import does not wait any more.
    """
    longest: int = spec.model._meta.get_field("explanation").max_length or 0
    for line, text in answers.items():
        if len(text) > longest:
            said = _("Row %(row)d: the answer has more than %(most)d characters. Shorten it.")
            raise ValidationError(said % {"row": line, "most": longest})
        refuse_unseen(text, _("Answer"), lines=True)
    refuse_unseen(reason, _("Answer"), lines=True)
    if len(reason) > longest:
        raise ValidationError(_("The reason has more than %(most)d characters. Shorten it.") % {"most": longest})
    with transaction.atomic():
        locked = Import.objects.select_for_update().get(pk=of.pk)
        if locked.state != Import.State.CHECKED:
            raise ValidationError(_("This import is not waiting any more. Its page says what became of it."))
        return answer_rows(of, answers) + (answer_group(of, group, reason) if reason else 0)


def answer_rows(of: Import, answers: Mapping[int, str]) -> int:
    """Keep the answers that are new or changed. An empty field, as an old tab may have it, takes nothing back."""
    changed = []
    for row in pile_rows(of, QUESTIONS).filter(line__in=answers).only("line", "answer"):
        if answers[row.line] and row.answer != answers[row.line]:
            row.answer = answers[row.line]
            changed.append(row)
    ImportRow.objects.bulk_update(changed, ("answer",), batch_size=BATCH)
    return len(changed)


def answer_group(of: Import, group: str, reason: str) -> int:
    """Give the reason to each row that has a question of the kind and no answer."""
    asked = unanswered(of, submit=True).values_list("pk", "questions")
    found = [pk for pk, questions in asked.iterator(chunk_size=BATCH) if group in map(question_key, questions or ())]
    for start in range(0, len(found), BATCH):
        of.rows.filter(pk__in=found[start : start + BATCH]).update(answer=reason)
    return len(found)


def answers_of(of: Import) -> dict[int, list[Any]]:
    """The answers by line, each with the questions that it answers."""
    found = of.rows.exclude(answer="").values_list("line", "answer", "questions")
    return {line: [answer, questions] for line, answer, questions in found}


def give_back_answers(of: Import) -> None:
    """Give the rows the answers from before the file was compared anew, where they ask the same as then."""
    rows = []
    for row in of.rows.filter(line__in=[int(line) for line in of.kept]).only("line", "questions"):
        answer, questions = of.kept[str(row.line)]
        if row.questions == questions:
            row.answer = answer
            rows.append(row)
    ImportRow.objects.bulk_update(rows, ("answer",), batch_size=BATCH)
    of.kept = {}
