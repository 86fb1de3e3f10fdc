"""The monthly form: typed for all projects of a region, saved as drafts, handed in as one."""

import re
from datetime import timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.db.models import TextField, Value
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from projects.models import ProjectProgress, RenovationProject
from revival.collection.monthly import sheet as monthly_sheet
from revival.records.models import State
from revival.records.periods import PeriodException, ReportingPeriod
from tests import factories
from tests.factories import GULOU, KUNSHAN, PEI, PROVINCE, SUZHOU, XUZHOU, browser, official, outside_requests

pytestmark = pytest.mark.django_db

PAGE = "/monthly/2024-06/"
AUTOSAVE = {"X-Requested-With": "autosave"}


def period(month: int = 6, year: int = 2024, **days: int) -> ReportingPeriod:
    """A month that is open today; days: how far its dates lie from today."""
    outside_requests()
    given = {"opens": -5, "due": 5, "closes": 10} | days
    dates = {name: timezone.localdate() + timedelta(days=count) for name, count in given.items()}
    return ReportingPeriod.objects.create(year=year, month=month, **dates)


@pytest.fixture(autouse=True)
def june() -> ReportingPeriod:
    return period()


def close(month: ReportingPeriod) -> None:
    outside_requests()
    ReportingPeriod.objects.filter(pk=month.pk).update(due=month.opens, closes=month.opens)


def clerk(region: str = XUZHOU, language: str = "en") -> Client:
    return browser(official("clerk", region), language)


def listed(region: str = GULOU, **values: Any) -> RenovationProject:
    """A verified project of 2024: 1,000 万元 planned, 5,000 in all."""
    return factories.project(region, state=State.VERIFIED, **{"submitted_at": timezone.now(), **values})


def typed(project: RenovationProject, planned: str, completed: str, version: Any = "", **more: str) -> dict[str, str]:
    fields = {"planned": planned, "completed": completed, "version": str(version), **more}
    return {f"p{project.pk}-{name}": value for name, value in fields.items()}


def month(project: RenovationProject, number: int = 6) -> ProjectProgress | None:
    return ProjectProgress.objects.filter(project=project, month=number).first()


def kept(project: RenovationProject) -> tuple[Any, ...]:
    """The stored month, in 万元, with state and version."""
    row = month(project)
    assert row is not None
    return row.planned / 10_000, row.completed / 10_000, row.state, row.version


def save(client: Client, *rows: dict[str, str], how: str = "draft", path: str = PAGE, **more: Any) -> Any:
    data = {"save": how}
    for row in rows:
        data |= row
    return client.post(path, data, **more)


def text(response: Any) -> str:
    return unescape(response.content.decode())


def value(response: Any, project: RenovationProject, name: str) -> str | None:
    """What a field of the row holds on the page; None where there is no such field."""
    tags = re.findall(rf'<input[^>]*name="p{project.pk}-{name}"[^>]*>', response.content.decode())
    found = re.search(r'value="([^"]*)"', tags[0]) if tags else None
    return found[1] if found else ("" if tags else None)


def errors(response: Any, project: RenovationProject, name: str) -> str:
    """The message beside a field of the row; of no field, that of the row."""
    at = f"id_p{project.pk}-{name}_error" if name else f"p{project.pk}_error"
    found = re.search(rf'<ul class="errorlist" id="{at}">(.*?)</ul>', response.content.decode(), re.S)
    return unescape(re.sub(r"<[^>]+>", "", found[1])).strip() if found else ""


def test_the_page_shows_last_month_beside_each_field() -> None:
    """The nearest earlier month that was not returned, named where it is not the month before."""
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
    assert "Handed in: 0 of 2 expected" in text(page)


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
    """With what was typed, the message at the field and the first of them in focus."""
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
    assert "Enter a number." in errors(page, letters, "planned")
    assert "An amount is a number from 0 up." in errors(page, negative, "completed")
    assert "more than a tenth above the total" in errors(page, above, "completed")
    assert value(page, half, "planned") == "100"
    assert errors(page, half, "completed") == "Not saved yet: this amount is missing."
    assert text(page).count("autofocus") == 1
    assert value(page, right, "version") == "1"


def test_all_filled_rows_are_handed_in_as_one() -> None:
    """New ones, drafts and changed drafts; who did it stands in the row, and it is text from then on."""
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
    assert "Handed in: 2 of 3 expected" in text(page)
    assert value(page, new, "planned") is None
    again = save(client, typed(new, "100", "90", 1), typed(draft, "100", "100", 2), how="submit")
    assert again.status_code == 302
    assert kept(new)[3] == 1
    assert "Nothing to submit" in text(client.get(PAGE))


@pytest.mark.parametrize(("planned", "completed"), [("100", ""), ("", "7"), ("x", "7"), ("1", "-1"), ("1", "9999")])
def test_one_wrong_row_hands_in_none(planned: str, completed: str) -> None:
    """All or none; a missing amount is an error at the blank field; everything typed is shown again."""
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


@pytest.mark.parametrize("how", ["draft", "submit"])
def test_a_cleared_draft_is_removed_by_a_button(how: str) -> None:
    """Also one that was returned; what is filled beside it is saved or handed in as ever."""
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
    """Saved by itself, cleared over an older version, half cleared, explained, or beside a wrong row handed in."""
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
    """His cleared row is asked to be filled."""
    row, user = listed(), official("clerk", XUZHOU)
    factories.progress(row, month=6)
    outside_requests()
    names = [f"{verb}_projectprogress" for verb in ("add", "change", "submit", "view")]
    user.groups.clear()
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    page = save(browser(user), typed(row, "", "", 1))
    assert "this amount is missing" in errors(page, row, "planned")
    assert kept(row) == (100, 100, State.DRAFT, 1)


def test_unlikely_values_are_asked_about_and_then_accepted() -> None:
    """Drafts are not asked; handing in asks at the row, and takes the explanation as it is given."""
    row, other, client = listed(), listed(), clerk()
    factories.progress(row, month=5, planned=1_000_000, completed=1_000_000)
    assert "explanation" not in client.get(PAGE).content.decode().split("<tbody>")[1]
    save(client, typed(row, "900", "1000"))
    page = save(client, typed(row, "900", "1000", 1), typed(other, "1", "1"), how="submit")
    assert kept(row)[2] == State.DRAFT
    assert month(other) is None
    assert "grows tenfold" in errors(page, row, "explanation")
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
    """The old text stays in its field until it is changed; handed in as it is stored, nothing is asked."""
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
    """The script saves what is typed before the button hands it in: asked all the same, until the text is another."""
    row, client = listed(), clerk()
    factories.progress(row, month=6, planned=20_000_000, completed=20_000_000, explanation="A batch")
    save(client, typed(row, "2000", "2500", 1), headers=AUTOSAVE)
    assert kept(row) == (2000, 2500, State.DRAFT, 2)
    page = save(client, typed(row, "2000", "2500", 2, explanation="A batch"), how="submit")
    assert "The explanation was written for other values" in errors(page, row, "explanation")
    save(client, typed(row, "2000", "2500", 2, explanation="Two batches"), headers=AUTOSAVE)
    assert save(client, typed(row, "2000", "2500", 3), how="submit").status_code == 302
    assert kept(row)[2] == State.SUBMITTED


def test_an_explanation_that_is_not_posted_stays() -> None:
    row = listed()
    factories.progress(row, month=6, explanation="A batch")
    save(clerk(), typed(row, "100", "120", 1))
    found = month(row)
    assert found is not None
    assert (found.completed, found.explanation) == (1_200_000, "A batch")


def changed(row: ProjectProgress, **values: Any) -> None:
    """Another official changes a month meanwhile."""
    outside_requests()
    ProjectProgress.objects.filter(pk=row.pk).update(changed_by=official("clerk", XUZHOU, name="Li"), **values)


@pytest.mark.parametrize("how", ["draft", "submit"])
def test_a_stale_row_shows_both_values_and_keeps_the_text(how: str) -> None:
    """Nothing of it is saved; the page then bears the newer version, so that a second save is a decision."""
    stale, fine, client = listed(), listed(), clerk()
    row = factories.progress(stale, month=6)
    changed(row, completed=1_100_000)
    page = save(client, typed(stale, "100", "130", 1), typed(fine, "1", "1"), how=how)
    assert page.status_code == 200
    assert kept(stale) == (100, 110, State.DRAFT, 2)
    assert (month(fine) is not None) == (how == "draft")
    assert "Li changed this row at" in errors(page, stale, "")
    assert errors(page, stale, "completed") == "Saved now: “110”. You typed: “130”."
    assert errors(page, stale, "planned") == ""
    assert [value(page, stale, name) for name in ("completed", "version")] == ["130", "2"]
    save(client, typed(stale, "100", "130", 2), how=how)
    assert kept(stale)[1] == 130


def test_a_row_that_appeared_meanwhile_is_stale() -> None:
    """Somebody else entered the month; and one that was deleted meanwhile is entered anew only by a second save."""
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
    """As if it had been typed over something unknown."""
    row, key = listed(), ""
    factories.progress(row, month=6)
    key = f"p{row.pk}-version"
    posted = {name: value for name, value in typed(row, "100", "130").items() if name != key}
    assert save(clerk(), posted).status_code == 200
    assert kept(row) == (100, 100, State.DRAFT, 1)


def test_an_enterprise_elsewhere_is_not_named() -> None:
    """Its project lies here and is reported here."""
    listed(enterprise=factories.enterprise(KUNSHAN, name="Mill of Kunshan"))
    listed(enterprise=factories.enterprise(PEI, name="Mill of Pei"))
    page = text(clerk().get(PAGE))
    assert "Mill of Pei" in page
    assert "Mill of Kunshan" not in page


def test_rows_left_alone_are_no_conflict() -> None:
    """What another changed in a row that this official did not touch is shown anew, and is handed in only if seen."""
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


def test_a_row_handed_in_meanwhile_says_what_was_typed() -> None:
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
    assert "Nothing is to be entered here" in text(page)
    assert "Submit all" not in text(page)


def test_a_returned_row_is_mended_and_handed_in_again() -> None:
    row, client = listed(), clerk()
    factories.progress(row, month=6, state=State.RETURNED, comment="Compare with the invoice")
    page = client.get(PAGE)
    assert "Compare with the invoice" in text(page)
    assert "returned to be mended: 1" in text(page)
    save(client, typed(row, "100", "90", 1))
    assert kept(row) == (100, 90, State.RETURNED, 2)
    save(client, typed(row, "100", "95", 2), how="submit")
    assert kept(row) == (100, 95, State.SUBMITTED, 3)


def test_only_verified_projects_of_the_year_and_the_region_are_listed() -> None:
    own = listed(name="Own row")
    listed(PEI, name="Row of Pei")
    listed(KUNSHAN, name="Row of Kunshan")
    listed(year=2023, name="Row of 2023")
    factories.project(GULOU, name="Draft row")
    found = {region: text(clerk(region).get(PAGE)) for region in (GULOU, XUZHOU, PROVINCE)}
    found["chosen"] = text(clerk(PROVINCE).get(f"{PAGE}?region={SUZHOU}"))
    names = ("Own row", "Row of Pei", "Row of Kunshan", "Row of 2023", "Draft row")
    shown = {region: [name for name in names if name in page] for region, page in found.items()}
    assert shown == {
        GULOU: ["Own row"],
        XUZHOU: ["Own row", "Row of Pei"],
        PROVINCE: ["Own row", "Row of Pei", "Row of Kunshan"],
        "chosen": ["Row of Kunshan"],
    }
    assert f'href="?region={PEI}"' in found[XUZHOU]
    assert f'href="/enterprises/{own.enterprise_id}/"' in found[XUZHOU]


FOREIGN = (f"region={SUZHOU}", f"region={PROVINCE}", "region=", "region=%00", "region=subei", "region=999")


@pytest.mark.parametrize("query", [*FOREIGN, "page=0", "page=x", "page=-1", "by=city", "page=1&page=2"])
def test_other_questions_are_refused(query: str) -> None:
    """A region outside the official's, also with what is posted; a page that is no number; what is not known."""
    row, client = listed(), clerk()
    assert client.get(f"{PAGE}?{query}").status_code == 400
    assert save(client, typed(row, "1", "1"), path=f"{PAGE}?{query}").status_code == 400
    assert not ProjectProgress.objects.exists()


def test_projects_of_another_city_are_never_touched() -> None:
    """Forged keys: with a draft the own rows are saved, with handing in nothing is; the foreign ones never."""
    own, foreign, client = listed(), listed(KUNSHAN, name="ZQB"), clerk()
    row = factories.progress(foreign, month=6)
    rows = (
        typed(own, "2", "1"),
        typed(foreign, "777", "777", 1),
        {"p0-planned": "1", "p999999999999-completed": "1"},
    )
    for how in ("submit", "draft"):
        page = save(client, *rows, how=how)
        assert page.status_code == 200
        assert "3 projects are not on the list of this region any more" in text(page)
        assert "ZQB" not in text(page)
        assert (month(own) is None) == (how == "submit")
    row.refresh_from_db()
    assert (row.planned, row.version) == (1_000_000, 1)


def test_rows_that_slipped_to_another_page_are_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    """A project that came in meanwhile moves rows over the edge of the page; what was typed counts all the same."""
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
    """All or none: what is wrong there is named and shown to be mended. Other regions and months stay."""
    monkeypatch.setattr(monthly_sheet, "ROWS", 2)
    rows = [listed(name=f"Kiln {at}", enterprise=factories.enterprise(name=f"Mill {at}")) for at in range(6)]
    foreign, client = listed(KUNSHAN), clerk()
    for row, state in ((rows[2], State.DRAFT), (rows[3], State.RETURNED), (rows[4], State.VERIFIED)):
        factories.progress(row, month=6, state=state)
    factories.progress(rows[5], month=5)
    factories.progress(rows[5], month=6, planned=9_000_000, completed=10_000_000)
    factories.progress(foreign, month=6)
    assert "also hands in the drafts of the other pages" in text(client.get(PAGE))
    page = save(client, typed(rows[0], "100", "90"), how="submit")
    assert "On other pages, and shown below as well: Kiln 5." in text(page)
    assert "grows tenfold" in errors(page, rows[5], "explanation")
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
    """Where the period is open for one county by exception, the others' drafts stay as they are."""
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


@pytest.mark.parametrize("key", ["2024-07", "2024", "2024-00", "2024-6", "2024-13", "june", "２０２４-06"])
def test_there_is_no_such_month(key: str) -> None:
    period(0)
    assert clerk().get(f"/monthly/{key}/").status_code == 404


def test_others_have_no_business_here(client: Client) -> None:
    assert client.get(PAGE).status_code == 302
    for role in ("verifier", "manager", "auditor", "publisher"):
        other = browser(official(role, XUZHOU))
        assert other.get(PAGE).status_code == 403
        assert save(other).status_code == 403
    assert clerk().put(PAGE).status_code == 405


def test_a_post_without_its_token_is_refused() -> None:
    row = listed()
    client = Client(enforce_csrf_checks=True)
    client.force_login(official("clerk", XUZHOU), backend="django.contrib.auth.backends.ModelBackend")
    assert save(client, typed(row, "1", "1")).status_code == 403
    assert not ProjectProgress.objects.exists()


def test_reading_changes_nothing_and_takes_the_same_queries() -> None:
    """However many rows, months and enterprises there are."""
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


def test_saving_takes_a_few_queries_a_changed_row() -> None:
    """Of a row left alone none."""
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


def test_the_script_is_told_of_each_row() -> None:
    """Versions and states of what was saved, messages of what was not, and nothing of other rows."""
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
    [("en", ("Monthly progress, June 2024", "Save draft", "Submit all")), ("zh-hans", ("2024年6月",))],
)
def test_both_languages(language: str, words: tuple[str, ...]) -> None:
    listed()
    page = text(clerk(language=language).get(PAGE))
    for word in words:
        assert word in page
