"""XLSX workbooks as streams of bytes: the parts are written here, and deflated while they go.

The format is ECMA-376. The ZIP names its parts in a directory at its end, so a broken transfer is no workbook.
Nothing is calculated, linked or fetched: a workbook has texts, numbers and days, and no formula.
"""

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import chain
from unicodedata import east_asian_width
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from revival.reporting.units import COUNT, Points, Unit
from revival.reporting.xlsx_parts import (
    DAY,
    FORMATS,
    GENERAL,
    HEAD,
    HEAD_REQUIRED,
    MAIN,
    NAMELESS,
    SIGNED,
    TEXT,
    WHOLE,
    XML,
    content_types,
    empty_cell,
    number_cell,
    relations,
    styles,
    text_cell,
    workbook,
    xml_safe,
)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LINES = 1_048_575  # of a sheet, below its head
LONGEST = 32_767  # characters of a cell, in UTF-16
MOST_BYTES = 2_000_000_000  # of a part: beyond 2 GiB it would need a ZIP64 head, which Excel repairs
BLOCK = 64 * 1024  # of XML, that is deflated at once
SENT = 16 * 1024  # deflated, that is sent at once: less than the rows that a query gives at once
LEVEL = 1  # of zlib: level 6 takes three times as long for nine tenths of the size
FIRST_DAY = date(1900, 3, 1)  # the day before is one that never was, so earlier days are written as texts
DAY_ZERO = date(1899, 12, 30)
REQUIRED = " *"  # behind the head of a column that must be filled in
WIDEST, NARROWEST, MARGIN = 48, 8, 3  # characters


@dataclass
class Tally:
    """What a workbook holds so far: rows without totals, and characters that were left out of its texts."""

    rows: int = 0
    dropped: int = 0


@dataclass(frozen=True)
class SheetColumn:
    """A column of a sheet: its head, the width of its cells in characters, and whether they must be filled in.

    as_text: whether what is typed into an empty cell stays a text, as a code must.
    """

    head: str
    width: int = 0
    required: bool = False
    as_text: bool = False

    @property
    def title(self) -> str:
        return self.head + REQUIRED if self.required else self.head


@dataclass
class Sheet:
    """A sheet of a workbook. rows: each as XML, read once. totals: how many of them come last and are totals.

    filtered: whether its head has the buttons of a filter, which leaves the totals alone.
    """

    name: str
    columns: Sequence[SheetColumn]
    rows: Generator[bytes, None, None]
    totals: int = 0
    filtered: bool = True


class BlockSink:
    """What a ZIP is written into and taken from again. It cannot seek, so sizes follow each part."""

    def __init__(self) -> None:
        self.blocks: list[bytes] = []
        self.size = 0

    def write(self, data: bytes) -> int:
        self.blocks.append(data)
        self.size += len(data)
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def take(self) -> bytes:
        """All that was written since the last time."""
        taken = b"".join(self.blocks)
        self.blocks.clear()
        self.size = 0
        return taken


def xlsx_blocks(sheets: Iterable[Sheet]) -> Iterator[bytes]:
    """The workbook in blocks. A sheet is asked for once the one before it has been written."""
    sink, names = BlockSink(), list[str]()
    with ZipFile(sink, "w", ZIP_DEFLATED, compresslevel=LEVEL) as archive:  # type: ignore[call-overload]
        put(archive, "_rels/.rels", relations([("officeDocument", "xl/workbook.xml")]))
        put(archive, "xl/styles.xml", styles())
        for sheet in sheets:
            left: Iterator[bytes] | None = sheet.rows
            with closing(sheet.rows):
                while left is not None:
                    names.append(sheet_name(sheet.name, names))
                    left = yield from sheet_blocks(archive, sink, sheet, left, len(names))
        yield sink.take()  # without the end, which alone makes it a workbook
        put(archive, "xl/workbook.xml", workbook(names))
        parts = [("worksheet", f"worksheets/sheet{index}.xml") for index in range(1, len(names) + 1)]
        put(archive, "xl/_rels/workbook.xml.rels", relations([*parts, ("styles", "styles.xml")]))
        put(archive, "[Content_Types].xml", content_types(len(names)))
    yield sink.take()


def sheet_blocks(
    archive: ZipFile, sink: BlockSink, sheet: Sheet, rows: Iterator[bytes], number: int
) -> Generator[bytes, None, Iterator[bytes] | None]:
    """One part with as many rows as a sheet may have. Returns the others, which go on in the next; None for none."""
    block, count, size, left = bytearray(sheet_begin(sheet)), 0, 0, None
    with archive.open(part_info(f"xl/worksheets/sheet{number}.xml"), "w") as part:
        for row in rows:
            if count == LINES or size > MOST_BYTES:
                left = chain((row,), rows)
                break
            block += row
            count += 1
            if len(block) > BLOCK:
                part.write(block)
                size += len(block)
                block.clear()
                if sink.size > SENT:
                    yield sink.take()
        block += sheet_end(sheet, count - (0 if left else sheet.totals))
        part.write(block)
    return left


def part_info(name: str) -> ZipInfo:
    """The entry of a part, with the same moment in every workbook."""
    info = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    info.compress_type, info._compresslevel = ZIP_DEFLATED, LEVEL  # type: ignore[attr-defined]
    return info


def put(archive: ZipFile, name: str, text: str) -> None:
    with archive.open(part_info(name), "w") as part:
        part.write((XML + text).encode())


def sheet_name(name: str, taken: Sequence[str]) -> str:
    """The name as Excel takes it: at most 31 characters, without some signs, and of its own whatever the case."""
    plain = xml_safe(NAMELESS.sub(" ", name)).strip("' ")[:31] or "Sheet"
    known, found, index = {each.casefold() for each in taken}, plain, 2
    while found.casefold() in known:
        more = f" ({index})"
        found, index = plain[: 31 - len(more)] + more, index + 1
    return found


def column_letters(index: int) -> str:
    """The name of a column by its place from 0: A, B, ... Z, AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def text_width(text: str) -> int:
    """The width in characters of Latin text; a Chinese one is as wide as two."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def column_width(column: SheetColumn) -> int:
    """The width of a column: of its cells, or of its head, which may take two lines."""
    head = text_width(column.title)
    return min(max(column.width, NARROWEST, head if head < 16 else head // 2) + MARGIN, WIDEST)


def column_xml(index: int, column: SheetColumn) -> str:
    style = f' style="{TEXT}"' if column.as_text else ""
    return f'<col min="{index}" max="{index}" width="{column_width(column)}" customWidth="1"{style}/>'


def sheet_begin(sheet: Sheet) -> bytes:
    """The part up to its first row: the head stays where it is when the rows are scrolled."""
    columns = list(sheet.columns)
    widths = "".join(column_xml(index, column) for index, column in enumerate(columns, 1))
    heads = "".join(text_cell(column.title, HEAD_REQUIRED if column.required else HEAD) for column in columns)
    pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/><selection pane="bottomLeft"/>'
    return (
        f'{XML}<worksheet xmlns="{MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews>'
        f"<cols>{widths}</cols><sheetData><row>{heads}</row>\n"
    ).encode()


def sheet_end(sheet: Sheet, rows: int) -> bytes:
    """The part behind its last row. Codes of digits are meant as texts, which Excel would remark on."""
    last = column_letters(len(sheet.columns) - 1)
    buttons = f'<autoFilter ref="A1:{last}{max(rows, 0) + 1}"/>' if sheet.filtered else ""
    return (
        f'</sheetData>{buttons}<pageMargins left="0.5" right="0.5" top="0.5" bottom="0.5" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
        f'<ignoredErrors><ignoredError sqref="A1:{last}{LINES + 1}" numberStoredAsText="1"/></ignoredErrors>'
        "</worksheet>"
    ).encode()


def cell_xml(value: object, tally: Tally, style: int = TEXT) -> str:
    """The XML of a value: a number or a day, or else a text, in that style. What a text cannot hold is counted."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return number_cell(f"{value:f}", GENERAL)
    if isinstance(value, date) and value >= FIRST_DAY:
        return number_cell(str((value - DAY_ZERO).days), DAY)
    text = "" if value is None else str(value)
    kept = shortened(xml_safe(text))
    tally.dropped += len(text) - len(kept)
    return text_cell(kept, style) if kept else empty_cell(style)


def shortened(text: str) -> str:
    """The text, cut where a cell ends."""
    if len(text) * 2 <= LONGEST:
        return text
    return text.encode("utf-16-le")[: LONGEST * 2].decode("utf-16-le", "ignore")


def row_xml(cells: Iterable[str]) -> bytes:
    """The row of the cells. Their places follow from their order."""
    return f"<row>{''.join(cells)}</row>\n".encode()


def plain_sheet(
    name: str, columns: Sequence[SheetColumn], rows: Iterable[Sequence[object]], tally: Tally | None = None
) -> Sheet:
    """The sheet of given columns and rows, whose cells are texts but for numbers and days: `cell_xml`."""
    counted = tally or Tally()

    def made() -> Generator[bytes, None, None]:
        for row in rows:
            counted.rows += 1
            yield row_xml(cell_xml(value, counted) for value in row)

    return Sheet(name, columns, made())


def unit_style(unit: Unit) -> int:
    """The format of numbers of a unit."""
    if isinstance(unit, Points):
        return SIGNED
    return WHOLE if unit is COUNT else FORMATS.index("#,##0" + (f".{'0' * unit.digits}" if unit.digits else ""))
