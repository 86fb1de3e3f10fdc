"""Texts that spreadsheets and readers take for something else come back as they are, by every way out and in."""

import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import translation
from hypothesis import example, given
from hypothesis import strategies as st

from revival.catalogue import import_spec
from revival.importing.reading.child import is_guarded
from revival.importing.steps import GUARDED_TEXT
from revival.reporting.columns import formula_safe_text
from revival.reporting.files import file_blocks
from revival.reporting.query import report_query
from tests import factories
from tests.factories import GULOU, XUZHOU, official, outside_requests
from tests.importing.bring import bring, messages
from tests.importing.test_round_trip import counts, editing_file

SIGNS = "'=+-@＝＋－＠ \"#,;、（(/.%1０E5e"
BEGIN = ("", "'", "''", "=", "+", "-", "@", "＝", "＠", "' =", '"', ",", "#", "合计", "样例：", "a  ")
PARTS = (
    "1E5",
    "00123",
    "3-4",
    "2024-1-5",
    "+86",
    "97.2%",
    "320302199001011234",
    "TRUE",
    "=1+1",
    "a,b",
    'a"b',
    "1363",
)
SPEC = import_spec("projects")


@given(st.one_of(st.text(SIGNS, max_size=12), st.text(max_size=12)))
@example("'1363")
@example("'2401-320300-89-02-000283")
@example("''=1")
@example("'")
def test_the_reader_takes_the_guard_away_and_nothing_else(text: str) -> None:
    """Whatever a text is, guarded and read again it is itself; so the reader and the writer agree what is guarded."""
    cell = formula_safe_text(text)
    assert (cell[1:] if is_guarded(cell, re.compile(GUARDED_TEXT)) else cell) == text


def store(names: list[str]) -> int:
    """Projects of those names that a form stores, with lines in their explanations; gives how many."""
    firm, stored = factories.enterprise(GULOU), 0
    for name in names:
        row = factories.project(GULOU, enterprise=firm)
        row.name, row.explanation = name, f"{name}\n{name}"
        try:
            row.clean_fields()
        except ValidationError:
            row.delete()
            continue
        outside_requests()
        row.save()
        stored += 1
    return stored


@pytest.mark.django_db
def test_texts_survive_the_ways_out_and_in() -> None:
    """The CSV of the report, the workbook for editing, and that of the rows for correcting."""
    clerk: Any = official("clerk", XUZHOU)
    stored = store([f"{begin}{part}" for begin in BEGIN for part in PARTS] + ["' a", "'", "''''", "=", "-", "/", "0"])
    assert stored > 150
    params = QueryDict("format=csv&state=draft")
    with translation.override("en"):
        assert SPEC.report is not None
        data = b"".join(file_blocks(report_query(SPEC.report, params, clerk)))
        for file, name in ((data, "a.csv"), (editing_file(SPEC, clerk), "a.xlsx")):
            of = bring("projects", clerk, file, name)
            changed = [(row.names, row.record, row.before) for row in of.rows.filter(outcome="changed")[:3]]
            assert counts(of) == (0, 0, stored, 0), (name, messages(of), changed, of.notes)
