"""What officials were asked about submitted records, and what they answered, for those who verify them."""

from collections import defaultdict
from collections.abc import Iterable
from copy import copy
from typing import Any, NamedTuple

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from revival.records.beside import Beside
from revival.records.models import Record, Revision, State
from revival.records.plausible import labelled_question, unlikely_in
from revival.records.revisions import propose


class AskedRecord(NamedTuple):
    """The questions about the values of a record as they are now, and the explanation that answers them."""

    name: str
    questions: list[str]
    explanation: str


def asked_and_answered(rows: Iterable[Any]) -> list[AskedRecord]:
    """The questions and answers of the submitted rows with an explanation. Other rows cost no query."""
    kinds = defaultdict(list)
    for row in rows:
        if row.pk and row.state == State.SUBMITTED and row.explanation.strip():
            kinds[type(row)].append(row)
    for model, found in kinds.items():
        model.read_beside(found)
    return [asked_record(row) for found in kinds.values() for row in found]


def asked_of_revision(revision: Revision) -> list[AskedRecord]:
    """The questions about the values that an explained change proposes, and the answer."""
    if not isinstance(revision.record, Record) or not revision.changes.get("explanation", "").strip():
        return []
    row = copy(revision.record)
    row.beside = Beside([row])
    propose(row, revision)
    return [asked_record(row)]


def asked_record(row: Record) -> AskedRecord:
    return AskedRecord(str(row), [labelled_question(row, each) for each in unlikely_in(row)], row.explanation)


@admin.display(description=gettext_lazy("questions"))
def questioned(row: Any) -> str:
    """The column of a list that marks records whose values were questioned; the explanation is its title."""
    return questioned_mark(row.explanation)


def questioned_mark(explanation: str) -> str:
    """The mark of a record with an explanation; "" without one."""
    if not explanation.strip():
        return ""
    return format_html('<span class="questioned" title="{}">{}</span>', explanation, _("questioned"))
