"""What the XML of an XLSX workbook tells beside the values of its cells."""

import re
from posixpath import join, normpath
from typing import NamedTuple
from xml.etree import ElementTree

from revival.importing.reading.archive import Archive
from revival.importing.reading.facts import ERROR, FORMULA, PERCENT, Facts, is_percent
from revival.importing.reading.limits import Refused

BOOK = "xl/workbook.xml"  # python-calamine knows it by no other name
PERCENTS = ("9", "10")  # built-in formats 0% and 0.00%
PLACE = re.compile(rb"""\br\s*=\s*["']([A-Z]{1,3})([0-9]{1,7})["']""")
FORMULA_ELEMENT = rb"<(?:\w+:)?f\b[^>]*(?:/>|>[^<]*</(?:\w+:)?f>)"
ERRORS = re.compile(
    rb"""<(?:\w+:)?c\b([^>]*\bt\s*=\s*["']e["'][^>]*)>(?:\s*(?:%b\s*)?<(?:\w+:)?v>([^<]{1,20})<)?""" % FORMULA_ELEMENT
)
UNCOMPUTED = re.compile(
    rb"""<(?:\w+:)?c\b([^>]*)>\s*%b\s*(?:</(?:\w+:)?c>|(<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</))""" % FORMULA_ELEMENT
)
TEXT_RESULT = re.compile(rb"""\bt\s*=\s*["']str["']""")  # whose empty value is the text of no characters
NO_NUMBER = re.compile(rb"""\bt\s*=\s*["'](?!n["'])""")
HIDDEN_ROW = re.compile(rb"""<(?:\w+:)?row\b[^>]*\bhidden\s*=\s*["'](?:1|true)["']""")
HIDDEN_COLUMNS = re.compile(rb"""<(?:\w+:)?col\b[^>]*\bhidden\s*=\s*["'](?:1|true)["'][^>]*>""")
SPAN = re.compile(rb"""\b(min|max)\s*=\s*["']([0-9]{1,5})["']""")


def xlsx_facts(archive: Archive, sheet: str) -> Facts:
    """What the part of a sheet tells."""
    related = relations(archive, BOOK)
    percents: set[int] = set()
    for each in related.values():
        if each.kind == "styles" and each.part in archive.parts:
            percents |= percent_styles(archive.small_xml(each.part))
    facts, marked = Facts(), percent_cells(percents)
    for block in archive.xml_blocks(sheet_part(archive, related, sheet), b"row>"):
        block_facts(block, facts, marked)
    return facts


class Relation(NamedTuple):
    """A part that another names, and what it is to it."""

    kind: str
    part: str


def relations(archive: Archive, source: str) -> dict[str, Relation]:
    """The parts that a part names, by their keys. External ones, which are never fetched, lead nowhere."""
    folder, _, name = source.rpartition("/")
    root = parsed(archive.small_xml(f"{folder}/_rels/{name}.rels"))
    found = {}
    for each in root:
        target = each.get("Target", "")
        part = target[1:] if target.startswith("/") else normpath(join(folder, target))
        if each.get("TargetMode") != "External":
            found[each.get("Id", "")] = Relation(each.get("Type", "").rpartition("/")[2], part)
    return found


def sheet_part(archive: Archive, related: dict[str, Relation], sheet: str) -> str:
    """The part of a sheet by the workbook's list."""
    for each in parsed(archive.small_xml(BOOK)).iter():
        if each.tag.endswith("}sheet") and each.get("name") == sheet:
            key = next((value for name, value in each.items() if name.endswith("}id")), "")
            if key in related:
                return related[key].part
    raise Refused("broken")


def parsed(xml: bytes) -> ElementTree.Element:
    """The root of a small part. Entities were refused when it was unpacked."""
    try:
        return ElementTree.fromstring(xml)  # noqa: S314 - see above
    except ElementTree.ParseError:
        raise Refused("broken") from None


def percent_styles(xml: bytes) -> set[int]:
    """The styles of cells that show a percentage."""
    root = parsed(xml)
    formats: set[str | None] = set(PERCENTS)
    for each in root.iter():
        if each.tag.endswith("}numFmt") and is_percent(each.get("formatCode", "")):
            formats.add(each.get("numFmtId"))
    styles = next((each for each in root.iter() if each.tag.endswith("}cellXfs")), ())
    return {at for at, each in enumerate(styles) if each.get("numFmtId") in formats}


def percent_cells(styles: set[int]) -> re.Pattern[bytes] | None:
    """What finds the cells of the styles; None if there are none."""
    if not styles:
        return None
    numbers = b"|".join(str(each).encode() for each in sorted(styles))
    return re.compile(rb"""<(?:\w+:)?c\b([^>]*\bs\s*=\s*["'](?:%b)["'][^>]*)(?<!/)>""" % numbers)


def block_facts(block: bytes, facts: Facts, percents: re.Pattern[bytes] | None) -> None:
    """Add the facts of some rows. Most blocks have none, which a search for a few bytes shows."""
    if percents:
        for found in percents.finditer(block):
            if not NO_NUMBER.search(found[1]):
                facts.mark(*place(found[1]), PERCENT)
    if b'"e"' in block or b"'e'" in block:
        for found in ERRORS.finditer(block):
            facts.mark(*place(found[1]), ERROR, (found[2] or b"#").decode("utf-8", "replace"))
    if b"<f" in block or b":f" in block:
        for found in UNCOMPUTED.finditer(block):
            if found[2] and TEXT_RESULT.search(found[1]):
                continue
            facts.mark(*place(found[1]), FORMULA)
    if b"hidden" in block:
        facts.hidden_rows += len(HIDDEN_ROW.findall(block))
        for column in HIDDEN_COLUMNS.findall(block):
            ends = {name: int(number) for name, number in SPAN.findall(column)}
            facts.hidden_columns += ends.get(b"max", 0) - ends.get(b"min", 1) + 1


def place(attributes: bytes) -> tuple[int, int]:
    """Row and column, from 0, of a cell. Raises Refused where a writer has left the reference out."""
    found = PLACE.search(attributes)
    if not found:
        raise Refused("unplaced")
    column = 0
    for letter in found[1]:
        column = column * 26 + letter - 64
    return int(found[2]) - 1, column - 1
