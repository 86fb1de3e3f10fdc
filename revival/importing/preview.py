"""What an official reads of an import before and after it is written."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import pgettext

from revival.accounts.models import Official
from revival.importing.models import Import, ImportRow, Outcome
from revival.importing.spec import ImportSpec
from revival.importing.words import error_sentence
from revival.importing.writing import WRITES, Overtaken, unanswered, write_rows
from revival.importing.written import text_as_value, written_fields
from revival.records.counted import CountedRows, FigureChanges, rehearse_effect
from revival.records.display import field_label, related_names, value_text
from revival.records.models import StaleRecord, State
from revival.reporting.effect import ReportEffect

PAGE = 50
QUESTIONS = "questions"  # the rows that are asked about, as a pile beside those of the outcomes
ALL_STATES = tuple(("state", state.value) for state in State)


class ValueLine(NamedTuple):
    """The label of a field, its value in the file, and what it replaces; None for a new record."""

    label: str
    value: str
    before: str | None


class PreviewRow(NamedTuple):
    """A row of the file with what becomes of it, in words. url: of the record that it was written to."""

    row: ImportRow
    lines: list[ValueLine]
    url: str = ""

    @property
    def name(self) -> str:
        """The name of the record; of a wrong row what its first cells say."""
        return self.row.title or " ".join([cell for cell in self.row.cells if cell.strip()][:2])

    @property
    def errors(self) -> list[str]:
        return [error_sentence(each) for each in self.row.errors or ()]


class Pile(NamedTuple):
    """The rows of one outcome."""

    name: str
    label: str
    rows: int


def piles(of: Import) -> list[Pile]:
    """The rows by outcome, those first that need a look."""
    asked = of.rows.filter(outcome__in=WRITES, questions__isnull=False).count()
    found = [Pile(QUESTIONS, pgettext("rows of a file", "With a question"), asked)]
    order = (Outcome.WRONG, Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED)
    found += [Pile(outcome.value, str(outcome.label), getattr(of, outcome.value)) for outcome in order]
    return [found[1], found[0], *found[2:]]


def pile_rows(of: Import, name: str) -> QuerySet[ImportRow]:
    """The rows of a pile, in the order of the file."""
    rows: QuerySet[ImportRow] = of.rows.order_by("line")
    if name == QUESTIONS:
        return rows.filter(outcome__in=WRITES, questions__isnull=False)
    return rows.filter(outcome=name)


def preview_rows(
    rows: Sequence[ImportRow], spec: ImportSpec, user: Official, urls: Mapping[int, str] | None = None
) -> list[PreviewRow]:
    """The rows with their values in words; one query for each model that they refer to. urls: of records, by line."""
    fields = written_fields(spec.model)
    shown = [(at, f, str(capfirst(field_label(f)))) for at, f in enumerate(fields) if f.editable]
    names = related_names(referred(rows, fields), user, of_records=False)
    urls = urls or {}
    return [PreviewRow(row, [*value_lines(row, shown, names)], urls.get(row.line, "")) for row in rows]


def record_urls(of: Import, spec: ImportSpec, rows: Sequence[ImportRow]) -> dict[int, str]:
    """The addresses of the records that rows of a written import became, by line; a deleted one has none."""
    if of.state != Import.State.DONE:
        return {}
    lines = [row.line for row in rows if row.outcome in WRITES]
    written = spec.model._default_manager.filter(import_id=of.pk, import_row__in=lines)
    name = f"admin:{spec.model._meta.app_label}_{spec.model._meta.model_name}_change"
    return {line: reverse(name, args=[pk]) for line, pk in written.values_list("import_row", "pk")}


def referred(rows: Sequence[ImportRow], fields: Sequence[Any]) -> set[tuple[Any, Any]]:
    """The models and keys of the records that the rows refer to."""
    found = set()
    for at, field in enumerate(fields):
        if field.is_relation:
            for row in rows:
                texts = (values[at] for values in (row.record, row.before) if values)
                found |= {(field.related_model, text_as_value(field, text)) for text in texts if text is not None}
    return found


def value_lines(row: ImportRow, shown: Sequence[tuple[int, Any, str]], names: Any) -> Iterator[ValueLine]:
    """What a row writes: all values of a new record, the changed ones of a stored one."""
    for at, field, label in shown:
        if row.record is None:
            return
        new = value_text(field, text_as_value(field, row.record[at]), names)
        if row.before is None:
            if new:
                yield ValueLine(label, new, None)
        elif field.name in row.names:
            yield ValueLine(label, new or "–", value_text(field, text_as_value(field, row.before[at]), names) or "–")


def waiting_answers(of: Import) -> int:
    """The number of rows whose questions are not answered yet."""
    return unanswered(of, submit=True).count()


def question_groups(of: Import) -> list[tuple[str, str, int]]:
    """The kinds of questions that wait for an answer: key, label and number of rows."""
    counts: dict[tuple[str, str], int] = {}
    for questions in unanswered(of, submit=True).values_list("questions", flat=True):
        for key in {(question_key(each), each["label"]) for each in questions or ()}:
            counts[key] = counts.get(key, 0) + 1
    return [(key, label, count) for (key, label), count in sorted(counts.items())]


def question_key(question: dict[str, Any]) -> str:
    """The kind of a question: its field, and whether it is about a likely duplicate."""
    return f"{question['field']}{'-duplicate' if question.get('duplicate') else ''}"


def import_effect(of: Import, spec: ImportSpec, user: Official) -> list[FigureChanges]:
    """The totals that the import changes, with records of all states: it is written, read, and rolled back.

    Empty where no report counts the kind, or where the import no longer fits what is stored.
    """
    if spec.report is None or spec.report.dimension("state") is None:
        return []
    totals = ReportEffect(spec.report, only=ALL_STATES)
    with transaction.atomic():
        try:
            _done, changes = rehearse_effect(
                partial(write_rows, of, spec, user, False), partial(counted, of, spec, totals), user
            )
        except (Overtaken, ValidationError, IntegrityError, OperationalError, StaleRecord):
            return []  # confirming says why
        finally:
            transaction.set_rollback(True)
    return changes


def counted(of: Import, spec: ImportSpec, totals: ReportEffect) -> CountedRows:
    """The totals, with the records that the import writes."""
    targets = of.rows.filter(outcome=Outcome.CHANGED).values("target")
    rows: Any = spec.model._default_manager.filter(Q(import_id=of.pk) | Q(pk__in=targets))
    return [(totals, rows)]
