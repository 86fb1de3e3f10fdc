"""Two officials at one record: nothing typed is lost, and nothing newer is overwritten unseen."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from projects.models import ProjectProgress, RenovationProject
from revival.accounts.models import Official
from revival.records.models import Revision, State
from revival.records.periods import ReportingPeriod
from tests.factories import XUZHOU, browser, official, outside_requests, progress, project
from tests.forms import deletion, errors, fields, save, url

pytestmark = pytest.mark.django_db
PROJECTS = "/admin/projects/renovationproject/"


@pytest.fixture
def clerk(db: None) -> Official:
    return official("clerk", XUZHOU)


@pytest.fixture
def page(clerk: Official) -> Client:
    return browser(clerk)


@pytest.fixture
def other(db: None) -> Client:
    return browser(official("clerk", XUZHOU, name="The other clerk"))


@pytest.fixture
def verifier(db: None) -> Client:
    return browser(official("verifier", XUZHOU))


class TestAnotherChangeWaits:
    def test_a_second_change_is_refused_with_both_values(self, page: Client, other: Client, verifier: Client) -> None:
        """Both proposals are shown, and the second stays typed. It is saved once the first is decided."""
        row = project(state=State.VERIFIED, name="Verified name")
        typed = fields(page.get(url(row))) | {"name": "My name", "total_investment": "6000"}
        save(other, row, name="Their name")
        for _time in range(2):
            answer = page.post(url(row), typed)
            said = " ".join(errors(answer)["__all__"])
            assert "another change of this record waits for review; The other clerk" in said
            assert "Project name: proposed “Their name”, you typed “My name”" in said
            assert "now “5,000”, you typed “6000”" in said
            typed = fields(answer)
            assert (typed["name"], typed["total_investment"]) == ("My name", "6000")
        assert Revision.objects.get().changes == {"name": "Their name"}
        save(verifier, Revision.objects.get(), review="verified")
        answer = page.post(url(row), typed)
        assert "now “Their name”, you typed “My name”" in " ".join(errors(answer)["__all__"])
        assert page.post(url(row), fields(answer)).status_code == 302
        assert Revision.objects.get(state=State.SUBMITTED).changes["name"] == "My name"

    def test_of_a_row_on_the_page(self, page: Client, other: Client) -> None:
        """The row says so, and nothing of the page is saved. A row that was not touched prevents no save."""
        row = project(state=State.VERIFIED)
        progress(row, state=State.VERIFIED)
        opened = fields(page.get(url(row)))
        save(other, row, **{"progress-0-completed": "110"})
        answer = page.post(url(row), opened | {"progress-0-completed": "120", "name": "My name"})
        said = " ".join(errors(answer)["0-__all__"])
        assert "another change of this record waits" in said
        assert "proposed “110”, you typed “120”" in said
        assert fields(answer)["progress-0-completed"] == "120"
        assert Revision.objects.count() == 1
        assert page.post(url(row), opened | {"name": "My name"}).status_code == 302
        assert Revision.objects.count() == 2


class TestSubmittedMeanwhile:
    def test_what_was_typed_is_kept_beside_what_is_submitted(self, page: Client, other: Client) -> None:
        """It is kept however often it is posted. Once the record is withdrawn, it is saved."""
        row = project(name="First name")
        typed = fields(page.get(url(row))) | {"name": "My name", "total_investment": "6000"}
        save(other, row, name="Their name", review="submitted")
        for _time in range(2):
            answer = page.post(url(row), typed)
            said = " ".join(errors(answer)["__all__"])
            assert "The other clerk submitted this record at" in said
            assert "once it is withdrawn or returned" in said
            assert "Saving again" not in said
            assert "Project name: now “Their name”, you typed “My name”" in said
            assert "now “5,000”, you typed “6000”" in said
            typed = fields(answer)
            assert (typed["name"], typed["total_investment"]) == ("My name", "6000")
        save(other, row, review="draft")
        answer = page.post(url(row), typed)
        assert page.post(url(row), fields(answer)).status_code == 302
        row.refresh_from_db()
        assert (row.name, row.total_investment) == ("My name", 60_000_000)

    def test_a_row_on_the_page(self, page: Client, other: Client) -> None:
        row = project()
        progress(row)
        typed = fields(page.get(url(row))) | {"progress-0-completed": "160"}
        save(other, row, **{"progress-0-review": "submitted"})
        answer = page.post(url(row), typed)
        said = " ".join(errors(answer)["0-__all__"])
        assert "submitted this record" in said
        assert "now “100”, you typed “160”" in said
        assert fields(answer)["progress-0-completed"] == "160"


class TestDeletion:
    def test_what_changed_since_the_confirmation_stays(self, page: Client) -> None:
        """The page says so, and deletes it once confirmed again. A post that names no version is refused as well."""
        row = project(name="First name")
        confirm = fields(page.get(url(row, "delete")))
        outside_requests()
        RenovationProject.objects.filter(pk=row.pk).update(name="Newer name")
        for data in (confirm, {"post": "yes"}):
            answer = page.post(url(row, "delete"), data, follow=True)
            assert "was changed after you opened the page. Nothing was deleted" in answer.content.decode()
            assert RenovationProject.objects.filter(pk=row.pk).exists()
        assert page.post(url(row, "delete"), fields(answer)).status_code == 302
        assert not RenovationProject.objects.filter(pk=row.pk).exists()

    def test_of_several_one_that_changed_keeps_all(self, page: Client) -> None:
        rows = [project(), project()]
        chosen = {"action": "delete_selected", "_selected_action": [row.pk for row in rows]}
        confirm = fields(page.post(PROJECTS, chosen))
        assert "_selected_action" not in confirm
        outside_requests()
        RenovationProject.objects.filter(pk=rows[1].pk).update(name="Newer name")
        for data in (confirm, chosen | {"post": "yes"}):
            answer = page.post(PROJECTS, data, follow=True)
            assert "was changed after you opened the page. Nothing was deleted" in answer.content.decode()
            assert RenovationProject.objects.count() == 2
        assert page.post(PROJECTS, fields(page.post(PROJECTS, chosen))).status_code == 302
        assert not RenovationProject.objects.exists()


class TestChangeOfVerified:
    def test_a_withdrawn_change_is_corrected_as_a_returned_one(self, page: Client) -> None:
        """What is submitted is what the form showed."""
        row = project(state=State.VERIFIED)
        save(page, row, name="Better name")
        save(page, Revision.objects.get(), review="draft")
        assert fields(page.get(url(row)))["name"] == "Better name"
        save(page, row, total_investment="6000")
        assert Revision.objects.get().changes == {"name": "Better name", "total_investment": "60000000.00"}

    def test_a_change_that_a_closed_month_forbids_is_not_submitted(self, page: Client) -> None:
        """No verifier could apply it, so it is refused with the period. A change of other fields is submitted."""
        row = project(state=State.VERIFIED)
        progress(row, state=State.VERIFIED)
        outside_requests()
        today = timezone.localdate()
        ReportingPeriod.objects.create(
            year=2024, month=1, **dict.fromkeys(("opens", "due", "closes"), today - timedelta(days=1))
        )
        answer = save(page, row, planned_investment="1200", name="New name")
        assert "reporting period 2024-01 is not open" in " ".join(errors(answer)["__all__"])
        assert fields(answer)["planned_investment"] == "1200"
        assert not Revision.objects.exists()
        assert save(page, row, name="New name").status_code == 302
        row.refresh_from_db()
        assert (row.name != "New name", row.version) == (True, 1)
        assert Revision.objects.get().changes == {"name": "New name"}

    def test_a_change_put_back_is_no_change(self, page: Client, verifier: Client) -> None:
        row = project(state=State.VERIFIED, name="Verified name")
        save(page, row, name="Bad name")
        revision = Revision.objects.get()
        save(verifier, revision, review="returned", review_comment="No")
        answer = save(page, row, name="Verified name")
        assert "Nothing differs from the verified record" in " ".join(errors(answer)["__all__"])
        revision.refresh_from_db()
        assert (revision.state, revision.changes) == ("returned", {"name": "Bad name"})
        assert page.post(url(revision, "delete"), deletion(revision)).status_code == 302
        assert not Revision.objects.exists()


class TestExplanation:
    def test_it_is_asked_for_again_when_the_values_change(self, page: Client) -> None:
        """The old text stays in the field and is taken once it is changed. A record as stored is submitted."""
        month = progress(completed=40_000_000, planned=40_000_000, explanation="The plan was raised.")
        answer = save(page, month, completed="4500", review="submitted")
        assert "The explanation was written for other values" in errors(answer)["explanation"][0]
        assert fields(answer)["explanation"].strip() == "The plan was raised."
        assert ProjectProgress.objects.get().state == "draft"
        typed = fields(answer) | {"explanation": "The plan was raised twice.", "review": "submitted"}
        assert page.post(url(month), typed).status_code == 302
        assert ProjectProgress.objects.get().state == "submitted"
        save(page, month, review="draft")
        assert save(page, month, review="submitted").status_code == 302
        assert ProjectProgress.objects.get().state == "submitted"
