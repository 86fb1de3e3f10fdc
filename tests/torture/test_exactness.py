"""Every total is exact while eight writers publish and withdraw 500 projects."""

import csv
import io
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, LiteralString, NamedTuple

import pytest
from django.db import connection
from django.http import QueryDict
from psycopg import sql

from finance.reports import LoansReport
from projects.reports import ProgressReport, RenovationReport
from revival.accounts.models import Official
from revival.database.embedded import DatabaseUrls
from revival.reporting import files
from revival.reporting.query import LISTED, Query, report_query
from revival.reporting.report import Report
from revival.reporting.rollup import ALL, roll_up
from revival.reporting.sql import one_snapshot
from tests.extent import times
from tests.torture.people import RENOVATION, Person, query
from tests.torture.writers import writing

pytestmark = pytest.mark.torture

# Rows that do not agree with a recount; each is one statement, and so one moment.
RECOUNTS = {
    "last month": """
        SELECT p.id, p.completed_investment, p.reported_month, g.completed, g.month
        FROM projects_renovationproject p LEFT JOIN LATERAL (
            SELECT completed, month FROM projects_projectprogress
            WHERE project_id = p.id AND state = 'verified' ORDER BY month DESC LIMIT 1
        ) g ON TRUE
        WHERE (p.completed_investment, p.reported_month) <> (COALESCE(g.completed, 0), COALESCE(g.month, 0))""",
    "next month": """
        SELECT g.id, g.next_month FROM projects_projectprogress g
        WHERE g.next_month IS DISTINCT FROM CASE WHEN g.state = 'verified' THEN (
            SELECT min(o.month) FROM projects_projectprogress o
            WHERE o.project_id = g.project_id AND o.state = 'verified' AND o.month > g.month) END""",
    "copied": """
        SELECT g.id FROM projects_projectprogress g JOIN projects_renovationproject p ON p.id = g.project_id
        WHERE (g.region_id, g.city_id, g.industry, g.action, g.year, g.planned_investment)
            IS DISTINCT FROM (p.region_id, p.city_id, p.industry, p.action, p.year, p.planned_investment)""",
    "lent": """
        SELECT l.id FROM finance_loan l
        WHERE l.lent <> COALESCE((
            SELECT sum(amount) FROM finance_drawing d WHERE d.loan_id = l.id AND d.state = 'verified'), 0)""",
}


def test_kept_columns_equal_a_recount_beside_eight_writers(busy: DatabaseUrls) -> None:
    """What triggers keep is at every moment what a recount finds, while others write the same records."""
    with writing(busy, range(8)):
        for _ in range(times(60, 2_000)):
            for name, recount in RECOUNTS.items():
                assert query(busy, recount) == [], name
    for name, recount in RECOUNTS.items():
        assert query(busy, recount) == [], name


MEASURES = {
    "projects": "",
    "investment": "total_investment",
    "planned": "planned_investment",
    "completed": "completed_investment",
}
COLUMNS = "columns=code," + ",".join(filter(None, MEASURES.values()))


def lines(text: str) -> list[list[str]]:
    """The rows of a CSV file below its head."""
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))[1:]


def added(rows: list[Any], key: Any) -> Decimal:
    """The sum of a column."""
    return sum((Decimal(row[key]) for row in rows), Decimal(0))


def check_roll_up(found: Any, *names: str) -> None:
    """The rows add up to the total."""
    for name in names:
        assert added(found["rows"], name) == Decimal(found["total"][name]), name


def check_subtotals(text: str) -> None:
    """Counties add up to their cities, and cities to the province."""
    *rows, total = lines(text)
    cities = [row for row in rows if row[1] == "Subtotal"]
    counties = [row for row in rows if row[1] != "Subtotal"]
    assert {row[0] for row in cities} == {row[0] for row in counties}
    for column in (2, 4, 5, 6):  # the third is the share of the total
        assert added(cities, column) == added(counties, column) == Decimal(total[column])
        for city in cities:
            within = [row for row in counties if row[0] == city[0]]
            assert added(within, column) == Decimal(city[column]), city


def check_records(text: str, found: Any) -> None:
    """The records of each kind of file are there once, and add up to its own total."""
    *rows, total = lines(text)
    assert len({row[0] for row in rows}) == len(rows)
    for index in (1, 2, 3):
        assert added(rows, index) == Decimal(total[index])
    assert len({row["id"] for row in found["rows"]}) == len(found["rows"]) == found["total"]["projects"]
    for measure, column in MEASURES.items():
        if column:
            assert added(found["rows"], column) == Decimal(found["total"][measure]), measure


def check_home(text: str) -> None:
    """The investment of the card, of all cities and of all actions is the same. Each has a statement of its own."""
    card = re.search(r"<dt>Total investment</dt><dd><a [^>]*>([^<]+)</a>", text)
    charts = dict(re.findall(r'<figure class="chart of-(\w+)">.*?<tfoot>(.*?)</tfoot>', text, re.DOTALL))
    number = re.compile(r'<td class="num">(?:<a [^>]*>)?([^<]+)')
    bars, actions = (number.findall(charts[name]) for name in ("bars", "actions"))
    assert card
    assert card.group(1) == bars[0] == actions[-1]


def poll(reader: Person) -> int:
    """How many projects the last one counts. Pages and files of every level agree in themselves."""
    for level in ("part", "city", "county", "industry"):
        found = reader.json(f"{RENOVATION}?format=json&by={level}")
        check_roll_up(found, *MEASURES)
        crossed = reader.json(f"/reports/progress/?format=json&by={level}&across=year&measure=completed")
        check_roll_up(crossed, "completed")
    measures = "".join(f"&measure={name}" for name in MEASURES)
    check_subtotals(reader.get(f"{RENOVATION}?format=csv&by=city&by=county&unit=yuan{measures}"))
    check_records(
        reader.get(f"{RENOVATION}?format=csv&unit=yuan&{COLUMNS}"), reader.json(f"{RENOVATION}?format=json&{COLUMNS}")
    )
    check_home(reader.get("/?year=2024"))
    return int(found["total"]["projects"])


def test_every_level_and_file_agrees_while_records_change(busy: DatabaseUrls, site: str) -> None:
    """Rows of counties, cities and parts always add up to the total of their own page or file."""
    reader = Person(site, "province")
    with writing(busy, range(100, 108)):
        counted = [poll(reader) for _ in range(times(4, 1_000))]
    assert len(set(counted)) > 1


class ByHand(NamedTuple):
    """The counts of a report in SQL written by hand, and the columns of its file that its measures add up."""

    report: type[Report]
    source: LiteralString
    figures: dict[str, LiteralString]
    file: dict[str, str]


BY_HAND = (
    ByHand(
        RenovationReport,
        "projects_renovationproject",
        {
            LISTED: "count(*)",
            "projects": "count(*)",
            "investment": "sum(total_investment)",
            "planned": "sum(planned_investment)",
            "completed": "sum(completed_investment)",
        },
        {"total_investment": "investment", "planned_investment": "planned", "completed_investment": "completed"},
    ),
    ByHand(
        ProgressReport,
        "(SELECT DISTINCT ON (project_id) * FROM projects_projectprogress "
        "WHERE state = 'verified' ORDER BY project_id, month DESC)",
        {LISTED: "count(*)", "planned": "sum(planned)", "completed": "sum(completed)"},
        {"planned": "planned", "completed": "completed"},
    ),
    ByHand(
        LoansReport,
        "finance_loan",
        {
            LISTED: "count(*)",
            "loans": "count(*)",
            "credit": "sum(credit)",
            "lent": "sum((SELECT sum(d.amount) FROM finance_drawing d "
            "WHERE d.loan_id = r.id AND d.state = 'verified'))",
            "enterprises": "count(DISTINCT enterprise_id)",
            "projects": "count(DISTINCT project_id)",
        },
        {"credit": "credit", "lent": "lent"},
    ),
)
PLACES = sql.SQL("r.city_id"), sql.SQL("x.county_id")


def recounted(by_hand: ByHand) -> Iterator[tuple[tuple[Any, ...], dict[str, Any]]]:
    """The figures of each county, each city and the province, by the keys that they have in a roll-up."""
    figures = [sql.SQL("coalesce({}, 0)").format(sql.SQL(each)) for each in by_hand.figures.values()]
    for depth in (0, 1, 2):
        keys = sql.SQL(", ").join(PLACES[:depth])
        statement = sql.SQL(
            "SELECT {columns} FROM {source} r JOIN accounts_region x ON x.code = r.region_id "
            "WHERE r.state = 'verified' GROUP BY ({keys})"
        ).format(columns=sql.SQL(", ").join([*PLACES[:depth], *figures]), source=sql.SQL(by_hand.source), keys=keys)
        with connection.cursor() as cursor:
            cursor.execute(statement.as_string(cursor.connection))
            for row in cursor.fetchall():
                yield (*row[:depth], *(ALL,) * (2 - depth)), dict(zip(by_hand.figures, row[depth:], strict=True))


def asked(report: type[Report], question: str, user: Official) -> Query:
    return report_query(report, QueryDict(question), user)


def check_by_hand(by_hand: ByHand, user: Official) -> Any:
    """The figures of the total. Roll-up and file of the province equal those counted by hand, to the fen."""
    expected = dict(recounted(by_hand))
    found = roll_up(asked(by_hand.report, "by=city&by=county", user)).cells
    assert {key: {name: cell[name] for name in by_hand.figures} for key, cell in found.items()} == expected
    total = expected[ALL, ALL]
    first = by_hand.report.columns[0].name
    of_records = asked(by_hand.report, f"format=csv&unit=yuan&columns={','.join([first, *by_hand.file])}", user)
    *rows, last = lines(b"".join(files.file_blocks(of_records)).decode())
    assert len(rows) == total[LISTED]
    for column, measure in enumerate(by_hand.file.values(), start=1):
        assert added(rows, column) == Decimal(last[column]) == total[measure], measure
    return total


def test_what_reports_say_is_what_is_there_at_that_moment(inside: DatabaseUrls) -> None:
    """The product's own statements and a recount by hand, in one snapshot, agree for every county and for files."""
    user = Official.objects.get(username="province")
    counted = []
    with writing(inside, range(200, 208)):
        for _ in range(times(8, 1_000)):
            with one_snapshot():
                totals = [check_by_hand(each, user) for each in BY_HAND]
            counted.append(totals[0]["projects"])
    assert len(set(counted)) > 1
