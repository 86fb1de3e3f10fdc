"""What python-calamine does not tell of a sheet: cells with errors, hidden rows, percentages and the like."""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from revival.importing.reading.limits import Refused

# What is known of a cell beside its value.
ERROR, FORMULA, PERCENT, DIGITS = "error", "formula", "percent", "digits"
MOST = 500_000  # marked cells; more are kept by no workbook that is a table


# Errors of the binary formats.
ERROR_TEXTS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
Place = tuple[int, int]  # row and column from 0


class Record(NamedTuple):
    """A record of a binary workbook."""

    kind: int
    data: bytes


@dataclass
class Facts:
    """Marks of cells by row and column, the texts of errors, and what is merged and hidden."""

    marks: dict[int, dict[int, str]] = field(default_factory=dict)
    errors: dict[Place, str] = field(default_factory=dict)
    merged: list[tuple[Place, Place]] = field(default_factory=list)
    broken_row: int = 0  # with a cell whose parts the reader joins
    hidden_rows: int = 0
    hidden_columns: int = 0
    count: int = 0

    def mark(self, row: int, column: int, mark: str, text: str = "") -> None:
        """Note the mark of a cell, and of an error its text, such as #N/A."""
        self.count += 1
        if self.count > MOST:
            raise Refused("marks", most=MOST)
        self.marks.setdefault(row, {})[column] = mark
        if text:
            self.errors[row, column] = text

    def notes(self) -> list[dict[str, object]]:
        """What an official is told of hidden rows and columns."""
        told = (("hidden_rows", self.hidden_rows), ("hidden_columns", self.hidden_columns))
        return [{"code": code, "count": count} for code, count in told if count]


def is_percent(code: str) -> bool:
    """Whether a number format shows a percentage: a % that is not quoted."""
    return "%" in re.sub(r'"[^"]*"|\\.', "", code)
