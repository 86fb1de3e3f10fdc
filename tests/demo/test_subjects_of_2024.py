"""The published figures of 2024, subject by subject, in the data of the default size."""

import datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.demo.data import LISTED, OF_2024, column, rows

pytestmark = pytest.mark.usefixtures("loaded")
SETS = "SELECT sum(quantity) FROM projects_retiredequipment WHERE state = 'verified' AND retired_on"
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
    """51 national ones are valid at the end of 2024, each for a different park. One was revoked."""
    standing = "AND tier = 'national' AND year <= 2024 AND COALESCE(revoked_on > '2024-12-31', TRUE)"
    assert rows(f"SELECT count(*), count(DISTINCT park_id) {GRANTED} {standing}", "green-park") == [(51, 51)]
    assert rows(f"SELECT count(*) {GRANTED} AND revoked_on IS NOT NULL", "green-park") == [(1,)]
    assert rows(f"SELECT count(*) {GRANTED} AND year < 2024", "near-zero-carbon") == [(0,)]


def test_parks() -> None:
    """34 characteristic parks were recognised in 2024, none of them green. Expansions name three cities."""
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
    """Each list has its published entries. Some products are on two, and the list for the elderly has 277 in all."""
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
    """101 dockings with nearly 9,000 attendances, 87 in Jiangyan's campaign, and 20 of textile in service rounds."""
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
    """The plan of the province answers the nation's. Seven cities have answered it, and the others have not yet."""
    assert rows(
        "SELECT count(DISTINCT p.city_id), count(*) FILTER (WHERE p.level = 'city'), min(n.level) "
        "FROM projects_policy p JOIN projects_policy a ON a.id = p.answers_id JOIN projects_policy n "
        "ON n.id = a.answers_id WHERE p.state = 'verified' AND p.city_id IS NOT NULL AND a.level = 'province'"
    ) == [(7, 7, "nation")]
    assert column("SELECT region_id FROM projects_policy WHERE year = 2024 AND state = 'verified'") >= {
        "320300",
        "320583",
    }
