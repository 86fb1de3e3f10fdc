"""Review from a list: each refusal has its reason, and the rest is done."""

from typing import Any

import pytest

from projects.models import Policy, ProjectProgress, RenovationProject, RetiredEquipment
from revival.accounts.models import Official
from revival.records.models import State
from tests import factories
from tests.factories import (
    PROVINCE,
    XUZHOU,
    browser,
    official,
    outside_requests,
    progress,
    project,
)
from tests.forms import fields
from tests.records.bulk.batch import choose, closed, confirm, refused, run, states

pytestmark = pytest.mark.django_db


class TestReasons:
    def test_each_refusal_has_its_reason_and_the_rest_is_done(self, verifier: Official) -> None:
        """Refused are an own submission, another state, and a month of a project that is not verified."""
        page = browser(verifier)
        rows = [project(state=State.SUBMITTED), project(state=State.SUBMITTED, submitted_by=verifier), project()]
        preview = choose(page, RenovationProject, "verify", rows)
        reasons = ["", "You submitted it yourself, so another has to review it.", "It is in another state."]
        assert refused(preview) == {row.pk: words for row, words in zip(rows[1:], reasons[1:], strict=True)}
        done = confirm(page, RenovationProject, preview)
        assert refused(done) == refused(preview)
        assert states(rows) == ["verified", "submitted", "draft"]
        months = [progress(each, state=State.SUBMITTED) for each in rows]
        found = run(page, ProjectProgress, "verify", months)
        assert set(refused(found).values()) == {
            "Verify the record that this row belongs to first, or together with it."
        }
        assert states(months) == ["verified", "submitted", "submitted"]

    def test_a_closed_period_refuses_its_rows_alone(self, clerk: Official) -> None:
        """Each month is checked by itself. The row of an open one is submitted."""
        of = project(state=State.VERIFIED)
        rows = [progress(of, month=month) for month in (1, 2)]
        closed(2024, 2)
        found = run(browser(clerk), ProjectProgress, "submit", rows)
        assert refused(found) == {rows[1].pk: "The reporting period 2024-02 is not open for this region."}
        assert states(rows) == ["submitted", "draft"]

    def test_unlikely_values_are_explained_before_they_are_submitted(self, clerk: Official) -> None:
        """Months are compared with the one before. With an explanation they are submitted as they are."""
        of = project(state=State.VERIFIED)
        more: dict[str, Any] = {"planned": 2_000_000, "completed": 2_000_000}
        falls = [progress(of, month=1, **more), progress(of, month=2), progress(of, month=3)]
        falls += [progress(month=1, **more), progress(month=2)]
        falls += [progress(falls[3].project, month=4, explanation="One unit was returned to its maker.")]
        found = run(browser(clerk), ProjectProgress, "submit", falls)
        assert [*refused(found)] == [falls[1].pk]
        assert "to 100 × 10,000 yuan in month 2. Correct it, or explain" in refused(found)[falls[1].pk]

    def test_an_explanation_is_read_and_stands_for_its_own_values(self, clerk: Official, verifier: Official) -> None:
        """It stands beside the record in the preview. One written for other values is asked for again."""
        many = (40_000, 50_000)
        rows = [factories.retired(quantity=number, explanation=f"Batch {number}") for number in many]
        outside_requests()
        RetiredEquipment.objects.filter(pk=rows[1].pk).update(quantity=60_000)
        preview = choose(browser(clerk), RetiredEquipment, "submit", rows)
        assert "Explanation: Batch 40000" in preview.content.decode()
        refused = {each.key: each.refused for each in preview.context["outcomes"]}
        assert refused[rows[0].pk] == ""
        assert "The explanation was written for other values" in refused[rows[1].pk]

    def test_what_lies_above_is_read_and_never_touched(self) -> None:
        """The example is a verified policy of the province in the list of a city."""
        row = factories.policy(PROVINCE, state=State.VERIFIED)
        found = run(browser(official("clerk", XUZHOU)), Policy, "withdraw", [row])
        assert refused(found) == {row.pk: "It lies outside your region."}

    def test_a_verified_record_says_whether_a_change_of_it_waits(self, verifier: Official) -> None:
        revision = factories.revision()
        plain = factories.enterprise(state=State.VERIFIED)
        found = choose(browser(verifier), type(plain), "verify", [revision.record, plain])
        assert refused(found) == {
            revision.object_id: "It is verified, and a change of it waits.",
            plain.pk: "It is in another state.",
        }

    def test_a_return_needs_a_comment(self, verifier: Official) -> None:
        """Without one, or with one too long, the preview comes back unchanged. With one all are returned."""
        page, rows = browser(verifier), [project(state=State.SUBMITTED) for _ in range(2)]
        preview = choose(page, RenovationProject, "return", rows)
        for comment in ("", " ", "x" * 2001):
            again = confirm(page, RenovationProject, preview, comment=comment)
            assert again.context["form"].errors
            assert fields(again)["seen"] == fields(preview)["seen"]
            assert states(rows) == ["submitted"] * 2
        assert confirm(page, RenovationProject, again, comment="Wrong county").context["done"] == 2
        assert {(p.state, p.comment) for p in RenovationProject.objects.all()} == {("returned", "Wrong county")}
