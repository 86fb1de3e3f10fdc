"""Forms of records whose reporting period is closed."""

from typing import Any

import pytest
from django.test import Client

from projects.models import ProjectProgress, RenovationProject
from revival.records.models import Revision, State
from tests import factories
from tests.factories import GULOU, XUZHOU, browser, marked, official, outside_requests
from tests.forms import deletion, errors, fields, seen, url
from tests.records.models import events
from tests.records.periods import CLOSED, YEAR, every_reported, exception, period

pytestmark = pytest.mark.django_db


class TestForm:
    @pytest.fixture
    def page(self) -> Client:
        return browser(official("clerk", XUZHOU))

    @every_reported
    def test_a_closed_record_is_shown_read_only(self, model: Any, page: Client) -> None:
        """A notice names the period. The record cannot be deleted either."""
        row = marked(model, GULOU, "ROW-9")
        assert "explanation" in fields(page.get(url(row)))
        period(CLOSED)
        shown = page.get(url(row))
        assert f"The reporting period {YEAR} is not open for this region" in shown.content.decode()
        assert "explanation" not in fields(shown)
        assert page.get(url(row, "delete")).status_code == 403

    @every_reported
    def test_a_post_to_it_is_refused_and_what_was_typed_is_kept(self, model: Any, page: Client) -> None:
        """The form is opened while the period is open and posted after it closed. Its deletion is refused too."""
        row = marked(model, GULOU, "ROW-10")
        typed = fields(page.get(url(row))) | {"explanation": "Typed in the last minute"}
        of = period(CLOSED)
        before, known = type(row).objects.values().get(pk=row.pk), events(row).count()
        answer = page.post(url(row), typed)
        assert answer.status_code == 200
        assert f"reporting period {YEAR} is not open" in " ".join(errors(answer)["__all__"])
        assert "Typed in the last minute" in answer.content.decode()
        page.post(url(row, "delete"), deletion(row))
        chosen = {"action": "delete_selected", "seen": seen(row), "post": "yes"}
        page.post(url(row).removesuffix(f"{row.pk}/change/"), chosen)
        outside_requests()
        assert (type(row).objects.values().get(pk=row.pk), events(row).count()) == (before, known)
        exception(of, XUZHOU)
        assert page.post(url(row), typed).status_code == 302

    @every_reported
    def test_a_new_record_of_a_closed_period_is_refused_in_words(self, model: Any, page: Client) -> None:
        row = marked(model, GULOU, "ROW-11")
        typed = fields(page.get(url(row))) | {"explanation": "Typed too late"}
        model.objects.filter(pk=row.pk).delete()
        period(CLOSED)
        answer = page.post(url(row).removesuffix(f"{row.pk}/change/") + "add/", typed)
        assert answer.status_code == 200
        assert f"reporting period {YEAR} is not open" in answer.content.decode()
        assert "Typed too late" in answer.content.decode()
        assert f'href="/extension/{YEAR}/?region={GULOU}"' in answer.content.decode()
        assert not model.objects.exists()

    def test_a_closed_month_on_the_page_of_its_project(self, page: Client) -> None:
        """Its row cannot be filled in. If it is posted, nothing of the page is saved."""
        month = factories.progress()
        typed = fields(page.get(url(month.project)))
        period(CLOSED, month=1)
        shown = page.get(url(month.project))
        assert "progress-0-completed" not in fields(shown)
        assert "name" in fields(shown)
        answer = page.post(url(month.project), typed | {"name": "Renamed", "progress-0-completed": "77"})
        assert answer.status_code == 200
        assert "reporting period 2024-01 is not open" in answer.content.decode()
        outside_requests()
        assert not RenovationProject.objects.filter(name="Renamed").exists()
        assert ProjectProgress.objects.get().completed == month.completed
        assert page.post(url(month.project), fields(shown) | {"name": "Renamed"}).status_code == 302

    def test_a_month_with_an_exception_on_the_page_of_a_closed_project(self, page: Client) -> None:
        """The project is shown as text, the month can be filled in, and the page is saved."""
        month = factories.progress()
        of = month.project
        period(CLOSED)
        exception(period(CLOSED, month=1), GULOU)
        shown = fields(page.get(url(of)))
        assert "name" not in shown
        assert page.post(url(of), shown | {"progress-0-completed": "77"}).status_code == 302
        month.refresh_from_db()
        assert month.completed == 770_000
        assert "not open for this region" in page.post(url(of), shown | {"name": "Renamed"}).content.decode()

    def test_a_verifier_takes_no_step_in_a_closed_period(self) -> None:
        """None is offered, and one that is posted is refused."""
        row, other = factories.project(state=State.SUBMITTED), browser(official("verifier", XUZHOU))
        typed = fields(other.get(url(row))) | {"review": "verified"}
        period(CLOSED)
        assert 'value="verified"' not in other.get(url(row)).content.decode()
        answer = other.post(url(row), typed)
        assert f"reporting period {YEAR} is not open" in answer.content.decode()
        row.refresh_from_db()
        assert row.state == State.SUBMITTED

    def test_a_revision_is_not_verified_in_a_closed_period(self, page: Client) -> None:
        """Record and revision stay as they are, and the verifier is told which period it is."""
        row = factories.project(state=State.VERIFIED, name="As verified")
        page.post(url(row), fields(page.get(url(row))) | {"name": "Better name"})
        change, other = Revision.objects.get(), browser(official("verifier", XUZHOU))
        period(CLOSED)
        answer = other.post(url(change), fields(other.get(url(change))) | {"review": "verified"})
        assert f"reporting period {YEAR} is not open" in answer.content.decode()
        row.refresh_from_db()
        change.refresh_from_db()
        assert (row.name, change.state) == ("As verified", State.SUBMITTED)

    def test_lists_and_pages_of_closed_records_cost_no_more(
        self, page: Client, django_assert_max_num_queries: Any
    ) -> None:
        """The lock of each month is read with the months."""
        of = factories.project()
        for month in range(1, 13):
            factories.progress(of, month=month)
        period(CLOSED, month=1)
        with django_assert_max_num_queries(24):
            page.get(url(of))
