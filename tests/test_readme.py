"""The documentation says what the code does."""

import re
from pathlib import Path

import pytest

from projects.reports import ProgressReport, RenovationReport
from revival.reporting.filters import filter_class
from revival.reporting.query import SHAPE

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


def test_every_parameter_of_reports_is_documented() -> None:
    """docs/reports.md names every filter and every parameter."""
    text = (ROOT / "docs" / "reports.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z_]+)`", text))
    assert set(SHAPE) <= named
    for report in (RenovationReport, ProgressReport):
        made: type = report
        assert set(filter_class(made).base_filters) <= named
        assert {measure.name for measure in report.measures} <= named


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/reports.md", "docs/operations.md"])
def test_links_lead_to_files(page: str) -> None:
    """Links and pictures of the documentation exist."""
    path = ROOT / page
    for target in re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target
