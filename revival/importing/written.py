"""The fields that an import writes, and their values as text from which the database casts them."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from revival.accounts.spelling import SpellingField, spelling_of
from revival.importing.spec import entered_fields


def written_fields(model: Any) -> list[Any]:
    """The fields of a record that an import writes: those that officials fill in, and the spellings of names."""
    spellings = [f for f in model._meta.concrete_fields if isinstance(f, SpellingField)]
    return [*entered_fields(model), *spellings]


def record_texts(row: Any, fields: Sequence[Any]) -> list[str | None]:
    """The values of a record in memory as text."""
    return [
        spelling_of(str(getattr(row, field.of) or ""))
        if isinstance(field, SpellingField)
        else value_as_text(getattr(row, field.attname))
        for field in fields
    ]


def array_text(values: Iterable[str | None]) -> str:
    """An array of texts as PostgreSQL reads it; the driver makes the same several times slower."""
    parts = (
        "NULL" if each is None else '"' + each.replace("\\", "\\\\").replace('"', '\\"') + '"' for each in values
    )
    return "{" + ",".join(parts) + "}"


def value_as_text(value: Any) -> str | None:
    """A value as text that PostgreSQL casts to its type; None for none."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, list):
        return array_text(map(str, value))
    return str(value)


def text_as_value(field: Any, text: str | None) -> Any:
    """The value of a text that `value_as_text` made."""
    if text is None:
        return None
    if isinstance(field, ArrayField):
        return [each.strip('"') for each in text.strip("{}").split(",") if each]
    if isinstance(field, models.BooleanField):
        return text == "true"
    return (field.target_field if field.is_relation else field).to_python(text)
