"""What holds for every report, by being listed: pages, files, totals, scope, links, queries."""

import csv
import io
import json
import re
from collections.abc import Callable
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.db.models import DateField, DecimalField, F, ForeignKey
from django.test import Client
from django.test.utils import CaptureQueriesContext

from revival.catalogue import REPORTS
from revival.reporting.dimensions import RegionDimension, field_at
from revival.reporting.filters import filter_class
from revival.reporting.measures import Kind, Measure
from revival.reporting.report import Report
from revival.reporting.units import MONEY

SignIn = Callable[..., Client]

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
EVERY_REPORT = pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.name)
DIMENSIONS = [(report, dimension.name) for report in REPORTS for dimension in report.dimensions]
EVERY_DIMENSION = pytest.mark.parametrize(
    ("report", "by"), DIMENSIONS, ids=lambda value: getattr(value, "name", value)
)


def plain(report: type[Report], scope: str, year: int = 2024) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(PLAIN[report.name].format(scope=scope), {"year": year})
        names = [column.name for column in cursor.description]
        return dict(zip(names, cursor.fetchone() or (), strict=True))


def get(client: Client, report: type[Report], query: str) -> Any:
    return client.get(f"/reports/{report.name}/?{query}")


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def answer(client: Client, report: type[Report], query: str) -> dict[str, Any]:
    response = get(client, report, f"{query}&format=json")
    assert response.status_code == 200
    found: dict[str, Any] = json.loads(body(response))
    return found


def sheet(client: Client, report: type[Report], query: str) -> list[list[str]]:
    response = get(client, report, f"{query}&format=csv")
    assert response.status_code == 200
    data = body(response)
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig")), strict=True))


def additive(report: type[Report]) -> list[Measure]:
    return [measure for measure in report.measures if isinstance(measure, Measure) and measure.additive]


def added(report: type[Report]) -> list[Measure]:
    """The measures that add up a field of the records."""
    return [measure for measure in additive(report) if measure.source and not measure.is_count]


def beside(report: type[Report], *taken: str) -> str:
    """A dimension of the report other than those taken."""
    names = {dimension.name for dimension in report.dimensions} - set(taken)
    return next(name for name in ("industry", "action", "kind", "level", "city", "year", "state") if name in names)


def exact(figure: Any) -> Decimal | None:
    """A figure as JSON has it; a rate or a share may be null."""
    return None if figure is None else Decimal(str(figure))


@EVERY_REPORT
@pytest.mark.parametrize(("user", "scope"), SCOPES.items())
def test_total_equals_plain_sql(as_user: SignIn, report: type[Report], user: str, scope: str) -> None:
    """The total of a report is that of SQL written by hand, to the fen, within the reader's region."""
    expected = plain(report, scope)
    assert any(expected.values())
    total = answer(as_user(user), report, "year=2024")["total"]
    assert {name: exact(total[name]) for name in expected} == expected


@EVERY_DIMENSION
def test_slices_add_up(as_user: SignIn, report: type[Report], by: str) -> None:
    """The rows of every dimension add up to the total; those of an axis of periods end in it."""
    found = answer(as_user(), report, f"year=2024&by={by}")
    axis = report.validity.axis if report.validity else None
    assert found["rows"]
    for measure in additive(report):
        values = [Decimal(row[measure.name]) for row in found["rows"]]
        total = values[-1] if by == axis and measure.kind is not Kind.FLOW else sum(values)
        assert total == Decimal(found["total"][measure.name])


@EVERY_DIMENSION
def test_cross_tab_adds_up(as_user: SignIn, report: type[Report], by: str) -> None:
    """The cells of a cross-tab add up to its row, column and grand totals."""
    measure, across = additive(report)[0].name, beside(report, by)
    rows = sheet(as_user(), report, f"year=2024&by={by}&across={across}&measure={measure}&unit=yuan")
    cells = [[Decimal(cell) for cell in row[1:]] for row in rows[1:]]
    assert all(sum(row[:-1]) == row[-1] for row in cells)
    if not (report.validity and report.validity.axis == by):
        assert [sum(column) for column in zip(*cells[:-1], strict=True)] == cells[-1]


@EVERY_DIMENSION
def test_page_and_files_of_every_dimension(as_user: SignIn, report: type[Report], by: str) -> None:
    """The page, the CSV and the JSON of a roll-up show the same rows and totals."""
    client = as_user()
    page = get(client, report, f"year=2024&by={by}")
    assert page.status_code == 200
    rows = sheet(client, report, f"year=2024&by={by}")
    found = answer(client, report, f"year=2024&by={by}")
    labels = [row[by]["label"] for row in found["rows"]]
    assert [row[0] for row in rows[1:-1]] == labels
    shown = re.findall(r'<th scope="row">(?:<a [^>]*>)?([^<]*)', page.content.decode())
    assert [unescape(text) for text in shown] == [*labels, "Total"]


@EVERY_REPORT
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_records_file_sums_to_its_total_row(as_user: SignIn, report: type[Report], language: str) -> None:
    """The columns of the record file add up to its last row and to the total, all pages of it."""
    client = as_user(language=language)
    rows = sheet(client, report, "year=2024&unit=wan")
    total = answer(client, report, "year=2024")["total"]
    summed = {measure.source for measure in added(report)}
    for index, column in enumerate(report.columns):
        measure = next((m for m in added(report) if m.source == column.source), None)
        if measure:
            summed.remove(measure.source)
            values = sum(Decimal(row[index] or 0) for row in rows[1:-1])
            unit = 10_000 if measure.unit is MONEY else 1
            assert values == Decimal(rows[-1][index]) == Decimal(total[measure.name]) / unit
    assert not summed
    count = next((m for m in additive(report) if m.is_count and not m.only), None)
    assert len(rows) > 2
    assert count is None or len(rows) - 2 == total[count.name]


@EVERY_REPORT
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_file_shows_the_cells_of_the_page(as_user: SignIn, report: type[Report], language: str) -> None:
    """The first page of records reads as the first lines of the file, dates and digits of amounts apart."""
    client = as_user(language=language)
    text = get(client, report, "year=2024").content.decode()
    shown = [
        [unescape(cell) for cell in re.findall(r"<t[hd][^>]*>(?:<a [^>]*>)?([^<]*)", row)]
        for row in re.findall(r"<tr>(<th scope=.row.*?)</tr>", text)
    ]
    body_rows = sheet(client, report, "year=2024")[1:-1]
    rows = body_rows[: len(shown)]
    words = [
        index
        for index, column in enumerate(report.columns)
        if column.expression is None
        and not isinstance(field_at(report.model, column.source), DateField | DecimalField)
    ]
    assert len(shown) == min(50, len(body_rows))
    assert [[row[i] for i in words] for row in shown] == [[row[i] for i in words] for row in rows]


FOLLOWED = 40  # rows of a table, at least
LINKED = [(report, by) for report, by in DIMENSIONS if by in ("city", "county", "action", "month", "part")]


@pytest.mark.parametrize(("report", "by"), LINKED, ids=lambda value: getattr(value, "name", value))
@pytest.mark.parametrize("user", ["province", "xuzhou", "kunshan-clerk"])
def test_every_number_leads_to_its_records(as_user: SignIn, report: type[Report], by: str, user: str) -> None:
    """The record list behind each number of a table has that number as its own total."""
    client = as_user(user)
    response = get(client, report, f"year=2024&by={by}&unit=yuan")
    cells = re.findall(r'<td class="num"><a href="([^"]*)">([^<]*)</a>', response.content.decode())
    measures = list(report.measures)
    assert len(cells) >= len(measures)
    totals: dict[str, Any] = {}
    every = max(1, len(cells) // len(measures) // FOLLOWED)  # of many rows one of so many, and the last
    for index, (url, text) in enumerate(cells):
        row, measure = index // len(measures), measures[index % len(measures)]
        if row % every and index < len(cells) - len(measures):
            continue
        link = unescape(url)
        if link not in totals:
            totals[link] = json.loads(body(client.get(f"{link}&format=json")))
        if isinstance(measure, Measure):
            assert measure.unit.show(exact(totals[link]["total"][measure.name])) == text
            if measure.operand is None:
                assert len(totals[link]["rows"]) == totals[link]["total"][measure.name]


WRONG = (
    "nonsense=1", "year=twenty", "city=999999", "city=320583", "by=nonsense", "across=city", "by=city&across=city",
    "by=city,industry,action", "measure=nonsense", "columns=nonsense", "sort=nonsense", "sort=pk", "unit=dollar",
    "format=exe", "page=0", "page=201", "page=1&after=3", "after=-1", "after=99999999999999999999", "state=gone",
    "month=13", "month=0", "region=1", "part=north", "year=2024&year=x", "created_by__password__startswith=p",
    "city__name_zh=x", "industry=%00", "q=%00", "region=%00", "year=0", "year=-1", "year=32768",
    "year=99999999999999", "year=1_2", "year=%EF%BC%91%EF%BC%92", "month=1_2", "q=a&q=b", "sort=code&sort=city",
    "unit=wan&unit=yi", "page=1&page=2", "city=%00", "county=%00", "part=%00",
    "at=yesterday", "at=0000-01-01", "at=2024-02-30", "at=2024-12-31&year=2024", "at=2024-12-31&by=year", "gbt=C1x",
    "gbt=Z", "gbt=%00", "kind=bogus", "tier=county", "category=new", "product=bogus", "product=%00",
    "fund=bogus", "method=bogus", "level=village", "completed=maybe", "completed=none", "answers=x",
    "answers=99999999999999999999", "kind=%00", "action=bogus", "action=%00",
    "schedule=late", "reported=13", "reported=-1", "as_of=2024-01-01", "release=1", "compare=previous",
)  # fmt: skip


@EVERY_REPORT
def test_wrong_questions_have_no_numbers(as_user: SignIn, report: type[Report]) -> None:
    """A wrong name or value is answered 400 on page and file, with no number and no row."""
    client = as_user()
    for index, query in enumerate(WRONG, REPORTS.index(report)):  # each as page and as file, of one report or another
        shape = ("", "&format=csv", "&format=json")[index % 3]
        response = get(client, report, query if "format" in query else query + shape)
        text = response.content.decode()
        assert (response.status_code, "<table" in text, "messages" in text) == (400, False, True), query


@EVERY_REPORT
@pytest.mark.parametrize(
    ("user", "query"),
    [("xuzhou", q) for q in ("city=320100", "region=320583", "county=320583", "part=subei", "region=320000")]
    + [("kunshan-clerk", q) for q in ("city=320500", "county=320581", "region=320500", "city=320100")],
)
def test_region_outside_scope_is_an_error(as_user: SignIn, report: type[Report], user: str, query: str) -> None:
    """Asking for a region outside the reader's own is an error, not an empty answer."""
    assert get(as_user(user), report, query).status_code == 400


@EVERY_REPORT
@pytest.mark.parametrize("user", ["xuzhou", "kunshan-clerk"])
def test_rows_of_other_regions_are_absent(as_user: SignIn, report: type[Report], user: str) -> None:
    """Outside the reader's region there are no rows, not even zeros."""
    client = as_user(user)
    own = {"xuzhou": "3203", "kunshan-clerk": "320583"}[user]
    for by in ("county", "city"):
        codes = [row[by]["code"] for row in answer(client, report, f"by={by}")["rows"]]
        assert codes
        assert all(code is None or code.startswith(own[: 4 if by == "city" else 6]) for code in codes)
    files = sheet(client, report, "")
    index = [column.name for column in report.columns].index("city")
    assert {row[index] for row in files[1:-1]} == {"Xuzhou" if user == "xuzhou" else "Suzhou"}


@EVERY_REPORT
def test_pages_need_a_signed_in_reader(as_user: SignIn, client: Client, report: type[Report]) -> None:
    """Nobody reads a report without signing in, and only safe methods are answered."""
    assert get(client, report, "").status_code == 302
    assert as_user().post(f"/reports/{report.name}/").status_code == 405


@EVERY_REPORT
@pytest.mark.parametrize(("query", "most"), [("", 9), ("by=city", 8), ("by=county&by={second}&across={third}", 8)])
def test_queries_do_not_grow_with_the_rows(as_user: SignIn, report: type[Report], query: str, most: int) -> None:
    """A page takes a fixed number of queries, whatever it shows."""
    client = as_user()
    second = beside(report, "county")
    query = query.format(second=second, third=beside(report, "county", second))
    tables = [d for d in report.dimensions if isinstance(field_at(report.model, d.source), ForeignKey)]
    most += sum(not isinstance(d, RegionDimension) for d in tables)  # their labels are read once
    with CaptureQueriesContext(connection) as found:
        assert get(client, report, query).status_code == 200
    assert len(found) <= most, [each["sql"][:90] for each in found.captured_queries]
    for kind, few in (("csv", 9), ("json", 9)):
        with CaptureQueriesContext(connection) as found:
            body(get(client, report, f"{query}&format={kind}"))
        assert len(found) <= few, [each["sql"][:90] for each in found.captured_queries]


@EVERY_REPORT
def test_one_index_holds_all_that_a_total_reads(report: type[Report]) -> None:
    """Totals by any dimension can be read from one index of the model alone."""
    made: type = report
    paths = {d.source for d in report.dimensions}
    limits = [m.only[0] for m in report.aggregates() if m.only]
    paths |= {filter_class(made).base_filters[name].field_name for name in limits}
    read_too = [m.operand for m in report.aggregates()]
    if report.validity:
        paths |= {report.validity.key} - {""}
        read_too += [report.validity.valid_from, report.validity.valid_to]
    for each in read_too:
        parts = each.flatten() if hasattr(each, "flatten") else [each]
        paths |= {vars(part)["name"] if isinstance(part, F) else part for part in parts if isinstance(part, F | str)}
    read = {path.split("__")[0] for path in paths}
    held = [{*index.fields, *index.include} for index in report.model._meta.indexes if not index.condition]
    assert any(read <= columns for columns in held)
