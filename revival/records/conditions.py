"""Conditions of constraints, decided in memory where they only compare values of the row.

Django asks the database about each, with a savepoint around: three statements a constraint, on every save.
"""

from collections.abc import Callable, Collection
from operator import ge, gt, le, lt
from typing import Any

from django.db import models

Verdict = bool | None  # None is the NULL of SQL: a constraint is broken only by False


class UndecidableCondition(Exception):
    """The condition is left to the database."""


COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "exact": lambda value, other: bool(value == other),
    "gt": gt,
    "gte": ge,
    "lt": lt,
    "lte": le,
    "range": lambda value, ends: bool(ends[0] <= value <= ends[1]),
    "in": lambda value, choices: value in choices,
    "contained_by": lambda value, choices: set(value) <= set(choices),
}


def is_met(condition: Any, row: Any, exclude: Collection[str]) -> bool:
    """Whether the row in memory meets a condition, as `CheckConstraint.validate` has the database decide it.

    exclude: fields whose values are wrong or unknown; a condition that names one counts as met. Raises
    UndecidableCondition where only the database can tell.
    """
    if not set(condition_fields(condition, row)).isdisjoint(exclude):
        return True
    try:
        return verdict(condition, row) is not False
    except (ArithmeticError, TypeError, ValueError) as error:  # a value that is not of its column
        raise UndecidableCondition from error


def condition_fields(condition: Any, row: Any) -> list[str]:
    """The names of the fields that a condition compares."""
    if isinstance(condition, models.Q):
        return [name for child in condition.children for name in condition_fields(child, row)]
    if not isinstance(condition, tuple):
        raise UndecidableCondition
    path, other = condition
    names = [path.partition("__")[0], *([other_name(other)] if isinstance(other, models.F) else [])]
    return [compared_field(row, name).name for name in names]


def other_name(reference: Any) -> str:
    """The name of the field that an F refers to."""
    return str(reference.name)


def verdict(condition: Any, row: Any) -> Verdict:
    """What SQL makes of a condition: true, false or, by a NULL, neither."""
    if not isinstance(condition, models.Q):
        return comparison(row, *condition)
    if condition.connector not in (models.Q.AND, models.Q.OR):
        raise UndecidableCondition
    found = [verdict(child, row) for child in condition.children]
    deciding = condition.connector == models.Q.OR  # one such part decides, and else a NULL does
    if deciding not in found and None in found:
        return None
    return (deciding in found) == (deciding != condition.negated)


def comparison(row: Any, path: str, other: Any) -> Verdict:
    """What SQL makes of one lookup."""
    name, _steps, lookup = path.partition("__")
    field = compared_field(row, name)
    value = field_value(row, field)
    if lookup == "isnull":
        return (value is None) == bool(other)
    compare = COMPARISONS.get(lookup or "exact")
    if compare is None:
        raise UndecidableCondition
    if isinstance(other, models.F):
        other = field_value(row, compared_field(row, other_name(other)))
    elif hasattr(other, "resolve_expression"):
        raise UndecidableCondition
    return None if value is None or other is None else compare(value, other)


def compared_field(row: Any, name: str) -> Any:
    """The column of the row with the name, or the column of its key."""
    found = next((f for f in row._meta.concrete_fields if name in (f.name, f.attname)), None)
    if found is None:
        raise UndecidableCondition
    return found


def field_value(row: Any, field: Any) -> Any:
    """The value of a column as the database has it. A value that the database is yet to compute is undecidable."""
    value = getattr(row, field.attname)
    if hasattr(value, "resolve_expression"):
        raise UndecidableCondition
    return field.target_field.to_python(value) if field.is_relation else field.to_python(value)
