"""The value of a cell whose form the reader of files has accepted."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from django.utils import translation
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _

from revival.accounts.signs import FULL_WIDTH, shown_text
from revival.importing.columns import LANGUAGES, NUMBER, CellKind, ImportColumn
from revival.importing.spec import ImportSpec
from revival.importing.spoken import BETWEEN, LISTED, TRUTHS
from revival.importing.words import CellError
from revival.punctuation import listed
from revival.records.likeness import folded
from revival.records.reading import MONTH, UnreadableValue, read_month
from revival.records.unreadable import refusal_text

MOST_DIGITS = 18  # of the number of a record
TYPES: Mapping[CellKind, Callable[[str], Any]] = {
    CellKind.AMOUNT: Decimal,
    CellKind.AREA: Decimal,
    CellKind.NUMBER: Decimal,
    CellKind.COUNT: int,
    CellKind.YEAR: int,
    CellKind.DAY: date.fromisoformat,
}


def cell_value(column: ImportColumn, text: str, spec: ImportSpec) -> Any:
    """The value of a text that is not blank. A month is a year, or None, and a month. Raises CellError."""
    if column.path == NUMBER:
        return number_of(text)
    if column.kind in TYPES:
        return TYPES[column.kind](text)
    if column.kind == CellKind.CHOICE:
        return choice_of(column, text)
    if column.kind == CellKind.TAGS:
        tags = [choice_of(column, part) for part in tags_in(column, text)]
        order = [key for key, _label in column.choices]
        return sorted(set(tags), key=order.index)
    if column.kind == CellKind.MONTH:
        return month_of(text)
    spell = None if column.cites else spec.model.spelled.get(column.path)
    return spell(text) if spell else text.strip()


def number_of(text: str) -> int:
    """The number of a record, with or without #. Raises CellError."""
    digits = text.translate(FULL_WIDTH).strip().removeprefix("#")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= MOST_DIGITS):
        said = _("“%(typed)s” is no number of a record. Clear the cell if the row is a new record.")
        raise CellError(said % {"typed": shown_text(text)})
    return int(digits)


def tags_in(column: ImportColumn, text: str) -> Iterator[str]:
    """The parts of a list of tags. A label may have a comma itself, so what is a label is not parted further."""
    for part in text.split(LISTED):
        whole = folded(part) in known_choices(column.field)
        yield from (each for each in ([part] if whole else BETWEEN.split(part)) if each.strip())


@cache
def known_choices(field: Any) -> dict[str, Any]:
    """The values of a choice by all that stands for them: their codes, and their labels in both languages."""
    column = ImportColumn(field.name, field)
    found: dict[str, Any] = {}
    for language in LANGUAGES:
        with translation.override(language):
            for key, label in column.choices:
                found[folded(key)] = found[folded(label)] = key
    if not field.choices and not hasattr(field, "base_field"):
        found |= TRUTHS
    return found


def choice_of(column: ImportColumn, text: str) -> Any:
    """The value of a choice that is given by its code or its label in either language. Raises CellError."""
    value = known_choices(column.field).get(folded(text))
    if value is None:
        said = _("“%(typed)s” is not accepted here. Accepted are: %(accepted)s.")
        accepted = listed(label for _key, label in column.choices)
        raise CellError(said % {"typed": shown_text(text), "accepted": accepted})
    return column.field.to_python(value) if not hasattr(column.field, "base_field") else value


@cache
def known_months() -> dict[str, int]:
    """The months by their names in both languages and by their numbers."""
    found: dict[str, int] = {}
    for language in LANGUAGES:
        with translation.override(language):
            for number, name in MONTHS.items():
                found |= {folded(str(name)): number, str(number): number, f"{number:02}": number}
                found[f"{number}{MONTH}"] = number
    return found


def month_of(text: str) -> tuple[int | None, int]:
    """The year, if it is said, and the month. Raises CellError."""
    number = known_months().get(folded(text))
    if number:
        return None, number
    try:
        return read_month(text)
    except UnreadableValue as refused:
        raise CellError(refusal_text(refused)) from None
