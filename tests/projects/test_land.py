"""Land renewed: its area, and taxes in pairs."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.test import Client

from projects.models import LandRenewal
from revival.accounts.models import Official
from revival.records.models import State
from tests.factories import GULOU, land
from tests.forms import errors, fields

pytestmark = pytest.mark.django_db
ADD = "/admin/projects/landrenewal/add/"
TAXES: dict[str, Any] = {"year_before": 2020, "tax_before": "100", "year_after": 2024, "tax_after": "250.5"}


def entry(page: Client, **typed: Any) -> dict[str, Any]:
    given = {"name": "Old mill", "region": GULOU, "industry": "textile", "method": "village-park"}
    return fields(page.get(ADD)) | given | {"area": "12.34", "renewed_on": "2024-06-30"} | typed


class TestPage:
    def test_a_site_is_one_entry(self, page: Client, clerk: Official) -> None:
        """The area is typed in mu, taxes in 万元. Neither taxes nor an enterprise are required."""
        assert page.post(ADD, entry(page)).status_code == 302
        assert page.post(ADD, entry(page, name="New mill", **TAXES)).status_code == 302
        plain, taxed = LandRenewal.objects.order_by("pk")
        assert (plain.area, plain.tax_before, plain.state) == (Decimal("12.34"), None, State.DRAFT)
        assert (taxed.tax_before, taxed.tax_after, taxed.created_by) == (1_000_000, 2_505_000, clerk)

    @pytest.mark.parametrize(
        ("field", "value"),
        [("area", "0"), ("area", "-1"), ("area", "10000000"), ("area", "NaN"), ("area", "1.234"), ("area", ""),
         ("method", "x"), ("industry", "x"), ("renewed_on", "2024-02-30"), ("tax_before", "-1"),
         ("year_after", "1999")],
    )  # fmt: skip
    def test_wrong_input_is_refused_at_the_field(self, page: Client, field: str, value: str) -> None:
        answer = page.post(ADD, entry(page, **{field: value}))
        assert field in errors(answer)
        assert not LandRenewal.objects.exists()

    @pytest.mark.parametrize("left_out", TAXES)
    def test_taxes_are_stated_in_pairs(self, page: Client, left_out: str) -> None:
        answer = page.post(ADD, entry(page, **TAXES | {left_out: ""}))
        assert errors(answer) == {
            "tax_after": [
                "Enter the tax of an earlier and a later year with both years, or leave all four fields empty."
            ]
        }

    def test_the_year_after_is_the_later(self, page: Client) -> None:
        assert set(errors(page.post(ADD, entry(page, **TAXES | {"year_after": 2020})))) == {"tax_after"}


class TestDatabase:
    @pytest.mark.parametrize(
        "values",
        [
            {"area": 0},
            {"area": 10_000_000},
            {"tax_before": -1},
            {"tax_after": None},
            {"year_before": None},
            {"year_before": 2024},
            {"year_after": 2061},
            {"method": "x"},
            {"industry": "x"},
        ],
    )
    def test_the_database_refuses_it_too(self, values: dict[str, Any]) -> None:
        row = land(**TAXES)
        with pytest.raises((IntegrityError, DataError)), transaction.atomic():
            LandRenewal.objects.filter(pk=row.pk).update(**values)

    @pytest.mark.parametrize("column", ["area", "tax_before", "tax_after"])
    def test_no_number_is_nan(self, column: str) -> None:
        """PostgreSQL orders NaN above every number."""
        row = land(**TAXES)
        with pytest.raises(IntegrityError, match=f"land_{column}"), transaction.atomic():
            connection.cursor().execute(f"UPDATE projects_landrenewal SET {column} = 'NaN' WHERE id = %s", [row.pk])
