"""What the records of an XLS workbook tell beside the values of its cells ([MS-XLS] 2.3)."""

import struct
from collections.abc import Iterator
from pathlib import Path

from revival.importing.reading.contents import ole2_directory, ole2_stream
from revival.importing.reading.facts import ERROR, ERROR_TEXTS, PERCENT, Facts, Record, is_percent
from revival.importing.reading.limits import Refused
from revival.importing.reading.xlsx import PERCENTS

EOF, FORMULA, BOOLERR, ROW, COLINFO, SHEET = 0x0A, 0x06, 0x205, 0x208, 0x7D, 0x85
NUMBER, RK, MULRK, STYLE, FORMAT = 0x203, 0x27E, 0xBD, 0xE0, 0x41E
BEGINNINGS = (0x809, 0x409, 0x209, 0x09)


def xls_facts(path: str, index: int) -> Facts:
    """What the records of a sheet tell; index counts the sheets of the workbook from 0."""
    data = Path(path).read_bytes()
    streams = ole2_directory(data)
    found = streams.get("Workbook") or streams["Book"]
    if found.size < 4096:
        raise Refused("broken")  # held among small streams; no program writes a workbook as small
    try:
        stream = ole2_stream(data, found)
        book = list(xls_records(stream, 0, (SHEET, STYLE, FORMAT)))
        starts = [struct.unpack_from("<I", each.data)[0] for each in book if each.kind == SHEET]
        return sheet_facts(stream, starts[index], percent_styles(book))
    except (struct.error, IndexError):
        raise Refused("broken") from None


def xls_records(stream: bytes, at: int, kinds: tuple[int, ...]) -> Iterator[Record]:
    """The records of some kinds from a place up to the end of their part, without those of charts within it."""
    depth, size = 0, len(stream)
    while at + 4 <= size:
        kind, length = struct.unpack_from("<HH", stream, at)
        if kind in BEGINNINGS:
            depth += 1
        elif kind == EOF:
            depth -= 1
            if depth <= 0:
                return
        elif depth == 1 and kind in kinds:
            yield Record(kind, stream[at + 4 : at + 4 + length])
        at += 4 + length


def percent_styles(book: list[Record]) -> set[int]:
    """The styles of cells that show a percentage."""
    formats = {int(each) for each in PERCENTS}
    for kind, data in book:
        if kind == FORMAT and is_percent(data[5:].decode("utf-16-le" if data[4] & 1 else "latin-1", "replace")):
            formats.add(struct.unpack_from("<H", data)[0])
    styles = [struct.unpack_from("<H", each.data, 2)[0] for each in book if each.kind == STYLE]
    return {at for at, number in enumerate(styles) if number in formats}


def sheet_facts(stream: bytes, start: int, percents: set[int]) -> Facts:
    """What the records of the sheet at a place tell. Numbers are looked at only where a style shows percentages."""
    facts, numbers = Facts(), (NUMBER, RK, MULRK) if percents else ()
    for kind, data in xls_records(stream, start, (FORMULA, BOOLERR, ROW, COLINFO, *numbers)):
        row, column = struct.unpack_from("<HH", data)
        if kind == ROW:
            facts.hidden_rows += bool(data[12] & 0x20)
        elif kind == COLINFO:
            facts.hidden_columns += min(column, 255) - row + 1 if data[8] & 1 else 0  # first and last column
        elif kind == FORMULA and data[6] == 2 and data[12:14] == b"\xff\xff":
            facts.mark(row, column, ERROR, ERROR_TEXTS.get(data[8], "#"))
        elif kind == BOOLERR:
            if data[7] == 1:
                facts.mark(row, column, ERROR, ERROR_TEXTS.get(data[6], "#"))
        else:
            step = 6 if kind == MULRK else len(data)
            for at in range(4, len(data) - (2 if kind == MULRK else 0), step):
                if struct.unpack_from("<H", data, at)[0] in percents:
                    facts.mark(row, column + (at - 4) // 6, PERCENT)
    return facts
