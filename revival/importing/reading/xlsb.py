"""What the records of an XLSB workbook tell beside the values of its cells ([MS-XLSB] 2.3)."""

import struct
from collections.abc import Iterator

from revival.importing.reading.archive import Archive
from revival.importing.reading.facts import ERROR, ERROR_TEXTS, PERCENT, Facts, Record, is_percent
from revival.importing.reading.limits import Refused
from revival.importing.reading.xlsx import PERCENTS, relations

ROW_HEADER, CELL_ERROR, FORMULA_ERROR, COLUMN_INFO, BUNDLED_SHEET, MERGED = 0, 3, 11, 60, 156, 176
FORMAT, STYLE, CELL_STYLES, END_OF_CELL_STYLES = 44, 47, 617, 618
NUMBERS = (2, 5, 9)  # short, long, and of a formula
XLSB_BOOK, STYLES = "xl/workbook.bin", "xl/styles.bin"


def xlsb_facts(archive: Archive, sheet: str) -> Facts:
    """What the records of a sheet tell."""
    facts, row = Facts(), 0
    part = xlsb_part(archive, sheet)
    try:
        percents = percent_styles(archive)
        for kind, data in xlsb_records(b"".join(archive.blocks(part))):
            if kind == ROW_HEADER:
                row = struct.unpack_from("<I", data)[0]
                facts.hidden_rows += bool(data[11] & 0x10)
            elif kind in (CELL_ERROR, FORMULA_ERROR):
                facts.mark(row, struct.unpack_from("<I", data)[0], ERROR, ERROR_TEXTS.get(data[8], "#"))
            elif kind in NUMBERS:
                if percents and int.from_bytes(data[4:7], "little") in percents:
                    facts.mark(row, struct.unpack_from("<I", data)[0], PERCENT)
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


def percent_styles(archive: Archive) -> set[int]:
    """The styles of cells that show a percentage."""
    if STYLES not in archive.parts:
        return set()
    formats, styles, inside = {int(each) for each in PERCENTS}, list[int](), False
    for kind, data in xlsb_records(b"".join(archive.blocks(STYLES))):
        if kind == FORMAT and is_percent(wide_string(data, 2)[0]):
            formats.add(struct.unpack_from("<H", data)[0])
        elif kind in (CELL_STYLES, END_OF_CELL_STYLES):
            inside = kind == CELL_STYLES
        elif kind == STYLE and inside:
            styles.append(struct.unpack_from("<H", data, 2)[0])
    return {at for at, number in enumerate(styles) if number in formats}


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
