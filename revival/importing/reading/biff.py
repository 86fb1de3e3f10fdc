"""What the records of the binary workbooks XLS and XLSB tell beside the values of their cells."""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from revival.importing.reading.archive import Archive
from revival.importing.reading.contents import ole2_directory, ole2_stream
from revival.importing.reading.facts import ERROR, Facts
from revival.importing.reading.limits import Refused
from revival.importing.reading.xlsx import relations

ERROR_TEXTS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
# Records of XLS ([MS-XLS] 2.3).
EOF, FORMULA, BOOLERR, ROW, COLINFO, SHEET = 0x0A, 0x06, 0x205, 0x208, 0x7D, 0x85
# Records of XLSB ([MS-XLSB] 2.3).
ROW_HEADER, CELL_ERROR, FORMULA_ERROR, COLUMN_INFO, BUNDLED_SHEET, MERGED = 0, 3, 11, 60, 156, 176
XLSB_BOOK = "xl/workbook.bin"


class Record(NamedTuple):
    """A record of a binary workbook."""

    kind: int
    data: bytes


def xls_facts(path: str, index: int) -> Facts:
    """What the records of a sheet tell; index counts the sheets of the workbook from 0."""
    data = Path(path).read_bytes()
    streams = ole2_directory(data)
    found = streams.get("Workbook") or streams["Book"]
    if found.size < 4096:
        raise Refused("broken")  # held among small streams; no program writes a workbook as small
    facts = Facts()
    try:
        stream = ole2_stream(data, found)
        starts = [struct.unpack_from("<I", each.data)[0] for each in xls_records(stream, 0) if each.kind == SHEET]
        for record in xls_records(stream, starts[index]):
            take_xls(record, facts)
    except (struct.error, IndexError):
        raise Refused("broken") from None
    return facts


def xls_records(stream: bytes, at: int) -> Iterator[Record]:
    """The records from a place up to the end of their part; parts within it, such as charts, are passed over."""
    depth = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        if kind in (0x809, 0x409, 0x209, 0x09):
            depth += 1
        elif kind == EOF:
            depth -= 1
            if depth <= 0:
                return
        elif depth == 1 and kind in (FORMULA, BOOLERR, ROW, COLINFO, SHEET):
            yield Record(kind, stream[at + 4 : at + 4 + length])
        at += 4 + length


def take_xls(record: Record, facts: Facts) -> None:
    """Note a cell with an error, a hidden row or hidden columns."""
    kind, data = record
    row, column = struct.unpack_from("<HH", data)
    if kind == FORMULA and data[6] == 2 and data[12:14] == b"\xff\xff":
        facts.mark(row, column, ERROR, ERROR_TEXTS.get(data[8], "#"))
    elif kind == BOOLERR and data[7] == 1:
        facts.mark(row, column, ERROR, ERROR_TEXTS.get(data[6], "#"))
    elif kind == ROW and data[12] & 0x20:
        facts.hidden_rows += 1
    elif kind == COLINFO and data[8] & 1:
        first, last = struct.unpack_from("<HH", data)
        facts.hidden_columns += min(last, 255) - first + 1


def xlsb_facts(archive: Archive, sheet: str) -> Facts:
    """What the records of a sheet tell."""
    facts, row = Facts(), 0
    part = xlsb_part(archive, sheet)
    try:
        for kind, data in xlsb_records(b"".join(archive.blocks(part))):
            if kind == ROW_HEADER:
                row = struct.unpack_from("<I", data)[0]
                facts.hidden_rows += bool(data[11] & 0x10)
            elif kind in (CELL_ERROR, FORMULA_ERROR):
                facts.mark(row, struct.unpack_from("<I", data)[0], ERROR, ERROR_TEXTS.get(data[8], "#"))
            elif kind == COLUMN_INFO and data[16] & 1:
                first, last = struct.unpack_from("<II", data)
                facts.hidden_columns += last - first + 1
            elif kind == MERGED:
                top, bottom, left, right = struct.unpack_from("<IIII", data)
                facts.merged.append(((top, left), (bottom, right)))
    except (struct.error, IndexError):
        raise Refused("broken") from None
    return facts


def xlsb_part(archive: Archive, sheet: str) -> str:
    """The part of a sheet by the workbook's list."""
    try:
        related = relations(archive, XLSB_BOOK)
        for kind, data in xlsb_records(b"".join(archive.blocks(XLSB_BOOK))):
            if kind == BUNDLED_SHEET:
                relation, at = wide_string(data, 8)
                if wide_string(data, at)[0] == sheet:
                    return related[relation].part
    except (struct.error, IndexError, KeyError):
        pass
    raise Refused("broken")


def wide_string(data: bytes, at: int) -> tuple[str, int]:
    """A text with its length before it, and where it ends."""
    end = at + 4 + 2 * struct.unpack_from("<I", data, at)[0]
    return data[at + 4 : end].decode("utf-16-le", "replace"), end


def xlsb_records(data: bytes) -> Iterator[Record]:
    """The records of a part. Type and length have seven bits in each byte."""
    at, end = 0, len(data)
    while at < end:
        kind = data[at]
        at += 1
        if kind & 0x80:
            kind = kind & 0x7F | (data[at] & 0x7F) << 7
            at += 1
        length, shift = 0, 0
        while True:
            byte = data[at]
            at += 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80 or shift > 21:
                break
        yield Record(kind, data[at : at + length])
        at += length
