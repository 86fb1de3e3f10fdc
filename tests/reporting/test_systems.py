"""What the reports of exits, parks, lists, land, activities, public funds and policies count."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from enterprises.models import ParkKind
from enterprises.reports import ExitsReport, ListingsReport, ParksReport
from finance.reports import AllocationsReport
from projects.models import Action
from projects.reports import (
    ActivitiesReport,
    ChemicalUnitsReport,
    EquipmentListsReport,
    LandReport,
    PoliciesReport,
)
from revival.reporting import views
from revival.reporting.files import content
from revival.reporting.grid import Cell
from revival.reporting.measures import Measure
from revival.reporting.report import Report
from revival.reporting.rollup import grid, roll_up
from tests import factories
from tests.factories import GULOU, KUNSHAN, PEI, PROVINCE, SUZHOU, XUZHOU, browser, official
from tests.reporting.test_measures import answer
from tests.reporting.test_subjects import question

pytestmark = pytest.mark.django_db
LANGUAGES = pytest.mark.parametrize("language", ["zh-hans", "en"])


def enterprise(region: str = PEI, **values: Any) -> Any:
    return factories.enterprise(region, state="verified", **values)


def totals(report: type[Report], query: str) -> dict[str, Cell]:
    """The totals above the table of a page by measure."""
    asked = question(report, query)
    shown = views.answer(asked)["totals"]
    return {measure.name: cell for measure, (_title, cell) in zip(asked.measures, shown, strict=True)}


def asked_by(cell: Cell) -> str:
    return cell.url.partition("?")[2]


def csv(report: type[Report], query: str) -> list[str]:
    asked = question(report, f"{query}&format=csv")
    return b"".join(content(asked)).decode("utf-8-sig").splitlines()


def counts(report: type[Report], by: str, measure: str, query: str = "year=2024") -> dict[Any, Any]:
    """The figures of a measure by the codes of a dimension, where there are any."""
    rows = answer(report, f"{query}&by={by}")["rows"]
    return {row[by]["code"]: row[measure] for row in rows if row[measure]}


class TestExits:
    @pytest.fixture
    def exits(self) -> None:
        """Two closed and one merged in 2024, one closed in the year before; one that nobody verified."""
        for region, day in ((PEI, "2024-01-01"), (KUNSHAN, "2024-12-31"), (PEI, "2023-12-31")):
            factories.exit_of(enterprise(region), exited_on=day, state="verified")
        factories.exit_of(enterprise(PEI), merged_into=enterprise(KUNSHAN), state="verified")
        factories.exit_of(enterprise(PEI), state="submitted")

    def test_the_closed_and_the_merged_are_told_apart(self, exits: None) -> None:
        assert answer(ExitsReport, "year=2024")["total"] == {"closed": 2, "merged": 1}
        assert counts(ExitsReport, "city", "closed") == {XUZHOU: 1, SUZHOU: 1}
        assert counts(ExitsReport, "city", "merged") == {XUZHOU: 1}
        assert counts(ExitsReport, "month", "closed") == {1: 1, 12: 1}
        assert len(answer(ExitsReport, "year=2024")["rows"]) == 3

    def test_each_leads_to_its_own(self, exits: None) -> None:
        """In the totals and in the rows; what is none by definition is 0 and leads nowhere."""
        assert {name: asked_by(cell) for name, cell in totals(ExitsReport, "year=2024").items()} == {
            "closed": "year=2024&kind=closed",
            "merged": "year=2024&kind=merged",
        }
        closed, merged = totals(ExitsReport, "year=2024&kind=merged").values()
        assert (closed.value, closed.url, merged.value) == (0, "", 1)
        with translation.override("en"):
            rows = grid(roll_up(question(ExitsReport, "by=kind&measure=closed,merged"))).rows
        cells = {row.cells[0].text: (row.cells[1], row.cells[3]) for row in rows}
        assert [(cell.value, bool(cell.url)) for cell in cells["Merged into another"]] == [(0, False), (1, True)]

    def test_an_enterprise_that_ended_is_active_no_more(self, exits: None) -> None:
        """The exits of a year are what the stock of enterprises lost in it."""
        from_exits = {row["enterprise"] for row in answer(ExitsReport, "")["rows"]}
        ended = type(enterprise()).objects.filter(active_until__isnull=False)
        assert {row.name for row in ended} == from_exits


class TestParks:
    def test_they_stand_until_they_are_struck_off(self) -> None:
        for begins, ends in (("2010-05-01", None), ("2024-03-01", None), ("2012-01-01", "2024-06-30")):
            factories.park(PEI, active_from=begins, active_until=ends, state="verified")
        factories.park(PEI)
        for year, stock, recognised in ((2009, 0, 0), (2010, 1, 1), (2023, 2, 0), (2024, 2, 1)):
            assert answer(ParksReport, f"year={year}")["total"] == {"parks": stock, "recognised": recognised}, year

    def test_a_park_may_be_of_several_kinds(self) -> None:
        for kinds in (["chemical", "characteristic"], ["chemical"], ["industrial"], []):
            factories.park(PEI, kinds=kinds, active_from="2024-03-01", state="verified")
        for query, found in (
            ("kind=chemical", 2),
            ("kind=characteristic", 1),
            ("kind=characteristic&kind=chemical", 2),
            ("kind=industrial&kind=chemical", 3),
            ("", 4),
        ):
            total = answer(ParksReport, f"year=2024&{query}")["total"]
            assert total == {"parks": found, "recognised": found}, query


class TestListings:
    def test_a_product_counts_once_and_each_listing_is_a_share_of_its_list(self) -> None:
        made = factories.product(PEI, state="verified")
        other = factories.product(KUNSHAN, state="verified")
        factories.listing(made, national_total=200, state="verified")
        factories.listing(other, national_total=200, state="verified")
        factories.listing(made, kind="promoted", national_total=50, state="verified")
        factories.listing(made, kind="for-the-elderly", state="verified")
        factories.listing(made, year=2023, national_total=2, state="verified")
        total = answer(ListingsReport, "year=2024")["total"]
        assert total == {"listings": 4, "products": 2, "share": 0.015}
        assert counts(ListingsReport, "kind", "products") == {
            "key-innovative": 2,
            "promoted": 1,
            "for-the-elderly": 1,
        }
        assert counts(ListingsReport, "city", "share", "year=2024&kind=key-innovative") == {
            XUZHOU: 0.005,
            SUZHOU: 0.005,
        }
        assert answer(ListingsReport, "kind=for-the-elderly")["total"]["share"] is None
        with translation.override("en"):
            assert totals(ListingsReport, "year=2024")["share"].text == "1.5"
            lines = csv(ListingsReport, "year=2024&by=kind&measure=share")
        assert lines[0].startswith("List,Share of the national list (%)")
        parts = {line.split(",")[0]: line.split(",")[1] for line in lines}
        assert [parts[name] for name in ("Key innovative product", "Total")] == ["1", "1.5"]


class TestLand:
    def test_the_multiple_divides_the_sums_of_the_taxes(self) -> None:
        """Not the mean of the multiples; land without known taxes adds its area alone."""
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
            shown = grid(roll_up(question(LandReport, "by=city&measure=multiple"))).rows
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
        """To the hundredth of a mu, in every unit of money; JSON has them as strings."""
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
        """In the year of the plan or later, which are told apart; a rate divides the sums of the cities."""
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
        """Attendances by where the enterprise lies; an activity that nobody attended is none."""
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


class TestTags:
    @LANGUAGES
    def test_they_are_named_on_page_and_in_csv_and_coded_in_json(self, language: str) -> None:
        """In the order of the choices, whatever order they were kept in; none is an empty cell."""
        factories.park(PEI, name="Both", kinds=["chemical", "characteristic"], state="verified")
        factories.park(PEI, name="None", kinds=[], state="verified")
        actions = ["layout-optimization", "equipment-renewal"]
        factories.policy(PEI, name="Both", actions=actions, state="verified")
        factories.policy(PEI, name="None", state="verified")
        page = factories.browser(factories.official("manager", PROVINCE), language)
        for report, column, tags in (
            (ParksReport, "kinds", [ParkKind.CHARACTERISTIC, ParkKind.CHEMICAL]),
            (PoliciesReport, "actions", [Action.EQUIPMENT_RENEWAL, Action.LAYOUT_OPTIMIZATION]),
        ):
            with translation.override(language):
                words = ", ".join(str(tag.label) for tag in tags)
                lines = csv(report, f"columns=name,{column}&sort=name")
            assert words.isascii() == (language == "en")
            assert words in page.get(f"/reports/{report.name}/?columns=name,{column}").content.decode()
            assert lines[1:3] == [f'Both,"{words}"', 'None,""']
            rows = answer(report, f"columns=name,{column}&sort=name")["rows"]
            assert [sorted(row[column]) for row in rows] == [sorted(tag.value for tag in tags), []]


class TestHeadlines:
    @pytest.fixture
    def rows(self) -> None:
        """Two verified records for each report, of 2024 and of the year before, and one of 2024 besides."""
        owner = enterprise()
        made = factories.project(PEI, enterprise=owner, state="verified")
        for year in (2023, 2024, 2024):
            day = f"{year}-06-30"
            factories.exit_of(enterprise(), exited_on=day, state="verified")
            factories.exit_of(enterprise(), exited_on=day, merged_into=owner, state="verified")
            factories.park(PEI, active_from=day, state="verified")
            factories.listing(region_code=PEI, year=year, national_total=300, state="verified")
            taxes = {"tax_before": 1000, "tax_after": 3000, "year_before": 2020, "year_after": 2022}
            factories.land(PEI, renewed_on=day, **taxes, state="verified")
            factories.chemical_unit(PEI, planned_year=year, state="verified")
            for done in (day, f"{year + 1}-03-01"):
                factories.chemical_unit(PEI, planned_year=year, completed_on=done, state="verified")
            held = factories.activity(PROVINCE, held_on=day, state="verified")
            factories.participation(held, enterprise=owner, state="verified")
            factories.equipment_listing(PEI, project=made, year=year, state="verified")
            factories.allocation(PEI, project=made, allocated_on=day, state="verified")
            factories.policy(PEI, year=year, state="verified")

    @pytest.mark.parametrize(
        "report",
        [
            ExitsReport,
            ParksReport,
            ListingsReport,
            LandReport,
            ChemicalUnitsReport,
            ActivitiesReport,
            EquipmentListsReport,
            AllocationsReport,
            PoliciesReport,
        ],
        ids=lambda report: report.name,
    )
    def test_each_leads_to_the_records_it_counts(self, rows: None, report: type[Report]) -> None:
        for name, cell in totals(report, "year=2024").items():
            measure = report.measure(name)
            found = answer(report, asked_by(cell))
            assert cell.value
            assert round(Decimal(found["total"][name]), 6) == round(Decimal(cell.value), 6)
            if isinstance(measure, Measure) and measure.operand is None:
                assert len(found["rows"]) == cell.value


class TestNames:
    """Records named in a column may lie elsewhere: their names are the province's to read, and their own region's."""

    @pytest.fixture
    def merged(self) -> None:
        """An enterprise of Xuzhou merged into one of Suzhou, and one of Pei County into one of Gulou."""
        for code, other, name in ((GULOU, SUZHOU, "ZQB mill"), (PEI, GULOU, "Own mill")):
            into = factories.enterprise(other, name=name, state="verified")
            factories.exit_of(factories.enterprise(code, state="verified"), merged_into=into, state="verified")

    @pytest.mark.parametrize(
        ("region", "seen"), [(PROVINCE, {"ZQB mill", "Own mill"}), (XUZHOU, {"Own mill"}), (PEI, set())]
    )
    def test_others_are_numbers(self, merged: None, region: str, seen: set[str]) -> None:
        """On the page, in CSV and in JSON alike."""
        page = browser(official("manager", region))
        for shape in ("", "?format=csv", "?format=json"):
            response: Any = page.get(f"/reports/exits/{shape}")
            text = (b"".join(response.streaming_content) if response.streaming else response.content).decode()
            assert {name for name in ("ZQB mill", "Own mill") if name in text} == seen, shape
            assert bool(re.search(r"""[>,"]#\d""", text)) == (region != PROVINCE), shape

    def test_what_lies_above_is_named(self) -> None:
        """The policy that a city answers, and the activity of the province that its enterprises attended."""
        plan = factories.policy(PROVINCE, name="Plan of the province", state="verified")
        factories.policy(XUZHOU, answers=plan, state="verified")
        held = factories.activity(PROVINCE, name="Event of the province", state="verified")
        factories.participation(held, GULOU, state="verified")
        page = browser(official("manager", XUZHOU))
        assert "Plan of the province" in page.get("/reports/policies/").content.decode()
        assert "Event of the province" in page.get("/reports/activities/").content.decode()
