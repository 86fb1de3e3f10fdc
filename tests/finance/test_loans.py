"""Loans and their drawings: what is kept, what is refused, and the officials' page."""

from decimal import Decimal

import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction

from finance.models import Drawing, Loan, LoanProduct
from revival.records.models import State
from tests.factories import (
    GULOU,
    KUNSHAN,
    PEI,
    SUZHOU,
    XUZHOU,
    browser,
    drawing,
    enterprise,
    loan,
    official,
    outside_requests,
    project,
)
from tests.forms import errors, fields, save

pytestmark = pytest.mark.django_db
ADD = "/admin/finance/loan/add/"


def lent(row: Loan) -> int:
    row.refresh_from_db()
    return int(row.lent)


class TestLent:
    def test_verified_drawings_alone_count(self) -> None:
        """Each verified drawing raises the amount lent. Drafts and submitted ones do not."""
        line = loan(state=State.VERIFIED)
        drawing(line, amount=1_000_000, state=State.VERIFIED)
        drawing(line, amount=2_500_000, drawn_on="2025-01-05", state=State.VERIFIED)
        drawing(line, amount=4_000_000)
        drawing(line, amount=8_000_000, state=State.SUBMITTED)
        assert lent(line) == 3_500_000

    def test_it_follows_every_change(self) -> None:
        """An amount is corrected, a drawing moved to another loan, and one deleted."""
        line, other = loan(state=State.VERIFIED), loan(state=State.VERIFIED)
        row = drawing(line, amount=1_000_000, state=State.VERIFIED)
        Drawing.objects.filter(pk=row.pk).update(amount=1_500_000)
        assert lent(line) == 1_500_000
        Drawing.objects.filter(pk=row.pk).update(loan=other)
        assert (lent(line), lent(other)) == (0, 1_500_000)
        Drawing.objects.filter(pk=row.pk).delete()
        assert lent(other) == 0

    def test_it_is_kept_by_the_database_alone(self) -> None:
        """The amount lent follows the drawings, even where a statement sets another."""
        line = loan(state=State.VERIFIED)
        drawing(line, amount=1_000_000, state=State.VERIFIED)
        Loan.objects.filter(pk=line.pk).update(lent=99)
        assert lent(line) == 1_000_000

    def test_a_drawing_is_verified_after_its_loan(self) -> None:
        """Money lent on a line that nobody verified counts nowhere."""
        row = drawing(loan(), state=State.SUBMITTED)
        verifier = official("verifier", XUZHOU)
        with pytest.raises(IntegrityError, match="belongs to is not verified"), transaction.atomic():
            Drawing.objects.filter(pk=row.pk).update(state=State.VERIFIED, verified_by=verifier)

    def test_a_drawing_lies_where_its_loan_does(self) -> None:
        """It follows the region and the industry of the loan, at first and when the loan moves."""
        line = loan(GULOU, industry="textile")
        row = drawing(line)
        assert (row.region_id, row.city_id, row.industry) == (GULOU, XUZHOU, "textile")
        Loan.objects.filter(pk=line.pk).update(region=PEI, industry="chemical")
        row.refresh_from_db()
        assert (row.region_id, row.industry) == (PEI, "chemical")


class TestRules:
    def test_a_project_is_of_the_enterprise(self) -> None:
        line = loan(enterprise=enterprise(), project=project())
        with pytest.raises(ValidationError) as refused:
            line.full_clean()
        assert set(refused.value.message_dict) == {"project"}

    def test_money_is_drawn_after_the_grant(self) -> None:
        row = drawing(loan(granted_on="2024-03-01"))
        row.drawn_on = row.loan.granted_on.replace(year=2023)
        with pytest.raises(ValidationError) as refused:
            row.full_clean()
        assert set(refused.value.message_dict) == {"drawn_on"}

    @pytest.mark.parametrize("amount", ["-1", "1e15"])
    def test_amounts_without_sense_are_refused_by_the_database(self, amount: str) -> None:
        line = loan()
        with pytest.raises((IntegrityError, DataError)), transaction.atomic():
            Loan.objects.filter(pk=line.pk).update(credit=Decimal(amount))

    def test_both_products_of_the_article_are_there(self) -> None:
        """They have their banks, in both languages."""
        products = {each.code: each for each in LoanProduct.objects.all()}
        assert set(products) == {"revitalization", "green-factory"}
        assert all(p.name_zh and p.name_en and p.bank_zh and p.bank_en for p in products.values())


class TestPage:
    def test_a_clerk_enters_a_loan_with_its_drawings(self) -> None:
        """Amounts are typed in 万元. The drawing is a record of its own on the page."""
        clerk = official("clerk", XUZHOU)
        page = browser(clerk)
        data = fields(page.get(ADD)) | {
            "product": "revitalization",
            "enterprise": enterprise(GULOU).pk,
            "region": GULOU,
            "industry": "textile",
            "credit": "5,000",
            "granted_on": "2024-02-01",
            "drawings-0-drawn_on": "2024-02-20",
            "drawings-0-amount": "1200.5",
        }
        assert page.post(ADD, data).status_code == 302
        line = Loan.objects.get(product="revitalization")
        assert (line.credit, line.created_by, line.state) == (Decimal("50000000"), clerk, State.DRAFT)
        assert line.drawings.get().amount == Decimal("12005000")
        assert lent(line) == 0

    def test_a_foreign_project_or_enterprise_is_refused_at_the_field(self) -> None:
        page = browser(official("clerk", XUZHOU))
        data = fields(page.get(ADD)) | {
            "product": "revitalization",
            "enterprise": enterprise(SUZHOU).pk,
            "project": project(KUNSHAN).pk,
            "region": GULOU,
            "industry": "textile",
            "credit": "1",
            "granted_on": "2024-02-01",
        }
        answer = page.post(ADD, data)
        assert set(errors(answer)) == {"enterprise", "project"}
        assert not Loan.objects.exists()

    def test_more_lent_than_granted_is_asked_about_and_kept(self) -> None:
        """Money paid back may be drawn again."""
        line = loan(credit=1_000_000, state=State.VERIFIED)
        drawing(line, amount=2_000_000, state=State.VERIFIED)
        outside_requests()
        page = browser(official("clerk", XUZHOU))
        answer = save(page, line, **{"drawings-1-drawn_on": "2024-09-09", "drawings-1-amount": "10"})
        assert (
            str(next(iter(get_messages(answer.wsgi_request))))
            == "More was lent than the credit granted. Check both amounts."
        )
        assert line.drawings.count() == 2
