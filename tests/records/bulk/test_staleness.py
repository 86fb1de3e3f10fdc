"""Review from a list of records that changed meanwhile, or that the database refuses."""

from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from psycopg.errors import SerializationFailure

from enterprises.models.kinds import GreenFactory
from projects.models import Participation, Policy, ProjectProgress, RenovationProject
from revival.accounts import admin_strict
from revival.accounts.models import Official
from revival.records import applying
from revival.records.models import State
from tests.factories import (
    GULOU,
    KUNSHAN,
    browser,
    marked,
    outside_requests,
    progress,
    project,
)
from tests.forms import seen
from tests.records.bulk.batch import choose, closed, confirm, refused, run, states
from tests.records.models import MODELS, events, url

pytestmark = pytest.mark.django_db


class TestStaleness:
    def test_rows_changed_since_the_preview_are_refused(self, clerk: Official, verifier: Official) -> None:
        """The others are done. A confirmation posted again does nothing more."""
        rows, page = [project(state=State.SUBMITTED) for _ in range(2)], browser(verifier)
        preview = choose(page, RenovationProject, "verify", rows, "?state__exact=submitted")
        outside_requests()
        RenovationProject.objects.filter(pk=rows[0].pk).update(name="Another name")
        done = confirm(page, RenovationProject, preview, "?state__exact=submitted")
        assert refused(done) == {rows[0].pk: "It was changed since the preview."}
        assert states(rows) == ["submitted", "verified"]
        count = events(rows[1]).count()
        again = confirm(page, RenovationProject, preview, "?state__exact=submitted")
        assert again.status_code == 302  # with a message, as the form was carried out already
        assert events(rows[1]).count() == count

    @pytest.mark.parametrize("version", ["", "0", "-1", "2", "9" * 40, "1.0", "x"])
    def test_no_other_version_is_taken(self, verifier: Official, version: str) -> None:
        row = project(state=State.SUBMITTED)
        data = {"action": "verify", "seen": f"{row.pk}:{version}"}
        found = browser(verifier).post(url(RenovationProject, "changelist"), data)
        assert refused(found) == {row.pk: "It was changed since the preview."}
        assert states([row]) == ["submitted"]

    def test_a_row_that_goes_takes_the_batch_with_it(
        self, verifier: Official, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A row deleted between the check of the list and the lock is missing, and nothing is done."""
        rows, page = [project(state=State.SUBMITTED) for _ in range(2)], browser(verifier)
        preview = choose(page, RenovationProject, "verify", rows)
        monkeypatch.setattr(applying, "lock_rows", lambda model, keys: model.objects.filter(pk=rows[0].pk).delete())
        assert confirm(page, RenovationProject, preview).status_code == 404
        assert states(rows) == ["submitted"] * 2

    def test_all_of_a_filtered_list_and_no_more_than_an_action_may_change(
        self, verifier: Official, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """`select across` takes the filtered rows of all pages."""
        rows = [project(state=State.SUBMITTED) for _ in range(3)] + [project(), project(KUNSHAN)]
        page, query = browser(verifier), "?state__exact=submitted"
        preview = choose(page, RenovationProject, "verify", rows[:1], query, select_across="1")
        assert {each.key for each in preview.context["outcomes"]} == {row.pk for row in rows[:3]}
        monkeypatch.setattr(admin_strict, "MOST", 2)
        assert choose(page, RenovationProject, "verify", rows[:1], query, select_across="1").status_code == 302
        assert confirm(page, RenovationProject, preview, query).context["done"] == 3


class TestDatabase:
    @pytest.mark.parametrize("bad", [[3], [0, 5], [0, 1, 2, 3, 4, 5]])
    def test_a_row_that_the_database_refuses_costs_only_itself(
        self, clerk: Official, monkeypatch: pytest.MonkeyPatch, bad: list[int]
    ) -> None:
        """That holds also where our own check lets it pass."""
        of = project(state=State.VERIFIED)
        rows = [progress(of, month=number + 1) for number in range(6)]
        for number in bad:
            closed(2024, number + 1)
        monkeypatch.setattr(applying, "judge", lambda *args: None)
        found = run(browser(clerk), ProjectProgress, "submit", rows)
        assert set(refused(found)) == {rows[number].pk for number in bad}
        assert all("is not open for this region" in words for words in refused(found).values())
        assert states(rows) == ["draft" if number in bad else "submitted" for number in range(6)]

    def test_who_comes_in_between_is_told(self, clerk: Official, monkeypatch: pytest.MonkeyPatch) -> None:
        """After a serialization failure, a deadlock or a lock held too long nothing is done, and the list says so."""

        def fail(*args: Any) -> None:
            raise OperationalError from SerializationFailure()

        row, page = project(), browser(clerk)
        monkeypatch.setattr(applying, "lock_rows", fail)
        answer = choose(page, RenovationProject, "submit", [row])
        assert answer.status_code == 302
        assert "someone else was changing the same records" in page.get(answer.headers["Location"]).content.decode()

    def test_deleting_many_of_a_closed_period_is_refused_in_words(self, clerk: Official) -> None:
        """The stock action answers with the list and a message. Nothing is deleted."""
        rows, page = [progress(project(), month=1), progress(project(), month=2)], browser(clerk)
        closed(2024, 2)
        data = {"action": "delete_selected", "seen": seen(*rows), "post": "yes"}
        answer = page.post(url(ProjectProgress, "changelist"), data)
        assert answer.status_code == 302
        assert "2024-02 is not open" in page.get(answer.headers["Location"]).content.decode()
        assert ProjectProgress.objects.count() == 2

    @pytest.mark.parametrize("model", [ProjectProgress, GreenFactory, Participation, Policy])
    def test_queries_do_not_grow(self, model: Any, verifier: Official) -> None:
        """This holds for a preview and for a confirmation."""
        page, counts = browser(verifier), []
        ContentType.objects.get_for_models(*MODELS)  # a process reads them once
        for size in (1, 6):
            rows = [marked(model, GULOU, f"ROW-{number}", state=State.SUBMITTED) for number in range(size)]
            with CaptureQueriesContext(connection) as one:
                preview = choose(page, model, "verify", rows)
            with CaptureQueriesContext(connection) as two:
                assert confirm(page, model, preview).context["done"] == size
            counts.append((len(one), len(two)))
        assert counts[0] == counts[1]
        assert all(count <= most for count, most in zip(counts[0], (60, 40), strict=True))
