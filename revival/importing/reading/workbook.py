"""Rows of a workbook, by python-calamine: what an official sees in a cell, as a text.

The reader ends the process where one stray cell makes a sheet larger than memory; nothing else runs in it.
"""

import math
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from revival.importing.reading.archive import Archive
from revival.importing.reading.characters import PRIVATE, with_todays_characters
from revival.importing.reading.facts import DIGITS, ERROR, PERCENT, Facts
from revival.importing.reading.limits import Limits, Refused
from revival.importing.reading.ods import ods_facts
from revival.importing.reading.text import Row
from revival.importing.reading.xls import xls_facts
from revival.importing.reading.xlsb import xlsb_facts
from revival.importing.reading.xlsx import xlsx_facts

EXACT = 10**15  # a double holds every whole number of fifteen digits
YES, NO = "\u662f", "\u5426"  # 是 否
ZIPPED = {"xlsx": xlsx_facts, "xlsb": xlsb_facts}


class WorkbookSource:
    """A sheet of a workbook. The sheet is the one asked for, or the first visible one that is not empty."""

    encoding = separator = ""

    def __init__(self, path: str, kind: str, limits: Limits, wanted: str = "") -> None:
        self.path, self.format, self.limits = path, kind, limits
        self.archive = Archive(path, limits) if kind != "xls" else None
        if self.archive:
            self.archive.check_parts()
        self.tables = ods_facts(self.archive) if self.archive and kind == "ods" else {}
        self.book = guarded(lambda: CalamineWorkbook.from_path(path))
        listed = self.book.sheets_metadata
        tables = [each.name for each in listed if each.typ == SheetTypeEnum.WorkSheet]
        seen = [each.name for each in listed if each.visible == SheetVisibleEnum.Visible and each.name in tables]
        if wanted and wanted not in tables:
            raise Refused("sheet", sheet=wanted)
        self.sheets, self.places = tables, [each.name for each in listed]
        self.sheet, self.data, self.facts = self.choose([wanted] if wanted else seen or tables)
        self.notes = [*self.told_of_others(seen), *self.facts.notes(), *self.told_of_merged()]
        self.refuse_size()
        self.total = self.data.total_height

    def choose(self, names: list[str]) -> tuple[str, CalamineSheet, Facts]:
        """The first of the sheets that is not empty."""
        for name in names:
            facts = self.facts_of(name)
            data = guarded(lambda name=name: self.book.get_sheet_by_name(name))  # type: ignore[misc]
            if data.end is not None:
                return name, data, facts
        raise Refused("empty")

    def facts_of(self, name: str) -> Facts:
        """What the reader does not tell of a sheet, and the checks of its parts before they are read."""
        if self.format == "ods":
            facts = self.tables.get(name, Facts())
            if facts.broken_row:
                raise Refused("ods_breaks", row=facts.broken_row)
            return facts
        if self.archive:
            return ZIPPED[self.format](self.archive, name)
        return xls_facts(self.path, self.places.index(name))

    def told_of_others(self, seen: list[str]) -> list[dict[str, object]]:
        """A note of the visible sheets that are not read."""
        others = [name for name in seen if name != self.sheet]
        return [{"code": "sheets", "sheet": self.sheet, "others": others}] if others else []

    def told_of_merged(self) -> list[dict[str, object]]:
        """A note of merged cells, all but the first of which are empty."""
        merged = self.data.merged_cell_ranges or self.facts.merged
        if not merged:
            return []
        first, last = (cell_name(*corner) for corner in merged[0])
        return [{"code": "merged", "count": len(merged), "first": f"{first}:{last}"}]

    def refuse_size(self) -> None:
        """Refuse a sheet with more filled rows than the limit; many rows may be empty, so they are counted."""
        if self.data.total_height > self.limits.rows:
            rows = sum(any(each != "" for each in row) for row in self.data.iter_rows())
            if rows > self.limits.rows:
                raise Refused("rows", rows=rows, most=self.limits.rows)

    def rows(self) -> Iterator[Row]:
        """The rows that are not blank, with the numbers that the sheet shows."""
        left = self.data.start[1] if self.data.start else 0
        margin, marks = [""] * left, self.facts.marks
        for index, values in enumerate(self.data.iter_rows()):
            marked = dict(marks[index]) if index in marks else None
            cells = margin + [value if type(value) is str else WRITERS[type(value)](value) for value in values]
            if marked:
                self.show_marked(cells, values, marked, index, left)
            while cells and not cells[-1].strip():
                cells.pop()
            if not cells:
                continue
            yield self.checked(Row(index + 1, cells, marked), values, left)

    def show_marked(self, cells: list[str], values: list[Any], marked: dict[int, str], row: int, left: int) -> None:
        """Write errors and percentages as the sheet shows them."""
        cells += [""] * (max(marked) + 1 - len(cells))
        for column, mark in list(marked.items()):
            if mark == ERROR:
                cells[column] = self.facts.errors[row, column]
            elif mark == PERCENT:
                del marked[column]
                value = values[column - left] if left <= column < left + len(values) else ""
                if isinstance(value, int | float) and math.isfinite(value):
                    cells[column] = f"{(Decimal(number_text(value)) * 100).normalize():f}%"

    def checked(self, row: Row, values: list[Any], left: int) -> Row:
        """The row with the characters of today, and with its numbers of more digits than a number holds marked."""
        number, cells, marks = row
        if len(cells) > self.limits.columns:
            raise Refused("columns", line=number, columns=len(cells), most=self.limits.columns)
        text = "".join(cells)
        if len(text) > self.limits.cell:
            for place, cell in enumerate(cells, 1):
                if len(cell) > self.limits.cell:
                    raise Refused("cell", row=number, column=place, most=self.limits.cell)
        if "\0" in text:
            place = next(at for at, cell in enumerate(cells) if "\0" in cell)
            raise Refused("nul_cell", cell=cell_name(number - 1, place))
        if not text.isascii() and PRIVATE.search(text):
            cells = [with_todays_characters(cell) for cell in cells]
        for at, value in enumerate(values, left):
            if type(value) is float and not -EXACT < value < EXACT:
                marks = {**(marks or {}), at: DIGITS}
        return Row(number, cells, marks)


def guarded(read: Callable[[], Any]) -> Any:
    """What the reader returns; its refusals, and the faults that it stumbles over, are refusals of the file."""
    try:
        return read()
    except MemoryError:
        raise
    except PasswordError:
        raise Refused("encrypted") from None
    except (CalamineError, OSError, ValueError):
        raise Refused("broken") from None
    except BaseException as wrong:
        if type(wrong).__name__ != "PanicException":  # of the reader's language; it has no importable name
            raise
        raise Refused("broken") from None


def number_text(value: float) -> str:
    """A number with the fifteen digits that a spreadsheet shows, and without an exponent."""
    if not -EXACT < value < EXACT:
        return f"{value:.15G}"  # as a spreadsheet shows it; no digit is made up
    if value.is_integer():
        return str(int(value))
    text = f"{value:.15g}"
    return f"{Decimal(text):f}" if "e" in text else text


def moment_text(value: datetime) -> str:
    """A day, and its time of day where it has one."""
    return value.isoformat(" ") if value.time() != time() else value.date().isoformat()


def duration_text(value: timedelta) -> str:
    """Hours, minutes and seconds."""
    minutes, seconds = divmod(int(value.total_seconds()), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}"


WRITERS: dict[type, Callable[[Any], str]] = {
    float: number_text,
    int: str,
    bool: lambda value: YES if value else NO,
    date: date.isoformat,
    datetime: moment_text,
    time: time.isoformat,
    timedelta: duration_text,
}


def cell_name(row: int, column: int) -> str:
    """The name of a cell such as B5, by row and column from 0."""
    letters, column = "", column + 1
    while column:
        column, left = divmod(column - 1, 26)
        letters = chr(65 + left) + letters
    return f"{letters}{row + 1}"
