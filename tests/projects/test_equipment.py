"""Retired equipment, and the month that a project has reported up to."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from projects.models import ProjectProgress, RetiredEquipment
from revival.accounts.models import Official
from revival.records.models import State
from tests.factories import GULOU, XUZHOU, enterprise, official, progress, project, retired
from tests.forms import errors, fields

pytestmark = pytest.mark.django_db
ADD = "/admin/projects/retiredequipment/add/"


def entry(page: Client, **typed: Any) -> dict[str, Any]:
    given = {
        "name": "Shuttle looms",
        "enterprise": enterprise(GULOU).pk,
        "region": GULOU,
        "industry": "textile",
        "category": "voluntary",
        "quantity": 12,
        "unit": "machine-or-set",
        "retired_on": "2024-06-30",
    }
    return fields(page.get(ADD)) | given | typed


class TestEquipment:
    def test_a_batch_is_one_entry(self, page: Client, clerk: Official) -> None:
        assert page.post(ADD, entry(page)).status_code == 302
        row = RetiredEquipment.objects.get()
        assert (row.quantity, row.unit, row.state, row.created_by) == (12, "machine-or-set", State.DRAFT, clerk)

    @pytest.mark.parametrize(
        ("field", "value"),
        [("quantity", "0"), ("quantity", "-3"), ("quantity", "1.5"), ("category", "both"), ("unit", "kg"),
         ("retired_on", "2024-13-01"), ("retired_on", ""), ("name", "")],
    )  # fmt: skip
    def test_wrong_input_is_refused_at_the_field(self, page: Client, field: str, value: str) -> None:
        answer = page.post(ADD, entry(page, **{field: value}))
        assert set(errors(answer)) == {field}
        assert not RetiredEquipment.objects.exists()

    @pytest.mark.parametrize("values", [{"quantity": 0}, {"category": "both"}, {"unit": "kg"}, {"industry": "x"}])
    def test_the_database_refuses_it_too(self, values: dict[str, Any]) -> None:
        row = retired()
        with pytest.raises(IntegrityError), transaction.atomic():
            RetiredEquipment.objects.filter(pk=row.pk).update(**values)


class TestReportedMonth:
    def test_it_is_the_last_verified_month(self) -> None:
        """Later months that nobody verified do not count. Without a verified month it is 0."""
        row = project(state=State.VERIFIED)
        assert row.reported_month == 0
        first = progress(row, month=2, state=State.VERIFIED)
        progress(row, month=7, completed=3_000_000, state=State.SUBMITTED)
        row.refresh_from_db()
        assert (row.reported_month, row.completed_investment) == (2, 1_000_000)
        progress(row, month=5, completed=2_000_000, state=State.VERIFIED)
        row.refresh_from_db()
        assert (row.reported_month, row.completed_investment) == (5, 2_000_000)
        ProjectProgress.objects.filter(project=row, month=5).delete()
        row.refresh_from_db()
        assert (row.reported_month, row.completed_investment) == (2, first.completed)

    def test_a_month_is_verified_after_its_project(self) -> None:
        row, verifier = progress(project(), state=State.SUBMITTED), official("verifier", XUZHOU)
        with pytest.raises(IntegrityError, match="belongs to is not verified"), transaction.atomic():
            ProjectProgress.objects.filter(pk=row.pk).update(state=State.VERIFIED, verified_by=verifier)
