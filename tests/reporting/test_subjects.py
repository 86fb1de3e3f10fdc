"""The counts of reports of single subjects: schedule, stocks, days, divisions, products."""

import json
from typing import Any

import pytest
from django.utils import translation

from enterprises.models import Designation, Enterprise
from enterprises.reports import DesignationsReport, EnterprisesReport
from finance.models import LoanProduct
from finance.reports import LoansReport
from projects.reports import ProgressReport, RenovationReport, RetiredEquipmentReport
from revival.reporting.files import file_blocks
from revival.reporting.form import form_context
from revival.reporting.params import BadQuery
from revival.reporting.report import Report
from revival.reporting.rollup import roll_up, rollup_grid
from tests import factories
from tests.factories import GULOU, KUNSHAN, PEI, PROVINCE, SUZHOU, XUZHOU
from tests.reporting.asking import answer, question
from tests.reporting.contract import body

pytestmark = pytest.mark.django_db


def project(month: int, completed: int, region: str = PEI, planned: int = 12_000) -> Any:
    """A verified project with a plan for the year and its last verified month. Amounts are in yuan."""
    made = factories.project(region, state="verified", planned_investment=planned)
    if month:
        factories.progress(made, month=month, completed=completed, planned=0, state="verified")
    return made


class TestSchedule:
    def test_it_is_the_completion_rate_less_the_part_of_the_year_that_passed(self) -> None:
        """In the published example 75.8 % of the plan by July are 17.5 points ahead."""
        project(7, 75_800, planned=100_000)
        total = answer(RenovationReport, "year=2024")["total"]
        assert (total["completion"], total["schedule"]) == (0.758, 0.174667)
        assert answer(ProgressReport, "year=2024")["total"]["schedule"] == 0.174667

    def test_each_project_counts_with_its_own_month(self) -> None:
        """Ahead in June by 3,000 and behind in December by 6,000, of 24,000. One without a month does not count."""
        project(6, 9_000)
        project(12, 6_000)
        project(0, 0)
        total = answer(RenovationReport, "year=2024")["total"]
        assert (total["projects"], total["schedule"]) == (3, -0.125)
        rows = answer(RenovationReport, "year=2024&sort=schedule")["rows"]
        assert [row["schedule"] for row in rows] == [-0.5, 0.25, None]
        assert [row["completion"] for row in rows] == [0.5, 0.75, 0.0]

    def test_behind_on_schedule_and_not_reported_are_all_there_are(self) -> None:
        """A project that has exactly what its month requires is on schedule."""
        late, exact = project(4, 3_333, planned=10_000), project(6, 6_000)
        silent = project(0, 0)
        found = {
            query: [row["id"] for row in answer(RenovationReport, f"year=2024&{query}")["rows"]]
            for query in ("schedule=behind", "schedule=on", "reported=0", "schedule=behind&schedule=on")
        }
        assert found == {
            "schedule=behind": [late.pk],
            "schedule=on": [exact.pk],
            "reported=0": [silent.pk],
            "schedule=behind&schedule=on": [late.pk, exact.pk],
        }

    def test_a_month_earlier_in_the_year_has_its_own_schedule(self) -> None:
        made = project(3, 3_600)
        factories.progress(made, month=6, completed=4_800, planned=0, state="verified")
        for month, schedule in ((3, 0.05), (6, -0.1), (5, 0.05)):
            assert answer(ProgressReport, f"year=2024&month={month}")["total"]["schedule"] == schedule

    def test_files_and_pages_say_points_with_their_sign(self) -> None:
        project(6, 7_200)
        with translation.override("en"):
            query = question(RenovationReport, "year=2024&by=city&measure=schedule&format=csv")
            lines = b"".join(file_blocks(query)).decode("utf-8-sig").splitlines()
            assert lines[0] == "City,Time-schedule progress (percentage points)"
            assert {"Nanjing,", "Xuzhou,10", "Total,10"} <= set(lines)
            assert rollup_grid(roll_up(query)).rows[-1].cells[1].text == "+10.0"


class TestShare:
    def test_the_first_measure_that_adds_up_has_its_share_beside_it(self) -> None:
        """The share stands in rows, sub-totals and the total, on page and file."""
        for region in (PEI, PEI, GULOU, KUNSHAN):
            factories.project(region, state="verified", total_investment=50_000_000)
        with translation.override("en"):
            query = question(RenovationReport, "by=city&by=county&measure=projects,investment&unit=wan&format=csv")
            lines = b"".join(file_blocks(query)).decode("utf-8-sig").splitlines()
        assert lines == [
            'City,County,Number of projects,Share of the total (%),"Total investment (10,000 yuan)"',
            'Xuzhou,"Gulou District, Xuzhou",1,25,5000',
            'Xuzhou,"Pei County, Xuzhou",2,50,10000',
            "Xuzhou,Subtotal,3,75,15000",
            'Suzhou,"Kunshan, Suzhou",1,25,5000',
            "Suzhou,Subtotal,1,25,5000",
            "Total,,4,100,20000",
        ]

    @pytest.mark.parametrize(
        ("report", "query"),
        [
            (RenovationReport, "by=city&across=industry"),
            (LoansReport, "by=city&measure=enterprises"),
            (EnterprisesReport, "by=year&year=2024"),
            (RenovationReport, "by=city&measure=completion"),
        ],
    )
    def test_what_does_not_add_up_has_none(self, report: type[Report], query: str) -> None:
        """These are cross-tabs, distinct counts, periods of a stock and rates."""
        with translation.override("en"):
            assert "Share of the total" not in [
                head.text for head in rollup_grid(roll_up(question(report, query))).heads
            ]

    def test_nothing_has_no_share(self) -> None:
        table = rollup_grid(roll_up(question(RenovationReport, "by=city&year=2019")))
        assert {row.cells[2].text for row in table.rows} == {"–"}


class TestTrail:
    @pytest.mark.parametrize(
        ("region", "query", "steps", "below"),
        [
            (PROVINCE, "", ["Jiangsu"], 3 + 13),
            (PROVINCE, "part=subei", ["Jiangsu", "Subei"], 5),
            (PROVINCE, "city=320300", ["Jiangsu", "Subei", "Xuzhou"], 10),
            (PROVINCE, "county=320322", ["Jiangsu", "Subei", "Xuzhou", "Pei County"], 0),
            (PROVINCE, "region=320300", ["Jiangsu", "Subei", "Xuzhou"], 10),
            (PROVINCE, "city=320300&city=320500", ["Jiangsu"], 16),
            (PROVINCE, "part=subei&city=320300", ["Jiangsu", "Subei", "Xuzhou"], 10),
            (XUZHOU, "", ["Xuzhou"], 10),
            (XUZHOU, "county=320322", ["Xuzhou", "Pei County"], 0),
            (PEI, "", ["Pei County, Xuzhou"], 0),
        ],
    )
    def test_it_leads_down_to_the_place_and_on(self, region: str, query: str, steps: list[str], below: int) -> None:
        with translation.override("en"):
            found = form_context(question(RenovationReport, query, region))["breadcrumbs"]
        assert [step.label for step in found.steps] == steps
        assert len(found.below) == below

    def test_every_step_is_a_question_the_reader_may_ask(self) -> None:
        """Steps go down and up again and keep the other filters. Rows by region go down as well."""
        query = question(RenovationReport, "by=city&by=industry&year=2024&city=320300&sort=industry")
        found = form_context(query)["breadcrumbs"]
        urls = [step.url.partition("?")[2] for step in (*found.steps, *found.below)]
        assert urls[0] == "by=city&by=industry&year=2024&sort=industry"
        assert urls[1] == "by=city&by=industry&year=2024&part=subei"
        assert urls[3] == "by=county&by=industry&year=2024&county=320302"
        for url in urls:
            assert question(RenovationReport, url).by


class TestChips:
    def test_each_value_is_taken_away_by_itself(self) -> None:
        with translation.override("en"):
            query = question(RenovationReport, "industry=textile&industry=chemical&q=x")
            found = {chip.text: chip.url.partition("?")[2] for chip in form_context(query)["chips"]}
        assert found == {
            "Textile": "industry=chemical&q=x",
            "Chemical": "industry=textile&q=x",
            "x": "industry=textile&industry=chemical",
        }


class TestStocks:
    def test_designations_stand_until_the_year_they_are_revoked_in(self) -> None:
        for year, revoked in ((2022, None), (2022, "2024-05-01"), (2023, "2025-01-01"), (2024, None), (2025, None)):
            factories.designation(PEI, year=year, revoked_on=revoked, state="verified")
        factories.designation(PEI, year=2024, state="submitted")
        for year, stock, granted in ((2021, 0, 0), (2022, 2, 2), (2023, 3, 1), (2024, 3, 1), (2025, 3, 1)):
            total = answer(DesignationsReport, f"year={year}&kind=green-factory")["total"]
            assert total == {"stock": stock, "granted": granted}, year

    def test_kinds_and_tiers_are_told_apart(self) -> None:
        factories.designation(PEI, state="verified")
        factories.designation(PEI, state="verified", tier="provincial")
        factories.designation(PEI, "green-park", state="verified")
        factories.designation(KUNSHAN, "cluster", state="verified")
        by_kind = {
            row["kind"]["code"]: row["granted"] for row in answer(DesignationsReport, "by=kind&year=2024")["rows"]
        }
        assert {kind: count for kind, count in by_kind.items() if count} == {
            "green-factory": 2,
            "green-park": 1,
            "cluster": 1,
        }
        assert answer(DesignationsReport, "kind=green-factory&tier=national&year=2024")["total"]["stock"] == 1
        assert Designation.objects.count() == 4

    @pytest.mark.parametrize(
        ("day", "active"),
        [("2009-12-31", 0), ("2010-01-01", 1), ("2023-06-29", 2), ("2023-06-30", 1), ("2024-02-01", 2)],
    )
    def test_enterprises_of_a_day(self, day: str, active: int) -> None:
        """An enterprise is active from its first day on, and no longer on the last."""
        for begins, ends in (("2010-01-01", None), ("2012-05-01", "2023-06-30"), ("2024-02-01", None)):
            factories.enterprise(PEI, active_from=begins, active_until=ends, state="verified")
        found = answer(EnterprisesReport, f"at={day}&by=city")
        assert found["total"]["enterprises"] == active
        assert len(answer(EnterprisesReport, f"at={day}")["rows"]) == active

    def test_a_day_and_periods_exclude_each_other(self) -> None:
        for query in ("at=2024-12-31&year=2024", "at=2024-12-31&by=year", "at=2024-12-31&by=city&across=year"):
            with pytest.raises(BadQuery):
                question(EnterprisesReport, query)


class TestDivisions:
    @pytest.fixture
    def mills(self) -> None:
        for code in ("C1713", "C1712", "C17", "C2614", ""):
            factories.enterprise(PEI, industry_code=code, state="verified")

    @pytest.mark.parametrize(
        ("gbt", "count"),
        [("C17", 3), ("17", 3), ("c17", 3), ("171", 2), ("1713", 1), ("C", 4), ("26", 1), ("C9", 0), ("none", 1)],
    )
    def test_a_prefix_finds_what_begins_with_it(self, mills: None, gbt: str, count: int) -> None:
        assert answer(EnterprisesReport, f"gbt={gbt}")["total"]["enterprises"] == count

    def test_a_row_of_a_division_leads_to_the_longer_codes_chosen(self, mills: None) -> None:
        query = question(EnterprisesReport, "by=gbt&gbt=C171&gbt=C26")
        rows = rollup_grid(roll_up(query)).rows
        links = {row.cells[0].text: row.cells[1] for row in rows if row.cells[1].value}
        assert len(links) == 3
        for cell in links.values():
            total = answer(EnterprisesReport, cell.url.partition("?")[2])["total"]
            assert total["enterprises"] == cell.value

    def test_divisions_have_names(self, mills: None) -> None:
        with translation.override("zh-hans"):
            labels = {row["gbt"]["label"] for row in answer(EnterprisesReport, "by=gbt")["rows"]}
        assert any(label.startswith("C17 ") for label in labels)
        assert Enterprise.objects.filter(industry_code__startswith="C17").count() == 3


class TestEquipment:
    def test_sets_are_added_up_and_entries_counted(self) -> None:
        for category, quantity in (("voluntary", 30), ("voluntary", 1), ("backward", 5), ("low-quality", 7)):
            factories.retired(PEI, category=category, quantity=quantity, state="verified")
        factories.retired(PEI, quantity=99, retired_on="2023-12-31", state="verified")
        assert answer(RetiredEquipmentReport, "year=2024")["total"] == {"sets": 43, "entries": 4}
        voluntary = answer(RetiredEquipmentReport, "year=2024&category=voluntary")["total"]
        assert voluntary == {"sets": 31, "entries": 2}


class TestLoans:
    def test_enterprises_and_projects_count_once(self) -> None:
        owner = factories.enterprise(PEI, state="verified")
        made = factories.project(PEI, enterprise=owner, state="verified")
        for project, day in ((made, "2024-01-05"), (made, "2024-02-05"), (None, "2024-12-31"), (None, "2023-12-31")):
            line = factories.loan(PEI, enterprise=owner, project=project, granted_on=day, state="verified")
            factories.drawing(line, drawn_on="2025-06-01", amount=2_000_000, state="verified")
        total = answer(LoansReport, "year=2024")["total"]
        assert total == {
            "loans": 3,
            "credit": "30000000.00",
            "lent": "6000000.00",
            "enterprises": 1,
            "projects": 1,
        }

    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_products_are_named_in_both_languages(self, language: str) -> None:
        factories.loan(SUZHOU, product_id="revitalization", state="verified")
        with translation.override(language):
            labels = {row["product"]["label"] for row in answer(LoansReport, "by=product")["rows"]}
            assert labels == {str(product) for product in LoanProduct.objects.all()}
            (row,) = answer(LoansReport, "")["rows"]
        product = LoanProduct.objects.get(pk="revitalization")
        assert row["product"] == (product.name_zh if language == "zh-hans" else product.name_en)


def test_a_name_that_is_shown_as_a_number_finds_nothing() -> None:
    """A search for the name of an enterprise elsewhere must not reveal whose loan it is."""
    factories.loan(GULOU, enterprise=factories.enterprise(SUZHOU, name="ZQB-7 mill"), state="verified")
    for place, count in ((XUZHOU, 0), (PROVINCE, 1)):
        client = factories.browser(factories.official("manager", place))
        for words in ("ZQB-7", ""):
            answer = json.loads(body(client.get(f"/reports/loans/?q={words}&format=json")))
            assert answer["total"]["loans"] == (count if words else 1)
