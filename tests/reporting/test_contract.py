"""Rules for every report in the catalogue: totals, roll-ups and cross-tabs."""

import re
from decimal import Decimal
from html import unescape
from itertools import product
from typing import Any

import pytest
from django.db import connection

from revival.catalogue import REPORTS
from revival.reporting.measures import MeasureKind
from revival.reporting.months import is_months
from revival.reporting.report import Report
from tests.extent import every
from tests.reporting.contract import (
    EACH_DIMENSION_ONCE,
    EVERY_DIMENSION,
    SignIn,
    additive,
    answer,
    beside,
    exact,
    get,
    sheet,
)

# The totals of each report in SQL written by hand; a new report is given its line here.
PLAIN = {
    "renovation": """
        SELECT COUNT(*) AS projects, COALESCE(SUM(total_investment), 0) AS investment,
            COALESCE(SUM(planned_investment), 0) AS planned, COALESCE(SUM(completed_investment), 0) AS completed
        FROM projects_renovationproject r WHERE state = 'verified' AND year = %(year)s AND {scope}
    """,
    "progress": """
        SELECT COALESCE(SUM(planned), 0) AS planned, COALESCE(SUM(completed), 0) AS completed
        FROM (SELECT DISTINCT ON (project_id) * FROM projects_projectprogress
              WHERE state = 'verified' ORDER BY project_id, month DESC) r
        WHERE year = %(year)s AND {scope}
    """,
    "retired-equipment": """
        SELECT COALESCE(SUM(quantity), 0) AS sets, COUNT(*) AS entries
        FROM projects_retiredequipment r
        WHERE state = 'verified' AND EXTRACT(YEAR FROM retired_on) = %(year)s AND {scope}
    """,
    "green-factories": """
        SELECT COUNT(*) FILTER (
                WHERE year <= %(year)s AND COALESCE(EXTRACT(YEAR FROM revoked_on) > %(year)s, TRUE)
            ) AS stock,
            COUNT(*) FILTER (WHERE year = %(year)s) AS granted
        FROM enterprises_designation r WHERE state = 'verified' AND {scope}
    """,
    "loans": """
        SELECT COUNT(*) AS loans, COALESCE(SUM(credit), 0) AS credit,
            COALESCE(SUM((SELECT SUM(amount) FROM finance_drawing d
                WHERE d.loan_id = r.id AND d.state = 'verified')), 0) AS lent,
            COUNT(DISTINCT enterprise_id) AS enterprises, COUNT(DISTINCT project_id) AS projects
        FROM finance_loan r
        WHERE state = 'verified' AND EXTRACT(YEAR FROM granted_on) = %(year)s AND {scope}
    """,
    "enterprises": """
        SELECT COUNT(*) AS enterprises FROM enterprises_enterprise r
        WHERE state = 'verified' AND {scope} AND active_from <= make_date(%(year)s, 12, 31)
            AND COALESCE(active_until > make_date(%(year)s, 12, 31), TRUE)
    """,
    "exits": """
        SELECT COUNT(*) FILTER (WHERE kind = 'closed') AS closed, COUNT(*) FILTER (WHERE kind = 'merged') AS merged
        FROM enterprises_enterpriseexit r
        WHERE state = 'verified' AND EXTRACT(YEAR FROM exited_on) = %(year)s AND {scope}
    """,
    "parks": """
        SELECT COUNT(*) FILTER (
                WHERE active_from <= make_date(%(year)s, 12, 31)
                    AND COALESCE(active_until > make_date(%(year)s, 12, 31), TRUE)
            ) AS parks,
            COUNT(*) FILTER (WHERE EXTRACT(YEAR FROM active_from) = %(year)s) AS recognised
        FROM enterprises_park r WHERE state = 'verified' AND {scope}
    """,
    "park-expansions": """
        SELECT COUNT(*) AS expansions, COALESCE(SUM(area), 0) AS area
        FROM enterprises_parkexpansion r
        WHERE state = 'verified' AND EXTRACT(YEAR FROM approved_on) = %(year)s AND {scope}
    """,
    "listings": """
        SELECT COUNT(*) AS listings, COUNT(DISTINCT product_id) AS products
        FROM enterprises_listing r WHERE state = 'verified' AND year = %(year)s AND {scope}
    """,
    "chemical-units": """
        SELECT COUNT(*) AS planned,
            COUNT(*) FILTER (WHERE EXTRACT(YEAR FROM completed_on) = planned_year) AS completed,
            COUNT(*) FILTER (WHERE EXTRACT(YEAR FROM completed_on) > planned_year) AS late
        FROM projects_chemicalunit r WHERE state = 'verified' AND planned_year = %(year)s AND {scope}
    """,
    "land": """
        SELECT COALESCE(SUM(area), 0) AS area, COALESCE(SUM(tax_before), 0) AS tax_before,
            COALESCE(SUM(tax_after), 0) AS tax_after
        FROM projects_landrenewal r
        WHERE state = 'verified' AND EXTRACT(YEAR FROM renewed_on) = %(year)s AND {scope}
    """,
    "activities": """
        SELECT COUNT(DISTINCT activity_id) AS events, COUNT(*) AS attendances,
            COUNT(DISTINCT enterprise_id) AS enterprises
        FROM projects_participation r
        WHERE state = 'verified' AND EXTRACT(YEAR FROM held_on) = %(year)s AND {scope}
    """,
    "equipment-lists": """
        SELECT COUNT(DISTINCT enterprise_id) AS enterprises, COUNT(DISTINCT project_id) AS projects,
            COALESCE(SUM(amount), 0) AS amount
        FROM projects_equipmentlisting r WHERE state = 'verified' AND year = %(year)s AND {scope}
    """,
    "allocations": """
        SELECT COALESCE(SUM(amount), 0) AS amount, COUNT(DISTINCT project_id) AS projects,
            COUNT(DISTINCT enterprise_id) AS enterprises
        FROM finance_allocation r
        WHERE state = 'verified' AND EXTRACT(YEAR FROM allocated_on) = %(year)s AND {scope}
    """,
    "policies": """
        SELECT COUNT(*) AS policies FROM projects_policy r
        WHERE state = 'verified' AND year = %(year)s AND {scope}
    """,
}
SCOPES = {
    "province": "TRUE",
    "xuzhou": "r.city_id = '320300'",
    "kunshan-clerk": "r.region_id = '320583'",
}


def plain(report: type[Report], scope: str, year: int = 2024) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(PLAIN[report.name].format(scope=scope), {"year": year})
        names = [column.name for column in cursor.description]
        return dict(zip(names, cursor.fetchone() or (), strict=True))


@every(("report", "user"), list(product(REPORTS, SCOPES)))
def test_total_equals_plain_sql(as_user: SignIn, report: type[Report], user: str) -> None:
    """The total of a report is that of SQL written by hand, to the fen, within the reader's region."""
    expected = plain(report, SCOPES[user])
    assert any(expected.values())
    total = answer(as_user(user), report, "year=2024")["total"]
    assert {name: exact(total[name]) for name in expected} == expected


@EVERY_DIMENSION
def test_slices_add_up(as_user: SignIn, report: type[Report], by: str) -> None:
    """The rows of every dimension add up to the total. The last row of an axis of periods is the total."""
    found = answer(as_user(), report, f"year=2024&by={by}")
    axis = report.validity.axis if report.validity else None
    assert found["rows"]
    for measure in additive(report):
        values = [Decimal(row[measure.name]) for row in found["rows"]]
        total = values[-1] if by == axis and measure.kind is not MeasureKind.FLOW else sum(values)
        assert total == Decimal(found["total"][measure.name])


@pytest.mark.torture
@EACH_DIMENSION_ONCE
def test_cross_tab_adds_up(as_user: SignIn, report: type[Report], by: str) -> None:
    """The cells of a cross-tab add up to its row, column and grand totals."""
    measure, across = additive(report)[0].name, beside(report, by)
    rows = sheet(as_user(), report, f"year=2024&by={by}&across={across}&measure={measure}&unit=yuan")
    cells = [[Decimal(cell) for cell in row[1:]] for row in rows[1:]]
    assert all(sum(row[:-1]) == row[-1] for row in cells)
    if not (report.validity and report.validity.axis == by):
        assert [sum(column) for column in zip(*cells[:-1], strict=True)] == cells[-1]


@pytest.mark.torture
@EACH_DIMENSION_ONCE
def test_page_and_files_of_every_dimension(as_user: SignIn, report: type[Report], by: str) -> None:
    """The page, the CSV and the JSON of a roll-up show the same rows and totals."""
    client = as_user()
    page = get(client, report, f"year=2024&by={by}")
    assert page.status_code == 200
    rows = sheet(client, report, f"year=2024&by={by}")
    found = answer(client, report, f"year=2024&by={by}")
    labels = [row[by]["label"] for row in found["rows"]]
    months = is_months(next(d for d in report.dimensions if d.name == by).labels(report.model))
    codes = [row[by]["code"] for row in found["rows"]]
    written = [f"{code:02}" if months and code else label for code, label in zip(codes, labels, strict=True)]
    assert [row[0].removeprefix("2024-") if months else row[0] for row in rows[1:-1]] == written
    shown = re.findall(r'<th scope="row">(?:<a [^>]*>)?([^<]*)', page.content.decode())
    assert [unescape(text) for text in shown] == [*labels, "Total"]
