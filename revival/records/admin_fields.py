"""Which form field the admin makes of a column: the one that reads it, on every page and in every row of one."""

from typing import Any

from django.contrib.admin.options import FORMFIELD_FOR_DBFIELD_DEFAULTS
from django.contrib.admin.widgets import AdminDateWidget
from django.db import models

from revival.records.entry import DAY_ATTRS, SHOWN_DAY, CountField, DayField, NumberField


class CalendarInput(AdminDateWidget):
    """The box of a day with the admin's calendar, which the script adds to any text box of this class."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({**DAY_ATTRS, **(attrs or {})}, format=SHOWN_DAY)


def enter_by_reading() -> None:
    """Give the admin our fields of numbers and days in place of its own.

    They are defaults of all its pages: a page of another app, or of a row without review, cannot leave them out.
    """
    defaults: dict[Any, Any] = FORMFIELD_FOR_DBFIELD_DEFAULTS
    defaults[models.DecimalField] = {"form_class": NumberField}
    defaults[models.DateField] = {"form_class": DayField, "widget": CalendarInput}
    for kind in (models.IntegerField, models.BigIntegerField):
        # The bounds are those of the column, which say what was typed; Django would add a lower one of 0.
        defaults[kind] = {"form_class": CountField, "min_value": None}
