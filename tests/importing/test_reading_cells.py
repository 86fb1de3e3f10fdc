"""Cells of workbooks: what an official sees is what is read, and what cannot be known is an error."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revival.importing.reading.limits import Refused
from revival.importing.reading.values import TEXT, Column
from revival.records.reading import ReadingKind
from tests.extent import every
from tests.importing.asking import ask
from tests.importing.workbooks import MAIN, Rows, Value, ods, xls, xlsb, xlsx

FORMATS: dict[str, Callable[[Rows], bytes]] = {"xlsx": xlsx, "xls": xls, "xlsb": xlsb, "ods": ods}
# What Chinese spreadsheets use for days: built-in formats and own ones.
DAY_FORMATS = (14, 22, 27, 28, 31, 36, 50, 51, 57, 58, "yyyy/m/d", 'yyyy"年"m"月"d"日"', '[$-804]yyyy"年"m"月";@')
AMOUNT = [Column(1, ReadingKind.AMOUNT)]
DAY = [Column(1, ReadingKind.DAY)]
MONTH = [Column(1, ReadingKind.MONTH)]
CODE = [Column(1, TEXT, code=True)]
COUNT = [Column(1, ReadingKind.COUNT)]
CELL = "table:table-cell"


def number(text: str, style: int = 0) -> list[list[Value]]:
    """A row with a name and a number as XLSX writes it."""
    return [["名称", f'<c r="{{r}}" s="{style}"><v>{text}</v></c>']]


def ods_row(*cells: str) -> bytes:
    """An ODS workbook of one row with these cells."""
    return ods([["名称", *cells]])


@every("kind", FORMATS)
def test_whole_numbers_have_no_point(kind: str) -> None:
    """Codes and counts are digits, whichever format has them."""
    answer = ask(FORMATS[kind]([["甲", 320111.0, 1.5, -0.0, 0.1, 1234567.891]]))
    assert answer.cells[1] == ["甲", "320111", "1.5", "0", "0.1", "1234567.891"]


@pytest.mark.parametrize(
    ("stored", "seen"),
    [("0.30000000000000004", "0.3"), ("1e-7", "0.0000001"), ("999999999999999", "999999999999999"), ("1.10", "1.1")],
)
def test_numbers_have_the_digits_that_a_spreadsheet_shows(stored: str, seen: str) -> None:
    """Fifteen digits, and no exponent."""
    assert ask(xlsx(number(stored))).cells[1][1] == seen


@given(st.decimals(min_value=0, max_value=99_999_999, places=4))
def test_typed_amounts_are_read_exactly(amount: Decimal) -> None:
    """Up to fifteen digits pass through a workbook unchanged, to the fen."""
    assert ask(xlsx(number(repr(float(amount)))), AMOUNT).values == [[f"{amount * 10_000:.2f}"]]


@every("stored", ("123456789012345678", "1000000000000000", "91320102000000000", "1E+400", "-1e15"))
def test_numbers_of_more_digits_are_never_rounded(stored: str) -> None:
    """A code, a count and an amount that a number cannot hold are refused: store it as text."""
    for columns in (CODE, COUNT, AMOUNT):
        answer = ask(xlsx(number(stored)), columns)
        assert answer.values == [[None]]
        assert [code for _at, code, *_ in answer.errors] == ["digits"]


@every("typed", ("1.23457E+17", "3.20111e+11", "9E+17"))
def test_codes_that_a_spreadsheet_has_saved_rounded_are_refused(typed: str) -> None:
    """A CSV has no more than what was shown."""
    assert ask(f"名称,代码\n甲,{typed}".encode(), [Column(1, TEXT, code=True)]).errors[-1][1:] == ("digits", typed, 0)
    assert ask(f"名称,名\n甲,{typed}".encode(), [Column(1, TEXT)]).values[-1] == [typed]


def test_codes_as_texts_are_read() -> None:
    """Eighteen digits in a text cell are a code."""
    assert ask(xlsx([["甲", "320111199001010018"]]), CODE).values == [["320111199001010018"]]
    assert ask(xlsx([["甲", 320111.0]]), CODE).values == [["320111"]]


@every("code", DAY_FORMATS)
def test_days_are_read_in_every_format_of_a_day(code: int | str) -> None:
    """45413 is 1 May 2024; as a month it is that of its first day."""
    data = xlsx(number("45413", 1), formats=[code])
    assert ask(data, DAY).values == [["2024-05-01"]]
    assert ask(data, MONTH).values == [["2024-05"]]


def test_days_of_1904_are_read() -> None:
    """Workbooks of old Macs count from another day."""
    assert ask(xlsx(number("43951", 1), formats=[14], since_1904=True), DAY).values == [["2024-05-01"]]
    assert ask(xls([["甲", ("date", 45413)]]), DAY).values == [["2024-05-01"]]
    day = f'<{CELL} office:value-type="date" office:date-value="2024-05-01"/>'
    assert ask(ods_row(day), DAY).values == [["2024-05-01"]]


@every("stored", ("0", "-1", "0.5", "45413.5"))
def test_times_are_no_days(stored: str) -> None:
    """A serial below one, or one with a time, is refused as it is seen."""
    answer = ask(xlsx(number(stored, 1), formats=[22]), DAY)
    assert [code for _at, code, *_ in answer.errors] == ["form"]
    assert ":" in answer.cells[1][1]


def test_another_day_of_a_month_is_no_month() -> None:
    """Only the first day stands for its month, and only in a workbook."""
    assert ask(xlsx(number("45414", 1), formats=[14]), MONTH).errors == [(0, "form", "2024-05-02", 0)]
    assert ask("名称,月\n甲,2024-05-01".encode(), MONTH).errors[-1] == (0, "form", "2024-05-01", 0)


def test_yes_and_no_are_words() -> None:
    """A cell that a spreadsheet shows as TRUE is the choice of our forms."""
    cells: list[list[Value]] = [["甲", '<c r="{r}" t="b"><v>1</v></c>', '<c r="{r}" t="b"><v>0</v></c>']]
    assert ask(xlsx(cells)).cells == {1: ["甲", "是", "否"]}


ERROR_CELLS = {
    "xlsx": xlsx([["甲", '<c r="{r}" t="e"><v>#N/A</v></c>', 1.0]]),
    "xlsx by a formula": xlsx([["甲", '<c r="{r}" t="e"><f>NA()</f><v>#N/A</v></c>', 1.0]]),
    "xls": xls([["甲", ("error", 42), 1.0]]),
    "xls by a formula": xls([["甲", ("failed", 42), 1.0]]),
    "xlsb": xlsb([["甲", ("error", 42), 1.0]]),
    "ods": ods_row(
        f'<{CELL} office:value-type="string" office:string-value="" calcext:value-type="error">'
        f"<text:p>#N/A</text:p></{CELL}>",
        f'<{CELL} office:value-type="float" office:value="1"/>',
    ),
}


@every("kind", ERROR_CELLS)
def test_cells_with_errors_are_no_blanks(kind: str) -> None:
    """The reader gives them as blank; they are shown and refused, in any kind of column."""
    for column in (Column(1, ReadingKind.AMOUNT), Column(1, TEXT)):
        answer = ask(ERROR_CELLS[kind], [column, Column(2, ReadingKind.COUNT)])
        assert answer.cells[1][1:] == ["#N/A", "1"]
        assert answer.values == [[None, "1"]]
        assert answer.errors == [(0, "error", "#N/A", 0)]


FORMULAS = (
    ("no value", '<c r="{r}"><f>B9*2</f></c>', "formula"),
    ("an empty value", '<c r="{r}"><f>B9*2</f><v></v></c>', "formula"),
    ("a shared one", '<c r="{r}"><f t="shared" si="0"/><v/></c>', "formula"),
    ("a result", '<c r="{r}"><f>B9*2</f><v>12</v></c>', "120000.00"),
    ("an empty text as result", '<c r="{r}" t="str"><f>IF(B9=0,"",B9)</f><v></v></c>', None),
)


@every(("name", "cell", "wanted"), FORMULAS)
def test_formulas_without_a_stored_value_are_refused(name: str, cell: str, wanted: str | None) -> None:
    """What was never computed is not blank; a result is a value, also the text of no characters."""
    answer = ask(xlsx([["甲", cell, "乙"]]), AMOUNT)
    if wanted == "formula":
        assert answer.errors == [(0, "formula", "", 0)]
    else:
        assert (answer.values, answer.errors) == ([[wanted]], [])


PERCENT = f'<{CELL} office:value-type="percentage" office:value="0.972"><text:p>97.2%</text:p></{CELL}>'
PERCENTAGES = (
    ("0%", xlsx(number("0.972", 1), formats=[9]), "97.2%"),
    ("0.00%", xlsx(number("0.97", 1), formats=[10]), "97%"),
    ("own", xlsx(number("1.005", 1), formats=["0.0%;[Red]-0.0%"]), "100.5%"),
    ("ods", ods_row(PERCENT), "97.2%"),
    ("xls", xls([["甲", ("percent", 0.972)]]), "97.2%"),
    ("xlsb", xlsb([["甲", ("percent", 0.972)]]), "97.2%"),
    ("xls without", xls([["甲", 0.972]]), "0.972"),
    ("xlsb without", xlsb([["甲", 0.972]]), "0.972"),
    ("a quoted sign", xlsx(number("97.2", 1), formats=['0.0"%"']), "97.2"),
    ("another format", xlsx(number("0.972", 2), formats=[9, 2]), "0.972"),
)


@every(("name", "data", "seen"), PERCENTAGES)
def test_percentages_are_read_as_they_are_shown(name: str, data: bytes, seen: str) -> None:
    """97.2% is no amount of 0.972; a column of percentages takes it, and a bare number as it is."""
    assert ask(data).cells[1][1] == seen
    assert ask(data, [Column(1, ReadingKind.NUMBER, decimals=3, unit="%")]).values == [
        [f"{float(seen.strip('%')):.3f}"]
    ]
    assert bool(ask(data, AMOUNT).errors) == seen.endswith("%")


def test_zeros_in_texts_are_refused() -> None:
    """XLSX spells it _x0000_; the refusal names the cell."""
    with pytest.raises(Refused) as refused:
        ask(xlsx([["甲"], ["乙", "a_x0000_b"]]))
    assert (refused.value.code, refused.value.params) == ("nul_cell", {"cell": "B2"})


@every("element", ("line-break", "tab"))
def test_what_ods_would_join_is_refused(element: str) -> None:
    """The reader drops line breaks and tabs inside a paragraph; paragraphs and spaces it keeps."""
    broken = f'<{CELL} office:value-type="string"><text:p>3<text:{element}/>5</text:p></{CELL}>'
    with pytest.raises(Refused) as refused:
        ask(ods([["a"], [broken]]))
    assert (refused.value.code, refused.value.params) == ("ods_breaks", {"row": 2})
    kept = f'<{CELL} office:value-type="string"><text:p>3<text:s text:c="2"/>5</text:p><text:p>7</text:p></{CELL}>'
    assert ask(ods([[kept]])).cells == {1: ["3  5\n7"]}


def test_marks_of_another_sheet_are_not_taken() -> None:
    """The errors of one sheet say nothing of another."""
    error: list[list[Value]] = [["甲", '<c r="{r}" t="e"><v>#N/A</v></c>']]
    assert ask(xlsx([["甲", 1.0]], error), AMOUNT).errors == []
    assert ask(xlsx([["甲", 1.0]], error), AMOUNT, sheet="表2").errors == [(0, "error", "#N/A", 0)]
    assert ask(ods([["甲", 1.0]], [["甲", PERCENT]])).cells == {1: ["甲", "1"]}


def test_rich_texts_are_read_without_their_readings() -> None:
    """Runs are joined, and the pronunciation beside them is left out."""
    runs = "<is><r><t>合</t></r><r><t>成</t></r><rPh sb='0' eb='1'><t>ge</t></rPh></is>"
    assert ask(xlsx([[f'<c r="{{r}}" t="inlineStr">{runs}</c>']])).cells == {1: ["合成"]}


def test_errors_without_a_place_are_refused() -> None:
    """A writer that leaves references out leaves nobody to say which cell it was."""
    rows = '<row><c t="e"><v>#N/A</v></c></row>'
    with pytest.raises(Refused) as refused:
        ask(xlsx(f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'))
    assert refused.value.code == "unplaced"
