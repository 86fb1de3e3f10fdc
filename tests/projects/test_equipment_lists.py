"""The equipment lists: demand, supply, and the projects that need financing."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from projects.models import EquipmentListing
from tests.factories import GULOU, enterprise, equipment_listing, project
from tests.forms import errors, fields

pytestmark = pytest.mark.django_db
ADD = "/admin/projects/equipmentlisting/add/"


def entry(page: Client, **typed: Any) -> dict[str, Any]:
    given = {"name": "Lathes", "kind": "demand", "region": GULOU, "industry": "machinery", "year": 2024}
    return fields(page.get(ADD)) | given | typed


def test_an_enterprise_needs_equipment(page: Client) -> None:
    """The amount is typed in 万元 and may be unknown."""
    owner = enterprise().pk
    for name, amount in (("Lathes", "1,200.5"), ("Presses", "")):
        assert page.post(ADD, entry(page, enterprise=owner, name=name, amount=amount)).status_code == 302
    assert [row.amount for row in EquipmentListing.objects.order_by("pk")] == [Decimal(12_005_000), None]


def test_financing_alone_has_a_project(page: Client) -> None:
    """The project is of the same enterprise."""
    of = project()
    message = "Choose a project for a financing requirement, and for no other kind of entry."
    for typed in ({"kind": "financing"}, {"kind": "demand", "project": of.pk}, {"kind": "supply", "project": of.pk}):
        answer = page.post(ADD, entry(page, enterprise=of.enterprise_id, **typed))
        assert errors(answer) == {"project": [message]}, typed
    answer = page.post(ADD, entry(page, enterprise=enterprise().pk, kind="financing", project=of.pk))
    assert errors(answer) == {
        "project": ["This project belongs to another enterprise. Choose a project of this enterprise."]
    }
    answer = page.post(ADD, entry(page, enterprise=of.enterprise_id, kind="financing", project=of.pk))
    assert answer.status_code == 302
    assert EquipmentListing.objects.get().project == of


@pytest.mark.parametrize(
    ("field", "value"), [("kind", "x"), ("year", "2014"), ("amount", "-1"), ("amount", "NaN"), ("name", "")]
)
def test_wrong_input_is_refused_at_the_field(page: Client, field: str, value: str) -> None:
    answer = page.post(ADD, entry(page, enterprise=enterprise().pk, **{field: value}))
    assert set(errors(answer)) == {field}
    assert not EquipmentListing.objects.exists()


@pytest.mark.parametrize(
    "values",
    [{"kind": "x"}, {"kind": "demand"}, {"project": None}, {"year": 2014}, {"industry": "x"}, {"amount": -1}],
)  # fmt: skip
def test_the_database_refuses_it_too(values: dict[str, Any]) -> None:
    row = equipment_listing(project=project())
    with pytest.raises(IntegrityError), transaction.atomic():
        EquipmentListing.objects.filter(pk=row.pk).update(**values)


def test_an_amount_is_no_nan() -> None:
    """PostgreSQL orders NaN above every number."""
    row = equipment_listing()
    with (
        pytest.raises(IntegrityError, match="equipmentlist_amount"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE projects_equipmentlisting SET amount = 'NaN' WHERE id = %s", [row.pk])
