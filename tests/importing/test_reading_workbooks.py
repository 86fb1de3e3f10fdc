"""Sheets of a workbook: which is read, where its rows lie, and what is told of it."""

from collections.abc import Callable
from datetime import date
from io import BytesIO

import pytest
from django.utils import translation
from openpyxl import Workbook

from revival.importing.reading.limits import Refused
from revival.importing.reading.values import Column
from revival.importing.reading.words import note_sentence
from revival.records.reading import ReadingKind
from tests.extent import every
from tests.importing.asking import ask
from tests.importing.workbooks import MAIN, Rows, Value, ods, relations, sheet_xml, xls, xlsb, xlsx

FORMATS: dict[str, Callable[[Rows], bytes]] = {"xlsx": xlsx, "xls": xls, "xlsb": xlsb, "ods": ods}
ROWS: list[list[Value]] = [
    [None, None],
    [None, "名称", "总投资"],
    [None, None],
    [None, "合成甲", 1.5],
    [None, "乙", None],
]
READ = {2: ["", "名称", "总投资"], 4: ["", "合成甲", "1.5"], 5: ["", "乙"]}
DIMENSIONS = ('<dimension ref="A1:A2"/>', '<dimension ref="A1:XFD1048576"/>', '<dimension ref="C9"/>', "")
TWO = '<c r="A1"><v>5</v></c><c r="B1"><v>6</v></c>'
PLACES = (
    ("none stated", "<row><c><v>5</v></c><c><v>6</v></c></row><row><c/><c><v>7</v></c></row>"),
    ("stated", f'<row r="1">{TWO}</row><row r="2"><c r="B2"><v>7</v></c></row>'),
    ("styled blanks", f'<row r="1">{TWO}<c r="Z1" s="0"/></row>'
     '<row r="2"><c r="A2" s="0"/><c r="B2"><v>7</v></c></row><row r="999999"><c r="A999999" s="0"/></row>'),
)  # fmt: skip
HIDDEN_ROWS = '<row r="1"><c r="A1"><v>5</v></c></row><row r="2" hidden="1"><c r="A2"><v>6</v></c></row>'
TABLE = "table:table-"
SPANNED = 'table:number-columns-spanned="2" office:value-type="string"'
TITLE = f"<{TABLE}cell {SPANNED}><text:p>题</text:p></{TABLE}cell>"
MERGED_ODS = f"<{TABLE}row>{TITLE}<table:covered-table-cell/></{TABLE}row><{TABLE}row><{TABLE}cell/></{TABLE}row>"


@every("kind", FORMATS)
def test_rows_have_the_numbers_of_the_sheet(kind: str) -> None:
    """Empty rows above and between count, and so do empty columns before."""
    assert ask(FORMATS[kind](ROWS)).cells == READ


@every("stated", DIMENSIONS)
def test_a_wrong_dimension_loses_nothing(stated: str) -> None:
    """WPS states too little; a huge one takes no memory."""
    assert ask(xlsx(sheet_xml(ROWS, before=stated))).cells == READ


@every(("name", "rows"), PLACES)
def test_cells_lie_where_they_are_or_where_they_come(name: str, rows: str) -> None:
    """A writer may leave references out, and may format cells that are empty."""
    data = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    assert ask(xlsx(data)).cells == {1: ["5", "6"], 2: ["", "7"]}


def test_a_prefixed_sheet_is_read() -> None:
    """Some writers put a prefix before every element."""
    rows = '<x:row r="2"><x:c r="B2" t="e"><x:v>#N/A</x:v></x:c><x:c r="C2"><x:v>5</x:v></x:c></x:row>'
    data = f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData>{rows}</x:sheetData></x:worksheet>'
    assert ask(xlsx(data)).cells == {2: ["", "#N/A", "5"]}


SHEETS: tuple[Rows, ...] = ([], [["甲"]], [["乙"]])
NAMES = ("空表", "一", "二")


def test_the_first_sheet_that_is_not_empty_is_read() -> None:
    """The others are told."""
    answer = ask(xlsx(*SHEETS, names=NAMES))
    assert (answer.head["sheet"], answer.head["sheets"], answer.cells) == ("一", list(NAMES), {1: ["甲"]})
    assert answer.head["notes"] == [{"code": "sheets", "sheet": "一", "others": ["空表", "二"]}]


def test_a_hidden_sheet_is_read_only_where_it_is_asked_for() -> None:
    """It is no table that an official sees."""
    data = xlsx(*SHEETS, names=NAMES, hidden=("一",))
    assert ask(data).cells == {1: ["乙"]}
    assert ask(data, sheet="一").cells == {1: ["甲"]}


def test_a_sheet_is_read_by_its_name() -> None:
    """A name with signs of XML is a name; one that is not there is refused."""
    data = xlsx([["甲"]], [["乙"]], names=("一", "A&B <2>"))
    assert ask(data, sheet="A&B <2>").cells == {1: ["乙"]}
    assert ask(ods([["甲"]], [["乙"]], names=("一", "A&B <2>")), sheet="A&B <2>").cells == {1: ["乙"]}
    assert ask(xls([["甲"]], [["乙"]]), sheet="表2").cells == {1: ["乙"]}
    with pytest.raises(Refused) as refused:
        ask(data, sheet="三")
    assert (refused.value.code, refused.value.params) == ("sheet", {"sheet": "三"})


def told(data: bytes) -> list[dict[str, object]]:
    """The notes of a file, each of which has a sentence in both languages."""
    notes: list[dict[str, object]] = ask(data).head["notes"]
    for note in notes:
        said = []
        for language in ("en", "zh-hans"):
            with translation.override(language):
                said.append(note_sentence(note))
        assert said[0] != said[1]
    return notes


def test_hidden_rows_and_columns_are_told() -> None:
    """They are read as well."""
    columns = '<cols><col min="2" max="3" width="9" hidden="1"/><col min="5" max="5" hidden="0"/></cols>'
    data = f'<worksheet xmlns="{MAIN}">{columns}<sheetData>{HIDDEN_ROWS}</sheetData></worksheet>'
    wanted = [{"code": "hidden_rows", "count": 1}, {"code": "hidden_columns", "count": 2}]
    assert told(xlsx(data)) == wanted
    assert ask(xlsx(data)).cells == {1: ["5"], 2: ["6"]}
    assert told(xls([[5.0], [6.0], [7.0]], hidden_rows=(0, 2))) == [{"code": "hidden_rows", "count": 2}]
    cell = f'<{TABLE}cell office:value-type="float" office:value="1"/>'
    hidden = f'<{TABLE}row table:visibility="collapse">{cell}</{TABLE}row>'
    assert told(ods(hidden)) == [{"code": "hidden_rows", "count": 1}]


@every(
    "data",
    (
        xlsx(sheet_xml([["题"], ["a"]], behind='<mergeCells><mergeCell ref="A1:B1"/></mergeCells>')),
        ods(MERGED_ODS),
        xlsb([["题"], ["a"]], merged=[(0, 0, 0, 1)]),
    ),
)
def test_merged_cells_are_told(data: bytes) -> None:
    """All but the first are empty."""
    assert told(data) == [{"code": "merged", "count": 1, "first": "A1:B1"}]


def test_an_ordinary_sheet_needs_no_note() -> None:
    """Nothing is told where there is nothing to tell."""
    assert [ask(make(ROWS)).head["notes"] for make in FORMATS.values()] == [[], [], [], []]


def test_links_to_other_files_lead_nowhere() -> None:
    """Values that another workbook gave are read as they are stored."""
    link = relations([("externalLinkPath", "file:///etc/hostname")]).replace(
        "Target=", 'TargetMode="External" Target='
    )
    more = {
        "xl/externalLinks/externalLink1.xml": f'<externalLink xmlns="{MAIN}"><externalBook/></externalLink>',
        "xl/externalLinks/_rels/externalLink1.xml.rels": link,
    }
    linked = "<c r=\"{r}\"><f>'[1]表'!$A$1</f><v>12</v></c>"
    asked = '<c r="{r}" t="str"><f>WEBSERVICE("http://127.0.0.1:9/")</f><v>甲</v></c>'
    row: list[Value] = ["名称", linked, asked]
    assert ask(xlsx([row], more=more)).cells == {1: ["名称", "12", "甲"]}


@every("kind", FORMATS)
def test_reading_goes_on_where_it_stopped(kind: str) -> None:
    """Rows have the numbers that they have from the beginning."""
    assert ask(FORMATS[kind](ROWS), start=4).cells == {4: READ[4], 5: READ[5]}


def test_a_workbook_of_a_common_writer_is_read() -> None:
    """Shared texts, styles, days, formulas and merged cells as openpyxl writes them."""
    book = Workbook()
    sheet = book.active
    sheet.append(["合成项目汇总表"])
    sheet.merge_cells("A1:D1")
    sheet.append(["名称", "总投资", "开工日期", "完成率"])
    sheet.append(["合成甲 & 乙", 1234.5, date(2024, 5, 1), 0.972])
    sheet.append(["丙", "=B3*2", None, "#N/A"])
    sheet["D3"].number_format = "0.0%"
    sheet.row_dimensions[4].hidden = True
    saved = BytesIO()
    book.save(saved)
    answer = ask(saved.getvalue(), [Column(1, ReadingKind.AMOUNT), Column(2, ReadingKind.DAY)], start=3)
    assert answer.cells == {3: ["合成甲 & 乙", "1234.5", "2024-05-01", "97.2%"], 4: ["丙", "", "", "#N/A"]}
    assert answer.values == [["12345000.00", "2024-05-01"], [None, None]]
    assert answer.errors == [(0, "formula", "", 0)]
    assert [note["code"] for note in answer.head["notes"]] == ["hidden_rows", "merged"]
