"""The monthly form: what others changed, or a period that closed, while it was filled in."""

import pytest
from django.db.models import TextField, Value

from revival.collection.monthly import sheet as monthly_sheet
from revival.records.models import State
from revival.records.periods import ReportingPeriod
from tests import factories
from tests.collection.monthly.form import (
    PAGE,
    changed,
    clerk,
    close,
    errors,
    kept,
    listed,
    month,
    save,
    text,
    typed,
    value,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("how", ["draft", "submit"])
def test_a_stale_row_shows_both_values_and_keeps_the_text(how: str) -> None:
    """The row is not saved. The page then has the newer version, so that a second save is a decision."""
    stale, fine, client = listed(), listed(), clerk()
    row = factories.progress(stale, month=6)
    changed(row, completed=1_100_000)
    page = save(client, typed(stale, "100", "120", 1), typed(fine, "1", "1"), how=how)
    assert page.status_code == 200
    assert kept(stale) == (100, 110, State.DRAFT, 2)
    assert (month(fine) is not None) == (how == "draft")
    assert "Li changed this row at" in errors(page, stale, "")
    assert errors(page, stale, "completed") == "Saved now: “110”. You typed: “120”."
    assert errors(page, stale, "planned") == ""
    assert [value(page, stale, name) for name in ("completed", "version")] == ["120", "2"]
    save(client, typed(stale, "100", "120", 2), how=how)
    assert kept(stale)[1] == 120


def test_a_row_that_appeared_meanwhile_is_stale() -> None:
    """Somebody else entered the month. One that was deleted meanwhile is entered again only by a second save."""
    row, gone, client = listed(), listed(), clerk()
    factories.progress(row, month=6, planned=2_000_000)
    page = save(client, typed(row, "100", "90"), typed(gone, "5", "4", 3))
    assert errors(page, row, "planned") == "Saved now: “200”. You typed: “100”."
    assert kept(row) == (200, 100, State.DRAFT, 1)
    assert "Another deleted this row" in errors(page, gone, "")
    assert [value(page, gone, name) for name in ("planned", "version")] == ["5", ""]
    assert month(gone) is None
    assert save(client, typed(row, "100", "90", 1), typed(gone, "5", "4")).status_code == 302
    assert kept(row)[:2] == (100, 90)
    assert kept(gone)[:2] == (5, 4)


@pytest.mark.parametrize("version", ["", "0", "-1", "7", "99999999999999999999", "x"])
def test_a_forged_version_saves_nothing(version: str) -> None:
    row = listed()
    factories.progress(row, month=6)
    assert save(clerk(), typed(row, "100", "130", version)).status_code == 200
    assert kept(row) == (100, 100, State.DRAFT, 1)


def test_a_row_without_its_version_saves_nothing() -> None:
    """It counts as typed over an unknown version."""
    row, key = listed(), ""
    factories.progress(row, month=6)
    key = f"p{row.pk}-version"
    posted = {name: value for name, value in typed(row, "100", "130").items() if name != key}
    assert save(clerk(), posted).status_code == 200
    assert kept(row) == (100, 100, State.DRAFT, 1)


def test_rows_left_alone_are_no_conflict() -> None:
    """What another changed in a row that this official left alone is shown, and is submitted only once seen."""
    left, own, client = listed(), listed(), clerk()
    row = factories.progress(left, month=6)
    changed(row, completed=1_100_000)
    posted = (typed(left, "100", "100", 1), typed(own, "5", "4"))
    page = save(client, *posted, how="submit")
    assert "You typed: “100”" in errors(page, left, "completed")
    assert month(own) is None
    assert save(client, *posted).status_code == 302
    assert kept(left) == (100, 110, State.DRAFT, 2)
    assert kept(own)[:2] == (5, 4)


def test_a_row_submitted_meanwhile_says_what_was_typed() -> None:
    row, client = listed(), clerk()
    factories.progress(row, month=6, state=State.SUBMITTED)
    page = save(client, typed(row, "321", "123"))
    assert "you typed “321” as planned and “123” as completed" in errors(page, row, "")
    assert value(page, row, "planned") is None
    assert kept(row) == (100, 100, State.SUBMITTED, 1)


@pytest.mark.parametrize("how", ["draft", "submit"])
@pytest.mark.parametrize("late", [False, True])
def test_a_period_closed_meanwhile_keeps_what_was_typed(
    june: ReportingPeriod, how: str, late: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where it closes between the check and the save, and the database is what refuses it."""
    row, client = listed(), clerk()
    draft = listed()
    factories.progress(draft, month=6)
    close(june)
    if late:
        monkeypatch.setattr(monthly_sheet, "locked_in", lambda *_: Value(None, output_field=TextField(null=True)))
    page = save(client, typed(row, "100", "90"), typed(draft, "100", "101", 1), how=how)
    assert page.status_code == 200
    assert "The reporting period 2024-06 is not open for this region." in text(page)
    assert [value(page, row, name) for name in ("planned", "completed")] == ["100", "90"]
    assert value(page, draft, "completed") == "101"
    assert month(row) is None
    assert kept(draft) == (100, 100, State.DRAFT, 1)


def test_rows_of_a_closed_period_are_text(june: ReportingPeriod) -> None:
    row = listed()
    factories.progress(row, month=6)
    close(june)
    page = clerk().get(PAGE)
    assert value(page, row, "planned") is None
    assert "There is nothing to enter here" in text(page)
    assert "Submit all" not in text(page)
