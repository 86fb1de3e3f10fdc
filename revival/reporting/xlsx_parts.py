"""The parts of an XLSX workbook as texts of XML: its cells, its formats, and the list of what is in it."""

import re
from collections.abc import Sequence

# The formats of cells, each plain and in bold; a cell names one by its place.
FORMATS = (
    *("General", "@", "yyyy-mm-dd", "0", "#,##0", "#,##0.0", "#,##0.00", "#,##0.000"),
    "+#,##0.0;-#,##0.0;0.0",
)
GENERAL, TEXT, DAY, YEAR, WHOLE, SIGNED = 0, 1, 2, 3, 4, len(FORMATS) - 1
BOLD = len(FORMATS)  # what is added to a format to make it bold
HEAD, HEAD_REQUIRED, WRAPPED = (2 * BOLD + index for index in range(3))
# What XML cannot hold at all, and what it needs an escape for. Excel reads _x0041_ as A, so the first _ of such a
# text is written as _x005F_. A \ is escaped for COPY, whose text format would double it.
FORBIDDEN = "\\u0001-\\u0008\\u000b\\u000c\\u000e-\\u001f\\ufffe\\uffff"
ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\\": "&#92;", "\r": "&#13;", "\n": "&#10;", "\t": "&#9;"}
HEXADECIMAL = "_(?=x[0-9A-Fa-f]{4}_)"
UNDERSCORE = "_x005F_"
SPECIAL = f"[&<>\\\\\\u0001-\\u001f\\ufffe\\uffff]|{HEXADECIMAL}"
NOT_XML = re.compile(f"[\\x00{FORBIDDEN}\\ud800-\\udfff]")
NAMELESS = re.compile(r"[][:*?/\\]")
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def xml_safe(text: str) -> str:
    """The text without what XML forbids."""
    return NOT_XML.sub("", text)


def escaped(text: str) -> str:
    """The text as XML."""
    found = re.sub(HEXADECIMAL, UNDERSCORE, text)
    for sign, escape in ESCAPES.items():  # the & first
        found = found.replace(sign, escape)
    return found


def quoted(text: str) -> str:
    """The text as the value of an attribute."""
    return escaped(text).replace('"', "&quot;")


def text_cell(text: str, style: int = TEXT) -> str:
    """The XML of a text of which nothing is left out."""
    return f'<c t="inlineStr" s="{style}"><is><t xml:space="preserve">{escaped(xml_safe(text))}</t></is></c>'


def number_cell(number: str, style: int) -> str:
    return f'<c s="{style}"><v>{number}</v></c>'


def empty_cell(style: int) -> str:
    return f'<c s="{style}"/>'


def relations(found: Sequence[tuple[str, str]]) -> str:
    """The part that says where other parts are."""
    each = "".join(
        f'<Relationship Id="rId{index}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for index, (kind, target) in enumerate(found, 1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{each}</Relationships>'


def content_types(sheets: int) -> str:
    parts = [("workbook.xml", "sheet.main"), ("styles.xml", "styles")]
    parts += [(f"worksheets/sheet{index}.xml", "worksheet") for index in range(1, sheets + 1)]
    each = "".join(f'<Override PartName="/xl/{name}" ContentType="{KIND}.{kind}+xml"/>' for name, kind in parts)
    return (
        f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{each}</Types>'
    )


def workbook(names: Sequence[str]) -> str:
    sheets = "".join(
        f'<sheet name="{quoted(name)}" sheetId="{index}" r:id="rId{index}"/>' for index, name in enumerate(names, 1)
    )
    return (
        f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><bookViews><workbookView/></bookViews>'
        f"<sheets>{sheets}</sheets></workbook>"
    )


def styles() -> str:
    """The formats of cells in the order of their places."""
    first = 164  # the number of the first format that is not built in
    codes = "".join(f'<numFmt numFmtId="{first + i}" formatCode="{escaped(c)}"/>' for i, c in enumerate(FORMATS) if i)
    kinds = [(first + i if i else 0, font) for font in (0, 1) for i in range(len(FORMATS))]
    cells = "".join(f'<xf numFmtId="{code}" fontId="{font}" applyNumberFormat="1"/>' for code, font in kinds)
    wrap = '<alignment vertical="{}" wrapText="1"/>'
    for fill, font, place in ((2, 1, "center"), (3, 1, "center"), (0, 0, "top")):
        cells += f'<xf numFmtId="{first + TEXT}" fontId="{font}" fillId="{fill}">{wrap.format(place)}</xf>'
    face = '<font>{}<sz val="11"/><name val="Calibri"/><family val="2"/></font>'
    fills = "".join(
        f'<fill><patternFill patternType="solid"><fgColor rgb="FF{colour}"/></patternFill></fill>'
        for colour in ("E3E8EE", "FBE6C2")
    )
    return (
        f'<styleSheet xmlns="{MAIN}"><numFmts count="{len(FORMATS) - 1}">{codes}</numFmts>'
        f'<fonts count="2">{face.format("")}{face.format("<b/>")}</fonts>'
        '<fills count="4"><fill><patternFill patternType="none"/></fill>'
        f'<fill><patternFill patternType="gray125"/></fill>{fills}</fills>'
        '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
        f'<cellXfs count="{2 * BOLD + 3}">{cells}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )
