"""Two officials at one record: nothing that was typed is lost, and nothing newer is put away unseen."""

import pytest
from django.test import Client

from revival.accounts.models import Official
from revival.records.models import Revision, State
from tests.factories import XUZHOU, browser, official, progress, project
from tests.forms import errors, fields, save, url

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
        """The proposal of the first, the text of the second, what only he changed; saved again once it is decided."""
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
        """The row says so, and nothing of the page is saved; a row that he did not touch stands in nobody's way."""
        row = project(state=State.VERIFIED)
        progress(row, state=State.VERIFIED)
        opened = fields(page.get(url(row)))
        save(other, row, **{"progress-0-completed": "150"})
        answer = page.post(url(row), opened | {"progress-0-completed": "160", "name": "My name"})
        said = " ".join(errors(answer)["0-__all__"])
        assert "another change of this record waits" in said
        assert "proposed “150”, you typed “160”" in said
        assert fields(answer)["progress-0-completed"] == "160"
        assert Revision.objects.count() == 1
        assert page.post(url(row), opened | {"name": "My name"}).status_code == 302
        assert Revision.objects.count() == 2


class TestHandedInMeanwhile:
    def test_what_was_typed_is_kept_beside_what_is_handed_in(self, page: Client, other: Client) -> None:
        """However often it is posted; withdrawn, the record takes it."""
        row = project(name="First name")
        typed = fields(page.get(url(row))) | {"name": "My name", "total_investment": "6000"}
        save(other, row, name="Their name", review="submitted")
        for _time in range(2):
            answer = page.post(url(row), typed)
            said = " ".join(errors(answer)["__all__"])
            assert "The other clerk handed this record in at" in said
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
        assert "handed this record in" in said
        assert "now “100”, you typed “160”" in said
        assert fields(answer)["progress-0-completed"] == "160"
