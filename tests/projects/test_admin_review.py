"""Review of a renovation project in the admin, and the explanations that it asks for."""

from typing import Any

import pytest
from django.test import Client

from projects.models import RenovationProject
from revival.accounts.models import Official
from revival.records.models import State
from tests.factories import (
    XUZHOU,
    browser,
    official,
    outside_requests,
    progress,
    project,
    retired,
    revision,
)
from tests.forms import deletion, errors, fields, save, seen, url

pytestmark = pytest.mark.django_db


class TestReview:
    def test_a_verifier_verifies_without_touching_the_data(self, page: Client, verifier: Official) -> None:
        """The verifier sees text and posts a step. Anything else in the post is ignored."""
        row = project(name="As entered")
        month = progress(row)
        save(page, row, review="submitted", **{"progress-0-review": "submitted"})
        other = browser(verifier)
        assert "name" not in fields(other.get(url(row)))
        answer = save(
            other,
            row,
            review="verified",
            name="Tampered",
            **{"progress-0-review": "verified", "progress-0-planned": "1"},
        )
        assert answer.status_code == 302
        row.refresh_from_db()
        month.refresh_from_db()
        assert (row.name, row.state, row.verified_by) == ("As entered", "verified", verifier)
        assert (month.planned, month.state, row.completed_investment) == (1_000_000, "verified", month.completed)

    def test_a_return_needs_a_comment(self, page: Client, verifier: Official) -> None:
        """So does the return of a row. The clerk finds the record in their list, with the comment."""
        row = project()
        progress(row)
        save(page, row, review="submitted", **{"progress-0-review": "submitted"})
        other = browser(verifier)
        for choice in ({"review": "returned"}, {"progress-0-review": "returned"}):
            assert set(errors(save(other, row, **choice))) == {"review_comment"}
        assert save(other, row, review="returned", review_comment="Wrong county").status_code == 302
        listed = page.get("/admin/projects/renovationproject/", {"work": "returned"})
        assert list(listed.context["cl"].result_list) == [row]
        assert "Wrong county" in page.get(url(row)).content.decode()

    def test_who_comes_too_late_is_told_and_keeps_their_words(self, page: Client, verifier: Official) -> None:
        """The clerk withdraws while the verifier types a comment. Also for a change or a page without rows."""
        for made in (project, retired, revision):
            row: Any = made(state="submitted")
            other = browser(verifier)
            typed = fields(other.get(url(row))) | {"review": "returned", "review_comment": "The amount is too high"}
            outside_requests()
            type(row).objects.filter(pk=row.pk).update(state="draft")
            answer = other.post(url(row), typed)
            assert answer.status_code == 200
            said = " ".join(answer.context["adminform"].form.non_field_errors())
            assert "changed this record" in said
            assert "State: now “Draft”" in said
            assert "The amount is too high" in answer.content.decode()

    def test_nobody_verifies_what_they_submitted(self) -> None:
        """The step is not offered, and posting it says why."""
        both = official("clerk", XUZHOU)
        both.groups.add(official("verifier", XUZHOU).groups.get())
        page, row = browser(both), project()
        save(page, row, review="submitted")
        assert 'value="verified"' not in page.get(url(row)).content.decode()
        assert errors(save(page, row, review="verified")) == {
            "review": ["You cannot verify what you submitted yourself. Ask another verifier."]
        }

    def test_what_is_submitted_is_withdrawn_before_it_is_changed(self, page: Client) -> None:
        """Its fields are shown as text, a posted value is ignored, and it cannot be deleted."""
        row = project(name="As entered")
        save(page, row, review="submitted")
        refused = page.post(url(row, "delete"), deletion(row), follow=True)
        assert refused.redirect_chain == [(url(row), 302)]
        assert "someone else has changed the record." in refused.content.decode()
        assert save(page, row, name="Changed", review="draft").status_code == 302
        row.refresh_from_db()
        assert (row.name, row.state) == ("As entered", "draft")
        assert save(page, row, name="Changed").status_code == 302
        assert page.post(url(row, "delete"), deletion(row)).status_code == 302
        assert not RenovationProject.objects.filter(pk=row.pk).exists()

    def test_a_manager_reads_and_posts_nothing(self) -> None:
        """A manager sees amounts in 万元 as well."""
        page, row = browser(official("manager", XUZHOU)), project()
        assert "5,000" in page.get(url(row)).content.decode()
        assert page.post(url(row), {"version": 1, "review": "submitted"}).status_code == 403

    def test_my_work_lists_what_waits_for_whom(self, page: Client, clerk: Official, verifier: Official) -> None:
        """A verifier sees what they may verify, a clerk what they have submitted."""
        mine, others = project(), project(state=State.SUBMITTED)
        save(page, mine, review="submitted")
        lists = "/admin/projects/renovationproject/"
        assert list(page.get(lists, {"work": "waiting"}).context["cl"].result_list) == [mine]
        assert set(browser(verifier).get(lists, {"work": "waiting"}).context["cl"].result_list) == {mine, others}
        assert list(browser(verifier).get(lists, {"work": "mine"}).context["cl"].result_list) == []

    def test_deleting_many_refuses_a_mixed_batch(self, page: Client) -> None:
        """One submitted record among drafts: none is deleted."""
        rows = [project(), project(), project(state=State.SUBMITTED)]
        data = {"action": "delete_selected", "seen": seen(*rows), "post": "yes"}
        assert page.post("/admin/projects/renovationproject/", data).status_code == 403
        assert RenovationProject.objects.count() == 3
        data["seen"] = seen(*rows[:2])
        assert page.post("/admin/projects/renovationproject/", data).status_code == 302
        assert list(RenovationProject.objects.all()) == rows[2:]


class TestExplanation:
    """Unlikely values in a row of the page are asked about in the row, and can be explained there."""

    def typed(self, page: Client, **values: str) -> Any:
        row = project(state="verified")
        progress(row, month=1, planned=1_000_000, completed=1_000_000)
        progress(row, month=2, planned=2_000_000, completed=500_000)
        rows = {f"progress-1-{name}": value for name, value in values.items()}
        return row, save(page, row, **{"progress-1-review": "submitted", **rows})

    def test_it_is_asked_for_at_the_row(self, page: Client) -> None:
        row, answer = self.typed(page)
        assert "Correct it, or explain why it is right." in errors(answer)["1-completed"][0]
        assert "Correct them, or explain here why they are right" in errors(answer)["1-explanation"][0]
        assert row.progress.get(month=2).state == "draft"

    def test_with_it_the_row_is_submitted(self, page: Client) -> None:
        row, answer = self.typed(page, explanation="Machines were sent back")
        assert answer.status_code == 302
        month = row.progress.get(month=2)
        assert (month.state, month.explanation) == ("submitted", "Machines were sent back")

    def test_one_of_other_values_is_asked_for_again(self, page: Client) -> None:
        """Also where the values were saved before they are submitted."""
        row, _answer = self.typed(page, explanation="Machines were sent back", review="")
        save(page, row, **{"progress-1-completed": "20"})
        answer = save(page, row, **{"progress-1-review": "submitted"})
        assert "The explanation was written for other values" in errors(answer)["1-explanation"][0]
