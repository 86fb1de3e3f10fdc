"""Rows of a text: CSV by RFC 4180, and what is pasted from a spreadsheet. A row has the number of its first line."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from revival.importing.reading.encodings import Encoded, read_encoding
from revival.importing.reading.limits import Limits, Refused

STATED = re.compile(r'(?:sep=(.)|"sep=(.)")\r?', re.IGNORECASE)  # what Excel writes and reads before the heading
SEPARATORS = (",", "\t", ";")
SAMPLE = 50  # rows by which the separator is chosen
OPEN = re.compile(r'"(?:[^"]|"")*+\Z')


class Row(NamedTuple):
    """A row as it is read. marks: what is known of cells beside their text, by the index of the cell."""

    number: int
    cells: list[str]
    marks: dict[int, str] | None = None


def cell_pattern(separator: str) -> re.Pattern[str]:
    """A cell up to its separator. Quotes inside a bare cell are refused, but in pasted cells they are signs."""
    mark = re.escape(separator)
    bare = rf'[^{mark}"][^{mark}]*+|' if separator == "\t" else rf'[^{mark}"]*+'
    return re.compile(rf'(?:"((?:[^"]|"")*+)"|({bare}))(?={mark}|\Z)')


class TextSource:
    """A text and how it is read."""

    sheets: list[str] = []
    sheet = ""

    def __init__(self, path: str, limits: Limits) -> None:
        self.encoded, self.limits = read_encoding(path, limits), limits
        self.notes: list[dict[str, object]] = []
        self.separator, self.skipped = self.find_separator()

    @property
    def format(self) -> str:
        return "text" if self.separator == "\t" else "csv"

    @property
    def total(self) -> int:
        """About the number of the last row: a cell may hold more than one line."""
        return self.encoded.lines

    @property
    def encoding(self) -> str:
        return self.encoded.codec

    def find_separator(self) -> tuple[str, int]:
        """The separator, and the lines that state it. Else it is what parts most rows of the sample alike."""
        first = next(self.encoded.lines_of_text(), "")
        if stated := STATED.fullmatch(first):
            found = stated[1] or stated[2]
            if found not in (*SEPARATORS, "|"):
                raise Refused("separator", separator=found)
            return found, 1
        return max(SEPARATORS, key=lambda each: sample_score(self.encoded, each, self.limits)), 0

    def rows(self) -> Iterator[Row]:
        """The rows that are not blank."""
        for number, cells in records(self.encoded, self.separator, self.skipped, self.limits):
            while cells and not cells[-1].strip():
                cells.pop()
            if len(cells) > self.limits.columns:
                raise Refused("columns", line=number, columns=len(cells), most=self.limits.columns)
            if cells:
                yield Row(number, cells)


def sample_score(encoded: Encoded, separator: str, limits: Limits) -> tuple[int, int]:
    """How many rows the separator parts into the usual number of cells, more than one, and that number."""
    widths: Counter[int] = Counter()
    try:
        for _number, cells in islice(records(encoded, separator, 0, limits), SAMPLE):
            widths[len(cells)] += 1
    except Refused:  # one that does not part the cells in quotes; if none does, the first says why
        pass
    del widths[1]
    return max(((count, width) for width, count in widths.items()), default=(0, 0))


def records(encoded: Encoded, separator: str, skipped: int, limits: Limits) -> Iterator[tuple[int, list[str]]]:
    """The number of the first line of each record, and its cells. Raises Refused with that line."""
    lines = islice(encoded.lines_of_text(), skipped, None)
    reader, number = QuotedReader(lines, cell_pattern(separator), encoded.end, limits), skipped
    for line in lines:
        number += 1
        if '"' not in line:
            cells, taken = line.removesuffix("\r").split(separator), 0
        else:
            cells, taken = reader.read(line, number)
        if len(line) > limits.cell or taken:
            refuse_long_cells(cells, number, limits)
        yield number, cells
        number += taken


class QuotedReader(NamedTuple):
    """Reads the records that have quotes, which may go on in the next lines. Line breaks in cells stay."""

    lines: Iterator[str]
    pattern: re.Pattern[str]
    end: str
    limits: Limits

    def read(self, text: str, number: int) -> tuple[list[str], int]:
        """The cells of the record, and the lines taken beyond its first."""
        cells: list[str] = []
        at, taken = 0, 0
        while True:
            last = len(text) - text.endswith("\r")
            if found := self.pattern.match(text, at, last):
                quoted, bare = found.groups()
                cells.append(quoted.replace('""', '"') if bare is None else bare)
                if found.end() == last:
                    return cells, taken
                at = found.end() + 1
            elif OPEN.match(text, at):
                more = self.next_lines(len(text) - at, number)
                text, at, taken = self.end.join((text[at:], *more)), 0, taken + len(more)
            else:
                raise Refused("quoting", line=number)

    def next_lines(self, length: int, number: int) -> list[str]:
        """The lines up to the one that closes the open cell."""
        found = []
        for line in self.lines:
            found.append(line)
            length += len(line)
            if '"' in line.replace('""', ""):  # one that is not doubled
                return found
            if length > self.limits.line:
                break
        raise Refused("quote", line=number)


def refuse_long_cells(cells: list[str], number: int, limits: Limits) -> None:
    """Refuse a cell that is longer than a cell of a workbook."""
    for place, cell in enumerate(cells, 1):
        if len(cell) > limits.cell:
            raise Refused("cell", row=number, column=place, most=limits.cell)
