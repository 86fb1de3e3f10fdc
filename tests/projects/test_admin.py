"""The officials' page of a renovation project: entry, errors and stale saves."""

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from projects.models import ProjectProgress, RenovationProject
from revival.accounts import admin_strict
from revival.accounts.models import Official
from revival.records.admin.forms import RecordForm
from revival.records.models import State
from tests.extent import combinations
from tests.factories import (
    GULOU,
    KUNSHAN,
    PEI,
    XUZHOU,
    browser,
    enterprise,
    official,
    outside_requests,
    progress,
    project,
    project_code,
)
from tests.forms import errors, fields, save, url

pytestmark = pytest.mark.django_db
ADD = "/admin/projects/renovationproject/add/"


def entry(page: Client, **typed: Any) -> dict[str, Any]:
    """The empty form filled in."""
    given = {
        "code": project_code(77_001),
        "name": "Spinning mill renewal",
        "enterprise": enterprise(GULOU).pk,
        "region": GULOU,
        "year": 2024,
        "industry": "textile",
        "action": "equipment-renewal",
        "total_investment": "1,234.56",
        "planned_investment": "１０００",
        "start_date": "2024-03-01",
        "finish_date": "2024-12-31",
    }
    return fields(page.get(ADD)) | given | typed


class TestEntry:
    def test_an_entry_in_wan_is_kept_in_yuan(self, page: Client, clerk: Official) -> None:
        """Amounts are typed in 万元, full-width and with commas. The record and its row are drafts of the clerk."""
        data = entry(page, **{"progress-0-month": 3, "progress-0-planned": "500", "progress-0-completed": "480.5"})
        assert page.post(ADD, data).status_code == 302
        row = RenovationProject.objects.get(name="Spinning mill renewal")
        assert (row.total_investment, row.planned_investment) == (Decimal("12345600.00"), Decimal("10000000.00"))
        assert (row.state, row.source, row.created_by, row.city_id) == ("draft", "form", clerk, XUZHOU)
        month = row.progress.get()
        assert (month.completed, month.region_id, month.year) == (Decimal("4805000.00"), GULOU, 2024)
        assert 'value="1234.56"' in page.get(url(row)).content.decode()

    def test_a_clerk_saves_and_submits_in_one_go(self, page: Client, clerk: Official) -> None:
        """The record is submitted, and each row by its own choice."""
        row = {
            "progress-0-month": 3,
            "progress-0-planned": 1,
            "progress-0-completed": 1,
            "progress-0-review": "submitted",
        }
        assert page.post(ADD, entry(page, review="submitted", **row)).status_code == 302
        made = RenovationProject.objects.get(name="Spinning mill renewal")
        assert (made.state, made.submitted_by) == ("submitted", clerk)
        assert made.progress.get().state == "submitted"

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("total_investment", "-1"),
            ("total_investment", "NaN"),
            ("total_investment", "1e5"),
            ("total_investment", "1_000"),
            ("total_investment", "99999999999"),
            ("planned_investment", "Infinity"),
            ("planned_investment", ""),
            ("finish_date", "2024-02-30"),
            ("year", "1999"),
            ("year", "9" * 5000),
            ("region", KUNSHAN),
            ("region", "bogus"),
            ("code", "2401-320300-89-02"),
            ("industry", "bogus"),
            ("programmes", ["bogus"]),
            ("enterprise", "abc"),
            ("review", "verified"),
            ("review", "bogus"),
            ("0-completed", "2000"),
            ("0-completed", "-1"),
            ("0-month", "13"),
        ],
    )
    def test_a_wrong_entry_is_refused_at_its_field(self, page: Client, field: str, value: Any) -> None:
        """The message stands at the field, what was typed stays, and nothing is saved."""
        name = f"progress-{field}" if field[0] == "0" else field
        rows = {"progress-0-month": 3, "progress-0-planned": 1, "progress-0-completed": 1}
        answer = page.post(ADD, entry(page, **{**rows, name: value}))
        assert answer.status_code == 200
        assert field in errors(answer)
        assert "Spinning mill renewal" in answer.content.decode()
        assert not RenovationProject.objects.filter(name="Spinning mill renewal").exists()

    @pytest.mark.parametrize("spelled", ["{}", " {} ", "{hyphenless}", "{wide}", "{dashes}", "{hidden}"])
    def test_a_code_twice_is_refused_in_any_spelling(self, page: Client, spelled: str) -> None:
        """The field says that the code is taken."""
        code = project().code
        wide = code.translate({ord(str(n)): 0xFF10 + n for n in range(10)})
        typed = spelled.format(
            code,
            hyphenless=code.replace("-", ""),
            wide=wide,
            dashes=code.replace("-", "－"),
            hidden=code[:6] + "\u200b" + code[6:],
        )
        assert set(errors(page.post(ADD, entry(page, code=typed)))) == {"code"}

    def test_a_misfitting_check_digit_only_warns(self, page: Client) -> None:
        """The rule of project codes is inferred, so that no code is refused by it."""
        code = project_code(77_002)
        wrong = code[:-1] + str((int(code[-1]) + 1) % 10)
        answer = page.post(ADD, entry(page, code=wrong))
        assert answer.status_code == 302
        assert any("does not fit" in str(message) for message in get_messages(answer.wsgi_request))
        assert RenovationProject.objects.filter(code=wrong).exists()

    def test_a_total_below_what_is_completed_is_refused(self, page: Client) -> None:
        """The months are compared with the total that is typed on the same page."""
        row = project(state=State.VERIFIED)
        progress(row, month=2, completed=40_000_000, state=State.VERIFIED)
        answer = save(page, row, total_investment="1000")
        assert set(errors(answer)) == {"0-completed"}
        assert RenovationProject.objects.get(pk=row.pk).total_investment == 50_000_000

    def test_a_month_reported_twice_is_refused(self, page: Client) -> None:
        """Two rows of one month are never both saved."""
        row = project()
        progress(row, month=2)
        answer = save(page, row, **{"progress-1-month": 2, "progress-1-planned": 1, "progress-1-completed": 1})
        assert answer.status_code == 200
        assert row.progress.count() == 1

    def test_a_county_clerk_finds_their_county_filled_in(self) -> None:
        """Such a clerk has no other choice."""
        assert fields(browser(official("clerk", PEI)).get(ADD))["region"] == PEI

    def test_search_finds_a_code_in_any_spelling(self, page: Client) -> None:
        """The code, whole or in part, finds it with or without hyphens or full-width. So does a part of the name."""
        row, other = project(name="Alpha mill"), project(code=project_code(5, "2011-320300-89-02"), name="Beta works")
        wide = row.code.translate({ord(str(n)): 0xFF10 + n for n in range(10)})
        for query in (row.code, row.code.replace("-", ""), row.code[:13], "24013203", wide, "alpha"):
            found = page.get("/admin/projects/renovationproject/", {"q": query}).context["cl"].result_list
            assert (row in found, other in found) == (True, False), query


class TestStale:
    @pytest.mark.parametrize("version", [None, "", "0", "-1", "1", "9" * 30, "abc"])
    def test_a_save_over_another_version_is_refused(self, page: Client, version: str | None) -> None:
        """The form comes back with what was typed, and names each field the other changed, with both values."""
        row = project(name="First name")
        data = fields(page.get(url(row))) | {"name": "My name", "total_investment": "6000"}
        outside_requests()
        RenovationProject.objects.filter(pk=row.pk).update(name="Other name")
        data |= {"version": version}
        answer = page.post(url(row), {k: v for k, v in data.items() if v is not None})
        text = answer.content.decode()
        assert answer.status_code == 200
        assert "Project name: now “Other name”, you typed “My name”" in text
        assert fields(answer)["name"] == "My name"
        if version == "1":
            assert "Total investment" not in str(errors(answer))
        row.refresh_from_db()
        assert (row.name, row.total_investment) == ("Other name", 50_000_000)
        assert page.post(url(row), fields(answer)).status_code == 302
        row.refresh_from_db()
        assert (row.name, row.total_investment) == ("My name", 60_000_000)

    @pytest.mark.parametrize("version", [None, "", "0", "-1", "1", "9" * 30])
    def test_a_stale_row_refuses_the_whole_page(self, page: Client, version: str | None) -> None:
        """Neither the project nor the other row is saved."""
        row = project(name="First name")
        months = [progress(row, month=1), progress(row, month=2)]
        data = fields(page.get(url(row))) | {"name": "My name", "progress-0-planned": "7", "progress-1-planned": "8"}
        outside_requests()
        ProjectProgress.objects.filter(pk=months[1].pk).update(planned=90_000)
        data |= {"progress-1-version": version}
        answer = page.post(url(row), {k: v for k, v in data.items() if v is not None})
        assert "now “9”, you typed “8”" in answer.content.decode()
        row.refresh_from_db()
        assert row.name == "First name"
        assert [p.planned for p in row.progress.order_by("month")] == [1_000_000, 90_000]

    def test_a_change_between_check_and_save_is_refused(self, page: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        """The UPDATE itself compares the version. The form comes back with what was typed."""
        row, check = project(name="First name"), RecordForm.clean

        def overtaken(form: RecordForm) -> Any:
            cleaned = check(form)
            RenovationProject.objects.filter(pk=row.pk).update(name="Other name")
            return cleaned

        monkeypatch.setattr(RecordForm, "clean", overtaken)
        answer = save(page, row, name="My name")
        assert "someone else has changed the record" in answer.content.decode()
        assert fields(answer)["name"] == "My name"
        row.refresh_from_db()
        assert row.name != "My name"

    def test_a_stale_row_is_not_deleted(self, page: Client) -> None:
        """Another official changed it after the page was opened."""
        row = project()
        month = progress(row)
        data = fields(page.get(url(row))) | {"progress-0-DELETE": "on"}
        outside_requests()
        ProjectProgress.objects.filter(pk=month.pk).update(planned=90_000)
        assert page.post(url(row), data).status_code == 200
        assert row.progress.count() == 1

    def test_a_row_that_another_deleted_is_said_to_be_gone(self, page: Client) -> None:
        """Saving it does not bring it back."""
        row = project()
        month = progress(row)
        data = fields(page.get(url(row))) | {"progress-0-planned": "9"}
        outside_requests()
        ProjectProgress.objects.filter(pk=month.pk).delete()
        answer = page.post(url(row), data)
        assert "row was deleted by another" in answer.content.decode()
        assert row.progress.count() == 0

    def test_a_changed_project_and_a_changed_row_are_saved_together(self, page: Client) -> None:
        """That rows follow their project's action does not make them stale."""
        row = project()
        month = progress(row)
        answer = save(page, row, action="green-transformation", **{"progress-0-planned": "9"})
        assert answer.status_code == 302
        month.refresh_from_db()
        assert (month.action, month.planned, month.version) == ("green-transformation", 90_000, 2)

    def test_a_save_without_change_leaves_no_event(self, page: Client) -> None:
        """Opening and saving a page is not a change."""
        row = project(programmes=["taihu-basin"])
        progress(row)
        assert save(page, row).status_code == 302
        row.refresh_from_db()
        assert (row.version, row.progress.get().version) == (1, 1)


def test_lists_and_forms_take_few_queries(page: Client, django_assert_max_num_queries: Any) -> None:
    """A list of projects, one with twelve months, and its form."""
    rows = [project(state=State.VERIFIED) for _ in range(8)]
    for month in range(1, 13):
        progress(rows[0], month=month, state=State.VERIFIED)
    with django_assert_max_num_queries(14):
        page.get("/admin/projects/renovationproject/")
    with django_assert_max_num_queries(20):
        page.get(url(rows[0]))


@pytest.mark.torture
def test_odd_values_are_never_a_fault(page: Client) -> None:
    """Whatever is posted in any field of the page, the answer is a page or a refusal."""
    row = project()
    progress(row)
    form = fields(page.get(url(row)))
    names = [*form, "programmes", "progress-0-DELETE", "_to_field", "_saveasnew"]
    for name, value in combinations(names, ["\x00", "9" * 400, "null"]):
        answer = page.post(url(row), {**form, name: value})
        assert answer.status_code in (200, 302, 400), name
        form["version"] = RenovationProject.objects.get(pk=row.pk).version
        assert RenovationProject.objects.count() == 1


def test_a_list_has_pages_of_so_many_records(page: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page says that there are more, and no action takes them all at once."""
    monkeypatch.setattr(admin_strict, "MOST", 3)
    owner = enterprise(GULOU)
    rows = [project(GULOU, enterprise=owner) for _ in range(5)]
    address = reverse("admin:projects_renovationproject_changelist")
    assert "These are the first 3 of more records" in page.get(address).content.decode()
    asked = {"action": "delete_selected", "select_across": "1", "_selected_action": [rows[0].pk], "post": "yes"}
    answer = page.post(address, asked, follow=True)
    assert "an action can change at most 3 records" in answer.content.decode()
    assert RenovationProject.objects.filter(pk__in=[row.pk for row in rows]).count() == 5
    monkeypatch.setattr(admin_strict, "MOST", 5)
    assert "of more records" not in page.get(address).content.decode()
