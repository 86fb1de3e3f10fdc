"""The documentation agrees with the code."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from revival.catalogue import IMPORTS, REPORTS
from revival.importing.reading.limits import Limits
from revival.importing.steps import FORGOTTEN
from revival.reporting.dimensions import Dimension, field_at
from revival.reporting.filters import PrefixFilter, RegionFilter, ValuesFilter, filter_class
from revival.reporting.query import SHAPE
from revival.reporting.report import Report

ROOT = Path(__file__).resolve().parent.parent
READ = re.compile(r"""(?:env\.\w+\(|env\.db_url\(|environ(?:\.get\(|\.setdefault\(|\[))\s*["']([A-Z_]+)["']""")
# Set by our own start-up for Django itself.
INTERNAL = {"DJANGO_SETTINGS_MODULE"}


def test_every_variable_that_is_read_is_in_the_table() -> None:
    """The configuration table of the README names all variables, and no others."""
    table = set(re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE))
    files = [*(ROOT / "revival").rglob("*.py"), ROOT / "manage.py"]
    read = {name for path in files for name in READ.findall(path.read_text(encoding="utf-8"))}
    make = {"PORT", "PYTHON"}
    assert table == (read - INTERNAL) | make


def table(first: str) -> list[list[str]]:
    """The cells of the rows of a table of docs/reports.md, found by its first head."""
    text = (ROOT / "docs" / "reports.md").read_text(encoding="utf-8")
    lines = text.partition(f"\n| {first} |")[2].partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def quoted(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def filter_rows(report: type[Report]) -> dict[str, str]:
    """The parameters of a report in the table of filters, with its text on their values."""
    rows = [row for row in table("parameter | values") if row[2] == "all" or report.name in row[2].split(", ")]
    return {name: values for names, values, _reports in rows for name in quoted(names)}


def named_values(filter_: object, report: type[Report]) -> set[str]:
    """The values of a filter that are words of the code, without regions, rows of tables and numbers."""
    if not isinstance(filter_, ValuesFilter) or isinstance(filter_, RegionFilter | PrefixFilter):
        return set()
    dimension: Dimension = filter_.dimension
    found = dimension.choices if dimension.choices is not None else field_at(report.model, dimension.source).choices
    values = found if isinstance(found, dict) else dict(found or ())
    return {str(value) for value in values if isinstance(value, str)}


def test_every_report_is_documented() -> None:
    """docs/reports.md names every report of the catalogue, its filters, their values and measures, and no others."""
    measures = {quoted(row[0])[0]: quoted(row[1]) for row in table("report | measures")}
    assert {quoted(row[0])[0] for row in table("NAME")} == {report.name for report in REPORTS} == set(measures)
    assert set(SHAPE) <= {name for row in table("parameter | meaning") for name in quoted(row[0])}
    for report in REPORTS:
        made: type = report
        rows, filters = filter_rows(report), filter_class(made).base_filters
        assert set(rows) == set(filters), report.name
        assert measures[report.name] == [measure.name for measure in report.measures]
        for name, filter_ in filters.items():
            assert named_values(filter_, report) <= set(quoted(rows[name])), (report.name, name)


@pytest.mark.parametrize(
    "page", ["README.md", "CONTRIBUTING.md", "docs/reports.md", "docs/evaluation.md", "docs/operations.md"]
)
def test_links_lead_to_files(page: str) -> None:
    """Links and pictures of the documentation exist."""
    path = ROOT / page
    for target in re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target


def test_the_kinds_of_files_and_their_limits_are_in_the_guide() -> None:
    """In the order of the catalogue, each with what finds its records."""
    text = (ROOT / "docs" / "import.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z-]+)` \| (.+?) \| (.+?) \|$", text, re.MULTILINE)
    with translation.override("en"):
        for (name, title, known), spec in zip(rows, IMPORTS, strict=True):
            options: Any = spec.model._meta
            labels = [str(options.get_field(each).verbose_name) for each in spec.key]
            assert (name, title, known) == (spec.name, spec.title, ", ".join(labels))
    limits = Limits()
    assert f"At most {limits.size // 2**20} MB and {limits.rows:,} rows." in text
    assert f"is forgotten after {FORGOTTEN.days} days." in " ".join(text.split())
