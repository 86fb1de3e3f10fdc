"""Review from a list: the effect on totals, of records and of revisions."""

import json
from decimal import Decimal
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client

from enterprises.models.kinds import GreenFactory
from projects.models import ProjectProgress, RenovationProject
from revival.accounts.models import Official
from revival.catalogue import REPORTS
from revival.records.models import Revision, State
from revival.reporting.report import Report
from revival.reporting.units import MONEY, MONEY_UNITS
from tests import factories
from tests.factories import (
    GULOU,
    KUNSHAN,
    PEI,
    PROVINCE,
    browser,
    official,
    outside_requests,
    progress,
    project,
)
from tests.records.bulk.batch import choose, closed, confirm, refused, run, states

pytestmark = pytest.mark.django_db


def shown(page: Any) -> dict[tuple[str, str, str], tuple[str, str, str]]:
    """Before, after and difference by report and year, place and figure."""
    return {
        (changes.heading, place, change.figure): change[2:]
        for changes in page.context["effects"]
        for place, found in changes.places
        for change in found
    }


def reported(client: Client, report: type[Report], by: str, query: str) -> dict[str, Any]:
    """The figures of a report by place, and in all, as its file has them."""
    page = client.get(f"{report.url()}?format=json&by={by}&{query}")
    found = json.loads(b"".join(page.streaming_content))  # type: ignore[attr-defined]
    return {row[by]["label"]: row for row in found["rows"]} | {"": found["total"]}


class TestEffect:
    def test_projects_by_county_city_and_province(self) -> None:
        """The preview says what the report says afterwards. Places that do not change are left out."""
        user = official("verifier", PROVINCE)
        page = browser(user)
        project(GULOU, state=State.VERIFIED)
        project(PEI, state=State.VERIFIED)
        rows = [project(code, state=State.SUBMITTED) for code in (GULOU, GULOU, KUNSHAN)]
        rows += [project(KUNSHAN, state=State.SUBMITTED, year=2023, total_investment=70_000_000)]
        preview = choose(page, RenovationProject, "verify", rows)
        found = shown(preview)
        heading, count = "Renovation projects · 2024", "Number of projects"
        assert found[heading, "Jiangsu", count] == ("2", "5", "+3")
        assert found[heading, "Xuzhou", count] == ("2", "4", "+2")
        assert found[heading, "Gulou District, Xuzhou", count] == ("1", "3", "+2")
        assert found[heading, "Kunshan, Suzhou", "Total investment"] == ("0.00", "5,000.00", "+5,000.00")
        assert found["Renovation projects · 2023", "Jiangsu", "Total investment"][1] == "7,000.00"
        assert "Pei County, Xuzhou" not in {place for _heading, place, _figure in found}
        assert ("Renovation projects · 2024", "Xuzhou", "Completion rate") not in found
        assert confirm(page, RenovationProject, preview).context["done"] == 4
        report = admin_report(RenovationProject)
        measures = {m.heading(RenovationProject): m for m in report.measures}
        for (heading, place, figure), (_before, after, _difference) in found.items():
            by, measure = "county" if ", " in place else "city", measures[figure]
            numbers = reported(page, report, by, f"year={heading[-4:]}")["" if place == "Jiangsu" else place]
            value = None if numbers[measure.name] is None else Decimal(numbers[measure.name])
            assert after == (MONEY_UNITS["wan"] if measure.unit is MONEY else measure.unit).show(value)

    def test_months_change_their_own_report_and_that_of_projects(self, verifier: Official) -> None:
        """Rates change in percentage points. A sentence names the totals above a city."""
        of = project(state=State.VERIFIED)
        progress(of, month=1, state=State.VERIFIED)
        row = progress(of, month=2, planned=4_000_000, completed=3_000_000, state=State.SUBMITTED)
        page = browser(verifier)
        preview = choose(page, ProjectProgress, "verify", [row])
        found = shown(preview)
        assert found["Monthly progress · 2024", "Xuzhou", "Completion rate"] == (
            "100.0",
            "75.0",
            "-25.0 percentage points",
        )
        completed = found["Renovation projects · 2024", "Gulou District, Xuzhou", "Completed investment"]
        assert completed == ("100.00", "300.00", "+200.00")
        assert "The totals above your region (Jiangsu)" in preview.content.decode()
        assert confirm(page, ProjectProgress, preview).context["done"] == 1
        for report, name in (("progress", "completed"), ("renovation", "completed")):
            figures = reported(page, next(r for r in REPORTS if r.name == report), "county", "year=2024")
            assert figures["Gulou District, Xuzhou"][name] == "3000000.00"
        rate = reported(page, admin_report(ProjectProgress), "city", "year=2024")["Xuzhou"]["completion"]
        assert rate == 0.75

    def test_designations_stand_from_their_year_on(self, verifier: Official) -> None:
        """The stock at the end of the year and those granted in it change, only for the kind of the list."""
        factories.designation(GULOU, "green-factory", state=State.VERIFIED, year=2020)
        factories.designation(GULOU, "cluster", state=State.VERIFIED)
        rows = [factories.designation(GULOU, "green-factory", state=State.SUBMITTED, year=y) for y in (2023, 2024)]
        page = browser(verifier)
        preview = choose(page, GreenFactory, "verify", rows)
        found = {(heading[-4:], figure): v for (heading, place, figure), v in shown(preview).items() if "," in place}
        assert found == {
            ("2023", "In force"): ("1", "2", "+1"),
            ("2023", "Granted in the period"): ("0", "1", "+1"),
            ("2024", "In force"): ("1", "3", "+2"),
            ("2024", "Granted in the period"): ("0", "1", "+1"),
        }
        assert confirm(page, GreenFactory, preview).context["done"] == 2
        for year, stock in (("2023", 2), ("2024", 3)):
            figures = reported(page, admin_report(GreenFactory), "city", f"year={year}&kind=green-factory")
            assert (figures["Xuzhou"]["stock"], figures["Xuzhou"]["granted"]) == (stock, 1)

    def test_a_county_sees_its_own_total_alone(self) -> None:
        """There is no row of its city. The sentence names city and province."""
        row = project(GULOU, state=State.SUBMITTED)
        project(PEI, state=State.VERIFIED)
        page = choose(browser(official("verifier", GULOU)), RenovationProject, "verify", [row])
        assert {place for _heading, place, _figure in shown(page)} == {"Gulou District, Xuzhou"}
        assert shown(page)["Renovation projects · 2024", "Gulou District, Xuzhou", "Number of projects"][0] == "0"
        assert "(Xuzhou, Jiangsu)" in page.content.decode()

    def test_what_does_not_count_changes_no_total(self, clerk: Official, verifier: Official) -> None:
        """Submitting, returning and a refused verification change none."""
        row = project()
        for user, action in ((clerk, "submit"), (verifier, "return"), (verifier, "verify")):
            page = choose(browser(user), RenovationProject, action, [row])
            assert "No total changes." in page.content.decode()
            run(browser(user), RenovationProject, action, [row], comment="Mend it")

    def test_an_exit_lowers_the_stock_of_today(self, verifier: Official) -> None:
        row = factories.exit_of(state=State.SUBMITTED, enterprise=factories.enterprise(state=State.VERIFIED))
        found = shown(choose(browser(verifier), type(row), "verify", [row]))
        assert found["Enterprises", "Xuzhou", "Active enterprises"] == ("1", "0", "-1")
        assert found["Exits of enterprises · 2024", "Xuzhou", "Enterprises closed"] == ("0", "1", "+1")

    def test_small_differences_are_told_apart(self, verifier: Official) -> None:
        """Fifty fen in units of ten thousand yuan have as many decimals as they need."""
        of = project(state=State.VERIFIED, total_investment=10_000_000_000, planned_investment=10_000_000_000)
        progress(of, month=1, completed="5000000000.00", state=State.VERIFIED)
        row = progress(of, month=2, completed="5000000000.50", state=State.SUBMITTED)
        found = shown(choose(browser(verifier), ProjectProgress, "verify", [row]))
        assert found["Renovation projects · 2024", "Xuzhou", "Completed investment"] == (
            "500,000.00000",
            "500,000.00005",
            "+0.00005",
        )


def admin_report(model: Any) -> type[Report]:
    """The first report in which the records of the list count."""
    found: Any = admin.site.get_model_admin(model)
    report: type[Report] = found.counted_in[0].report
    return report


class TestRevisions:
    def test_verifying_applies_the_changes(self, verifier: Official) -> None:
        """Their effect is shown for the old and the new year. One that no longer fits is refused alone."""
        rows = [project(state=State.VERIFIED) for _ in range(3)]
        changes: Any = ({"year": 2023}, {"name": "Another name"}, {"code": rows[0].code})
        revisions = [
            factories.revision(record=row, changes=change) for row, change in zip(rows, changes, strict=True)
        ]
        outside_requests()
        stale = factories.revision(record=project(state=State.VERIFIED), changes={"name": "Late"})
        RenovationProject.objects.filter(pk=stale.object_id).update(comment="changed")
        page = browser(verifier)
        preview = choose(page, Revision, "verify", [*revisions, stale])
        found = shown(preview)
        assert found["Renovation projects · 2024", "Xuzhou", "Number of projects"] == ("4", "3", "-1")
        assert found["Renovation projects · 2023", "Xuzhou", "Number of projects"] == ("0", "1", "+1")
        assert set(refused(preview)) == {revisions[2].pk, stale.pk}
        assert states([*revisions, stale]) == ["submitted"] * 4
        assert refused(confirm(page, Revision, preview)) == refused(preview)
        assert states([*revisions, stale]) == ["verified", "verified", "submitted", "submitted"]
        assert [p.year for p in RenovationProject.objects.order_by("pk")] == [2023, 2024, 2024, 2024]
        assert RenovationProject.objects.get(pk=rows[1].pk).name == "Another name"

    def test_one_of_a_closed_period_waits(self, verifier: Official) -> None:
        row = factories.revision(record=project(state=State.VERIFIED), changes={"name": "Late"})
        closed(2024, 0)
        found = run(browser(verifier), Revision, "verify", [row])
        assert refused(found) == {row.pk: "The reporting period 2024 is not open for this region."}
