"""Columns of the record table: how their values read on a page, and the SQL that writes them into a file."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property
from typing import Any

from django.db.models import Case, DateField, DecimalField, ForeignKey, Func, Model, Q, TextField, Value, When
from django.db.models import F as Path
from django.db.models.expressions import Combinable
from django.db.models.fields import IntegerField
from django.db.models.functions import Cast, Collate, Round
from django.db.models.lookups import GreaterThanOrEqual, LessThan

from revival.accounts.models import Region, name_field
from revival.punctuation import listed
from revival.records import display
from revival.records.fields import MoneyField, TagsField
from revival.records.likeness import Known
from revival.records.models import Reviewed
from revival.reporting.dimensions import field_at
from revival.reporting.months import is_months, month_sql
from revival.reporting.report import Column, title_path
from revival.reporting.units import COUNT, RATE_DIGITS, Unit, rate_number

# What a spreadsheet may take for a formula once blanks, invisible and control characters before it are gone:
# = + - @ and their full-width and small forms. A text that already begins with ' before such a sign is guarded
# as well, so that taking one ' away gives back every text. The same pattern is read by PostgreSQL and by Python.
INVISIBLE = (
    "\\u0001-\\u0020\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u1680\\u17b4\\u17b5\\u180b-\\u180f"
    "\\u2000-\\u200f\\u2028-\\u202f\\u205f-\\u206f\\u2800\\u3000\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0"
)
SIGNS = "=+@\\uff1d\\uff0b\\uff0d\\uff20\\ufe62\\ufe63\\ufe66\\ufe6b-"
FORMULA = f"^[{INVISIBLE}']*[{SIGNS}]"
GUARD = "'"
# Ranges of first characters, as their bytes sort, that no formula begins with: digits, letters, Chinese.
# Comparing two bytes costs a tenth of the pattern.
HARMLESS = (("0", ":"), ("A", "["), ("a", "{"), ("\u4e00", "\ua000"))
PLAIN = (int, str, list, type(None))  # JSON as they are
BOM = "\ufeff"


def formula_safe_text(text: str) -> str:
    """The text as a file may hold it: one ' before whatever could be taken for a formula."""
    return GUARD + text if re.match(FORMULA, text) else text


@dataclass(frozen=True)
class ShownColumn:
    """A column of a report together with the model field that it shows."""

    column: Column
    model: type[Model]
    money: Unit
    reader: Any = None

    @property
    def name(self) -> str:
        return self.column.name

    @cached_property
    def field(self) -> Any:
        """The model field at the path; None for an expression."""
        return None if self.column.expression is not None else field_at(self.model, self.column.source)

    @property
    def is_region(self) -> bool:
        return isinstance(self.field, ForeignKey) and self.field.related_model is Region

    @property
    def unit(self) -> Unit | None:
        """The unit of a numeric column; None for a column of text."""
        if self.column.unit:
            return self.column.unit
        if isinstance(self.field, MoneyField):
            return self.money
        return COUNT if isinstance(self.field, IntegerField) and not self.field.choices else None

    @property
    def path(self) -> str:
        """The path of the value itself: the name of a related record, the code of a region."""
        source = self.column.source
        return source if self.is_region or self.field is None else title_path(self.model, source)

    @cached_property
    def readable(self) -> Q | None:
        """The condition that the reader may read the name of a related record; None if they may read all.

        A record that a full code leads to is named to everybody who sees a record of it.
        """
        related = self.field.related_model if isinstance(self.field, ForeignKey) else None
        if related is None or not issubclass(related, Reviewed) or self.reader is None:
            return None
        if issubclass(related, Known) and related.open_code is not None:
            return None
        own, source = self.reader.region, self.column.source
        if own.level == Region.Level.PROVINCE:
            return None
        below = {Region.Level.CITY: "city", Region.Level.COUNTY: "region__county"}.get(own.level, "region")
        found = Q(**{f"{source}__{below}": own.pk})
        if related.shared:
            found |= Q(**{f"{source}__region__level": Region.Level.PROVINCE})
            found |= Q(**{f"{source}__region__in": [own.county_id, own.city_id]})
        return found

    @property
    def value(self) -> Any:
        """The expression that a query reads: the value at the path, or the number of a hidden record."""
        if self.readable is None:
            return self.path
        return Case(When(self.readable, then=Path(self.path)), self.number, output_field=TextField())

    @property
    def number(self) -> When:
        """The key of a record whose name is not shown; NULL if there is no record."""
        key = Cast(Path(f"{self.column.source}_id"), TextField())
        named = Func(Value("#"), key, function="concat", output_field=TextField())
        return When(**{f"{self.column.source}__isnull": False}, then=named)

    @property
    def heading(self) -> str:
        return self.column.heading(self.model)

    @cached_property
    def labels(self) -> dict[Any, str]:
        """The labels of the choices by value; empty if the field has none."""
        return {value: str(label) for value, label in self.field.flatchoices} if self.field else {}

    @cached_property
    def tags(self) -> dict[str, str]:
        """The labels of the field's tags by value."""
        pairs = self.field.base_field.flatchoices if isinstance(self.field, TagsField) else ()
        return {value: str(label) for value, label in pairs}

    def text(self, value: Any, region_name: Callable[[str], str]) -> str:
        """The value as a page shows it. `region_name` names a region by its code.

        Numbers are shown in the unit of the query, other values as on the officials' pages.
        """
        if value is None or value == "":
            return ""
        if self.unit and (self.field is None or (self.field.choices is None and not is_year(self.field))):
            return self.unit.show(value)
        if self.field.is_relation:
            return region_name(value) if self.is_region else str(value)
        return display.value_text(self.field, [tag for tag in self.tags if tag in value] if self.tags else value)

    def sql(self) -> Combinable:
        """The value as a file holds it: labels, exact money in the chosen unit, guarded text, ISO dates."""
        if self.field is None:
            percent = Round(Path(self.path) * 100, RATE_DIGITS, output_field=DecimalField())
            return Func(percent, function="trim_scale")
        if self.is_region:
            return guarded_sql(f"{self.path}__{name_field()}")
        if is_months(self.labels):
            return month_sql(self.model, self.path, self.labels)
        if self.labels:
            whens = [When(**{self.path: key}, then=Value(label)) for key, label in self.labels.items()]
            return Case(*whens)
        if self.tags:
            named = (
                Case(When(**{f"{self.path}__contains": [tag]}, then=Value(label))) for tag, label in self.tags.items()
            )
            return Func(Value(listed(("", ""))), *named, function="concat_ws", output_field=TextField())
        if isinstance(self.field, DecimalField):
            factor = self.money.factor if isinstance(self.field, MoneyField) else 1
            inverse = Value(Decimal(1) / factor)
            return Func(Path(self.path) * inverse, function="trim_scale", output_field=self.field)
        if self.unit or isinstance(self.field, DateField):
            return Path(self.path)
        if self.readable is None:
            return guarded_sql(self.path)
        return Case(When(self.readable, then=guarded_sql(self.path)), self.number, output_field=TextField())

    def to_json(self, region_name: Callable[[str], str]) -> Callable[[Any], Any]:
        """The function that turns a value into JSON: codes with labels, amounts and dates as strings."""
        if self.is_region or self.labels:
            return cache(lambda code: {"code": code, "label": None if code is None else self.text(code, region_name)})
        if self.field is None:
            return lambda value: value if isinstance(value, PLAIN) else rate_number(value)
        return lambda value: value if isinstance(value, PLAIN) else str(value)


def guarded_sql(path: str) -> Combinable:
    """The text at the path as `formula_safe_text` writes it."""
    behind = Func(Value(GUARD), Path(path), function="concat", output_field=TextField())
    text = Collate(path, "C")
    harmless = Q(
        *(Q(GreaterThanOrEqual(text, Value(low)), LessThan(text, Value(end))) for low, end in HARMLESS),
        _connector=Q.OR,
    )
    formula = ~harmless & Q(**{f"{path}__regex": FORMULA})
    return Case(When(formula, then=behind), default=Path(path), output_field=TextField())


def is_year(field: Any) -> bool:
    """Whether the number is a year, which has no thousands commas."""
    return "year" in str(field.name)
