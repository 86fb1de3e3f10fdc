"""Rules for the records of every report: their file, their page, and the links that lead to them."""

import json
import re
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.db.models import DateField, DecimalField

from revival.catalogue import REPORTS
from revival.reporting.dimensions import field_at
from revival.reporting.measures import Measure
from revival.reporting.report import Report
from revival.reporting.units import MONEY
from tests.extent import combinations, every, times
from tests.reporting.contract import (
    DIMENSIONS,
    SignIn,
    added,
    additive,
    answer,
    body,
    each_once,
    exact,
    get,
    sheet,
)


@pytest.mark.torture
@every(("report", "language"), combinations(REPORTS, ["zh-hans", "en"]))
def test_records_file_sums_to_its_total_row(as_user: SignIn, report: type[Report], language: str) -> None:
    """The columns of the record file add up over all pages to its last row and to the total."""
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


@pytest.mark.torture
@every(("report", "language"), combinations(REPORTS, ["en", "zh-hans"]))
def test_file_shows_the_cells_of_the_page(as_user: SignIn, report: type[Report], language: str) -> None:
    """The first page of records equals the first lines of the file, except for dates and digits of amounts."""
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
        and "month" not in column.source  # a word on the page, 2024-06 in the file
    ]
    assert len(shown) == min(50, len(body_rows))
    assert [[row[i] for i in words] for row in shown] == [[row[i] for i in words] for row in rows]


FOLLOWED = times(10, 40)  # rows of a table, at least
LINKED = [(report, by) for report, by in DIMENSIONS if by in ("city", "county", "action", "month", "part")]


@pytest.mark.torture
@every(("linked", "user"), combinations(times(each_once(LINKED), LINKED), ["province", "xuzhou", "kunshan-clerk"]))
def test_every_number_leads_to_its_records(as_user: SignIn, linked: tuple[type[Report], str], user: str) -> None:
    """The record list behind each number of a table has that number as its own total."""
    (report, by), client = linked, as_user(user)
    response = get(client, report, f"year=2024&by={by}&unit=yuan")
    cells = re.findall(r'<td class="num"><a href="([^"]*)">([^<]*)</a>', response.content.decode())
    measures = list(report.measures)
    assert len(cells) >= len(measures)
    totals: dict[str, Any] = {}
    step = max(1, len(cells) // len(measures) // FOLLOWED)  # of many rows one of so many, and the last
    for index, (url, text) in enumerate(cells):
        row, measure = index // len(measures), measures[index % len(measures)]
        if row % step and index < len(cells) - len(measures):
            continue
        link = unescape(url)
        if link not in totals:
            totals[link] = json.loads(body(client.get(f"{link}&format=json")))
        if isinstance(measure, Measure):
            assert measure.unit.show(exact(totals[link]["total"][measure.name])) == text
            if measure.operand is None:
                assert len(totals[link]["rows"]) == totals[link]["total"][measure.name]
