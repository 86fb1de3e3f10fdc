"""The data of the default size: the published figures, and a plausible spread."""

import datetime
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from enterprises.codes import check_digit_fits as credit_digit_fits
from enterprises.models import Designation, Enterprise, EnterpriseExit, Industry, Product
from finance.models import Allocation, Loan
from projects.codes import check_digit_fits as project_digit_fits
from projects.models import (
    Action,
    ChemicalUnit,
    EquipmentListing,
    LandRenewal,
    Participation,
    RenovationProject,
    RetiredEquipment,
    Stage,
    Watch,
)
from revival.accounts.models import Region
from revival.demo.codes import organisation_digit
from revival.demo.load import TABLES

pytestmark = pytest.mark.usefixtures("loaded")
KINDS: list[Any] = list(TABLES)
# Of which something waits for review, and others with an enterprise.
WORK = (RetiredEquipment, Loan, EquipmentListing, ChemicalUnit, LandRenewal, Allocation, Product)
FOLLOWING = (Designation, EnterpriseExit, Participation)
LISTED = "FROM projects_renovationproject WHERE state = 'verified' AND year = 2024"


def rows(statement: str, *parameters: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        found: list[Any] = cursor.fetchall()
    return found


def column(statement: str, *parameters: Any) -> set[Any]:
    return {value for (value,) in rows(statement, *parameters)}


def test_published_figures_of_2024() -> None:
    """The verified list of 2024 has exactly the article's count and sum."""
    assert rows(f"SELECT count(*), sum(total_investment) {LISTED}") == [(1363, Decimal("209833000000.00"))]


def test_key_support_and_taihu_basin() -> None:
    """Ninety key-support projects and eleven of the Taihu basin, whatever else is filtered."""
    assert rows(f"SELECT count(*) {LISTED} AND key_support_year = 2024") == [(90,)]
    assert rows("SELECT count(*) FROM projects_renovationproject WHERE key_support_year = 2024") == [(90,)]
    assert rows(
        "SELECT count(*), count(*) FILTER (WHERE industry = 'textile' AND state = 'verified' AND year = 2024 "
        "AND city_id IN ('320200', '320400', '320500', '321100')) "
        "FROM projects_renovationproject WHERE 'taihu-basin' = ANY(programmes)"
    ) == [(11, 11)]


@pytest.mark.parametrize(("year", "count"), [(2023, 1180), (2025, 700)])
def test_years_beside_it(year: int, count: int) -> None:
    """The lists of 2023 and 2025 have their sizes."""
    statement = "SELECT count(*) FROM projects_renovationproject WHERE state = 'verified' AND year = %s"
    assert rows(statement, year) == [(count,)]


def test_every_slice_is_present() -> None:
    """No city, county, industry, action, stage or month of 2024 is empty."""
    places = set(Region.objects.filter(level__in=("county", "zone")).values_list("pk", flat=True))
    assert len(places) == 96
    assert column(f"SELECT region_id {LISTED}") == places
    assert len(column(f"SELECT city_id {LISTED}")) == 13
    assert column(f"SELECT industry {LISTED}") == set(Industry.values)
    assert column(f"SELECT action {LISTED}") == set(Action.values)
    assert column(f"SELECT stage {LISTED}") == set(Stage.values)
    assert column(f"SELECT extract(month FROM start_date)::int {LISTED}") == set(range(1, 13))
    assert column(f"SELECT unnest(watch) {LISTED}") == set(Watch.values)


def test_large_cities_lead() -> None:
    """Suzhou, Wuxi and Nantong have the most projects; none has more than a quarter."""
    counts = rows(f"SELECT city_id, count(*) {LISTED} GROUP BY 1 ORDER BY 2 DESC")
    assert {city for city, _count in counts[:3]} == {"320500", "320200", "320600"}
    assert counts[0][1] < 1363 / 4


def test_codes_are_right_in_form_and_issued_to_nobody() -> None:
    """All codes pass the check digits that officials know; an inner one of credit codes is never right."""
    credit_codes = list(Enterprise.objects.values_list("credit_code", flat=True))
    project_codes = list(RenovationProject.objects.values_list("code", flat=True))
    assert len(set(credit_codes)) == 4035
    assert len(set(project_codes)) == 3300
    assert all(map(credit_digit_fits, credit_codes))
    assert all(map(project_digit_fits, project_codes))
    assert not any(organisation_digit(code[8:16]) == code[16] for code in credit_codes)


def test_inner_digit_is_that_of_the_standard() -> None:
    """GB 11714's own example: D2143569 has the check digit X."""
    assert organisation_digit("D2143569") == "X"


def test_every_row_passes_the_forms_own_checks() -> None:
    """A sample of each kind is valid for Django as well."""
    for model in KINDS:
        found = model._default_manager.order_by("pk")
        samples = found[:: max(1, found.count() // 20)]
        assert len(samples) >= 5, model
        for row in samples:
            row.full_clean()


def test_everything_is_marked_synthetic() -> None:
    """Source on each row and the words on each name, but for the facts that the article names."""
    facts = json.loads(Path(settings.FIXTURE_DIRS[0], "facts.json").read_text(encoding="utf-8"))
    named = {each["name"] for part in facts.values() for each in part if "name" in each}
    found, stated = set(), 0
    for model in KINDS:
        table = model._meta.db_table
        assert column(f"SELECT source FROM {table}") <= {"synthetic", "command"}
        ((count,),) = rows(f"SELECT count(*) FROM {table} WHERE source = 'command' AND state = 'verified'")
        stated += count
        if "name" in {field.name for field in model._meta.fields}:
            found |= column(f"SELECT name FROM {table} WHERE source = 'command'")
            unmarked = f"SELECT count(*) FROM {table} WHERE name <> '' AND source = 'synthetic'"
            assert rows(f"{unmarked} AND name NOT LIKE '%%合成样例%%'") == [(0,)]
    assert found == named
    assert stated == sum(map(len, facts.values()))


def test_projects_fit_their_enterprises() -> None:
    """A project lies where its enterprise lies, in its industry, and the enterprise is verified and older."""
    assert rows(
        "SELECT count(*) FROM projects_renovationproject p JOIN enterprises_enterprise e ON e.id = enterprise_id "
        "WHERE p.region_id <> e.region_id OR p.industry <> e.industry OR e.state <> 'verified' "
        "OR e.active_from > p.start_date OR p.planned_investment > p.total_investment"
    ) == [(0,)]


def test_progress_is_whole_and_never_falls() -> None:
    """Every listed project has its verified months from January on, cumulative; the plan is met in December."""
    assert rows(
        "SELECT year, first, last, count, count(*) FROM (SELECT project_id, year, min(month) AS first, "
        "max(month) AS last, count(*) FROM projects_projectprogress WHERE state = 'verified' GROUP BY 1, 2) g "
        "GROUP BY 1, 2, 3, 4 ORDER BY 1"
    ) == [(2023, 1, 12, 12, 1180), (2024, 1, 12, 12, 1363), (2025, 1, 6, 6, 700)]
    assert rows(
        "SELECT count(*) FROM (SELECT planned - lag(planned) OVER w AS more, completed - lag(completed) OVER w "
        "AS done FROM projects_projectprogress WINDOW w AS (PARTITION BY project_id ORDER BY month)) steps "
        "WHERE more < 0 OR done < 0"
    ) == [(0,)]
    assert rows(
        "SELECT count(*) FROM projects_projectprogress g JOIN projects_renovationproject p ON p.id = project_id "
        "WHERE month = 12 AND planned <> p.planned_investment"
    ) == [(0,)]


def test_completion_is_plausible() -> None:
    """The province comes close to its plan of 2024, some projects lie far behind, and July waits for review."""
    ((rate,),) = rows(f"SELECT sum(completed_investment) / sum(planned_investment) {LISTED}")
    assert Decimal("0.95") < rate < Decimal("0.99")
    ((behind,),) = rows(f"SELECT count(*) {LISTED} AND completed_investment < 0.8 * planned_investment")
    assert 10 < behind < 100
    assert rows("SELECT DISTINCT year, month FROM projects_projectprogress WHERE state <> 'verified'") == [(2025, 7)]


def test_nothing_was_changed_after_it_came_in() -> None:
    """One event per row, all inserts under the command's name; the kept totals agree with the months."""
    for table in (model._meta.db_table for model in KINDS):
        ((count,),) = rows(f"SELECT count(*) FROM {table}")
        found = rows(f"SELECT pgh_label, pgh_context ->> 'command', count(*) FROM {table}event GROUP BY 1, 2")
        assert found == [("insert", "demo", count)]
    assert rows(
        "SELECT count(*) FROM projects_renovationproject WHERE reported_month <> COALESCE((SELECT max(month) FROM "
        "projects_projectprogress g WHERE g.project_id = projects_renovationproject.id AND g.state = 'verified'), 0)"
    ) == [(0,)]
    assert rows(
        "SELECT count(*) FROM finance_loan WHERE lent <> COALESCE((SELECT sum(amount) FROM finance_drawing d "
        "WHERE d.loan_id = finance_loan.id AND d.state = 'verified'), 0)"
    ) == [(0,)]
    last = "SELECT DISTINCT ON (project_id) project_id, completed FROM projects_projectprogress "
    kept = "SELECT id, completed_investment FROM projects_renovationproject WHERE state = 'verified'"
    assert dict(rows(last + "WHERE state = 'verified' ORDER BY project_id, month DESC")) == dict(rows(kept))


SETS = "SELECT sum(quantity) FROM projects_retiredequipment WHERE state = 'verified' AND retired_on"
OF_2024 = "BETWEEN '2024-01-01' AND '2024-12-31'"
GRANTED = "FROM enterprises_designation WHERE state = 'verified' AND kind = %s"


def test_retired_equipment_of_2024() -> None:
    """3,396 sets withdrawn voluntarily, more than 1,300 of them in Xuzhou; 47 backward; none of low quality."""
    assert rows(f"{SETS} {OF_2024} AND category = 'voluntary'") == [(3396,)]
    ((xuzhou,),) = rows(f"{SETS} {OF_2024} AND category = 'voluntary' AND city_id = '320300'")
    assert 1_300 < xuzhou <= 1_430
    assert rows(f"{SETS} {OF_2024} AND category = 'backward'") == [(47,)]
    assert rows(f"{SETS} {OF_2024} AND category = 'low-quality'") == [(None,)]
    assert rows(f"{SETS} NOT {OF_2024} AND category = 'low-quality'")[0][0] > 0


@pytest.mark.parametrize(
    ("kind", "count", "tiers", "cities"),
    [
        ("green-factory", 95, {"national"}, 13),
        ("green-park", 18, {"national"}, 2),
        ("green-supply-chain", 14, {"national"}, 2),
        ("near-zero-carbon", 40, {"city"}, {"320500"}),
        ("foundry-standard", 27, {"national"}, 2),
        ("smart-chemical-park", 3, {"national"}, {"320200"}),
    ],
)
def test_designations_of_2024(kind: str, count: int, tiers: set[str], cities: Any) -> None:
    """The published numbers, each kind where it is said to be."""
    assert rows(f"SELECT count(*) {GRANTED} AND year = 2024", kind) == [(count,)]
    assert {tier for (tier,) in rows(f"SELECT tier {GRANTED} AND year = 2024", kind)} == tiers
    found = {city for (city,) in rows(f"SELECT city_id {GRANTED} AND year = 2024", kind)}
    assert found == cities if isinstance(cities, set) else len(found) >= cities


def test_green_parks_in_force_are_not_those_granted() -> None:
    """51 national ones stand at the end of 2024, 18 of them new; each is a park of its own, and one was revoked."""
    standing = "AND tier = 'national' AND year <= 2024 AND COALESCE(revoked_on > '2024-12-31', TRUE)"
    assert rows(f"SELECT count(*), count(DISTINCT park_id) {GRANTED} {standing}", "green-park") == [(51, 51)]
    assert rows(f"SELECT count(*) {GRANTED} AND revoked_on IS NOT NULL", "green-park") == [(1,)]
    assert rows(f"SELECT count(*) {GRANTED} AND year < 2024", "near-zero-carbon") == [(0,)]


def test_parks() -> None:
    """34 characteristic parks were recognised in 2024, none of them green; of expansions three cities are named."""
    of_2024 = f"FROM enterprises_park WHERE state = 'verified' AND active_from {OF_2024}"
    assert rows(f"SELECT count(*) {of_2024} AND 'characteristic' = ANY(kinds)") == [(34,)]
    designated = "SELECT park_id FROM enterprises_designation WHERE park_id IS NOT NULL"
    assert rows(f"SELECT count(*) {of_2024} AND id IN ({designated})") == [(0,)]
    expanded = f"SELECT city_id FROM enterprises_parkexpansion WHERE approved_on {OF_2024} AND source = %s"
    assert column(expanded, "command") == {"321000", "320700", "321100"}
    assert column(expanded, "synthetic") == {"320300", "320500"}


def test_loans_of_2024() -> None:
    """54 projects and 2.178 billion yuan of the one product, 601 enterprises and 60.8 billion of the other."""
    statement = (
        "SELECT count(*), count(DISTINCT enterprise_id), count(DISTINCT project_id), sum(lent) FROM finance_loan "
        f"WHERE state = 'verified' AND granted_on {OF_2024} AND product_id = %s"
    )
    ((loans, _enterprises, projects, lent),) = rows(statement, "revitalization")
    assert (projects, lent) == (54, 2_178_000_000)
    assert loans > projects
    ((loans, enterprises, projects, lent),) = rows(statement, "green-factory")
    assert (enterprises, projects, lent) == (601, 0, 60_800_000_000)
    assert loans > enterprises
    assert rows("SELECT count(*) FROM finance_loan WHERE credit < lent") == [(0,)]
    assert rows(
        "SELECT count(*) FROM finance_loan l JOIN finance_drawing d ON d.loan_id = l.id WHERE drawn_on < granted_on"
    ) == [(0,)]


def test_exits_of_2024() -> None:
    """73 were closed, and in Changshu 136 of printing and dyeing became 64, by mergers among them."""
    exits = "FROM enterprises_enterpriseexit WHERE state = 'verified' AND kind = %s"
    assert rows(f"SELECT count(*) {exits} AND exited_on {OF_2024}", "closed") == [(73,)]
    assert {year for (year,) in rows(f"SELECT extract(year FROM exited_on) {exits}", "merged")} == {2023, 2024, 2025}
    dyeing = (
        "SELECT count(*) FROM enterprises_enterprise WHERE state = 'verified' AND region_id = '320581' "
        "AND left(industry_code, 5) IN ('C1713', 'C1723', 'C1733', 'C1743', 'C1752', 'C1762') AND active_from <= %s "
        "AND COALESCE(active_until > %s, TRUE)"
    )
    days = (datetime.date(2023, 12, 31), datetime.date(2024, 12, 31))
    assert [rows(dyeing, day, day) for day in days] == [[(136,)], [(64,)]]
    merged = f"count(*), count(DISTINCT merged_into_id) {exits} AND region_id = '320581'"
    assert rows(f"SELECT {merged} AND exited_on {OF_2024}", "merged") == [(72, 64)]


def test_listings_of_2024() -> None:
    """The published entries of each list; some products stand on two, and of the elderly's list there are 277."""
    listed = "FROM enterprises_listing WHERE state = 'verified' AND year = 2024"
    assert dict(rows(f"SELECT kind, count(*) {listed} GROUP BY 1")) == {
        "key-innovative": 337,
        "promoted": 1483,
        "independent-innovation": 278,
        "famous-consumer-product": 12,
        "for-the-elderly": 36,
    }
    ((listings, products),) = rows(f"SELECT count(*), count(DISTINCT product_id) {listed}")
    assert 0.9 * listings < products < listings
    totals = "SELECT DISTINCT kind, year, national_total FROM enterprises_listing WHERE national_total IS NOT NULL"
    assert rows(totals) == [("for-the-elderly", 2024, 277)]


def test_chemical_units_of_2024() -> None:
    """281 of 289 were completed, in that year."""
    found = "FROM projects_chemicalunit WHERE state = 'verified'"
    assert rows(f"SELECT count(*), count(completed_on) {found} AND planned_year = 2024") == [(289, 281)]
    assert rows(f"SELECT count(*) {found} AND completed_on {OF_2024}") == [(281,)]
    assert rows(f"SELECT count(*) {found} AND planned_year = 2024 AND industry <> 'chemical'") == [(0,)]


def test_land_of_2024() -> None:
    """Jiangyan, Liyang and Wujiang have the published areas, and Wujiang's tax about doubled; Xuzhou has land too."""
    places = {
        (region, method): (sites, float(area))
        for region, method, sites, area in rows(
            "SELECT CASE WHEN city_id = '320300' THEN city_id ELSE region_id END, method, count(*), sum(area) "
            f"FROM projects_landrenewal WHERE state = 'verified' AND renewed_on {OF_2024} GROUP BY 1, 2"
        )
    }
    assert places["321204", "two-breaks-three-clearings"] == (9, 518.5)
    assert places["320481", "village-park"] == (6, 724)
    assert places["320509", "inefficient-land"] == (48, 45_000)
    assert {region for region, _method in places} >= {"320300", "320583"}
    assert rows(
        "SELECT round(sum(tax_after) / sum(tax_before), 2), min(year_before), max(year_before), min(year_after) "
        f"FROM projects_landrenewal WHERE state = 'verified' AND region_id = '320509' AND renewed_on {OF_2024} "
        "AND method = 'inefficient-land'"
    ) == [(Decimal("2.03"), 2020, 2020, 2024)]


def test_activities_of_2024() -> None:
    """101 dockings with nearly 9,000 attendances; 87 in Jiangyan's campaign, 20 of textile in service rounds."""
    took = f"FROM projects_participation WHERE state = 'verified' AND held_on {OF_2024} AND kind IN %s"
    docking = "('supply-demand', 'bank-enterprise')"
    measures = "SELECT count(DISTINCT activity_id), count(*), count(DISTINCT enterprise_id)"
    ((events, attendances, enterprises),) = rows(f"{measures} {took.replace('%s', docking)}")
    assert (events, attendances) == (101, 8912)
    assert enterprises < 0.5 * attendances
    assert rows(f"{measures} {took.replace('%s', docking)} AND city_id = '320300'")[0][0] > 1
    assert rows(f"{measures} {took.replace('%s', docking)} AND region_id = '320583'")[0][0] > 1
    for kind, region, industries, served in (
        ("campaign", "321204", {"machinery", "metallurgy"}, 87),
        ("service-round", None, {"textile"}, 20),
    ):
        only = took.replace("%s", f"('{kind}')")
        assert rows(f"{measures} {only}") == [(1, served, served)]
        assert column(f"SELECT industry {only}") == industries
        assert region is None or column(f"SELECT region_id {only}") == {region}


def test_equipment_lists_of_2024() -> None:
    """3,120 enterprises in need, 2,046 suppliers, most of machinery, and 1,420 projects with their amounts."""
    listed = "FROM projects_equipmentlisting WHERE state = 'verified' AND year = 2024 AND kind = %s"
    for kind, subject, count in (
        ("demand", "enterprise_id", 3120),
        ("supply", "enterprise_id", 2046),
        ("financing", "project_id", 1420),
    ):
        ((entries, distinct),) = rows(f"SELECT count(*), count(DISTINCT {subject}) {listed}", kind)
        assert distinct == count < entries
    assert rows(f"SELECT count(*) {listed} AND industry = 'machinery'", "supply")[0][0] > 2046 / 2
    assert rows(f"SELECT count(*) {listed} AND COALESCE(amount, 0) = 0", "financing") == [(0,)]


def test_allocations_of_2024() -> None:
    """83 projects of the year's list and 2.346 billion yuan of treasury bonds; 150 million of discounts."""
    given = f"FROM finance_allocation WHERE state = 'verified' AND allocated_on {OF_2024} AND fund = %s"
    totals = f"SELECT count(DISTINCT project_id), sum(amount) {given}"
    assert rows(totals, "treasury-bond") == [(83, 2_346_000_000)]
    assert rows(f"SELECT sum(amount) {given}", "interest-discount") == [(150_000_000,)]
    own = f"{given} AND project_id IN (SELECT id {LISTED} AND action = 'equipment-renewal')"
    assert rows(f"SELECT count(DISTINCT project_id) {own}", "treasury-bond") == [(83,)]


def test_policies() -> None:
    """The plan of the province answers the nation's; seven cities answered it, and the others have yet to."""
    assert rows(
        "SELECT count(DISTINCT p.city_id), count(*) FILTER (WHERE p.level = 'city'), min(n.level) "
        "FROM projects_policy p JOIN projects_policy a ON a.id = p.answers_id JOIN projects_policy n "
        "ON n.id = a.answers_id WHERE p.state = 'verified' AND p.city_id IS NOT NULL AND a.level = 'province'"
    ) == [(7, 7, "nation")]
    assert column("SELECT region_id FROM projects_policy WHERE year = 2024 AND state = 'verified'") >= {
        "320300",
        "320583",
    }


def test_ended_enterprises_have_nothing_later() -> None:
    """Each has its verified exit of that day; no other record names it, and what it was merged into goes on."""
    ended = "SELECT id FROM enterprises_enterprise WHERE active_until IS NOT NULL"
    assert rows(
        "SELECT count(*), count(x.id), count(*) FILTER (WHERE active_until <> exited_on OR x.state <> 'verified') "
        "FROM enterprises_enterprise e LEFT JOIN enterprises_enterpriseexit x ON x.enterprise_id = e.id "
        "WHERE active_until IS NOT NULL OR x.id IS NOT NULL"
    ) == [(254, 254, 0)]
    assert rows(f"SELECT count(*) FROM enterprises_enterpriseexit WHERE merged_into_id IN ({ended})") == [(0,)]
    for model in set(KINDS) - {EnterpriseExit}:
        if any(field.name == "enterprise" for field in model._meta.fields):
            assert rows(f"SELECT count(*) FROM {model._meta.db_table} WHERE enterprise_id IN ({ended})") == [(0,)]


def test_everything_fits_its_enterprise() -> None:
    """What names an enterprise lies where it lies, in its industry; a project that it is for is its own."""
    for model in (*WORK, *FOLLOWING):
        table = model._meta.db_table
        assert rows(
            f"SELECT count(*) FROM {table} r JOIN enterprises_enterprise e ON e.id = enterprise_id "
            "WHERE r.region_id <> e.region_id OR r.industry <> e.industry OR e.state <> 'verified'"
        ) == [(0,)]
    for model in (Loan, Allocation, EquipmentListing):
        assert rows(
            f"SELECT count(*) FROM {model._meta.db_table} r JOIN projects_renovationproject p ON p.id = project_id "
            "WHERE p.enterprise_id <> r.enterprise_id OR p.state <> 'verified'"
        ) == [(0,)]


def test_review_is_by_two_people_in_the_past() -> None:
    """Nobody verified what he submitted, and Xuzhou's and Kunshan's own users did their part."""
    assert rows(
        "SELECT count(*) FROM projects_renovationproject WHERE submitted_by_id = verified_by_id "
        "OR verified_at <= submitted_at OR verified_at > %s",
        datetime.datetime(2025, 7, 1, tzinfo=datetime.UTC),
    ) == [(0,)]
    assert column(
        "SELECT DISTINCT o.username FROM projects_renovationproject p JOIN accounts_official o "
        "ON o.id IN (p.submitted_by_id, p.verified_by_id)"
    ) == {"province-clerk", "province-verifier", "xuzhou-clerk", "xuzhou", "nanjing", "kunshan-clerk"}


ABSENT = {("320583", "submitted")}


@pytest.mark.parametrize(
    ("region", "state"),
    [
        *(("320300", state) for state in ("draft", "submitted", "returned")),
        *(("320583", state) for state in ("draft", "submitted", "returned")),
        ("320100", "submitted"),
    ],
)
def test_demonstration_users_find_work(region: str, state: str) -> None:
    """In the users' own regions some projects wait in each state; returned ones say why."""
    place = Region.objects.get(pk=region)
    waiting = RenovationProject.objects.filter(state=state).within(place)
    assert waiting.count() >= 2
    assert all(bool(project.comment) == (state == "returned") for project in waiting)
    for model in WORK if (region, state) not in ABSENT else ():
        assert model.objects.filter(state=state).within(place).exists(), model
