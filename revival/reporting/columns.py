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
# What a spreadsheet takes for a number, a day, a time or a truth, and shows or saves as something else: 012, 1E5,
# 3-4, 2024-1-5, 1 1/2, 97.2%, Mar 1, true. A number of up to eleven digits as it writes one itself stays as it is.
# Small patterns go first: PostgreSQL builds a pattern's states anew for each text, and the large one takes ten times
# as long.
DIGIT = "[0-9\\uff10-\\uff19]"
TRUTH = f"^[{INVISIBLE}']*(?:[Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee])[{INVISIBLE}]*\\Z"
COUNTED = f"{DIGIT}|{TRUTH}"
HYPHENS = "-[^-]*-[^-]*-"  # as in the codes of projects, and in nothing that is turned
OWN_NUMBER = "^(?:0|[1-9][0-9]{0,10})(?:[.][0-9]{0,5}[1-9])?\\Z"
MONTH = (
    "(?:[Jj][Aa][Nn]|[Ff][Ee][Bb]|[Mm][Aa][Rr]|[Aa][Pp][Rr]|[Mm][Aa][Yy]|[Jj][Uu][NnLl]|[Aa][Uu][Gg]|[Ss][Ee][Pp]|"
    "[Oo][Cc][Tt]|[Nn][Oo][Vv]|[Dd][Ee][Cc])[A-Za-z]*"
)
PARTS = "\\u5e74\\u6708\\u65e5\\u65f6\\u5206\\u79d2"  # the Chinese words for a year, a month, ... a second
CONVERTED = "|".join(
    (
        f"[$\\u00a5\\uffe5(\\uff08]*[.]?{DIGIT}(?:{DIGIT}|[,.]{DIGIT})*[.]?[%)\\uff09]*",
        f"{DIGIT}(?:{DIGIT}|[,.])*[Ee][-+]?{DIGIT}+",
        f"{DIGIT}+ {DIGIT}+/{DIGIT}+",
        f"{DIGIT}{{1,4}} ?[-/.:{PARTS}] ?{DIGIT}{{1,4}}(?: ?[-/.:{PARTS}] ?{DIGIT}{{1,4}})?[{PARTS}]?"
        f"(?:[ T]{DIGIT}{{1,2}}:{DIGIT}{{1,2}}(?::{DIGIT}{{1,2}})?)?(?: ?[AaPp][Mm]?)?",
        f"{DIGIT}{{1,2}}(?: [AaPp][Mm]?|[AaPp][Mm])",
        f"{DIGIT}{{1,4}}[-/,. ]*{MONTH}(?:[-/,. ]*{DIGIT}{{1,4}})?",
        f"{MONTH}[-/,. ]*{DIGIT}{{1,4}}(?:[-/,. ]+{DIGIT}{{1,4}})?",
        "[Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]",
    )
)
TURNED = f"^[{INVISIBLE}']*(?:{CONVERTED})[{INVISIBLE}]*\\Z"
GUARD = "'"
# Ranges of first characters, as their bytes sort: digits, letters and Chinese, with which no formula begins, and
# Chinese, with which nothing that is turned does. Comparing two bytes costs a tenth of a pattern.
CHINESE = ("\u4e00", "\ua000")
HARMLESS = (("0", ":"), ("A", "["), ("a", "{"), CHINESE)
PLAIN = (int, str, list, type(None))  # JSON as they are
BOM = "\ufeff"


def formula_safe_text(text: str) -> str:
    """The text as a CSV file may hold it: one ' before what could be taken for a formula, a number or a day."""
    turned = re.search(COUNTED, text) and not re.search(HYPHENS, text) and not re.search(OWN_NUMBER, text)
    return GUARD + text if re.search(FORMULA, text) or (turned and re.search(TURNED, text)) else text


def plain_text(cell: str) -> str:
    """The text that a cell of a CSV file holds, without its guard: the opposite of `formula_safe_text`."""
    text = cell.removeprefix(GUARD)
    return text if formula_safe_text(text) == cell else cell


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
        return isinstance(self.field, ForeignKey) and self.field.related_model is Region and not self.column.coded

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
        if self.column.coded:
            return f"{source}_id" if self.field.is_relation else source
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
        if not self.field or self.column.coded:
            return {}
        return {value: str(label) for value, label in self.field.flatchoices}

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
        if self.column.coded:
            return str(value)
        if self.unit and (self.field is None or (self.field.choices is None and not is_year(self.field))):
            return self.unit.show(value)
        if self.field.is_relation:
            return region_name(value) if self.is_region else str(value)
        return display.value_text(self.field, [tag for tag in self.tags if tag in value] if self.tags else value)

    def sql(self, *, guarded: bool = True) -> Combinable:
        """The value as a file holds it: labels, exact money in the chosen unit, text, dates.

        guarded: whether a text is guarded, as one of a CSV file must be.
        """
        written = guarded_sql if guarded else Path
        if self.field is None:
            percent = Round(Path(self.path) * 100, RATE_DIGITS, output_field=DecimalField())
            return Func(percent, function="trim_scale")
        if self.column.coded:
            return Path(self.path)
        if self.is_region:
            return written(f"{self.path}__{name_field()}")
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
            return written(self.path)
        return Case(When(self.readable, then=written(self.path)), self.number, output_field=TextField())

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
    formula = ~begins(path, *HARMLESS) & matches(path, FORMULA)
    turned = (
        ~begins(path, CHINESE)
        & matches(path, COUNTED)
        & ~matches(path, HYPHENS)
        & ~matches(path, OWN_NUMBER)
        & matches(path, TURNED)
    )
    return Case(When(formula | turned, then=behind), default=Path(path), output_field=TextField())


def begins(path: str, *ranges: tuple[str, str]) -> Q:
    """The condition that the text at the path begins with a character of the ranges."""
    text = Collate(path, "C")
    each = (Q(GreaterThanOrEqual(text, Value(low)), LessThan(text, Value(end))) for low, end in ranges)
    return Q(*each, _connector=Q.OR)


def matches(path: str, pattern: str) -> Q:
    return Q(**{f"{path}__regex": pattern})


def is_year(field: Any) -> bool:
    """Whether the number is a year, which has no thousands commas."""
    return "year" in str(field.name)
