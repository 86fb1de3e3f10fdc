"""Changes of a verified renovation project in the admin."""

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
    PEI,
    browser,
    enterprise,
    outside_requests,
    progress,
    project,
    revision,
)
from tests.forms import errors, fields, save, url

pytestmark = pytest.mark.django_db


class TestRevision:
    def test_a_change_of_a_verified_record_waits(self, page: Client, clerk: Official, verifier: Official) -> None:
        """The row stays as it is until a verifier, who did not propose the change, applies it."""
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

    def test_a_returned_change_is_corrected_on_the_record(self, page: Client, verifier: Official) -> None:
        """The same revision is submitted again."""
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
        assert "someone else has changed the record" in answer.content.decode()
        row.refresh_from_db()
        change.refresh_from_db()
        assert (row.name, change.state) == ("Newer name", "submitted")

    def test_rows_of_a_verified_project(self, page: Client, verifier: Official) -> None:
        """A verified row is changed by a revision. A new one is a draft of its own."""
        row = project(state=State.VERIFIED)
        month = progress(row, state=State.VERIFIED)
        new = {"progress-1-month": 2, "progress-1-planned": 3, "progress-1-completed": 2}
        assert save(page, row, **{"progress-0-completed": "120"}, **new).status_code == 302
        assert [(p.completed, p.state) for p in row.progress.order_by("month")] == [
            (1_000_000, "verified"),
            (20_000, "draft"),
        ]
        change = Revision.objects.get()
        assert change.record == month
        assert "120" in page.get(url(row)).content.decode()
        assert save(browser(verifier), change, review="verified").status_code == 302
        row.refresh_from_db()
        assert row.completed_investment == 1_200_000

    @pytest.mark.parametrize("moved", ["project", "enterprise", "month"])
    def test_a_change_of_the_region_is_verified(self, verifier: Official, moved: str) -> None:
        """The record moves to the new region with the changes that wait. This one no longer waits."""
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

    def test_a_returned_change_is_corrected_not_typed_anew(self, page: Client, verifier: Official) -> None:
        """The form opens with the proposed values. Untouched ones stay proposed, and those taken back are dropped."""
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
        """Alone it is refused with a message and nothing is saved. With the project both count."""
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
        """A posted deletion is ignored."""
        row = project(state=State.VERIFIED)
        progress(row, state=State.VERIFIED)
        save(page, row, **{"progress-0-DELETE": "on"})
        assert row.progress.count() == 1
