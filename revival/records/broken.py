"""Rows that break a rule which a migration is about to add: they are listed before anything is changed."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.management.base import CommandError
from django.db import migrations
from django.db.models import CharField
from django.db.models.functions import Cast

LISTED = 100  # rows that one message names


def checked(app: str, operations: Sequence[migrations.AddConstraint]) -> list[Any]:
    """The operations behind a check that no row breaks any of their rules. app: the label of their models."""

    def check(apps: Any, editor: Any) -> None:
        refuse_broken(
            [line for each in operations for line in broken_lines(apps.get_model(app, each.model_name), each)]
        )

    return [migrations.RunPython(check, migrations.RunPython.noop), *operations]


def broken_lines(model: Any, operation: Any) -> Iterator[str]:
    """A line for each row that breaks the rule: its table, its key, the field and the value, as the database has it.

    The rule is about the field that its error code names. A row without a value breaks none.
    """
    rule = operation.constraint
    field, (_lookup, ends) = rule.violation_error_code, rule.condition.children[0]
    rows = model._base_manager.filter(**{f"{field}__isnull": False}).exclude(rule.condition).order_by("pk")
    for key, value in rows.annotate(found=Cast(field, CharField())).values_list("pk", "found").iterator():
        yield f"{model._meta.db_table}, id {key}: {field} is {value}; accepted is {ends[0]} to {ends[1]}"


def refuse_broken(lines: Sequence[str]) -> None:
    """Raise CommandError where there are broken rows, with what to do about them."""
    if not lines:
        return
    more = [f"and {len(lines) - LISTED} more"] if len(lines) > LISTED else []
    raise CommandError(
        "\n  ".join(
            [
                "Nothing was changed. These rows have a day outside the range that is accepted from now on. Correct "
                "each day in the version that runs now, or clear it where it may be empty, and run migrate again:",
                *lines[:LISTED],
                *more,
            ]
        )
    )
