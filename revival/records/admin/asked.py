"""What officials were asked about submitted records, and what they answered, for those who verify them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from copy import copy
from typing import Any, NamedTuple

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from revival.accounts.models import Official
from revival.punctuation import colon
from revival.records.beside import Beside, Question
from revival.records.duplicates import duplicate_sentence, likely_duplicates
from revival.records.models import Record, Revision, State
from revival.records.plausible import question_label, unlikely_in
from revival.records.revisions import propose


class AskedRecord(NamedTuple):
    """The questions about the values of a record as they are now, and the explanation that answers them."""

    name: str
    questions: list[str]
    explanation: str


def asked_and_answered(rows: Iterable[Any], user: Official) -> list[AskedRecord]:
    """The questions and answers of the submitted rows with an explanation. Other rows cost no query."""
    kinds = defaultdict(list)
    for row in rows:
        if row.pk and row.state == State.SUBMITTED and row.explanation.strip():
            kinds[type(row)].append(row)
    for model, found in kinds.items():
        model.read_beside(found)
    return [each for found in kinds.values() for each in asked_records(found, found, user)]


def asked_of_revision(revision: Revision, user: Official) -> list[AskedRecord]:
    """The questions about the values that an explained change proposes, and the answer.

    Records that are there already were asked about where the change is one of what the record is known by.
    """
    if not isinstance(revision.record, Record) or not revision.changes.get("explanation", "").strip():
        return []
    row = copy(revision.record)
    row.beside = Beside([row])
    propose(row, revision)
    return asked_records([row], [row] if row.is_known_by(revision.changes) else [], user)


def asked_records(rows: Sequence[Any], compared: Sequence[Any], user: Official) -> list[AskedRecord]:
    """The questions about rows of one model. compared: those of them that may be there already."""
    alike = dict(zip(map(id, compared), likely_duplicates(compared, user), strict=True))
    return [
        AskedRecord(
            str(row),
            [
                *(question_line(row, each) for each in unlikely_in(row)),
                *dict.fromkeys(
                    question_line(row, Question(each.field, duplicate_sentence(each, user)))
                    for each in alike.get(id(row), ())
                ),
            ],
            row.explanation,
        )
        for row in rows
    ]


def question_line(row: Record, question: Question) -> str:
    """A question with the label of its field; what is linked in it stays a link."""
    return format_html("{}{}{}", question_label(row, question), colon(), question.sentence)


@admin.display(description=gettext_lazy("questions"))
def questioned(row: Any) -> str:
    """The column of a list that marks records whose values were questioned; the explanation is its title."""
    return questioned_mark(row.explanation)


def questioned_mark(explanation: str) -> str:
    """The mark of a record with an explanation; "" without one."""
    if not explanation.strip():
        return ""
    return format_html('<span class="questioned" title="{}">{}</span>', explanation, _("questioned"))
