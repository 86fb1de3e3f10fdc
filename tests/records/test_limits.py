"""Limits of usual amounts: the province sets them, everybody reads them, and their history is kept."""

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType

from finance.models import Loan
from projects.models import RetiredEquipment
from revival.records.limits import USUAL_LIMIT, AmountLimit, amount_limit
from tests.factories import PROVINCE, XUZHOU, browser, official
from tests.forms import errors, save, url

pytestmark = pytest.mark.django_db
ADD = "/admin/records/amountlimit/add/"


def kind(model: Any) -> int:
    return ContentType.objects.get_for_model(model).pk


def test_the_publisher_of_the_province_sets_a_limit_in_wan() -> None:
    """A kind has one limit, above 0; kinds without amounts have none."""
    page = browser(official("publisher", PROVINCE))
    assert amount_limit(Loan) == USUAL_LIMIT
    assert page.post(ADD, {"kind": kind(Loan), "amount": "20000"}).status_code == 302
    assert amount_limit(Loan) == Decimal(200_000_000)
    assert "already has a limit" in errors(page.post(ADD, {"kind": kind(Loan), "amount": "1"}))["kind"][0]
    assert "kind" in errors(page.post(ADD, {"kind": kind(RetiredEquipment), "amount": "1"}))
    row = AmountLimit.objects.get()
    for wrong in ("0", "-1", "x", ""):
        assert "amount" in errors(save(page, row, amount=wrong))
    assert save(page, row, amount="300").status_code == 302
    assert amount_limit(Loan) == Decimal(3_000_000)
    assert "300" in page.get(url(row, "history")).content.decode()


@pytest.mark.parametrize(
    ("role", "place"), [("clerk", XUZHOU), ("verifier", PROVINCE), ("publisher", XUZHOU), ("administrator", PROVINCE)]
)
def test_others_only_read_it(role: str, place: str) -> None:
    row = AmountLimit.objects.create(kind_id=kind(Loan), amount=10_000)
    page = browser(official(role, place))
    assert page.get(url(row)).status_code == 200
    assert page.post(url(row), {"amount": "5"}).status_code == 403
    assert page.post(ADD, {"kind": kind(RetiredEquipment), "amount": "1"}).status_code == 403
    assert AmountLimit.objects.get().amount == 10_000
