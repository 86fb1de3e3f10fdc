"""Review, changes of what is verified, and the history of a renovation project in the admin."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from projects.models import RenovationProject
from revival.accounts.models import Official
from revival.records.models import Revision, State
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
    retired,
    revision,
)
from tests.forms import deletion, errors, fields, save, seen, url

pytestmark = pytest.mark.django_db


class TestReview:
    def test_a_verifier_verifies_without_touching_the_data(self, page: Client, verifier: Official) -> None:
        """He sees text, posts a step, and whatever else he posts is ignored."""
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
        """Of the record and of a row; the clerk finds it in his list, with the comment."""
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

    def test_who_comes_too_late_is_told_and_keeps_his_words(self, page: Client, verifier: Official) -> None:
        """The clerk withdraws while the verifier says why he returns it; also a change, or a page without rows."""
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

    def test_nobody_verifies_what_he_submitted(self) -> None:
        """The step is not offered, and posting it says why."""
        both = official("clerk", XUZHOU)
        both.groups.add(official("verifier", XUZHOU).groups.get())
        page, row = browser(both), project()
        save(page, row, review="submitted")
        assert 'value="verified"' not in page.get(url(row)).content.decode()
        assert errors(save(page, row, review="verified")) == {
            "review": ["Nobody verifies what he submitted himself."]
        }

    def test_what_is_submitted_is_withdrawn_before_it_is_changed(self, page: Client) -> None:
        """Its fields are text, a posted value is ignored, and it cannot be deleted."""
        row = project(name="As entered")
        save(page, row, review="submitted")
        refused = page.post(url(row, "delete"), deletion(row), follow=True)
        assert refused.redirect_chain == [(url(row), 302)]
        assert "The record was changed by another in the meantime." in refused.content.decode()
        assert save(page, row, name="Changed", review="draft").status_code == 302
        row.refresh_from_db()
        assert (row.name, row.state) == ("As entered", "draft")
        assert save(page, row, name="Changed").status_code == 302
        assert page.post(url(row, "delete"), deletion(row)).status_code == 302
        assert not RenovationProject.objects.filter(pk=row.pk).exists()

    def test_a_manager_reads_and_posts_nothing(self) -> None:
        """Amounts are shown in 万元 to him as well."""
        page, row = browser(official("manager", XUZHOU)), project()
        assert "5,000" in page.get(url(row)).content.decode()
        assert page.post(url(row), {"version": 1, "review": "submitted"}).status_code == 403

    def test_my_work_lists_what_waits_for_whom(self, page: Client, clerk: Official, verifier: Official) -> None:
        """A verifier sees what he may verify, a clerk what he has handed in."""
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


class TestRevision:
    def test_a_change_of_a_verified_record_waits(self, page: Client, clerk: Official, verifier: Official) -> None:
        """The row stays as it is until a verifier, who did not ask for it, applies the change."""
        row = project(state=State.VERIFIED, name="Verified name")
        answer = save(
            page, row, name="Better name", total_investment="6000", enterprise=enterprise(GULOU, name="New mill").pk
        )
        assert answer.status_code == 302
        row.refresh_from_db()
        assert (row.name, row.version) == ("Verified name", 1)
        change = Revision.objects.get()
        assert (change.record, change.state, change.submitted_by, change.region_id) == (
            row,
            "submitted",
            clerk,
            GULOU,
        )
        text = page.get(url(row)).content.decode()
        for part in (
            "Better name",
            "Verified name",
            "6,000",
            "5,000",
            "New mill",
            url(change),
            "verified values count",
        ):
            assert part in text, part
        assert "name" not in fields(page.get(url(row)))
        assert 'value="verified"' not in page.get(url(change)).content.decode()
        assert save(browser(verifier), change, review="verified").status_code == 302
        row.refresh_from_db()
        assert (row.name, row.total_investment, row.state, row.version) == ("Better name", 60_000_000, "verified", 2)
        assert "Verified name" in page.get(url(change)).content.decode()

    def test_a_returned_change_is_mended_on_the_record(self, page: Client, verifier: Official) -> None:
        """The same revision is handed in again."""
        row = project(state=State.VERIFIED)
        save(page, row, name="Bad name")
        change = Revision.objects.get()
        assert set(errors(save(browser(verifier), change, review="returned"))) == {"review_comment"}
        save(browser(verifier), change, review="returned", review_comment="No")
        assert save(page, row, name="Good name").status_code == 302
        change.refresh_from_db()
        assert (Revision.objects.count(), change.state, change.changes) == (1, "submitted", {"name": "Good name"})

    def test_a_change_over_a_newer_record_is_not_applied(self, page: Client, verifier: Official) -> None:
        """The verifier is told; record and revision stay."""
        row = project(state=State.VERIFIED)
        save(page, row, name="Late name")
        outside_requests()
        RenovationProject.objects.filter(pk=row.pk).update(name="Newer name")
        change = Revision.objects.get()
        answer = save(browser(verifier), change, review="verified")
        assert answer.status_code == 200
        assert "changed by another" in answer.content.decode()
        row.refresh_from_db()
        change.refresh_from_db()
        assert (row.name, change.state) == ("Newer name", "submitted")

    def test_rows_of_a_verified_project(self, page: Client, verifier: Official) -> None:
        """A verified row is changed by a revision; a new one is a draft of its own."""
        row = project(state=State.VERIFIED)
        month = progress(row, state=State.VERIFIED)
        new = {"progress-1-month": 2, "progress-1-planned": 3, "progress-1-completed": 2}
        assert save(page, row, **{"progress-0-completed": "150"}, **new).status_code == 302
        assert [(p.completed, p.state) for p in row.progress.order_by("month")] == [
            (1_000_000, "verified"),
            (20_000, "draft"),
        ]
        change = Revision.objects.get()
        assert change.record == month
        assert "150" in page.get(url(row)).content.decode()
        assert save(browser(verifier), change, review="verified").status_code == 302
        row.refresh_from_db()
        assert row.completed_investment == 1_500_000

    @pytest.mark.parametrize("moved", ["project", "enterprise", "month"])
    def test_a_change_of_the_region_is_verified(self, verifier: Official, moved: str) -> None:
        """The record goes where the change says, and changes that wait go with it; this one waits no more."""
        if moved == "month":
            here, there = project(GULOU, state="verified"), project(PEI, state="verified")
            row: Any = progress(here, state="verified")
            change = revision(record=row, changes={"project": there.pk})
        else:
            row = (project if moved == "project" else enterprise)(GULOU, state="verified")
            change = revision(record=row, changes={"region": PEI})
        outside_requests()
        assert save(browser(verifier), change, review="verified").status_code == 302
        row.refresh_from_db()
        change.refresh_from_db()
        assert (row.region_id, change.state) == (PEI, "verified")

    def test_many_changes_on_a_page_take_no_more_queries(self, page: Client) -> None:
        """Their values before and after are read at once."""
        counts = []
        for months in (1, 12):
            row = project(state="verified")
            for month in range(1, months + 1):
                done = progress(row, month=month, state="verified")
                revision(record=done, changes={"completed": "123.00"})
            outside_requests()
            with CaptureQueriesContext(connection) as queries:
                assert page.get(url(row)).content.decode().count("Change that waits") == months
            counts.append(len(queries))
        assert counts[0] == counts[1]

    def test_a_returned_change_is_mended_not_typed_anew(self, page: Client, verifier: Official) -> None:
        """The form opens with what was proposed; what is not touched stays proposed, what is taken back goes."""
        row = project(state=State.VERIFIED, name="As verified")
        save(page, row, name="Better name", stage="started")
        revision = Revision.objects.get()
        save(browser(verifier), revision, review="returned", review_comment="Not the stage")
        assert fields(page.get(url(row)))["name"] == "Better name"
        save(page, row, stage="planned", total_investment="6000")
        revision.refresh_from_db()
        assert revision.state == "submitted"
        assert revision.changes == {"name": "Better name", "total_investment": "60000000.00"}

    def test_a_month_is_verified_with_its_project_or_after_it(self, page: Client, verifier: Official) -> None:
        """Alone it is refused in words and nothing is saved; with the project both count."""
        row = project()
        month = progress(row)
        save(page, row, review="submitted", **{"progress-0-review": "submitted"})
        other = browser(verifier)
        answer = save(other, row, **{"progress-0-review": "verified"})
        assert "Verify the record that this row belongs to first" in answer.content.decode()
        month.refresh_from_db()
        assert month.state == "submitted"
        save(other, row, review="verified", **{"progress-0-review": "verified"})
        month.refresh_from_db()
        assert month.state == "verified"

    def test_a_verified_row_is_not_deleted(self, page: Client) -> None:
        """A posted tick is ignored."""
        row = project(state=State.VERIFIED)
        progress(row, state=State.VERIFIED)
        save(page, row, **{"progress-0-DELETE": "on"})
        assert row.progress.count() == 1


class TestExplanation:
    """What is unlikely about a row of the page is asked about there, and can be explained there."""

    def typed(self, page: Client, **values: str) -> Any:
        row = project(state="verified")
        progress(row, month=1, planned=1_000_000, completed=1_000_000)
        progress(row, month=2, planned=2_000_000, completed=500_000)
        rows = {f"progress-1-{name}": value for name, value in values.items()}
        return row, save(page, row, **{"progress-1-review": "submitted", **rows})

    def test_it_is_asked_for_at_the_row(self, page: Client) -> None:
        row, answer = self.typed(page)
        assert "Correct it, or explain why it is right." in errors(answer)["1-explanation"][0]
        assert row.progress.get(month=2).state == "draft"

    def test_with_it_the_row_is_handed_in(self, page: Client) -> None:
        row, answer = self.typed(page, explanation="Machines were sent back")
        assert answer.status_code == 302
        month = row.progress.get(month=2)
        assert (month.state, month.explanation) == ("submitted", "Machines were sent back")

    def test_one_of_other_values_is_asked_for_again(self, page: Client) -> None:
        """Though they were saved before they are handed in."""
        row, _answer = self.typed(page, explanation="Machines were sent back", review="")
        save(page, row, **{"progress-1-completed": "20"})
        answer = save(page, row, **{"progress-1-review": "submitted"})
        assert "The explanation was written for other values" in errors(answer)["1-explanation"][0]


class TestHistory:
    def test_history_says_who_changed_what(self, page: Client, clerk: Official) -> None:
        """Field, old and new in the words of the form; rows and changes by the database as well; newest first."""
        row = project(name="Old name")
        month = progress(row)
        save(page, row, name="New name", total_investment="6000", action="green-transformation")
        outside_requests()
        with connection.cursor() as cursor:
            cursor.execute("UPDATE projects_projectprogress SET planned = 70000 WHERE id = %s", [month.pk])
        text = page.get(url(row, "history")).content.decode()
        for part in ("Old name", "New name", str(clerk), "Total investment (10,000 yuan)", "5,000", "6,000"):
            assert part in text, part
        for part in (
            "Green transformation",
            "Equipment renewal",
            "Database",
            "Monthly progress",
            "Gulou District, Xuzhou",
        ):
            assert part in text, part
        assert text.index("Planned investment, cumulative") < text.rindex("New name")

    def test_a_deleted_project_keeps_its_history(self, page: Client) -> None:
        """With the rows that went with it; its name is still found in Chinese."""
        row = project(name="Gone mill")
        progress(row)
        page.post(url(row, "delete"), deletion(row))
        listed = page.get("/admin/projects/renovationproject/deleted/").content.decode()
        assert "Gone mill" in listed
        text = page.get(url(row, "history"), headers={"accept-language": "zh-hans"}).content.decode()
        assert "Gone mill" in text

    def test_what_a_change_proposes_is_named(self, page: Client) -> None:
        """An enterprise of the reader's region by its name, one of another by its number; a row by its month."""
        texts = []
        for place in (PEI, KUNSHAN):
            row, owner = project(state="verified"), enterprise(place, name="Another loom", state="verified")
            revision(record=row, changes={"enterprise": owner.pk})
            progress(row, month=7)
            outside_requests()
            texts.append(page.get(url(row, "history")).content.decode())
        assert "Another loom" in texts[0]
        assert "Another loom" not in texts[1]
        assert f"#{owner.pk}" in texts[1]
        assert re.search(r"Added: Monthly progress [^<]* 2024 July", texts[0])

    def test_long_histories_are_paged(self, page: Client) -> None:
        """Fifty events a page, at the same cost as one."""
        row = project()
        RenovationProject.objects.filter(pk=row.pk).update(comment="note")
        with CaptureQueriesContext(connection) as few:
            page.get(url(row, "history"))
        for number in range(60):
            RenovationProject.objects.filter(pk=row.pk).update(comment=f"note {number}")
        with CaptureQueriesContext(connection) as many:
            first = page.get(url(row, "history")).content.decode()
        assert len(many) == len(few)
        assert "note 59" in first
        assert "note 5<" not in first
        assert "note 5<" in page.get(url(row, "history"), {"p": 2}).content.decode()
