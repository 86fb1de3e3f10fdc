"""The monthly form: its links and languages, its queries, and what its script receives."""

import re

import pytest
from django.db import connection
from django.db.models import TextField, Value
from django.test.utils import CaptureQueriesContext

from revival.collection.monthly import sheet as monthly_sheet
from revival.records.periods import ReportingPeriod
from tests import factories
from tests.collection.monthly.form import (
    AUTOSAVE,
    PAGE,
    changed,
    clerk,
    close,
    listed,
    month,
    period,
    save,
    text,
    typed,
    value,
)
from tests.factories import XUZHOU

pytestmark = pytest.mark.django_db


def test_reading_changes_nothing_and_takes_the_same_queries() -> None:
    """Their number does not depend on how many rows, months and enterprises there are."""
    client, counts = clerk(), []
    for number in (1, 6):
        for _ in range(number):
            row = listed()
            factories.progress(row, month=4)
            factories.progress(row, month=6)
        with CaptureQueriesContext(connection) as found:
            assert client.get(PAGE).status_code == 200
        counts.append(len(found))
        assert not [q["sql"] for q in found if re.match(r"INSERT|UPDATE|DELETE", q["sql"])]
    assert counts[0] == counts[1] <= 20


def test_the_script_is_told_of_each_row() -> None:
    """It gets versions and states of saved rows and messages of the others, and nothing about rows not sent."""
    saved, half, stale, same = (listed() for _ in range(4))
    factories.progress(same, month=6)
    changed(factories.progress(stale, month=6), completed=1_100_000)
    rows = (
        typed(saved, "2", "1"),
        typed(half, "3", ""),
        typed(stale, "1", "2", 1),
        typed(same, "100", "100", 1),
        {"p1-planned": "1"},
    )
    answer = save(clerk(), *rows, headers=AUTOSAVE)
    assert answer.status_code == 200
    told = answer.json()
    assert re.match(r"Draft saved at \d\d:\d\d\. 2 rows are not saved", told["message"])
    assert told["rows"][f"p{saved.pk}"] == {"outcome": "saved", "version": 1, "state": "Draft", "errors": {}}
    assert told["rows"][f"p{same.pk}"]["outcome"] == "same"
    assert told["rows"][f"p{half.pk}"]["errors"] == {"completed": ["Not saved yet: this amount is missing."]}
    found = told["rows"][f"p{stale.pk}"]
    assert (found["outcome"], found["version"], [*found["errors"]]) == ("stale", 2, ["planned", "completed", "row"])
    assert told["rows"]["p1"]["outcome"] == "gone"
    left = save(clerk(), typed(stale, "100", "100", 1), headers=AUTOSAVE).json()["rows"][f"p{stale.pk}"]
    assert (left["outcome"], left["errors"]) == ("left", {})


def test_a_row_that_cannot_be_read_is_not_said_to_be_saved() -> None:
    row = listed()
    told = save(clerk(), {f"q{row.pk}-planned": "1", "px-completed": "1"}, headers=AUTOSAVE).json()
    assert told == {"message": "Nothing was saved: no row of the list was sent.", "rows": {}}
    assert month(row) is None


def test_the_script_is_told_what_the_database_refused(june: ReportingPeriod, monkeypatch: pytest.MonkeyPatch) -> None:
    row = listed()
    close(june)
    monkeypatch.setattr(monthly_sheet, "locked_in", lambda *_: Value(None, output_field=TextField(null=True)))
    answer = save(clerk(), typed(row, "2", "1"), headers=AUTOSAVE)
    assert answer.status_code == 409
    assert answer.json()["message"] == "The reporting period 2024-06 is not open for this region. Nothing was saved."


def test_neighbouring_months_and_the_board_are_linked() -> None:
    for number, year in ((5, 2024), (9, 2024), (12, 2023), (0, 2024)):
        period(number, year)
    page = text(clerk().get(PAGE))
    for url in ("/monthly/2024-05/", "/monthly/2024-09/"):
        assert f'href="{url}?region={XUZHOU}"' in page
    assert "/monthly/2023-12/" not in page
    assert "?period=2024-06" in page


def test_january_has_no_month_before() -> None:
    period(1)
    row = listed()
    page = clerk().get("/monthly/2024-01/")
    assert "Planned before" in text(page)
    assert value(page, row, "planned") == ""


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ("Monthly progress, 2024-06", "Save draft", "Submit all")), ("zh-hans", ("2024年6月",))],
)
def test_both_languages(language: str, words: tuple[str, ...]) -> None:
    listed()
    page = text(clerk(language=language).get(PAGE))
    for word in words:
        assert word in page
