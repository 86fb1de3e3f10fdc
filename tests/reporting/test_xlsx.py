"""Workbooks: what two readers find in them is what was written, in Python and by PostgreSQL."""

import io
import zipfile
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest
from django.db.models import TextField, Value
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineError, CalamineWorkbook

from revival.accounts.models import Region
from revival.reporting import xlsx
from revival.reporting.units import MONEY_UNITS, POINTS, SHARE
from revival.reporting.xlsx import Sheet, SheetColumn, Tally, plain_sheet, unit_style, xlsx_blocks
from revival.reporting.xlsx_parts import DAY, FORMATS, NOT_XML, TEXT, number_cell, text_cell
from revival.reporting.xml_rows import record_rows
from tests.reporting.books import SPACE, opened, parts, sheets, sheets_of_openpyxl
from tests.reporting.test_files import NAUGHTY

TEXTS = st.lists(
    st.one_of(
        st.sampled_from(
            [*NAUGHTY, "_x0041_", "_x0041_x0042_", "__x005F_", "a & b < c > d ]]>", "\\", "\\n", "\\.", "1\\"]
        ),
        st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=30),
    ),
    min_size=1,
    max_size=8,
)


def book(*made: Sheet) -> bytes:
    return b"".join(xlsx_blocks(made))


def kept(text: str) -> str:
    return NOT_XML.sub("", text)


def in_sql(texts: list[str], tally: Tally) -> Iterator[bytes]:
    """One row of the texts as the database makes it."""
    made: dict[str, Any] = {f"c{index}": Value(text, TextField()) for index, text in enumerate(texts)}
    rows = Region.objects.order_by("pk")[:1].annotate(**made).values_list(*made)
    return record_rows(rows, [TEXT] * len(texts), tally)


@pytest.mark.django_db
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(TEXTS)
def test_every_text_comes_back(texts: list[str]) -> None:
    """Rows of Python and of SQL are the same bytes, and hold each text but for what XML forbids, which is counted."""
    of_python, of_sql = Tally(), Tally()
    made = list(plain_sheet("a", [], [texts], of_python).rows)
    assert list(in_sql(texts, of_sql)) == made
    assert of_python == of_sql == Tally(1, sum(len(text) - len(kept(text)) for text in texts))
    columns = [SheetColumn("head")] * len(texts)
    data = book(plain_sheet("a", columns, [texts]))
    expected = [kept(text) for text in texts]
    assert sheets(data)["a"][1:] == ([expected] if any(expected) else [])
    if not any("_x" in text for text in texts):  # which openpyxl leaves escaped
        found = sheets_of_openpyxl(data)["a"]
        assert [row for row in found[1:] if any(row)] == ([expected] if any(expected) else [])


def test_numbers_and_days_are_cells_of_their_own() -> None:
    """Exact to fifteen digits; a day before 1 March 1900, which the two calendars count differently, is a text."""
    values = [
        *(
            Decimal("123456789012.34"),
            Decimal("-0.01"),
            0,
            10**14,
            Decimal("1E-7"),
            None,
            "00123",
            "320300199001011234",
        ),
        *(date(2024, 2, 29), date(1900, 3, 1), date(1900, 2, 28), date(2078, 12, 31), True),
    ]
    data = book(plain_sheet("a", [SheetColumn("head")] * len(values), [values]))
    (row,) = sheets(data)["a"][1:]
    assert row[:5] == [Decimal("123456789012.34"), Decimal("-0.01"), 0, Decimal(10**14).normalize(), Decimal("1E-7")]
    assert row[5:8] == ["", "00123", "320300199001011234"]
    assert row[8:] == [date(2024, 2, 29), date(1900, 3, 1), "1900-02-28", date(2078, 12, 31), "True"]
    assert sheets_of_openpyxl(data)["a"][1] == row


def test_a_workbook_has_no_formula_link_or_part_of_another_place() -> None:
    """Only the parts that are needed, each well-formed; formulas that were typed are texts."""
    data = book(plain_sheet("=1+1", [SheetColumn("=1+1"), SheetColumn("@", required=True)], [["=1+1", "+1"]]))
    found = parts(data)
    assert set(found) == {
        *("_rels/.rels", "[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"),
        "xl/worksheets/sheet1.xml",
    }
    for root in found.values():
        tags = {element.tag.rpartition("}")[2] for element in root.iter()}
        assert not tags & {"f", "hyperlink", "hyperlinks", "externalReference", "definedName", "oleObject", "drawing"}
        assert not [e for e in root.iter() if "TargetMode" in e.attrib]
    assert sheets(data)["=1+1"] == [["=1+1", "@ *"], ["=1+1", "+1"]]
    assert {cell.data_type for row in opened(data).active.iter_rows() for cell in row} == {"s"}


def test_heads_stay_and_have_filters_and_widths() -> None:
    """Head frozen, filters over the rows without the totals, required columns marked and coloured, formats named."""
    columns = [SheetColumn("名称", 30, required=True), SheetColumn("Amount of money"), SheetColumn("x" * 90)]
    made = plain_sheet("a", columns, [["一", Decimal("1.5"), None], ["合计", 3, None]])
    made.totals = 1
    sheet = opened(book(made)).active
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:C2")
    assert [sheet.column_dimensions[letter].width for letter in "ABC"] == [33, 18, 48]
    required, other = sheet["A1"], sheet["B1"]
    assert required.value == "名称 *"
    assert required.font.bold
    assert required.fill.fgColor.rgb != other.fill.fgColor.rgb
    assert sheet["A2"].number_format == "@"
    assert sheet["B2"].number_format == "General"


def test_an_empty_column_of_codes_takes_texts() -> None:
    """A template has no rows, and what is typed into it must not become a number."""
    columns = [SheetColumn("code", as_text=True), SheetColumn("amount")]
    (sheet,) = (root for name, root in parts(book(plain_sheet("a", columns, []))).items() if "sheet1" in name)
    styles = [column.get("style") for column in sheet.iter(f"{SPACE}col")]
    assert styles == [str(TEXT), None]
    assert FORMATS[TEXT] == "@"


def test_each_style_has_the_format_of_its_unit() -> None:
    """The places that cells name are those of the list of formats."""
    styles = [unit_style(unit) for unit in (*MONEY_UNITS.values(), SHARE, POINTS)]
    formats = ["#,##0.00", "#,##0.00", "#,##0.00", "#,##0.000", "#,##0.0", "+#,##0.0;-#,##0.0;0.0"]
    assert [FORMATS[style] for style in styles] == formats
    cells = [number_cell("45413", style) for style in (*styles, DAY)]
    rows = (row for row in [xlsx.row_xml(cells)])
    sheet = opened(book(Sheet("a", [SheetColumn("h")] * 7, rows))).active
    assert [cell.number_format for cell in sheet[2]] == [*formats, "yyyy-mm-dd"]
    assert sheet["G2"].is_date


@pytest.mark.parametrize("many", [0, 1, 3, 4, 6, 7])
def test_rows_go_on_in_a_next_sheet(monkeypatch: pytest.MonkeyPatch, many: int) -> None:
    """No row is lost or doubled where a sheet is full, each sheet has its head, and totals come last."""
    monkeypatch.setattr(xlsx, "LINES", 3)
    made = plain_sheet("Projects", [SheetColumn("number")], [[str(number)] for number in range(many)])
    made.totals = 1 if many else 0
    data = book(made, plain_sheet("About", [SheetColumn("label")], [["x"]]))
    found = sheets(data)
    full = max(1, -(-many // 3))
    names = ["Projects", *(f"Projects ({index})" for index in range(2, full + 1))]
    assert list(found) == [*names, "About"]
    assert all(found[name][0] == ["number"] for name in names)
    assert [row[0] for name in names for row in found[name][1:]] == [str(number) for number in range(many)]
    refs = [opened(data)[name].auto_filter.ref for name in names]
    rows = [len(found[name]) for name in names]
    rows[-1] -= made.totals
    assert refs == [f"A1:A{row}" for row in rows]


def test_a_part_ends_before_it_needs_zip64(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sheet of long texts goes on in a next one, as the size of a part has a limit too."""
    monkeypatch.setattr(xlsx, "MOST_BYTES", 200_000)
    data = book(plain_sheet("a", [SheetColumn("text")], ([f"{number:06}" * 100] for number in range(1_000))))
    found = sheets(data)
    assert len(found) > 2
    assert [row[0][:6] for lines in found.values() for row in lines[1:]] == [
        f"{number:06}" for number in range(1_000)
    ]


def test_a_broken_transfer_is_no_workbook() -> None:
    """Whatever block is missing from the end, no reader opens the file."""
    rows = ([sha256(b"%d" % number).hexdigest()] for number in range(20_000))
    blocks = list(xlsx_blocks([plain_sheet("a", [SheetColumn("text")], rows)]))
    assert len(blocks) > 3
    for many in range(len(blocks)):
        part = io.BytesIO(b"".join(blocks[:many]))
        assert not zipfile.is_zipfile(part)
        with pytest.raises(CalamineError):
            CalamineWorkbook.from_filelike(part)
    assert len(sheets(b"".join(blocks))["a"]) == 20_001


def test_a_workbook_that_is_left_closes_its_rows() -> None:
    """Also in the middle of a sheet, without an end that would make it look whole."""
    closed: list[bool] = []

    def rows() -> Any:
        try:
            for number in range(100_000):
                yield xlsx.row_xml([text_cell(sha256(b"%d" % number).hexdigest())])
        finally:
            closed.append(True)

    blocks = xlsx_blocks([Sheet("a", [SheetColumn("text")], rows())])
    assert next(blocks)
    blocks.close()  # type: ignore[attr-defined]
    assert closed == [True]


def test_memory_does_not_grow_with_the_rows() -> None:
    """No block is much larger than the others, however many rows there are."""
    rows = ([sha256(b"%d" % number).hexdigest()] for number in range(50_000))
    sizes = [len(block) for block in xlsx_blocks([plain_sheet("a", [SheetColumn("text")], rows)])]
    assert max(sizes) < 4 * xlsx.BLOCK


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Loans [2024]: a/b\\c*?", "Loans  2024   a b c"),
        ("'quoted'", "quoted"),
        ("", "Sheet"),
        ("长" * 40, "长" * 31),
        ("a\x01b", "ab"),
    ],
)
def test_names_of_sheets_are_those_that_excel_takes(name: str, written: str) -> None:
    assert list(sheets(book(plain_sheet(name, [SheetColumn("h")], [["x"]])))) == [written]


def test_names_of_sheets_are_distinct() -> None:
    made = [plain_sheet(name, [SheetColumn("h")], [["x"]]) for name in ("Data", "data", "长" * 40, "长" * 40)]
    assert list(sheets(book(*made))) == ["Data", "data (2)", "长" * 31, f"{'长' * 27} (2)"]


def test_a_text_is_cut_where_a_cell_ends() -> None:
    """Excel refuses a workbook with a longer one; what is cut counts as left out."""
    tally = Tally()
    data = book(plain_sheet("a", [SheetColumn("h")], [["长" * 40_000], ["𠮷" * 20_000]], tally))
    assert [len(row[0]) for row in sheets(data)["a"][1:]] == [32_767, 16_383]
    assert tally.dropped == 40_000 - 32_767 + 20_000 - 16_383
