"""CSV by RFC 4180, and pasted cells: what is valid is read as it is, what is not is refused with its line."""

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revival.importing.reading.limits import Refused
from revival.reporting.columns import FORMULA, formula_safe_text
from tests.extent import every
from tests.importing.asking import ask, texts

# Valid texts and the rows by their numbers.
VALID: dict[str, tuple[str, dict[int, list[str]]]] = {
    "LF": ("a,b\n1,2\n", {1: ["a", "b"], 2: ["1", "2"]}),
    "CRLF": ("a,b\r\n1,2\r\n", {1: ["a", "b"], 2: ["1", "2"]}),
    "CR of an old Mac": ("a,b\r1,2\r", {1: ["a", "b"], 2: ["1", "2"]}),
    "no end in the last line": ("a,b\n1,2", {1: ["a", "b"], 2: ["1", "2"]}),
    "quoted": ('"a","b"\n"1","2"\n', {1: ["a", "b"], 2: ["1", "2"]}),
    "separator in a cell": ('a,b\n"1,5",2\n', {1: ["a", "b"], 2: ["1,5", "2"]}),
    "doubled quote": ('a,b\n"5"" pipe",2\n', {1: ["a", "b"], 2: ['5" pipe', "2"]}),
    "nothing but quotes": ('a,b\n"""""",""\nx,y\n', {1: ["a", "b"], 2: ['""'], 3: ["x", "y"]}),
    "line break in a cell": ('a,b\n"1\n2",3\n4,5\n', {1: ["a", "b"], 2: ["1\n2", "3"], 4: ["4", "5"]}),
    "CRLF in a cell": ('a,b\r\n"1\r\n2",3\r\n4,5\r\n', {1: ["a", "b"], 2: ["1\r\n2", "3"], 4: ["4", "5"]}),
    "two such cells": ('a,b\n"1\n2","3\n\n4"\n5,6\n', {1: ["a", "b"], 2: ["1\n2", "3\n\n4"], 6: ["5", "6"]}),
    "quotes in many lines": ('a,b\n"1\n""2""\n3",4\n5,6', {1: ["a", "b"], 2: ['1\n"2"\n3', "4"], 5: ["5", "6"]}),
    "blank lines": ("\n\na,b\n\n1,2\n", {3: ["a", "b"], 5: ["1", "2"]}),
    "rows of other lengths": ("a,b,c\n1\n1,2,3,4\n", {1: ["a", "b", "c"], 2: ["1"], 3: ["1", "2", "3", "4"]}),
    "blank cells": ("a,b,c\n,2,\n", {1: ["a", "b", "c"], 2: ["", "2"]}),
    "blanks around a cell": ("a,b\n 1 ,2\n", {1: ["a", "b"], 2: [" 1 ", "2"]}),
    "semicolon": ("a;b\n1,5;2\n", {1: ["a", "b"], 2: ["1,5", "2"]}),
    "tab": ("a\tb\n1,5\t2\n", {1: ["a", "b"], 2: ["1,5", "2"]}),
    "quote in a pasted cell": ('a\tb\n5" pipe\tx"y"\n', {1: ["a", "b"], 2: ['5" pipe', 'x"y"']}),
    "pasted line break": ('a\tb\n"1\n2"\t5" pipe\n3\t4\n', {1: ["a", "b"], 2: ["1\n2", '5" pipe'], 4: ["3", "4"]}),
    "title above": ("Projects of 2024, planned\n\na,b,c\n1,2,3\n4,5,6\n", {
        1: ["Projects of 2024", " planned"], 3: ["a", "b", "c"], 4: ["1", "2", "3"], 5: ["4", "5", "6"],
    }),
    "stated separator": ("sep=;\na;b,c\n1;2\n", {2: ["a", "b,c"], 3: ["1", "2"]}),
    "stated in quotes": ('"sep=|"\r\na|b\r\n1|2\r\n', {2: ["a", "b"], 3: ["1", "2"]}),
    "one column": ("a\n1\n2\n", {1: ["a"], 2: ["1"], 3: ["2"]}),
    "full-width comma": ("a，b\n1，2\n", {1: ["a，b"], 2: ["1，2"]}),
}  # fmt: skip
INVALID = {
    "open quote": ('a,b\n1,2\n"3,4\n5,6\n', "quote", 3),
    "open quote in the last cell": ('a,b\n1,"2', "quote", 2),
    "open quote before closed ones": ('a,b\n"1,2\n"3","4"\n', "quoting", 2),
    "text behind a quote": ('a,b\n1,2\n"3"x,4\n', "quoting", 3),
    "blank behind a quote": ('a,b\n"3" ,4\n', "quoting", 2),
    "quote in a bare cell": ('a,b\n5" pipe,2\n', "quoting", 2),
    "blank before a quote": ('a,b\n1, "2"\n', "quoting", 2),
    "open quote far above": ("a,b\n" + '"1,2\n' + "3,4\n" * 500, "quote", 2),
    "text behind a pasted quote": ('a\tb\n"3" x\t4\n', "quoting", 2),
}
CELLS = st.text(st.sampled_from('ab,;\t"\r\n 合１'), max_size=6)


@every("name", VALID)
def test_valid_texts_are_read_as_they_are(name: str) -> None:
    """Cells, and the number of the line in which a row begins."""
    data, rows = VALID[name]
    assert ask(data.encode()).cells == rows


@every("name", INVALID)
def test_invalid_texts_are_refused_with_their_line(name: str) -> None:
    """A reader that goes on swallows the rows behind an open quote."""
    data, code, line = INVALID[name]
    with pytest.raises(Refused) as refused:
        ask(data.encode())
    assert (refused.value.code, refused.value.params["line"]) == (code, line)


@given(st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=5), st.sampled_from(",;\t"))
def test_what_python_writes_is_read_back(rows: list[list[str]], separator: str) -> None:
    """Any cells, as the standard library writes them, with the separator stated."""
    written = io.StringIO()
    csv.writer(written, delimiter=separator).writerows([["名称", "数"], *rows])
    cells = ask(f"sep={separator}\r\n{written.getvalue()}".encode()).cells
    assert list(cells.values())[1:] == [kept for row in rows if (kept := without_blank_end(row))]


def without_blank_end(row: list[str]) -> list[str]:
    """The cells up to the last that is filled."""
    while row and not row[-1].strip():
        row = row[:-1]
    return row


@every("separator", (",", "\t", ";"))
def test_the_separator_is_told(separator: str) -> None:
    """The head names it, whether it is found or stated."""
    table = f"a{separator}b\n1{separator}2\n"
    assert ask(table.encode()).head["separator"] == separator
    assert ask(f"sep={separator}\n{table}".encode()).head["separator"] == separator


def test_a_stated_separator_that_is_none_is_refused() -> None:
    """A letter parts no cells."""
    with pytest.raises(Refused) as refused:
        ask(b"sep=x\naxb\n")
    assert (refused.value.code, refused.value.params) == ("separator", {"separator": "x"})


GUARDED = ("=1+1", "-5", "@x", "'=x", "''=x", "＝x", " =1", "plain", "'quoted'", "合成", "1.5")


@every("text", GUARDED)
def test_the_guard_of_formulas_is_taken_away(text: str) -> None:
    """A cell of our own file comes back as the text that was written, and others as they are."""
    data = f"名称\t数\n{formula_safe_text(text)}\t1\n".encode()
    answer = ask(data, texts(1), guard=FORMULA)
    assert answer.cells[2] == [text, "1"]
    assert ask(data).cells[2] == [formula_safe_text(text), "1"]


@pytest.mark.parametrize("start", [1, 2, 4, 5, 400, 10_000])
def test_reading_goes_on_where_it_stopped(start: int) -> None:
    """Rows have the numbers that they have from the beginning."""
    lines = ["名称,数", '"甲', '乙",1', *(f"丙{number},{number}" for number in range(4, 500))]
    whole: dict[int, Any] = ask("\n".join(lines).encode()).cells
    answer = ask("\n".join(lines).encode(), start=start)
    assert answer.cells == {number: cells for number, cells in whole.items() if number >= start}
    assert answer.end == len(answer.cells)
