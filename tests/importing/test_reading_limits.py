"""What asks for more than the limits is refused before it is read, with the limit in the sentence."""

import struct
from typing import Any

import pytest

from revival.importing.reading import facts
from revival.importing.reading.limits import Refused
from tests.extent import every
from tests.importing.asking import ask
from tests.importing.workbooks import MAIN, Rows, ods, sheet_xml, xls, xlsb, xlsx, zipped

LINES = b"a,b\n" + b"1,2\n" * 2_000_000
TABLE: Rows = [["a", "b"], *([float(number), None] for number in range(1, 40))]
SPARSE: Rows = [["a"], *([[None]] * 60), ["b"]]
BOMB = '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY c "&b;&b;">]>'
EXTERNAL = '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd">'


def refusal(data: bytes, **limits: Any) -> tuple[str, dict[str, Any]]:
    """The code and the parameters of the refusal."""
    with pytest.raises(Refused) as refused:
        ask(data, **limits)
    return refused.value.code, refused.value.params


def test_a_large_file_is_refused_unread() -> None:
    """Whatever it is."""
    assert refusal(b"a,b\n1,2\n", size=7) == ("size", {"size": 8, "most": 7})
    assert ask(b"a,b\n1,2\n", size=8).end == 2


def test_a_file_of_one_line_is_refused() -> None:
    """20 MB of cells in a row, within the first piece; with and without an open quote, and in UTF-16."""
    for data in (b"a," * 10_000_000, b'"' + b"a," * 10_000_000, ("a," * 1_000_000).encode("utf-16")):
        assert refusal(data) == ("line", {"line": 1, "most": 1_000_000})


def test_two_million_rows_are_refused_before_the_first_is_read() -> None:
    """Lines are counted while the encoding is checked."""
    assert refusal(LINES) == ("rows", {"rows": 2_000_001, "most": 200_000})


ROWS = {
    "csv": b"a,b\n" + b"1,2\n" * 39,
    "quoted": b'a,b\n' + b'"1",2\n' * 39,
    "xlsx": xlsx(TABLE),
    "xls": xls(TABLE),
    "xlsb": xlsb(TABLE),
    "ods": ods(TABLE),
}  # fmt: skip


@every("kind", ROWS)
def test_more_rows_than_the_limit_are_refused(kind: str) -> None:
    """One more than the limit is too much in every format."""
    assert ask(ROWS[kind], rows=40).end == 40
    code, params = refusal(ROWS[kind], rows=39)
    assert (code, params["most"]) == ("rows", 39)


def test_empty_rows_are_no_rows() -> None:
    """A sheet may have filled rows far apart."""
    assert ask(xlsx(SPARSE), rows=2).end == 2
    assert ask(b"a\n\n\n\nb\n", rows=2).end == 2


WIDE: Rows = [["a"] * 3, ["1"] * 2_000]


@every("data", (xlsx(WIDE), ods(WIDE), b"a,b\n" + b"1," * 1_999 + b"1\n"))
def test_more_columns_than_the_limit_are_refused(data: bytes) -> None:
    """2,000 columns are no table of ours; blank ones do not count."""
    assert refusal(data) == ("columns", {"line": 2, "columns": 2_000, "most": 200})


def test_blank_columns_are_no_columns() -> None:
    """Separators alone, and cells without values, have no end."""
    assert ask(b"a,b" + b"," * 5_000).cells == {1: ["a", "b"]}
    assert ask(xlsx([["a", "b", *([None] * 500), " "]])).cells == {1: ["a", "b"]}


LONG = "x" * 101


@every(
    "data",
    (xlsx([["a"], ["b", LONG]]), f"a\nb,{LONG}".encode(), f'a\nb,"{LONG}"'.encode(), f'a\nb,"\n{LONG}"'.encode()),
)
def test_a_longer_cell_than_the_limit_is_refused(data: bytes) -> None:
    """The refusal names row and column."""
    assert refusal(data, cell=100) == ("cell", {"row": 2, "column": 2, "most": 100})


def test_an_archive_that_states_more_than_the_limit_is_refused() -> None:
    """Nothing is unpacked."""
    assert refusal(xlsx([["甲" * 30_000]]), unpacked=50_000) == ("unpacked", {"most": 50_000})


def test_an_archive_that_states_too_little_is_refused() -> None:
    """The true size counts, whatever the list says: it is found while it is unpacked."""
    data = xlsx([["x" * 30_000]])
    true = len(sheet_xml([["x" * 30_000]]))
    lying = data.replace(struct.pack("<I", true), struct.pack("<I", 60))
    assert data != lying
    assert refusal(lying) == ("broken", {})
    assert refusal(lying, unpacked=20_000) == ("unpacked", {"most": 20_000})


def test_an_archive_of_too_many_parts_is_refused() -> None:
    """A workbook has one for each sheet, and a few more."""
    parts = {"xl/workbook.xml": "<workbook/>", **{f"xl/media/{number}": "" for number in range(20)}}
    assert refusal(zipped(parts), parts=20) == ("broken", {})


DECLARING = {
    "sheet": xlsx(BOMB + sheet_xml([["a"]])),
    "external": xlsx(EXTERNAL + sheet_xml([["a"]])),
    "far below": xlsx(sheet_xml([["a"]]) + " " * 600_000 + "<!ENTITY x 'y'>"),
    "shared texts": xlsx([["a"]], strings=f'{BOMB}<sst xmlns="{MAIN}"><si><t>&c;</t></si></sst>'),
    "styles": xlsx([["a"]], more={"xl/styles.xml": f"{BOMB}<styleSheet/>"}),
    "workbook": xlsx([["a"]], more={"xl/workbook.xml": f"{BOMB}<workbook/>"}),
    "relations": xlsx([["a"]], more={"xl/_rels/workbook.xml.rels": f"{EXTERNAL}<Relationships/>"}),
    "ods": ods([["a"]], before=BOMB),
}


@every("part", DECLARING)
def test_entities_are_refused_before_anything_is_parsed(part: str) -> None:
    """No bomb goes off and no address is asked."""
    assert refusal(DECLARING[part]) == ("entities", {})


FAR_ROW = '<table:table-row table:number-rows-repeated="1048575"><table:table-cell/></table:table-row>'
FAR_CELL = '<table:table-cell office:value-type="float" office:value="2"/>'
FAR = (
    f'{FAR_ROW}<table:table-row><table:table-cell table:number-columns-repeated="16383"/>{FAR_CELL}</table:table-row>'
)


def test_a_far_cell_of_ods_is_refused_before_it_is_read() -> None:
    """python-calamine would walk there for a minute; repeated blanks up to the end of a sheet are no cells."""
    assert refusal(ods(FAR)) == ("memory", {})
    assert ask(ods(f"<table:table-row>{FAR_CELL}</table:table-row>{FAR_ROW}")).cells == {1: ["2"]}


def test_many_quotes_in_one_cell_take_no_longer_than_others() -> None:
    """A cell of many lines with doubled quotes is looked at once, not once for each line."""
    cell = '"' + '""\n' * 8_000 + '"'
    assert [len(row[1]) for row in ask(("a,b\n" + f"1,{cell}\n" * 20).encode()).cells.values()] == [1, *[16_000] * 20]


def test_too_many_marked_cells_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is noted of cells has an end as well."""
    error = '<c r="{r}" t="e"><v>#N/A</v></c>'
    monkeypatch.setattr(facts, "MOST", 3)
    assert refusal(xlsx([["a", error, error], [error, error]])) == ("marks", {"most": 3})
