"""Every refusal, note and error has a sentence in both languages that says what was found."""

import ast
from functools import cache
from pathlib import Path

import pytest
from django.utils import translation

from revival.importing.reading import words
from revival.importing.reading.facts import DIGITS, ERROR, FORMULA
from revival.importing.reading.parent import KILLED_FOR, FileRefused
from revival.importing.reading.values import CHOICE, REQUIRED, TEXT, UNIT, Column
from revival.records.reading import Fault, ReadingKind
from tests.extent import every

READING = Path(words.__file__).parent
PLACE = {"line": 3, "place": 4}  # what `place_of` adds


@cache
def refusals() -> dict[str, dict[str, object]]:
    """The codes of all refusals in the sources, with parameters by their names."""
    found: dict[str, dict[str, object]] = {code: {} for code in (*KILLED_FOR.values(), "failed", "time")}
    for path in READING.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Refused":
                code = ast.literal_eval(node.args[0])
                found[code] = {**PLACE, **{word.arg or "": 5_000_000 for word in node.keywords}}
    return {**found, "kind": {"kind": "pdf"}}


@every("code", refusals())
def test_every_refusal_has_a_sentence(code: str) -> None:
    """A code without one would be an error page."""
    said = []
    for language in ("en", "zh-hans"):
        with translation.override(language):
            said.append(str(FileRefused(code, refusals()[code])))
    assert said[0] != said[1]
    assert "%" not in "".join(said)
    assert said[0].endswith(".")
    assert said[1].endswith("。")


def test_sizes_are_read_in_megabytes() -> None:
    """Bytes say little to an official."""
    with translation.override("en"):
        assert "has 60 MB. At most 50 MB" in words.refusal_sentence("size", {"size": 60 * 2**20, "most": 50 * 2**20})


def test_what_a_file_says_is_shown_without_hidden_signs() -> None:
    """The name of a sheet may turn a sentence round."""
    assert "[U+202E]" in words.refusal_sentence("sheet", {"sheet": "a\u202eb"})


CODES = [*Fault, REQUIRED, CHOICE, UNIT, DIGITS, ERROR, FORMULA]
SILENT = (REQUIRED, FORMULA)  # of cells that show nothing


@every("code", CODES)
def test_every_error_of_a_cell_has_a_sentence(code: str) -> None:
    """Label and value stand in it, whatever the kind of the column."""
    kinds = [ReadingKind.AMOUNT, ReadingKind.COUNT, ReadingKind.DAY, ReadingKind.MONTH, ReadingKind.AREA]
    for kind in kinds if code in list(Fault) else [TEXT, CHOICE, *kinds]:
        said = []
        for language in ("en", "zh-hans"):
            with translation.override(language):
                column = Column(0, kind, unit="亿元")
                said.append(words.cell_sentence(column, code, "5吨", 2, "总投资", ["纺织", "食品"]))
        assert said[0] != said[1]
        assert all(each.startswith("总投资") for each in said)
        assert all("5吨" in each for each in said) or code in SILENT
        assert "%(" not in "".join(said)


@pytest.mark.parametrize("count", [1, 2])
def test_notes_are_counted(count: int) -> None:
    """One row is a row."""
    with translation.override("en"):
        said = words.note_sentence({"code": "hidden_rows", "count": count})
    assert said == ("1 hidden row is read as well." if count == 1 else "2 hidden rows are read as well.")
