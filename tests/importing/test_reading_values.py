"""Values of columns: the grammar of the forms, read faster, and rules for choices, units and blanks."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revival.importing.reading import values
from revival.importing.reading.text import Row
from revival.importing.reading.values import CHOICE, TEXT, UNITS, Column, ColumnReader, choice_key, row_values
from revival.records import reading
from revival.records.reading import ReadingKind, UnreadableValue
from tests.extent import every

GRAMMAR: dict[str, Callable[[str], Any]] = {
    ReadingKind.AMOUNT: reading.read_amount,
    ReadingKind.COUNT: reading.read_count,
    ReadingKind.AREA: reading.read_area,
    ReadingKind.NUMBER: lambda text: reading.read_number(text, 3),
    ReadingKind.YEAR: reading.read_year,
    ReadingKind.DAY: reading.read_day,
    ReadingKind.MONTH: lambda text: "{:04d}-{:02d}".format(*reading.read_month(text)),
}
DECIMALS = {ReadingKind.AREA: 2, ReadingKind.NUMBER: 3}
PIECES = st.sampled_from(
    [*"0012345６789", ".", ",", "-", "-0", " ", "万", "亿元", "元", "亩", "年", "月", "日", "/", "e", "1,234", "2024"]
)
TYPED = st.one_of(
    st.lists(PIECES, min_size=1, max_size=8).map("".join),
    st.from_regex(r"-?[0-9]{1,13}(\.[0-9]{1,9})?", fullmatch=True),
    st.dates().map(str),
    st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", fullmatch=True),
)


def read(column: Column, text: str, workbook: bool = False) -> tuple[str | None, str]:
    """The value of a text in the column, and the code of what is wrong."""
    found, errors = row_values([ColumnReader(column, workbook)], Row(1, [text]))
    return found[0], errors[0][1] if errors else ""


def by_grammar(kind: str, text: str) -> tuple[str | None, str]:
    """The same by the grammar alone."""
    if not text.strip(reading.BLANKS):
        return None, ""
    try:
        value = GRAMMAR[kind](text)
    except UnreadableValue as refused:
        return None, refused.fault
    return f"{value:f}" if isinstance(value, Decimal) else str(value), ""


@every("kind", GRAMMAR)
def test_values_are_those_of_the_grammar(kind: ReadingKind) -> None:
    """Whatever is typed: the same value, or the same refusal."""

    @given(TYPED)
    def compare(text: str) -> None:
        column = Column(0, kind, decimals=DECIMALS.get(kind, 0))
        assert read(column, text) == by_grammar(kind, text)

    compare()


@every("kind", UNITS)
def test_bare_numbers_have_the_unit_of_the_heading(kind: ReadingKind) -> None:
    """Each unit of the grammar stands behind each bare number."""

    @given(st.from_regex(r"-?[0-9]{1,13}(\.[0-9]{1,9})?", fullmatch=True), st.sampled_from(sorted(UNITS[kind])))
    def compare(text: str, unit: str) -> None:
        column = Column(0, kind, decimals=DECIMALS.get(kind, 0), unit=unit)
        assert read(column, text) == by_grammar(kind, text + unit)

    compare()


WITH_UNITS = (
    ("亿元", "5", ("500000000.00", "")),
    ("亿元", "5亿", ("500000000.00", "")),
    ("亿元", "5 亿元", ("500000000.00", "")),
    ("亿元", "5万元", (None, "unit")),
    ("元", "1,234.5", ("1234.50", "")),
    ("元", "１２", ("12.00", "")),
    ("元", "5万", (None, "unit")),
    ("", "5亿", ("500000000.00", "")),
    ("万元", "5吨", (None, "form")),
    ("万元", "约5", (None, "form")),
)


@every(("unit", "typed", "wanted"), WITH_UNITS)
def test_heading_and_cell_never_differ(unit: str, typed: str, wanted: tuple[str | None, str]) -> None:
    """A unit in the cell that is not that of the heading is an error, not a guess."""
    assert read(Column(0, ReadingKind.AMOUNT, unit=unit), typed) == wanted


def test_a_unit_that_the_grammar_has_not_is_a_fault_of_ours() -> None:
    """It is told when the columns are named, not row by row."""
    with pytest.raises(KeyError):
        ColumnReader(Column(0, ReadingKind.AMOUNT, unit="吨"), False)


BLANKS = ("", " ", "\u3000", "\u00a0\t")


@every("kind", (*GRAMMAR, TEXT, CHOICE))
def test_blank_is_not_zero(kind: str) -> None:
    """A blank is None, and an error where a value is required; 0 is a value; signs for nothing are refused."""
    for blank in BLANKS:
        assert read(Column(0, kind), blank) == (None, "")
        assert read(Column(0, kind, required=True), blank) == (None, "required")
    if kind in (ReadingKind.AMOUNT, ReadingKind.COUNT, ReadingKind.AREA, ReadingKind.NUMBER):
        value, wrong = read(Column(0, kind, decimals=2, required=True), "0")
        assert (float(value or 1), wrong) == (0, "")
        for sign in ("-", "/", "—", "无"):
            assert read(Column(0, kind), sign) == (None, "form")


def test_cells_beyond_the_end_of_a_row_are_blank() -> None:
    """A short row has no value there."""
    found, errors = row_values([ColumnReader(Column(3, TEXT, required=True), False)], Row(1, ["a"]))
    assert (found, errors) == ([None], [(0, "required", "", 0)])


CHOICES = {
    choice_key(name): code
    for name, code in (("纺织", "textile"), ("Building materials", "building"), ("（一）", "1"))
}


@every(
    ("typed", "code"),
    (
        *(("纺织", "textile"), (" 纺织 ", "textile"), ("纺\u200b织", "textile"), ("纺 织", "textile")),
        *(("building MATERIALS", "building"), ("Ｂｕｉｌｄｉｎｇ　materials", "building"), ("(一)", "1")),
        *(("纺织业", None), ("textile", None)),
    ),
)
def test_choices_are_compared_folded(typed: str, code: str | None) -> None:
    """Widths, cases, blanks and invisible signs do not count; another word does."""
    assert read(Column(0, CHOICE, choices=CHOICES), typed) == (code, "" if code else "choice")


def test_texts_lose_nothing_but_blanks_around_them() -> None:
    """Signs inside are for the model to judge."""
    assert read(Column(0, TEXT), " 合成 A\u200b甲\n乙 ") == ("合成 A\u200b甲\n乙", "")


def test_more_decimals_than_are_kept_are_told() -> None:
    """The sentence says how many."""
    found, errors = row_values([ColumnReader(Column(0, ReadingKind.NUMBER, decimals=1), False)], Row(1, ["1.25"]))
    assert (found, errors) == ([None], [(0, "decimals", "1.25", 1)])


def test_many_different_values_are_forgotten_and_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a column remembers has an end, which changes nothing."""
    monkeypatch.setattr(values, "REMEMBERED", 100)
    reader = ColumnReader(Column(0, ReadingKind.COUNT), False)
    numbers = [*range(450), 5, 449]
    assert [row_values([reader], Row(1, [str(each)]))[0] for each in numbers] == [[str(each)] for each in numbers]
    assert len(reader.known) <= 100
