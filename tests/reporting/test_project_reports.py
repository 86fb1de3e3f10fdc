"""The counts of the reports of land, chemical units, activities, equipment lists, public funds and policies."""

from decimal import Decimal

import pytest
from django.utils import translation

from finance.reports import AllocationsReport
from projects.reports import (
    ActivitiesReport,
    ChemicalUnitsReport,
    EquipmentListsReport,
    LandReport,
    PoliciesReport,
)
from revival.reporting.rollup import roll_up, rollup_grid
from tests import factories
from tests.factories import KUNSHAN, PEI, PROVINCE, SUZHOU, XUZHOU
from tests.reporting.asking import answer, asked_by, counts, csv, enterprise, question, totals

pytestmark = pytest.mark.django_db


class TestLand:
    def test_the_multiple_divides_the_sums_of_the_taxes(self) -> None:
        """It is not the mean of the multiples. Land without known taxes adds only its area."""
        for region, before, after in (
            (PEI, 1_000_000, 2_500_000),
            (PEI, 3_000_000, 3_500_000),
            (KUNSHAN, None, None),
        ):
            years = (2020, 2024) if before else (None, None)
            taxes = {"tax_before": before, "tax_after": after, "year_before": years[0], "year_after": years[1]}
            factories.land(region, **taxes, state="verified")
        total = answer(LandReport, "year=2024")["total"]
        assert total == {
            "area": "361.50",
            "tax_before": "4000000.00",
            "tax_after": "6000000.00",
            "multiple": 1.5,
        }
        rows = {row["city"]["code"]: row for row in answer(LandReport, "by=city")["rows"]}
        assert [rows[code]["multiple"] for code in (XUZHOU, SUZHOU)] == [1.5, None]
        with translation.override("en"):
            shown = rollup_grid(roll_up(question(LandReport, "by=city&measure=multiple"))).rows
            assert {row.cells[1].text for row in shown} == {"1.50", "–"}
        assert counts(LandReport, "method", "area") == {
            "two-breaks-three-clearings": "0.00",
            "village-park": "0.00",
            "inefficient-land": "361.50",
        }

    def test_taxes_that_were_none_have_no_multiple(self) -> None:
        taxes = {"tax_before": 0, "tax_after": 100, "year_before": 2020, "year_after": 2024}
        factories.land(PEI, **taxes, state="verified")
        assert answer(LandReport, "year=2024")["total"]["multiple"] is None

    def test_areas_are_exact_in_files(self) -> None:
        """They are exact to the hundredth of a mu, in every unit of money. JSON has them as strings."""
        for area in ("0.01", "9999999.99", "120.50"):
            factories.land(PEI, area=area, state="verified")
        for unit in ("yuan", "wan", "yi"):
            lines = csv(LandReport, f"columns=name,area&unit={unit}")
            assert [line.rpartition(",")[2] for line in lines[1:]] == ["0.01", "9999999.99", "120.5", "10000120.5"]
        found = answer(LandReport, "columns=name,area")
        assert [Decimal(row["area"]) for row in found["rows"]] == [
            Decimal(a) for a in ("0.01", "9999999.99", "120.5")
        ]
        assert all(isinstance(row["area"], str) for row in found["rows"])
        assert found["total"]["area"] == "10000120.50"
        with translation.override("en"):
            assert totals(LandReport, "")["area"].text == "10,000,120.50"
            assert csv(LandReport, "by=city&measure=area")[-1].startswith("Total,10000120.5,")


class TestChemicalUnits:
    def test_the_completed_are_part_of_the_planned(self) -> None:
        """Completion in the planned year and later are counted apart. A rate divides the sums of the cities."""
        for region, day in (
            (PEI, "2024-05-01"),
            (PEI, None),
            (KUNSHAN, "2024-12-31"),
            (KUNSHAN, "2025-01-01"),
            (KUNSHAN, None),
        ):
            factories.chemical_unit(region, completed_on=day, state="verified")
        factories.chemical_unit(PEI, planned_year=2025, state="verified")
        found = answer(ChemicalUnitsReport, "year=2024&by=city")
        rows = {row["city"]["code"]: row for row in found["rows"]}
        assert [(rows[code]["planned"], rows[code]["completed"]) for code in (XUZHOU, SUZHOU)] == [(2, 1), (3, 1)]
        assert [rows[code]["completion"] for code in (XUZHOU, SUZHOU)] == [0.5, 0.333333]
        assert found["total"] == {"planned": 5, "completed": 2, "late": 1, "completion": 0.4}
        assert answer(ChemicalUnitsReport, "year=2023")["total"]["completion"] is None

    def test_the_completed_lead_to_themselves(self) -> None:
        for day in ("2024-05-01", None, None):
            factories.chemical_unit(PEI, completed_on=day, state="verified")
        cells = totals(ChemicalUnitsReport, "year=2024")
        assert asked_by(cells["completed"]) == "year=2024&completed=in-year"
        assert asked_by(cells["planned"]) == asked_by(cells["completion"]) == "year=2024"
        for query, figures in (("completed=in-year", (1, 1)), ("completed=no", (2, 0)), ("", (3, 1))):
            total = answer(ChemicalUnitsReport, query)["total"]
            assert (total["planned"], total["completed"]) == figures, query
        assert totals(ChemicalUnitsReport, "completed=no")["completed"].url == ""


class TestActivities:
    def test_an_activity_counts_once_in_each_place(self) -> None:
        """Attendances count where the enterprise lies. An activity without attendance is not counted."""
        first = factories.activity(PROVINCE, state="verified")
        second = factories.activity(XUZHOU, kind="campaign", held_on="2024-12-31", state="verified")
        factories.activity(PROVINCE, state="verified")
        owner, other = enterprise(PEI, industry="food"), enterprise(KUNSHAN)
        for held, who in ((first, owner), (second, owner), (first, other), (first, enterprise(PEI))):
            factories.participation(held, enterprise=who, state="verified")
        factories.participation(second, state="submitted")
        total = answer(ActivitiesReport, "year=2024")["total"]
        assert total == {"events": 2, "attendances": 4, "enterprises": 3}
        assert counts(ActivitiesReport, "city", "events") == {XUZHOU: 2, SUZHOU: 1}
        assert counts(ActivitiesReport, "city", "attendances") == {XUZHOU: 3, SUZHOU: 1}
        assert counts(ActivitiesReport, "industry", "enterprises") == {"food": 1, "textile": 2}
        assert counts(ActivitiesReport, "kind", "attendances") == {"supply-demand": 3, "campaign": 1}
        assert counts(ActivitiesReport, "month", "events") == {5: 1, 12: 1}


class TestEquipmentLists:
    def test_an_enterprise_and_a_project_count_once(self) -> None:
        owner = enterprise()
        made = factories.project(PEI, enterprise=owner, state="verified")
        for values in (
            {"kind": "demand", "amount": 2_000_000},
            {"kind": "supply", "amount": None},
            {"project": made, "amount": 3_000_000},
            {"project": made, "amount": 1},
        ):
            factories.equipment_listing(PEI, enterprise=owner, **values, state="verified")
        factories.equipment_listing(KUNSHAN, year=2023, state="verified")
        total = answer(EquipmentListsReport, "year=2024")["total"]
        assert total == {"enterprises": 1, "projects": 1, "amount": "5000001.00"}
        assert counts(EquipmentListsReport, "kind", "enterprises") == {"demand": 1, "supply": 1, "financing": 1}
        assert counts(EquipmentListsReport, "kind", "projects") == {"financing": 1}


class TestAllocations:
    def test_funds_are_told_apart(self) -> None:
        owner = enterprise()
        made = factories.project(PEI, enterprise=owner, state="verified")
        for values in (
            {"project": made, "fund": "treasury-bond", "amount": 5_000_000},
            {"project": made, "fund": "treasury-bond", "amount": 1_000_000, "allocated_on": "2024-12-31"},
            {"enterprise": owner, "amount": Decimal("0.01")},
            {"amount": 2_000_000},
            {"amount": 7_000_000, "allocated_on": "2023-12-31"},
        ):
            factories.allocation(PEI, **values, state="verified")
        total = answer(AllocationsReport, "year=2024")["total"]
        assert total == {"amount": "8000000.01", "projects": 1, "enterprises": 2}
        bonds = answer(AllocationsReport, "year=2024&fund=treasury-bond")["total"]
        assert bonds == {"amount": "6000000.00", "projects": 1, "enterprises": 1}
        assert counts(AllocationsReport, "fund", "enterprises") == {"treasury-bond": 1, "interest-discount": 2}


class TestPolicies:
    def test_they_are_told_apart_by_level_by_what_they_answer_and_by_action(self) -> None:
        nation = factories.policy(PROVINCE, level="nation", actions=["equipment-renewal"], state="verified")
        province = factories.policy(PROVINCE, answers=nation, industries=["textile", "food"], state="verified")
        actions = ["equipment-renewal", "green-transformation"]
        for region in (XUZHOU, SUZHOU, PEI):
            factories.policy(region, answers=province, actions=actions, state="verified")
        factories.policy(XUZHOU, year=2023, state="verified")
        factories.policy(XUZHOU)
        assert answer(PoliciesReport, "year=2024")["total"] == {"policies": 5}
        assert counts(PoliciesReport, "level", "policies") == {"nation": 1, "province": 1, "city": 2, "county": 1}
        assert counts(PoliciesReport, "answers", "policies") == {nation.pk: 1, province.pk: 3, None: 1}
        assert counts(PoliciesReport, "city", "policies") == {XUZHOU: 2, SUZHOU: 1, None: 2}
        for query, found in (
            ("action=equipment-renewal", 4),
            ("action=green-transformation", 3),
            ("action=layout-optimization", 0),
            ("industry=food", 1),
            ("industry=food&action=equipment-renewal", 0),
            (f"answers={province.pk}&level=county", 1),
            ("answers=none", 1),
        ):
            assert answer(PoliciesReport, f"year=2024&{query}")["total"]["policies"] == found, query
