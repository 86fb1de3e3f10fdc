"""Old chemical units: planned in a year, completed in it or later."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from projects.models import ChemicalUnit
from tests.factories import GULOU, chemical_unit, enterprise
from tests.forms import errors, fields, save

pytestmark = pytest.mark.django_db
ADD = "/admin/projects/chemicalunit/add/"


def entry(page: Client, **typed: Any) -> dict[str, Any]:
    given = {"name": "Ethylene 2", "region": GULOU, "planned_year": 2024, "enterprise": enterprise().pk}
    return fields(page.get(ADD)) | given | typed


def test_a_unit_is_planned_and_then_completed(page: Client) -> None:
    """Its industry is chemical by default."""
    assert page.post(ADD, entry(page)).status_code == 302
    row = ChemicalUnit.objects.get()
    assert (row.industry, row.planned_year, row.completed_on) == ("chemical", 2024, None)
    assert save(page, row, completed_on="2025-01-02").status_code == 302
    row.refresh_from_db()
    assert row.completed_on == date(2025, 1, 2)


@pytest.mark.parametrize(
    ("field", "value"),
    [("planned_year", "2014"), ("planned_year", "2061"), ("completed_on", "2023-12-31"), ("name", ""),
     ("enterprise", ""), ("industry", "x")],
)  # fmt: skip
def test_wrong_input_is_refused_at_the_field(page: Client, field: str, value: str) -> None:
    assert set(errors(page.post(ADD, entry(page, **{field: value})))) == {field}
    assert not ChemicalUnit.objects.exists()


def test_a_unit_stands_in_one_plan(page: Client) -> None:
    row = chemical_unit(name="Ethylene 2")
    answer = page.post(ADD, entry(page, enterprise=row.enterprise_id, planned_year=2025))
    assert errors(answer) == {"name": ["This unit is already in a plan. Change that record instead."]}
    with pytest.raises(IntegrityError, match="chemical_once"), transaction.atomic():
        chemical_unit(name="Ethylene 2", enterprise=row.enterprise)


@pytest.mark.parametrize("values", [{"planned_year": 2014}, {"completed_on": "2023-12-31"}, {"industry": "x"}])
def test_the_database_refuses_it_too(values: dict[str, Any]) -> None:
    row = chemical_unit()
    with pytest.raises(IntegrityError), transaction.atomic():
        ChemicalUnit.objects.filter(pk=row.pk).update(**values)
