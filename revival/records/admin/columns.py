"""Columns of the admin that show a field in words."""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.contrib import admin

from revival.records.display import field_label, value_text


def admin_column(model: Any, name: str) -> Any:
    """A column or read-only field of the admin that shows the field in an official's words."""
    return column_of(model._meta.get_field(name))


@cache
def column_of(field: Any) -> Callable[[Any], str]:
    """One function a field, as the admin compares them."""

    @admin.display(description=field_label(field), ordering=field.name)
    def show(row: Any) -> str:
        if field.is_relation:
            related = getattr(row, field.name)
            return "-" if related is None else str(related)
        return value_text(field, getattr(row, field.name)) or "-"

    show.__name__ = field.name
    return show
