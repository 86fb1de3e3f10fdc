"""Cells become values by the grammar of the forms (`records.reading`), column by column.

Most cells are plain digits or days as the product writes them: those are read here without Decimal, with the same
result, and what was read before in a column is remembered.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from revival.importing.reading.facts import DIGITS
from revival.importing.reading.text import Row
from revival.records import reading
from revival.records.reading import BLANKS, Fault, ReadingKind, UnreadableValue, folded

TEXT, CHOICE = "text", "choice"
REQUIRED, UNIT = "required", "unit"
REMEMBERED = 20_000  # values of a column
PLAIN = re.compile(r"(-?)([0-9]{1,11})(?:\.([0-9]{1,8}))?")
ROUNDED = re.compile(r"[0-9](?:\.[0-9]+)?E\+[0-9]+", re.IGNORECASE)  # what a spreadsheet saves of a long number
DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
FIRST_DAY = re.compile(r"([0-9]{4}-[0-9]{2})-01")
UNITS: dict[str, Mapping[str, int]] = {
    ReadingKind.AMOUNT: reading.AMOUNT_UNITS,
    ReadingKind.COUNT: reading.COUNT_UNITS,
    ReadingKind.AREA: reading.AREA_UNITS,
}
# index of the column, code, what was typed, decimals that are kept
Error = tuple[int, str, str, int]


@dataclass(frozen=True)
class Column:
    """A column of the file and how its cells are read.

    at: the index of its cells. unit: what the heading says of bare numbers. choices: codes by `choice_key`. code:
    whether its texts are codes, which a number of more than fifteen digits cannot hold.
    """

    at: int
    kind: str
    decimals: int = 0
    unit: str = ""
    choices: dict[str, str] = field(default_factory=dict)
    required: bool = False
    code: bool = False


class Wrong(Exception):
    """A cell that is refused. code: what `words.cell_sentence` says; extra: decimals that are kept."""

    def __init__(self, code: str, extra: int = 0) -> None:
        super().__init__(code)
        self.code, self.extra = code, extra


def choice_key(text: str) -> str:
    """The spelling of a choice that is compared: without blanks and invisible signs, widths and cases alike."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in plain if unicodedata.category(sign) not in ("Zs", "Cc", "Cf"))


def row_values(columns: list["ColumnReader"], row: Row) -> tuple[list[str | None], list[Error]]:
    """The value of each column, None for a blank one, and what is wrong."""
    _number, cells, marks = row
    values: list[str | None] = []
    errors: list[Error] = []
    for index, column in enumerate(columns):
        text = cells[column.at] if column.at < len(cells) else ""
        try:
            if marks and column.at in marks:
                raise Wrong(marks[column.at])
            values.append(column.known[text] if text in column.known else column.learn(text))
        except Wrong as wrong:
            values.append(None)
            errors.append((index, wrong.code, text, wrong.extra))
    return values, errors


class ColumnReader:
    """Reads the cells of a column. workbook: whether days may stand for months, as a sheet keeps both as days."""

    def __init__(self, column: Column, workbook: bool) -> None:
        self.column, self.at, self.workbook = column, column.at, workbook
        self.known: dict[str, str | None] = {}
        self.read = self.reader()
        self.power = unit_power(column)

    def learn(self, text: str) -> str | None:
        """The value of a text that was not seen before. Raises Wrong."""
        value = self.value(text)
        if len(self.known) >= REMEMBERED:
            self.known.clear()
        self.known[text] = value
        return value

    def value(self, text: str) -> str | None:
        """The value of a text, None for a blank one. Raises Wrong."""
        bare = text.strip(BLANKS)
        if not bare:
            if self.column.required:
                raise Wrong(REQUIRED)
            return None
        try:
            return self.read(bare)
        except UnreadableValue as refused:
            raise Wrong(refused.fault, refused.decimals) from None

    def reader(self) -> Callable[[str], str]:
        """What reads a text of the column's kind."""
        kind, decimals = self.column.kind, self.column.decimals
        readers: dict[str, Callable[[str], str]] = {
            TEXT: self.code if self.column.code else str,
            CHOICE: self.choice,
            ReadingKind.AMOUNT: lambda text: self.number(text, reading.read_amount, 2),
            ReadingKind.COUNT: lambda text: self.number(text, reading.read_count, 0),
            ReadingKind.AREA: lambda text: self.number(
                text, lambda typed: reading.read_area(typed, decimals), decimals
            ),
            ReadingKind.NUMBER: lambda text: self.number(
                text, lambda typed: reading.read_number(typed, decimals), decimals
            ),
            ReadingKind.YEAR: lambda text: str(reading.read_year(text)),
            ReadingKind.DAY: read_day,
            ReadingKind.MONTH: self.month,
        }
        return readers[kind]

    def code(self, text: str) -> str:
        """The text of a code. Raises Wrong for what a spreadsheet has rounded."""
        if ROUNDED.fullmatch(text):
            raise Wrong(DIGITS)
        return text

    def choice(self, text: str) -> str:
        """The code of a choice."""
        found = self.column.choices.get(choice_key(text))
        if found is None:
            raise Wrong(CHOICE)
        return found

    def number(self, text: str, read: Callable[[str], Any], decimals: int) -> str:
        """The number in the grammar's unit; a bare one has the unit of the heading."""
        if found := PLAIN.fullmatch(text):
            sign, whole, part = found.groups()
            part = (part or "").rstrip("0")
            missing = self.power + decimals - len(part)
            whole_number = self.column.kind != ReadingKind.COUNT or self.power or not found[3]
            if missing >= 0 and whole_number and len(whole.lstrip("0")) + self.power <= reading.LONGEST:
                return scaled(sign, int(whole + part) * 10**missing, decimals)
        return number_value(read(self.with_unit(text)))

    def with_unit(self, text: str) -> str:
        """The text with the heading's unit behind a bare number. Raises Wrong where the cell has another one."""
        unit, kind = self.column.unit, self.column.kind
        found = reading.NUMBER.fullmatch(folded(text)) if unit else None
        if not found:
            return text
        if kind not in UNITS:
            return folded(text).removesuffix(unit) if (found["unit"] or "").strip() == unit else text
        if not found["unit"]:
            return text + unit
        if UNITS[kind].get(found["unit"].strip(), self.power) != self.power:
            raise Wrong(UNIT)
        return text

    def month(self, text: str) -> str:
        """The month. A cell of a sheet holds the first day of it."""
        if self.workbook and (found := FIRST_DAY.fullmatch(text)):
            text = found[1]
        year, month = reading.read_month(text)
        return f"{year:04d}-{month:02d}"


def unit_power(column: Column) -> int:
    """The power of ten of bare numbers of the column. Raises KeyError for a unit that the grammar has not."""
    return UNITS[column.kind][column.unit] if column.kind in UNITS else 0


def scaled(sign: str, number: int, decimals: int) -> str:
    """A whole number of units of the last decimal, as a text."""
    digits = f"{number:0{decimals + 1}d}"
    text = f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits
    return f"-{text}" if sign and number else text


def number_value(value: Decimal | int) -> str:
    """A number as the database reads it."""
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def read_day(text: str) -> str:
    """The day. Raises UnreadableValue."""
    if found := DAY.fullmatch(text):
        try:
            date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            raise UnreadableValue(ReadingKind.DAY, Fault.CALENDAR, text) from None
        return text
    return reading.read_day(text).isoformat()
