"""Workbooks as two readers of other makers find them."""

import csv
import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

import openpyxl
from python_calamine import CalamineWorkbook

SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
Lines = list[list[Any]]


def plain(value: Any) -> Any:
    """A value as both readers give it: blank as "", a number as its shortest decimal, a day as a date."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        assert (value.hour, value.minute, value.second) == (0, 0, 0)
        return value.date()
    if isinstance(value, float | int) and not isinstance(value, bool):
        return Decimal(repr(value)).normalize() + 0
    return value


def sheets(data: bytes) -> dict[str, Lines]:
    """The cells of each sheet by its name."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {
        name: [[plain(cell) for cell in row] for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)]
        for name in book.sheet_names
    }


def opened(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))


def sheets_of_openpyxl(data: bytes) -> dict[str, Lines]:
    return {s.title: [[plain(c) for c in row] for row in s.iter_rows(values_only=True)] for s in opened(data)}


def parts(data: bytes) -> dict[str, ElementTree.Element]:
    """The parts by name, each of them read as XML. Checks the sum of each."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: ElementTree.fromstring(archive.read(name)) for name in archive.namelist()}  # noqa: S314 - our own


def all_texts(data: bytes) -> str:
    """All cells of all sheets in one text."""
    return "\n".join(str(cell) for lines in sheets(data).values() for row in lines for cell in row)


def csv_lines(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))


def says(cell: Any, text: str) -> bool:
    """Whether a cell of a workbook is what a CSV file of the same answer has as a text."""
    if isinstance(cell, Decimal):
        return bool(text) and cell == Decimal(text).normalize()
    return (cell.isoformat() if isinstance(cell, date) else cell) == text


def agree(book: Sequence[Sequence[Any]], table: Sequence[Sequence[str]]) -> bool:
    """Whether a sheet and a CSV file have the same cells."""
    assert [len(row) for row in book] == [len(row) for row in table]
    pairs = [(c, t) for row, line in zip(book, table, strict=True) for c, t in zip(row, line, strict=True)]
    assert [pair for pair in pairs if not says(*pair)] == []
    return True
