"""The workbook of every report: the cells of its CSV file, and a sheet that says what it is."""

import io
import re
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import DateField
from django.utils import translation

from enterprises.reports import EnterprisesReport
from projects.reports import RenovationReport
from revival.catalogue import REPORTS
from revival.reporting.columns import ShownColumn, plain_text
from revival.reporting.report import Report
from revival.reporting.units import MONEY
from revival.reporting.xlsx import XLSX
from tests import factories
from tests.extent import every, times
from tests.reporting.books import agree, csv_lines, opened, sheets, sheets_of_openpyxl
from tests.reporting.contract import SignIn, beside, body, get

SHAPES = ("", "by=city", "by=county&across={other}")
# Each report once, in one of the shapes in turn; records of each in full numbers.
ASKED = times(
    [(report, SHAPES[at % 3]) for at, report in enumerate(REPORTS)],
    [(report, shape) for report in REPORTS for shape in SHAPES],
)


def book(client: Any, report: type[Report], query: str) -> bytes:
    response = get(client, report, f"{query}&format=xlsx")
    assert response.status_code == 200
    assert response["Content-Type"] == XLSX
    assert re.search(r'filename="[^"]*\.xlsx"', response["Content-Disposition"])
    return body(response)


@every(("report", "shape"), ASKED)
def test_a_workbook_has_the_cells_of_the_csv_file(as_user: SignIn, report: type[Report], shape: str) -> None:
    """In the same unit, to the last digit, texts without their guard; two readers agree on all of it."""
    client, query = as_user(), f"year=2024&unit=yuan&{shape.format(other=beside(report, 'county'))}"
    data = book(client, report, query)
    table, about = sheets(data).values()
    assert next(iter(sheets_of_openpyxl(data).values())) == table
    lines = csv_lines(body(get(client, report, f"{query}&format=csv")))
    assert agree(table, [[plain_text(cell) for cell in line] for line in lines])
    said = dict(row[:2] for row in about[1:])
    heading = report.heading()
    assert (said["Question"], said["Meaning"], said["Region"]) == (heading, str(report.description), "Jiangsu")
    assert said["Period"].endswith("2024")
    assert said["Rows"] == f"{len([row for row in table[1:-1] if 'Subtotal' not in row]):,}"
    assert said["Taken by"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\+08:00", said["Taken at"])


@every("report", REPORTS)
def test_days_numbers_and_texts_have_formats_of_their_own(as_user: SignIn, report: type[Report]) -> None:
    """A day is a day, an amount has two decimals, a year has no comma, and a code is a text."""
    client = as_user()
    shown = [ShownColumn(column, report.model, MONEY) for column in report.columns]
    (sheet, _about) = opened(book(client, report, "unit=yuan")).worksheets
    for index, column in enumerate(shown, 1):
        cells = [cell for (cell,) in sheet.iter_rows(2, sheet.max_row - 1, index, index) if cell.value is not None]
        if isinstance(column.field, DateField):
            assert {cell.number_format for cell in cells} <= {"yyyy-mm-dd"}
            assert all(cell.is_date for cell in cells)
        elif column.unit and not column.labels:
            assert {cell.data_type for cell in cells} <= {"n"}
            wanted = "0" if "year" in str(column.name) else None
            assert {cell.number_format for cell in cells} <= ({wanted} if wanted else {
                "#,##0", "#,##0.00", "#,##0.0", "+#,##0.0;-#,##0.0;0.0",
            })  # fmt: skip
        else:
            assert {(cell.data_type, cell.number_format) for cell in cells} <= {("s", "@")}
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref.endswith(str(sheet.max_row - 1))


@pytest.mark.django_db
def test_texts_of_records_come_back_through_the_view() -> None:
    """Signs of XML, line breaks and blanks in a name; what no workbook can hold is left out and counted."""
    names = [
        "a & b < c >",
        " blank ",
        "1\n2\r\n3\t4",
        "back\\slash \\N",
        "_x0041_",
        "=1+1",
        "00123",
        "no\x01thing\ufffe",
    ]
    for name in names:
        factories.project(name=name, state="verified")
    client = factories.browser(factories.official("manager", factories.PROVINCE))
    table, about = sheets(book(client, RenovationReport, "columns=name,code")).values()
    assert [row[0] for row in table[1:-1]] == [*names[:-1], "nothing"]
    assert ["Characters left out that a workbook cannot hold", "2"] in about


def test_the_sheet_about_it_says_the_question(as_user: SignIn) -> None:
    """Filters, rows and columns by, unit and states, in the reader's language."""
    query = "year=2024&city=320300&action=equipment-renewal&by=county&across=stage&measure=investment"
    about = dict(
        row[:2] for row in list(sheets(book(as_user("province", "en"), RenovationReport, query)).values())[1]
    )
    assert about["Filters"] == "City: Xuzhou, Primary action: Equipment renewal"
    assert (about["Rows by"], about["Columns by"], about["State"]) == ("County", "Stage", "Verified")
    assert (about["Period"], about["Unit of money"]) == ("Programme year: 2024", "billion yuan")
    names = list(sheets(book(as_user("xuzhou", "zh-hans"), RenovationReport, "by=city")))
    with translation.override("zh-hans"):
        assert names == [RenovationReport.heading(), "文件说明"]


def test_codes_of_regions_and_industries_are_columns_that_one_asks_for(as_user: SignIn) -> None:
    """They are in no file unless they are asked for, and are texts in all."""
    client = as_user()
    names = "columns=city,city_code,county_code,industry,industry_key"
    lines = csv_lines(body(get(client, RenovationReport, f"{names}&format=csv")))
    assert lines[0] == ["City", "City (code)", "County (code)", "Industry", "Industry (code)"]
    assert {(line[0], line[1]) for line in lines[1:-1]} > {("Xuzhou", "320300"), ("Suzhou", "320500")}
    assert {line[4] for line in lines[1:-1]} <= {"food", "textile", "chemical", "metallurgy", "machinery", "other",
                                                 "building-materials"}  # fmt: skip
    table = sheets(book(client, RenovationReport, names))["Renovation projects"]
    assert agree(table, lines)
    page = get(client, RenovationReport, names).content.decode()
    assert "City (code)" in page
    for line in (csv_lines(body(get(client, report, "format=csv")))[0] for report in REPORTS):
        assert not [head for head in line if "(code)" in head]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_sums_in_csv_have_one_unit_in_both_languages(as_user: SignIn, language: str) -> None:
    """Yuan, unless another is asked for; a workbook has the unit of the page."""
    client = as_user(language=language)
    with translation.override(language):
        head = csv_lines(body(get(client, RenovationReport, "year=2024&by=city&format=csv")))[0]
        assert any(str(MONEY.title) in each and "0" not in each and "亿" not in each for each in head)
    assert sum("yuan)" in each or "元）" in each for each in head) == 3
    assert not [each for each in head if "billion" in each or "亿元" in each]


def test_the_command_writes_the_workbook(world: None) -> None:
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    call_command("report", "enterprises", "--by", "city", "--format", "xlsx", stdout=out)
    out.flush()
    found = sheets(out.buffer.getvalue())
    with translation.override("en"):
        table, about = found.values()
        assert list(found) == [EnterprisesReport.heading(), "About this file"]
    assert table[-1][0] == "Total"
    assert isinstance(table[-1][1], Decimal)
    assert ["Taken by", "command"] in about


SMALL_TABLES = (
    *("/register/?", "/policies/?", "/evaluation/cities/?year=2024&", "/evaluation/industries/?"),
    "/board/?",
)


@every("path", SMALL_TABLES)
def test_small_tables_have_the_cells_of_their_csv_file(as_user: SignIn, path: str) -> None:
    """The register, the policy matrix, the rankings and the board, each with the sheet about it."""
    client: Any = as_user()
    answer = client.get(f"{path}format=xlsx", follow=True)
    assert (answer.status_code, answer["Content-Type"]) == (200, XLSX)
    assert re.search(r"_\d{4}-\d\d-\d\d\.xlsx", answer["Content-Disposition"])
    table, about = sheets(answer.content).values()
    assert agree(table, [[plain_text(c) for c in row] for row in csv_lines(client.get(f"{path}format=csv").content)])
    assert next(iter(sheets_of_openpyxl(answer.content).values())) == table
    assert {"Question", "Region", "Rows", "Taken by", "Taken at"} <= {row[0] for row in about}
    page = client.get(path, follow=True).content.decode()
    assert "format=xlsx" in page
    assert 'id="help-files"' in page


def test_the_register_is_printed_as_a_workbook(world: None) -> None:
    """With the cells of the CSV that the command prints."""
    printed = {}
    for form in ("xlsx", "csv"):
        out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
        call_command("register", "--format", form, "--language", "zh-hans", stdout=out)
        out.flush()
        printed[form] = out.buffer.getvalue()
    table, _about = sheets(printed["xlsx"]).values()
    assert agree(table, [[plain_text(cell) for cell in line] for line in csv_lines(printed["csv"])])
