"""What the XML of an ODS workbook tells beside the values of its cells."""

import re
from html import unescape

from revival.importing.reading.archive import Archive
from revival.importing.reading.facts import ERROR, PERCENT, Facts
from revival.importing.reading.limits import Refused

TAG = re.compile(
    rb"<(/?)(?:table:(table-row|table-column|table-cell|covered-table-cell|table)|text:(line-break|tab))(?![\w-])([^>]*)>"
)
REPEATED = re.compile(rb'table:number-(?:rows|columns)-repeated="([0-9]{1,7})"')
SPANS = re.compile(rb'table:number-(rows|columns)-spanned="([0-9]{1,7})"')
NAME = re.compile(rb'table:name="([^"]*)"')
HIDDEN = re.compile(rb'table:visibility="(?:collapse|filter)"')
VALUE_TYPE = re.compile(rb'(?:calcext|office):value-type="(error|percentage)"')
CELLS = 40_000_000  # of the largest table; python-calamine walks through all up to the last
FAR = 10_000  # repeated cells beyond those of any table fill the sheet up to its end


class OdsReader:
    """Walks through the tables of content.xml."""

    def __init__(self) -> None:
        self.tables: dict[str, Facts] = {}
        self.facts = Facts()
        self.row = self.column = self.width = 0
        self.rows_ahead = 1

    def read(self, block: bytes) -> None:
        """Read a block that ends with a row."""
        for closing, element, in_text, attributes in TAG.findall(block):
            if closing:
                continue
            if element == b"table":
                name = NAME.search(attributes)
                self.facts = self.tables.setdefault(text_of(name[1]) if name else "", Facts())
                self.row, self.width = -1, 0
            elif in_text:
                self.facts.broken_row = self.facts.broken_row or self.row + 1
            else:
                self.take(element, attributes)

    def take(self, element: bytes, attributes: bytes) -> None:
        """Go on by a row, a column or a cell."""
        repeated = REPEATED.search(attributes)
        times = int(repeated[1]) if repeated else 1
        hidden = bool(HIDDEN.search(attributes))
        if element == b"table-row":
            self.row += self.rows_ahead if self.row >= 0 else 1
            self.rows_ahead, self.column = times, 0
            self.facts.hidden_rows += times if hidden and times < FAR else 0
        elif element == b"table-column":
            self.facts.hidden_columns += times if hidden and times < FAR else 0
        else:
            if b"value-type" in attributes:
                self.width = max(self.width, self.column + times)
                if (self.row + self.rows_ahead) * self.width > CELLS:
                    raise Refused("memory")
                self.mark(attributes, times)
            if b"-spanned" in attributes:
                self.span(attributes)
            self.column += times

    def span(self, attributes: bytes) -> None:
        """Note a merged cell."""
        spans = {name: int(number) - 1 for name, number in SPANS.findall(attributes)}
        down, right = spans.get(b"rows", 0), spans.get(b"columns", 0)
        if down or right:
            self.facts.merged.append(((self.row, self.column), (self.row + down, self.column + right)))

    def mark(self, attributes: bytes, times: int) -> None:
        """Note a cell with an error or a percentage, as often as it is repeated."""
        kinds = VALUE_TYPE.findall(attributes)
        if not kinds or times >= FAR or self.rows_ahead >= FAR:
            return
        mark = ERROR if b"error" in kinds else PERCENT
        for row in range(self.row, self.row + self.rows_ahead):
            for column in range(self.column, self.column + times):
                self.facts.mark(row, column, mark, "#N/A" if mark == ERROR else "")


def ods_facts(archive: Archive) -> dict[str, Facts]:
    """What content.xml tells of each sheet, before it is read. Raises Refused where a cell lies far away."""
    reader = OdsReader()
    for block in archive.xml_blocks("content.xml", b"row>"):
        reader.read(block)
    return reader.tables


def text_of(attribute: bytes) -> str:
    """The text of an attribute."""
    return unescape(attribute.decode("utf-8", "replace"))
