"""Small workbooks in four formats, written here byte by byte, so that tests may hold what no program writes."""

import io
import struct
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
SPACES = "office table text calcext"
# A value is a text, a number, or the XML of an element with {r} for the reference of the cell.
Value = str | float | tuple[str, float] | None
Rows = Sequence[Sequence[Value]]


def zipped(parts: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP with these parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return buffer.getvalue()


def letters(column: int) -> str:
    """The letters of a column counted from 0."""
    return letters(column // 26 - 1) + chr(65 + column % 26) if column >= 26 else chr(65 + column)


def cell_xml(value: Value, reference: str, style: int = 0) -> str:
    """A cell of XLSX."""
    if isinstance(value, str) and value.startswith("<c "):
        return value.replace("{r}", reference)
    if isinstance(value, str):
        return (
            f'<c r="{reference}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
        )
    return f'<c r="{reference}" s="{style}"><v>{value!r}</v></c>' if isinstance(value, float) else ""


def sheet_xml(rows: Rows, before: str = "", behind: str = "", first: int = 1) -> str:
    """A sheet of XLSX whose rows begin at number `first`."""
    written = "".join(
        f'<row r="{number}">'
        + "".join(cell_xml(value, f"{letters(at)}{number}") for at, value in enumerate(row))
        + "</row>"
        for number, row in enumerate(rows, first)
    )
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{written}</sheetData>{behind}</worksheet>'


def relations(kinds: Iterable[tuple[str, str]]) -> str:
    """A part of relations, with keys r1, r2 and so on."""
    written = "".join(
        f'<Relationship Id="r{number}" Type="{RELATED}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(kinds, 1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{written}</Relationships>'


def styles_xml(formats: Sequence[int | str]) -> str:
    """Styles of cells: style 0 is general, the others have these formats, by number or by code."""
    codes = {code: 200 + at for at, code in enumerate(formats) if isinstance(code, str)}
    written = "".join(f'<numFmt numFmtId="{number}" formatCode={quoteattr(code)}/>' for code, number in codes.items())
    numbers = [0, *(each if isinstance(each, int) else codes[each] for each in formats)]
    used = "".join(f'<xf numFmtId="{number}"/>' for number in numbers)
    return f'<styleSheet xmlns="{MAIN}"><numFmts>{written}</numFmts><cellXfs>{used}</cellXfs></styleSheet>'


def xlsx(
    *sheets: Rows | str | bytes,
    names: Sequence[str] = (),
    hidden: Sequence[str] = (),
    formats: Sequence[int | str] = (),
    since_1904: bool = False,
    book: str = "workbook",
    strings: str = "",
    more: Mapping[str, str | bytes] | None = None,
) -> bytes:
    """An XLSX workbook. A sheet is its rows or its XML."""
    names = names or [f"表{number}" for number in range(1, len(sheets) + 1)]
    states = [' state="hidden"' if name in hidden else "" for name in names]
    listed = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{at}" r:id="r{at}"{state}/>'
        for at, (name, state) in enumerate(zip(names, states, strict=True), 1)
    )
    epoch = '<workbookPr date1904="1"/>' if since_1904 else ""
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": relations([("officeDocument", f"xl/{book}.xml")]),
        f"xl/{book}.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATED}">{epoch}<sheets>{listed}</sheets></workbook>',
        f"xl/_rels/{book}.xml.rels": relations(
            [
                *(("worksheet", f"worksheets/sheet{number}.xml") for number in range(1, len(sheets) + 1)),
                ("styles", "styles.xml"),
                *([("sharedStrings", "sharedStrings.xml")] if strings else []),
            ]
        ),
        "xl/styles.xml": styles_xml(formats),
    }
    if strings:
        parts["xl/sharedStrings.xml"] = strings
    for number, sheet in enumerate(sheets, 1):
        part = f"xl/worksheets/sheet{number}.xml"
        parts[part] = sheet if isinstance(sheet, str | bytes) else sheet_xml(sheet)
    return zipped({**parts, **(more or {})})


def ods_cell(value: Value) -> str:
    """A cell of ODS; XML is taken as it is."""
    if isinstance(value, str) and value.startswith("<table:"):
        return value
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, str):
        return f'<table:table-cell office:value-type="string"><text:p>{escape(value)}</text:p></table:table-cell>'
    return f'<table:table-cell office:value-type="float" office:value="{value!r}"/>'


def ods(*sheets: Rows | str, names: Sequence[str] = (), encrypted: bool = False, before: str = "") -> bytes:
    """An ODS workbook. A sheet is its rows or the XML of its table's content."""
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in SPACES.split())
    tables = []
    for name, sheet in zip(names or [f"表{at}" for at in range(1, len(sheets) + 1)], sheets, strict=True):
        rows = (
            sheet
            if isinstance(sheet, str)
            else "".join(f"<table:table-row>{''.join(map(ods_cell, row))}</table:table-row>" for row in sheet)
        )
        tables.append(f"<table:table table:name={quoteattr(name)}>{rows}</table:table>")
    manifest = "<manifest:encryption-data/>" if encrypted else ""
    return zipped(
        {
            "mimetype": ODS_TYPE,
            "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="urn:m">{manifest}</manifest:manifest>',
            "content.xml": f"{before}<office:document-content {spaces}><office:body><office:spreadsheet>"
            f"{''.join(tables)}</office:spreadsheet></office:body></office:document-content>",
        }
    )


def record(kind: int, data: bytes = b"") -> bytes:
    """A record of XLS."""
    return struct.pack("<HH", kind, len(data)) + data


STYLES_OF_XLS = {"date": 1, "percent": 2}


def xls_cell(value: Value, row: int, column: int) -> bytes:
    """The record of a cell: a number, a text, ("error", code), ("failed", code) of a formula, ("date", serial)
    or ("percent", number)."""
    place = struct.pack("<HHH", row, column, 0)
    if isinstance(value, tuple):
        kind, number = value
        if kind == "error":
            return record(0x205, place + bytes((int(number), 1)))
        if kind == "failed":
            result = bytes((2, 0, int(number), 0, 0, 0, 0xFF, 0xFF))
            return record(0x06, place + result + bytes(6) + struct.pack("<H", 3) + b"\x1e\x01\x00")
        return record(0x203, struct.pack("<HHHd", row, column, STYLES_OF_XLS[kind], number))
    if isinstance(value, str):
        return record(0x204, place + struct.pack("<HB", len(value), 1) + value.encode("utf-16-le"))
    return b"" if value is None else record(0x203, place + struct.pack("<d", value))


def xls(*sheets: Rows, hidden_rows: Sequence[int] = ()) -> bytes:
    """An XLS workbook (BIFF8 in an OLE2 file). Style 1 shows days, style 2 percentages."""
    parts = []
    for rows in sheets:
        heads = b"".join(
            record(0x208, struct.pack("<HHHHHHI", at, 0, len(row), 255, 0, 0, 0x20 if at in hidden_rows else 0))
            for at, row in enumerate(rows)
        )
        cells = b"".join(
            xls_cell(value, at, column) for at, row in enumerate(rows) for column, value in enumerate(row)
        )
        parts.append(record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0)) + heads + cells + record(0x0A))
    own = "0.0%"
    styles = record(0x41E, struct.pack("<HHB", 170, len(own), 0) + own.encode())
    styles += b"".join(record(0xE0, struct.pack("<HHH", 0, number, 0) + bytes(14)) for number in (0, 14, 170))
    begin = record(0x809, struct.pack("<HHHHII", 0x600, 0x05, 0, 0, 0, 0)) + record(0x42, struct.pack("<H", 1200))
    names = [f"表{number}".encode("utf-16-le") for number in range(1, len(sheets) + 1)]
    at = len(begin) + len(styles) + sum(4 + 8 + len(name) for name in names) + 4
    listed = b""
    for name, part in zip(names, parts, strict=True):
        listed += record(0x85, struct.pack("<IBBBB", at, 0, 0, len(name) // 2, 1) + name)
        at += len(part)
    return ole2({"Workbook": begin + styles + listed + record(0x0A) + b"".join(parts)})


def ole2(streams: Mapping[str, bytes]) -> bytes:
    """An OLE2 file whose streams are filled up to 4,096 bytes: a table, the directory, and the streams."""
    chain, blocks, places = [0xFFFFFFFD, 0xFFFFFFFE], b"", {}
    for name, content in streams.items():
        filled = content + bytes(max(4096 - len(content), -len(content) % 512))
        filled += bytes(-len(filled) % 512)
        first, count = len(chain), len(filled) // 512
        chain += [*range(first + 1, first + count), 0xFFFFFFFE]
        places[name] = (first, len(filled))
        blocks += filled
    assert len(chain) <= 128, "one table holds 128 sectors"
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<HHHHH6xIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096)
    head += struct.pack("<IIII109I", 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0, *[0xFFFFFFFF] * 108)
    table = struct.pack("<128I", *chain, *[0xFFFFFFFF] * (128 - len(chain)))
    entries = [ole2_entry("Root Entry", 5, 0xFFFFFFFE, 0)]
    entries += [ole2_entry(name, 2, *places[name]) for name in streams]
    listing = b"".join(entries).ljust(512, b"\0")
    return head.ljust(512, b"\0") + table + listing + blocks


def ole2_entry(name: str, kind: int, first: int, size: int) -> bytes:
    """An entry of the directory."""
    written = f"{name}\0".encode("utf-16-le")
    return (
        written.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(written), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, 1 if kind == 5 else 0xFFFFFFFF)
        + bytes(36)
        + struct.pack("<IQ", first, size)
    )


def wide(text: str) -> bytes:
    """A text of XLSB."""
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def long_record(kind: int, data: bytes = b"") -> bytes:
    """A record of XLSB; type and length have seven bits in each byte."""
    head = bytes((kind,)) if kind < 128 else bytes((kind & 0x7F | 0x80, kind >> 7))
    length, size = len(data), b""
    while length >= 128:
        size, length = size + bytes((length & 0x7F | 0x80,)), length >> 7
    return head + size + bytes((length,)) + data


def xlsb(
    rows: Rows,
    merged: Sequence[tuple[int, int, int, int]] = (),
    name: str = "表1",
) -> bytes:
    """An XLSB workbook of one sheet. A cell is a number, a text, ("error", code) or ("percent", number).

    merged: rows, then columns."""
    written = b""
    for number, row in enumerate(rows):
        written += long_record(0, struct.pack("<IIHBBB", number, 0, 300, 0, 0, 0) + struct.pack("<I", 0))
        for column, value in enumerate(row):
            place = struct.pack("<II", column, 0)
            if isinstance(value, tuple) and value[0] == "percent":
                written += long_record(5, struct.pack("<IId", column, 1, value[1]))
            elif isinstance(value, tuple):
                written += long_record(3, place + bytes((int(value[1]),)))
            elif isinstance(value, str):
                written += long_record(6, place + wide(value))
            elif value is not None:
                written += long_record(5, place + struct.pack("<d", value))
    size = struct.pack("<IIII", 0, max(len(rows) - 1, 0), 0, max(map(len, rows)) - 1)
    sheet = long_record(129) + long_record(148, size) + long_record(145) + written + long_record(146)
    sheet += b"".join(long_record(176, struct.pack("<IIII", *each)) for each in merged) + long_record(130)
    styles = b"".join(long_record(47, struct.pack("<HH", 0, number) + bytes(12)) for number in (0, 10))
    bundled = long_record(156, struct.pack("<II", 0, 1) + wide("r1") + wide(name))
    book = long_record(131) + long_record(143) + bundled + long_record(144) + long_record(132)
    return zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
            "_rels/.rels": relations([("officeDocument", "xl/workbook.bin")]),
            "xl/workbook.bin": book,
            "xl/_rels/workbook.bin.rels": relations([("worksheet", "worksheets/sheet1.bin")]),
            "xl/worksheets/sheet1.bin": sheet,
            "xl/styles.bin": long_record(278)
            + long_record(617, struct.pack("<I", 2))
            + styles
            + long_record(618)
            + long_record(279),
        }
    )
