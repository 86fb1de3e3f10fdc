"""The monthly form: all filled rows are submitted as one, those of other pages as well."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from projects.models import ProjectProgress
from revival.collection.monthly import sheet as monthly_sheet
from revival.records.models import State
from revival.records.periods import PeriodException, ReportingPeriod
from tests import factories
from tests.collection.monthly.form import (
    AUTOSAVE,
    PAGE,
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
from tests.factories import GULOU, KUNSHAN, PEI, PROVINCE, XUZHOU, browser, official

pytestmark = pytest.mark.django_db


def test_all_filled_rows_are_submitted_as_one() -> None:
    """New rows, drafts and changed drafts. Each names the official who submitted it, and is text from then on."""
    new, draft, blank = listed(), listed(), listed()
    factories.progress(draft, month=6)
    user = official("clerk", XUZHOU)
    client = browser(user)
    answer = save(client, typed(new, "100", "90"), typed(draft, "100", "100", 1), typed(blank, "", ""), how="submit")
    assert answer.status_code == 302
    assert kept(new) == (100, 90, State.SUBMITTED, 1)
    assert kept(draft) == (100, 100, State.SUBMITTED, 2)
    assert month(blank) is None
    row = month(new)
    assert row is not None
    assert row.submitted_by == user
    page = client.get(PAGE)
    assert "2 rows were submitted." in text(page)
    assert "Submitted: 2 of 3 expected" in text(page)
    assert value(page, new, "planned") is None
    again = save(client, typed(new, "100", "90", 1), typed(draft, "100", "100", 2), how="submit")
    assert again.status_code == 302
    assert kept(new)[3] == 1
    assert "Nothing to submit" in text(client.get(PAGE))


@pytest.mark.parametrize(("planned", "completed"), [("100", ""), ("", "7"), ("x", "7"), ("1", "-1"), ("1", "9999")])
def test_one_wrong_row_hands_in_none(planned: str, completed: str) -> None:
    """All are submitted or none. A missing amount is an error at the blank field. What was typed is shown again."""
    good, bad = listed(), listed()
    page = save(clerk(), typed(good, "100", "90"), typed(bad, planned, completed), how="submit")
    assert page.status_code == 200
    assert not ProjectProgress.objects.exists()
    assert "Nothing was submitted. What you typed is kept." in text(page)
    assert [value(page, good, "planned"), value(page, good, "completed")] == ["100", "90"]
    assert [value(page, bad, "planned"), value(page, bad, "completed")] == [planned, completed]
    assert "1 row needs your attention." in text(page)
    if "" in (planned, completed):
        at = "completed" if planned else "planned"
        assert errors(page, bad, at) == "This amount is missing; where there is none, type 0."
        assert re.search(rf'name="p{bad.pk}-{at}"[^>]*autofocus', text(page))


def test_unlikely_values_are_asked_about_and_then_accepted() -> None:
    """Drafts are not asked about. Submitting asks at the row, and accepts any explanation."""
    row, other, client = listed(), listed(), clerk()
    factories.progress(row, month=5, planned=1_000_000, completed=1_000_000)
    assert "explanation" not in client.get(PAGE).content.decode().split("<tbody>")[1]
    save(client, typed(row, "900", "1000"))
    page = save(client, typed(row, "900", "1000", 1), typed(other, "1", "1"), how="submit")
    assert kept(row)[2] == State.DRAFT
    assert month(other) is None
    assert "grows tenfold" in errors(page, row, "completed")
    assert "explain here why they are right" in errors(page, row, "explanation")
    assert f'name="p{row.pk}-explanation"' in text(page)
    reason = typed(row, "900", "1000", 1, explanation="Delivered in June,\r\n all at once")
    answer = save(client, reason, typed(other, "1", "1"), how="submit")
    assert answer.status_code == 302
    found = month(row)
    assert found is not None
    assert (found.state, found.explanation) == (State.SUBMITTED, "Delivered in June,\n all at once")
    assert kept(other)[2] == State.SUBMITTED
    assert "Explanation: Delivered in June" in text(client.get(PAGE))


def test_an_explanation_of_other_values_is_asked_for_again() -> None:
    """The old text stays in its field until it is changed. A row submitted as it is stored is not asked about."""
    row, other, client = listed(), listed(), clerk()
    for each in (row, other):
        factories.progress(each, month=6, planned=20_000_000, completed=20_000_000, explanation="A batch")
    page = save(client, typed(row, "2000", "2500", 1, explanation="A batch"), how="submit")
    assert "The explanation was written for other values" in errors(page, row, "explanation")
    assert kept(row) == (2000, 2000, State.DRAFT, 1)
    answer = save(client, typed(row, "2000", "2500", 1, explanation="Two batches"), how="submit")
    assert answer.status_code == 302
    assert kept(row)[:3] == (2000, 2500, State.SUBMITTED)
    save(client, typed(other, "2000", "2000", 1, explanation="A batch"), how="submit")
    assert kept(other)[2] == State.SUBMITTED


def test_saving_other_values_first_does_not_make_an_explanation_stand_for_them() -> None:
    """The script saves before the button submits. The row is asked about until the explanation is changed."""
    row, client = listed(), clerk()
    factories.progress(row, month=6, planned=20_000_000, completed=20_000_000, explanation="A batch")
    save(client, typed(row, "2000", "2500", 1), headers=AUTOSAVE)
    assert kept(row) == (2000, 2500, State.DRAFT, 2)
    page = save(client, typed(row, "2000", "2500", 2, explanation="A batch"), how="submit")
    assert "The explanation was written for other values" in errors(page, row, "explanation")
    save(client, typed(row, "2000", "2500", 2, explanation="Two batches"), headers=AUTOSAVE)
    assert save(client, typed(row, "2000", "2500", 3), how="submit").status_code == 302
    assert kept(row)[2] == State.SUBMITTED


def test_rows_that_slipped_to_another_page_are_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    """A project that came in meanwhile moves rows to another page. What was typed is still saved."""
    monkeypatch.setattr(monthly_sheet, "ROWS", 2)
    rows = [listed(enterprise=factories.enterprise(name=f"Mill {number}")) for number in range(5)]
    client = clerk()
    page = client.get(f"{PAGE}?page=2")
    assert [value(page, row, "planned") for row in rows] == [None, None, "", "", None]
    assert "2 / 3" in text(page)
    answer = save(client, typed(rows[2], "2", "1"), typed(rows[4], "x", "1"), path=f"{PAGE}?page=2")
    assert kept(rows[2])[:2] == (2, 1)
    assert value(answer, rows[4], "planned") == "x"
    assert client.get(f"{PAGE}?page=99").status_code == 200


def test_submit_all_hands_in_the_drafts_of_other_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """All or none: wrong rows there are named and shown for correction. Other regions and months stay."""
    monkeypatch.setattr(monthly_sheet, "ROWS", 2)
    rows = [listed(name=f"Kiln {at}", enterprise=factories.enterprise(name=f"Mill {at}")) for at in range(6)]
    foreign, client = listed(KUNSHAN), clerk()
    for row, state in ((rows[2], State.DRAFT), (rows[3], State.RETURNED), (rows[4], State.VERIFIED)):
        factories.progress(row, month=6, state=state)
    factories.progress(rows[5], month=5)
    factories.progress(rows[5], month=6, planned=9_000_000, completed=10_000_000)
    factories.progress(foreign, month=6)
    assert "also submits the drafts on the other pages" in text(client.get(PAGE))
    page = save(client, typed(rows[0], "100", "90"), how="submit")
    assert "On other pages, and shown below as well: Kiln 5." in text(page)
    assert "grows tenfold" in errors(page, rows[5], "completed")
    assert [value(page, row, "planned") for row in rows] == ["100", "", None, None, None, "900"]
    assert month(rows[0]) is None
    assert kept(rows[2])[2] == State.DRAFT
    mended = typed(rows[5], "900", "1000", 1, explanation="All at once")
    assert save(client, typed(rows[0], "100", "90"), mended, how="submit").status_code == 302
    assert "4 rows were submitted." in text(client.get(PAGE))
    assert [kept(rows[at])[2:] for at in (0, 2, 3, 5)] == [(State.SUBMITTED, at) for at in (1, 2, 2, 2)]
    assert [kept(row)[2:] for row in (rows[4], foreign)] == [(State.VERIFIED, 1), (State.DRAFT, 1)]
    earlier = month(rows[5], 5)
    assert earlier is not None
    assert earlier.state == State.DRAFT


def test_drafts_of_closed_places_on_other_pages_are_in_nobodys_way(
    june: ReportingPeriod, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where an exception opens the period for one county, the drafts of others stay as they are."""
    monkeypatch.setattr(monthly_sheet, "ROWS", 1)
    own, other = (
        listed(region, enterprise=factories.enterprise(name=name)) for region, name in ((GULOU, "A"), (PEI, "B"))
    )
    factories.progress(other, month=6)
    close(june)
    until = timezone.localdate() + timedelta(days=5)
    PeriodException.objects.create(
        period=june, region_id=GULOU, reason="Flood", until=until, opened_by=official("clerk", PROVINCE)
    )
    assert save(clerk(), typed(own, "2", "1"), how="submit").status_code == 302
    assert kept(own)[2] == State.SUBMITTED
    assert kept(other)[2] == State.DRAFT
