"""The history of a renovation project in the admin."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from projects.models import RenovationProject
from revival.accounts.models import Official
from tests.factories import (
    KUNSHAN,
    PEI,
    enterprise,
    outside_requests,
    progress,
    project,
    revision,
)
from tests.forms import deletion, save, url

pytestmark = pytest.mark.django_db


class TestHistory:
    def test_history_says_who_changed_what(self, page: Client, clerk: Official) -> None:
        """It has field, old and new value in the words of the form, also for rows and the database's own changes."""
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
        """The rows deleted with it keep theirs. The Chinese page still names it."""
        row = project(name="Gone mill")
        progress(row)
        page.post(url(row, "delete"), deletion(row))
        listed = page.get("/admin/projects/renovationproject/deleted/").content.decode()
        assert "Gone mill" in listed
        text = page.get(url(row, "history"), headers={"accept-language": "zh-hans"}).content.decode()
        assert "Gone mill" in text

    def test_what_a_change_proposes_is_named(self, page: Client) -> None:
        """An enterprise has its name, one of another region with its code, and a row its month."""
        texts = []
        for place in (PEI, KUNSHAN):
            row, owner = project(state="verified"), enterprise(place, name="Another loom", state="verified")
            revision(record=row, changes={"enterprise": owner.pk})
            progress(row, month=7)
            outside_requests()
            texts.append(page.get(url(row, "history")).content.decode())
        assert "Another loom" in texts[0]
        assert f"Another loom · {owner.credit_code}" in texts[1]
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
