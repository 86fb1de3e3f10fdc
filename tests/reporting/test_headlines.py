"""Totals above a table, tags in its cells, and names that lie elsewhere."""

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
from revival.punctuation import listed
from revival.reporting.measures import Measure
from revival.reporting.report import Report
from tests import factories
from tests.extent import every
from tests.factories import GULOU, PEI, PROVINCE, SUZHOU, XUZHOU, browser, official
from tests.reporting.asking import answer, asked_by, csv, enterprise, totals

pytestmark = pytest.mark.django_db
LANGUAGES = pytest.mark.parametrize("language", ["zh-hans", "en"])


class TestTags:
    @LANGUAGES
    def test_they_are_named_on_page_and_in_csv_and_coded_in_json(self, language: str) -> None:
        """They stand in the order of the choices. A record without tags has an empty cell."""
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
                words = listed(tag.label for tag in tags)
                lines = csv(report, f"columns=name,{column}&sort=name")
            assert words.isascii() == (language == "en")
            assert words in page.get(f"/reports/{report.name}/?columns=name,{column}").content.decode()
            cell = f'"{words}"' if "," in words else words
            assert lines[1:3] == [f"Both,{cell}", 'None,""']
            rows = answer(report, f"columns=name,{column}&sort=name")["rows"]
            assert [sorted(row[column]) for row in rows] == [sorted(tag.value for tag in tags), []]


class TestHeadlines:
    @pytest.fixture
    def rows(self) -> None:
        """Two verified records for each report, of 2024 and of the year before, and a further one of 2024."""
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

    @every(
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
    """Records named in a column may lie elsewhere. Their names are told of enterprises, and of what is shared."""

    @pytest.fixture
    def merged(self) -> None:
        """An enterprise of Xuzhou merged into one of Suzhou, and one of Pei County into one of Gulou."""
        for code, other, name in ((GULOU, SUZHOU, "ZQB mill"), (PEI, GULOU, "Own mill")):
            into = factories.enterprise(other, name=name, state="verified")
            factories.exit_of(factories.enterprise(code, state="verified"), merged_into=into, state="verified")

    @pytest.mark.parametrize(
        ("region", "seen"),
        [(PROVINCE, {"ZQB mill", "Own mill"}), (XUZHOU, {"ZQB mill", "Own mill"}), (PEI, {"Own mill"})],
    )
    def test_enterprises_of_own_records_are_named(self, merged: None, region: str, seen: set[str]) -> None:
        """Page, CSV and JSON name an enterprise of another region that a record of the own region names."""
        page = browser(official("manager", region))
        for shape in ("", "?format=csv", "?format=json"):
            response: Any = page.get(f"/reports/exits/{shape}")
            text = (b"".join(response.streaming_content) if response.streaming else response.content).decode()
            assert {name for name in ("ZQB mill", "Own mill") if name in text} == seen, shape
            assert not re.search(r"""[>,"]#\d""", text), shape

    def test_projects_of_others_are_numbers(self) -> None:
        """Page, CSV and JSON show numbers in place of their names to all but the province."""
        owner = factories.enterprise(GULOU, state="verified")
        elsewhere = factories.project(SUZHOU, name="ZQB plant", enterprise=owner, state="verified")
        factories.loan(GULOU, enterprise=owner, project=elsewhere, state="verified")
        for region in (XUZHOU, PROVINCE):
            page = browser(official("manager", region))
            for shape in ("?", "?format=csv&", "?format=json&"):
                response: Any = page.get(f"/reports/loans/{shape}columns=enterprise,project")
                text = (b"".join(response.streaming_content) if response.streaming else response.content).decode()
                assert ("ZQB plant" in text) == (region == PROVINCE), shape
                assert (f"#{elsewhere.pk}" in text) == (region != PROVINCE), shape

    def test_what_lies_above_is_named(self) -> None:
        """These are the policy that a city answers, and the province's activity that its enterprises attended."""
        plan = factories.policy(PROVINCE, name="Plan of the province", state="verified")
        factories.policy(XUZHOU, answers=plan, state="verified")
        held = factories.activity(PROVINCE, name="Event of the province", state="verified")
        factories.participation(held, GULOU, state="verified")
        page = browser(official("manager", XUZHOU))
        assert "Plan of the province" in page.get("/reports/policies/").content.decode()
        assert "Event of the province" in page.get("/reports/activities/").content.decode()
