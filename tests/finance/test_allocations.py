"""Allocations of public funds: what is kept and what is refused."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.test import Client

from finance.models import Allocation
from tests.factories import GULOU, KUNSHAN, SUZHOU, XUZHOU, allocation, browser, enterprise, official, project
from tests.forms import errors, fields

pytestmark = pytest.mark.django_db
ADD = "/admin/finance/allocation/add/"


@pytest.fixture
def page(db: None) -> Client:
    return browser(official("clerk", XUZHOU))


def entry(page: Client, **typed: Any) -> dict[str, Any]:
    given = {"fund": "treasury-bond", "region": GULOU, "industry": "textile", "amount": "50"}
    return fields(page.get(ADD)) | given | {"allocated_on": "2024-03-01"} | typed


def test_bonds_are_for_a_project(page: Client) -> None:
    """The project is of the same enterprise. An interest discount needs none."""
    of = project()
    answer = page.post(ADD, entry(page, enterprise=of.enterprise_id))
    assert errors(answer) == {"project": ["Choose the project that the treasury bonds are for."]}
    answer = page.post(ADD, entry(page, enterprise=enterprise().pk, project=of.pk))
    assert errors(answer) == {
        "project": ["This project belongs to another enterprise. Choose a project of this enterprise."]
    }
    assert page.post(ADD, entry(page, enterprise=of.enterprise_id, project=of.pk)).status_code == 302
    answer = page.post(ADD, entry(page, enterprise=of.enterprise_id, fund="interest-discount"))
    assert answer.status_code == 302
    assert [(row.amount, row.project) for row in Allocation.objects.order_by("pk")] == [
        (500_000, of),
        (500_000, None),
    ]


def test_a_foreign_project_or_enterprise_is_refused_at_the_field(page: Client) -> None:
    answer = page.post(ADD, entry(page, enterprise=enterprise(SUZHOU).pk, project=project(KUNSHAN).pk))
    assert set(errors(answer)) == {"enterprise", "project"}


@pytest.mark.parametrize(
    ("field", "value"),
    [("fund", "x"), ("amount", "-1"), ("amount", "NaN"), ("amount", ""), ("allocated_on", "2024-02-30")],
)
def test_wrong_input_is_refused_at_the_field(page: Client, field: str, value: str) -> None:
    of = project()
    answer = page.post(ADD, entry(page, enterprise=of.enterprise_id, project=of.pk, **{field: value}))
    assert set(errors(answer)) == {field}
    assert not Allocation.objects.exists()


@pytest.mark.parametrize(
    "values",
    [{"fund": "x"}, {"industry": "x"}, {"amount": -1}, {"amount": Decimal("1e15")}, {"project": None}],
)  # fmt: skip
def test_the_database_refuses_it_too(values: dict[str, Any]) -> None:
    row = allocation(project=project(), fund="treasury-bond")
    with pytest.raises((IntegrityError, DataError)), transaction.atomic():
        Allocation.objects.filter(pk=row.pk).update(**values)


def test_an_amount_is_no_nan() -> None:
    """PostgreSQL orders NaN above every number."""
    row = allocation()
    with (
        pytest.raises(IntegrityError, match="allocation_amount"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE finance_allocation SET amount = 'NaN' WHERE id = %s", [row.pk])
