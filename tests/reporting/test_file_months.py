"""Months in files are 2025-06, not words: in records, in rows and in columns, in both languages."""

import re

import pytest
from django.utils import translation

from projects.models import RenovationProject
from projects.reports import ProgressReport, RenovationReport, RetiredEquipmentReport
from revival.catalogue import REPORTS
from revival.reporting.months import is_months
from tests.reporting.contract import SignIn, sheet

LANGUAGES = pytest.mark.parametrize("language", ["en", "zh-hans"])
WORD = re.compile(
    r"January|February|March|April|May|June|July|August|September|October|November|December|\d月|[一二十]月"
)


@LANGUAGES
def test_records_have_months_with_their_year(as_user: SignIn, language: str) -> None:
    rows = sheet(as_user(language=language), ProgressReport, "year=2024&columns=code&columns=month")
    assert {row[1] for row in rows[1:-1]} == {"2024-12"}
    rows = sheet(as_user(language=language), RenovationReport, "columns=code&columns=year&columns=reported")
    texts = [(row[1], row[2]) for row in rows[1:-1]]
    months = [(year, text) for year, text in texts if re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text)]
    others = {text for _year, text in texts} - {text for _year, text in months}
    assert len(months) > 100
    assert all(text.startswith(f"{year}-") for year, text in months)
    with translation.override(language):
        assert others <= {str(RenovationProject._meta.get_field("reported_month").choices[0][1])}  # type: ignore[index]


@LANGUAGES
def test_rows_and_columns_have_months_with_their_year(as_user: SignIn, language: str) -> None:
    """By the year of the row, or by the one year that is chosen; without one year the month stands alone."""
    client = as_user(language=language)
    rows = sheet(client, ProgressReport, "year=2024&by=month")
    assert [row[0] for row in rows[1:-1]] == [f"2024-{month:02}" for month in range(1, 13)]
    heads = sheet(client, ProgressReport, "year=2024&by=city&across=month")[0]
    assert [re.split(r"[ （]", head)[0] for head in heads[1:13]] == [f"2024-{month:02}" for month in range(1, 13)]
    rows = sheet(client, RetiredEquipmentReport, "by=year&by=month")
    pairs = [(row[0], row[1]) for row in rows[1:-1] if re.fullmatch(r"[\d-]+", row[1])]
    assert len(pairs) > 12
    assert all(month.startswith(f"{year}-") for year, month in pairs)
    rows = sheet(client, RetiredEquipmentReport, "by=month")
    assert [row[0] for row in rows[1:-1]] == [f"{month:02}" for month in range(1, 13)]


def test_a_month_of_another_year_is_given_none(as_user: SignIn) -> None:
    """The month in which a project starts need not lie in its programme year."""
    rows = sheet(as_user(), RenovationReport, "year=2024&by=month")
    assert [row[0] for row in rows[1:-1] if row[0] != "not stated"] == [f"{month:02}" for month in range(1, 13)]


@LANGUAGES
def test_no_file_has_a_month_in_words(as_user: SignIn, language: str) -> None:
    """Every report: rows, columns and records, by every dimension and column of months that it has."""
    client, asked = as_user(language=language), 0
    for report in REPORTS:
        for dimension in report.dimensions:
            if is_months(dimension.labels(report.model)):
                asked += 1
                other = "year" if dimension.name != "year" else "city"
                for query in (f"by={dimension.name}", f"by={other}&across={dimension.name}"):
                    cells = [cell for row in sheet(client, report, query) for cell in row]
                    assert [cell for cell in cells if WORD.search(cell)] == [], (report.name, query)
        if "month" in {column.name for column in report.columns} | {column.source for column in report.columns}:
            cells = [cell for row in sheet(client, report, "columns=month") for cell in row]
            assert [cell for cell in cells if WORD.search(cell)] == [], report.name
    assert asked > 6


def test_pages_keep_the_words(as_user: SignIn) -> None:
    assert "June" in as_user().get("/reports/progress/?year=2024&by=month").content.decode()
