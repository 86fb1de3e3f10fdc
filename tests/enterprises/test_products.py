"""Products and the lists they are on."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from enterprises.models import Listing, Product
from revival.records.models import State
from tests.factories import (
    GULOU,
    PEI,
    SUZHOU,
    XUZHOU,
    browser,
    enterprise,
    listing,
    official,
    product,
)
from tests.forms import errors, fields

pytestmark = pytest.mark.django_db
ADD = "/admin/enterprises/product/add/"


def entry(page: Any, **typed: Any) -> dict[str, Any]:
    given = {"name": "Vinegar", "region": GULOU, "industry": "food"}
    return fields(page.get(ADD)) | given | typed


class TestPage:
    def test_a_clerk_enters_a_product_with_its_listings(self) -> None:
        page = browser(official("clerk", XUZHOU))
        typed = {"listings-0-kind": "promoted", "listings-0-year": 2024, "listings-0-national_total": 250}
        assert page.post(ADD, entry(page, enterprise=enterprise().pk, **typed)).status_code == 302
        row = Product.objects.get()
        assert [(each.kind, each.year, each.national_total, each.industry) for each in row.listings.all()] == [
            ("promoted", 2024, 250, "food")
        ]

    @pytest.mark.parametrize(
        ("field", "value"), [("kind", "bogus"), ("year", "1999"), ("year", "2061"), ("national_total", "0")]
    )
    def test_a_wrong_listing_is_refused_at_its_field(self, field: str, value: str) -> None:
        page = browser(official("clerk", XUZHOU))
        typed = {"listings-0-kind": "promoted", "listings-0-year": 2024, f"listings-0-{field}": value}
        assert set(errors(page.post(ADD, entry(page, enterprise=enterprise().pk, **typed)))) == {f"0-{field}"}
        assert not Product.objects.exists()

    def test_a_product_is_entered_once(self) -> None:
        """Another enterprise may have a product of the same name."""
        row, page = product(name="Vinegar"), browser(official("clerk", XUZHOU))
        answer = page.post(ADD, entry(page, enterprise=row.enterprise_id))
        assert errors(answer) == {
            "name": ["This product of the enterprise has already been entered. Change that record instead."]
        }
        assert page.post(ADD, entry(page, enterprise=enterprise().pk)).status_code == 302


class TestListings:
    @pytest.mark.parametrize("values", [{"kind": "x"}, {"year": 1999}, {"year": 2061}, {"national_total": 0}])
    def test_the_database_refuses_what_does_not_fit(self, values: dict[str, Any]) -> None:
        row = listing()
        with pytest.raises(IntegrityError), transaction.atomic():
            Listing.objects.filter(pk=row.pk).update(**values)

    def test_a_product_is_on_a_list_once(self) -> None:
        row = listing()
        with pytest.raises(IntegrityError, match="listing_once"), transaction.atomic():
            listing(row.product)
        assert listing(row.product, year=2025).product == listing(row.product, kind="promoted").product
        with pytest.raises(IntegrityError, match="product_once"), transaction.atomic():
            product(name=row.product.name, enterprise=row.product.enterprise)

    def test_another_size_of_a_list_is_odd_but_no_mistake(self) -> None:
        """A verified entry that states another is named, so that it can be corrected. Drafts do not count."""
        listing(product(SUZHOU), national_total=5)
        listing(product(SUZHOU, state=State.VERIFIED), national_total=300, state=State.VERIFIED)
        page, add = browser(official("clerk", XUZHOU)), "/admin/enterprises/listing/add/"
        typed = {"product": product().pk, "kind": "key-innovative", "year": 2024, "national_total": 299}
        message = "Verified entries say that this list has 300 entries."
        assert message in page.post(add, fields(page.get(add)) | typed, follow=True).content.decode()
        for values in ({"year": 2025}, {"kind": "promoted"}, {"year": 2023, "national_total": ""}):
            answer = page.post(add, fields(page.get(add)) | typed | values, follow=True)
            assert "Verified entries" not in answer.content.decode(), values
        assert Listing.objects.count() == 6

    def test_a_listing_lies_where_its_product_does(self) -> None:
        row = listing(product(GULOU, industry="textile"))
        assert (row.region_id, row.city_id, row.industry) == (GULOU, XUZHOU, "textile")
        Product.objects.filter(pk=row.product_id).update(region=PEI, industry="food")
        row.refresh_from_db()
        assert (row.region_id, row.industry) == (PEI, "food")

    def test_a_listing_is_verified_after_its_product(self) -> None:
        row, verifier = listing(product(), state=State.SUBMITTED), official("verifier", XUZHOU)
        with pytest.raises(IntegrityError, match="belongs to is not verified"), transaction.atomic():
            Listing.objects.filter(pk=row.pk).update(state=State.VERIFIED, verified_by=verifier)
