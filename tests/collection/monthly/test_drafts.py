"""The monthly form: drafts are saved row by row, come back, and are cleared."""

import re
from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.models import ProjectProgress
from revival.records.models import State
from tests import factories
from tests.collection.monthly.form import (
    AUTOSAVE,
    PAGE,
    changed,
    clerk,
    errors,
    kept,
    listed,
    month,
    save,
    text,
    typed,
    value,
)
from tests.factories import PEI, XUZHOU, browser, official, outside_requests

pytestmark = pytest.mark.django_db


def test_the_page_shows_last_month_beside_each_field() -> None:
    """It is the nearest earlier month that was not returned, named where it is not the month before."""
    one, other = listed(name="Kiln"), listed(PEI, name="Loom")
    factories.progress(one, month=4, planned=3_000_000, completed=2_000_000, state=State.VERIFIED)
    factories.progress(one, month=5, planned=9_990_000, completed=8_880_000, state=State.RETURNED)
    factories.progress(other, month=5, planned=7_770_000, completed=6_660_000)
    page = clerk().get(PAGE)
    row = text(page).split(f'id="p{one.pk}"')[1].split("</tr>")[0]
    assert "300 <small>April</small>" in row
    assert "200 <small>April</small>" in row
    assert "999" not in row
    row = text(page).split(f'id="p{other.pk}"')[1].split("</tr>")[0]
    assert re.search(r">777</td>.*>666</td>", row, re.S)
    assert "Submitted: 0 of 2 expected" in text(page)


def test_drafts_are_saved_and_the_page_comes_back() -> None:
    """Full-width digits and commas are read; what is blank stays not started; a reload posts nothing again."""
    one, other, client = listed(), listed(), clerk()
    answer = save(client, typed(one, "１，２００.5", "1,150"), typed(other, "", ""))
    assert (answer.status_code, answer.headers["Location"]) == (302, PAGE)
    assert kept(one) == (Decimal("1200.5"), 1150, State.DRAFT, 1)
    assert month(other) is None
    page = client.get(PAGE)
    assert "1 row was saved as a draft." in text(page)
    assert (value(page, one, "planned"), value(page, one, "version")) == ("1200.5", "1")
    assert save(client, typed(one, "1200.5", "1160", 1)).status_code == 302
    assert kept(one) == (Decimal("1200.5"), 1160, State.DRAFT, 2)
    save(client, typed(one, "1200.50", "1160", 2))
    assert kept(one)[3] == 2


def test_wrong_rows_come_back_and_the_right_ones_are_saved() -> None:
    """Wrong rows keep what was typed, with a message at each field. The first of them has the focus."""
    right, letters, negative, above, half = (listed(name=f"Row {number}") for number in range(5))
    rows = (
        typed(right, "100", "90"),
        typed(letters, "12a", "90"),
        typed(negative, "100", "-1"),
        typed(above, "100", "5501"),
        typed(half, "100", ""),
    )
    page = save(clerk(), *rows)
    assert page.status_code == 200
    assert kept(right)[:2] == (100, 90)
    assert [month(each) for each in (letters, negative, above, half)] == [None] * 4
    assert "1 row was saved as a draft." in text(page)
    assert "4 rows are not saved: see the messages beside them." in text(page)
    assert value(page, letters, "planned") == "12a"
    refusal = errors(page, letters, "planned")
    assert refusal.startswith("Planned investment, cumulative: “12a” is no amount. Type digits, such as 1,234.5,")
    assert "Enter an amount of 0 or more." in errors(page, negative, "completed")
    assert "more than a tenth above the total" in errors(page, above, "completed")
    assert value(page, half, "planned") == "100"
    assert errors(page, half, "completed") == "Not saved yet: this amount is missing."
    assert text(page).count("autofocus") == 1
    assert value(page, right, "version") == "1"


@pytest.mark.parametrize("how", ["draft", "submit"])
def test_a_cleared_draft_is_removed_by_a_button(how: str) -> None:
    """Also one that was returned. The other filled rows are saved or submitted as usual."""
    cleared, returned, filled, client = listed(), listed(), listed(), clerk()
    factories.progress(cleared, month=6)
    factories.progress(returned, month=6, state=State.RETURNED)
    rows = (typed(cleared, "", "", 1), typed(returned, "", " ", 1), typed(filled, "100", "90"))
    assert save(client, *rows, how=how).status_code == 302
    assert [month(cleared), month(returned)] == [None, None]
    assert kept(filled)[2] == (State.SUBMITTED if how == "submit" else State.DRAFT)
    page = client.get(PAGE)
    assert "2 drafts were removed." in text(page)
    assert "1 row was" in text(page)
    assert value(page, cleared, "version") == ""
    assert "You typed" not in text(save(client, typed(cleared, "7", "7"), how=how))


def test_a_cleared_draft_stays_where_nobody_asked_to_remove_it() -> None:
    """Saved by itself, cleared over an older version, half cleared, explained, or submitted with a wrong row."""
    row, wrong, client = listed(), listed(), clerk()
    changed(factories.progress(row, month=6), completed=1_100_000)
    answer = save(client, typed(row, "", "", 2), headers=AUTOSAVE).json()
    assert answer["rows"][f"p{row.pk}"]["outcome"] == "incomplete"
    assert "You typed: “–”" in errors(save(client, typed(row, "", "", 1)), row, "planned")
    save(client, typed(row, "", "7", 2))
    save(client, typed(row, "", "", 2, explanation="Stopped"))
    save(client, typed(row, "", "", 2), typed(wrong, "x", "1"), how="submit")
    assert kept(row) == (100, 110, State.DRAFT, 2)


def test_who_may_not_delete_removes_no_draft() -> None:
    """An official without that right is asked to fill the cleared row."""
    row, user = listed(), official("clerk", XUZHOU)
    factories.progress(row, month=6)
    outside_requests()
    names = [f"{verb}_projectprogress" for verb in ("add", "change", "submit", "view")]
    user.groups.clear()
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    page = save(browser(user), typed(row, "", "", 1))
    assert "this amount is missing" in errors(page, row, "planned")
    assert kept(row) == (100, 100, State.DRAFT, 1)


def test_an_explanation_that_is_not_posted_stays() -> None:
    row = listed()
    factories.progress(row, month=6, explanation="A batch")
    save(clerk(), typed(row, "100", "120", 1))
    found = month(row)
    assert found is not None
    assert (found.completed, found.explanation) == (1_200_000, "A batch")


def test_a_returned_row_is_corrected_and_submitted_again() -> None:
    row, client = listed(), clerk()
    factories.progress(row, month=6, state=State.RETURNED, comment="Compare with the invoice")
    page = client.get(PAGE)
    assert "Compare with the invoice" in text(page)
    assert "returned for correction: 1" in text(page)
    save(client, typed(row, "100", "90", 1))
    assert kept(row) == (100, 90, State.RETURNED, 2)
    save(client, typed(row, "100", "95", 2), how="submit")
    assert kept(row) == (100, 95, State.SUBMITTED, 3)


def test_saving_takes_a_few_queries_a_changed_row() -> None:
    """A row left alone takes none."""
    rows, client = [listed() for _ in range(9)], clerk()
    for row in rows:
        factories.progress(row, month=5)
        factories.progress(row, month=6)
    counts = []
    for many in (1, 9):
        posted = [typed(row, "100", str(100 + many) if at < many else "100", 1) for at, row in enumerate(rows)]
        with CaptureQueriesContext(connection) as found:
            save(client, *posted, headers=AUTOSAVE)
        counts.append(len(found))
        outside_requests()
        for row in rows:
            ProjectProgress.objects.filter(project=row).delete()
            factories.progress(row, month=6)
    assert counts[1] - counts[0] <= 8 * 3
