"""Planned rows in the database, and the checks that only the database makes."""

import json
from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Case, Count, F, Q, QuerySet, When
from django.db.models.functions import Cast
from django.utils.text import capfirst

from revival.importing.models import Import, ImportRow, Outcome
from revival.importing.planning import PlannedRow
from revival.importing.sql import copy_rows
from revival.importing.words import RowError
from revival.importing.written import array_text, record_texts, written_fields
from revival.records.explained import constraint_error
from revival.records.models import State

COLUMNS = (
    *("of_id", "line", "outcome", "digest", "cells", "record", "before", "names", "target", "version", "revises"),
    *("likeness", "title", "errors", "questions", "answer"),
)


def store_rows(of: Import, model: Any, planned: Sequence[PlannedRow]) -> None:
    """Add the planned rows to the import, and refuse those that the constraints of the model refuse."""
    fields = written_fields(model)
    copy_rows(ImportRow._meta.db_table, COLUMNS, [row_values(of, each, fields) for each in planned])
    refuse_by_constraints(ImportRow.objects.filter(of=of, line__in=[each.line for each in planned]), model)


def row_values(of: Import, planned: PlannedRow, fields: Sequence[Any]) -> tuple[Any, ...]:
    """The columns of one row."""
    outcome, stored = planned.outcome, planned.stored
    writes = outcome in (Outcome.NEW, Outcome.CHANGED)
    return (
        of.pk,
        planned.line,
        outcome.value,
        planned.digest,
        array_text(planned.cells),
        array_text(record_texts(planned.row, fields)) if writes else None,
        array_text(record_texts(stored, fields)) if outcome == Outcome.CHANGED else None,
        array_text(planned.names),
        None if stored is None else stored.pk,
        None if stored is None else stored.version,
        outcome == Outcome.CHANGED and stored.state == State.VERIFIED,
        planned.likeness,
        str(planned.row) if writes and not planned.errors else str(stored or ""),
        as_json([each.as_json() for each in planned.errors]),
        as_json(planned.questions),
        "",
    )


def as_json(value: list[Any]) -> str | None:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False) if value else None


def refuse_by_constraints(rows: QuerySet[ImportRow], model: Any) -> None:
    """Mark the rows that a check of the model's table refuses. Checks of what a form does not write are left out."""
    fields = written_fields(model)
    names = {each.name for each in fields}
    casts: dict[str, Any] = {
        f"{field.name}": Cast(F(f"record__{at}"), (field.target_field if field.is_relation else field).clone())
        for at, field in enumerate(fields)
    }
    checks: list[Any] = [
        each
        for each in model._meta.constraints
        if isinstance(each, models.CheckConstraint) and fields_of(each.condition) <= names
    ]
    if not checks:
        return
    broken = {
        f"broken_{at}": Case(When(~each.condition, then=True), default=False, output_field=models.BooleanField())
        for at, each in enumerate(checks)
    }
    written = rows.filter(record__isnull=False).alias(**casts).annotate(**broken)
    refused = list(written.filter(reduce(or_, (Q(**{name: True}) for name in broken))))
    for row in refused:
        rules = (each for name, each in zip(broken, checks, strict=True) if getattr(row, name))
        row.errors = [error for each in rules for error in constraint_errors(model, each)]
        row.outcome, row.record, row.before = Outcome.WRONG, None, None
    ImportRow.objects.bulk_update(refused, ("outcome", "errors", "record", "before"))


def constraint_errors(model: Any, constraint: Any) -> list[dict[str, Any]]:
    """What a constraint refuses, as errors of a row."""
    errors = []
    for name, found in constraint_error(model, constraint).update_error_dict({}).items():
        label = "" if name == NON_FIELD_ERRORS else str(capfirst(model._meta.get_field(name).verbose_name))
        errors += [RowError(label, "", text).as_json() for one in found for text in one.messages]
    return errors


def fields_of(condition: Any) -> set[str]:
    """The names of the fields that a condition reads."""
    found: set[str] = set()
    for child in condition.children:
        if isinstance(child, Q):
            found |= fields_of(child)
            continue
        path, value = child
        found.add(path.partition("__")[0])
        found |= {str(each.name).partition("__")[0] for each in expressions_in(value)}
    return found


def expressions_in(value: Any) -> list[Any]:
    """The references to fields in the value of a condition."""
    if isinstance(value, F):
        return [value]
    inner = value.get_source_expressions() if hasattr(value, "get_source_expressions") else []
    return [found for each in inner for found in expressions_in(each)]


def count_rows(of: Import) -> dict[str, int]:
    """How many rows of an import there are of each outcome."""
    found = of.rows.order_by().values_list("outcome").annotate(count=Count("*"))
    return dict.fromkeys(Outcome.values, 0) | dict(found)
