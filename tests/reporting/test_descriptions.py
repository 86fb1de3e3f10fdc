"""The descriptions of reports, measures, rates and dimensions, at labels, in JSON and in the documentation."""

import json
import re
from collections.abc import Iterator
from html import unescape
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import translation

from revival.catalogue import REPORTS
from revival.management.commands.descriptions import catalogue_text, with_descriptions
from revival.reporting.measures import Ratio
from revival.reporting.notes import filter_note
from revival.reporting.report import Report
from tests import factories
from tests.factories import PEI, PROVINCE
from tests.reporting.contract import body

DOCS = Path(__file__).resolve().parents[2] / "docs" / "reports.md"
# Dimensions whose labels are found in every report, or say less than they seem to.
EXPLAINED = ("part", "city", "county", "state", "month", "tier", "reported", "level", "answers", "category", "gbt")
EVERY_REPORT = pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.name)
SIGN = re.compile(r'<button class="help" type="button" popovertarget="([^"]+)" aria-label="([^"]+)">')
NOTE = re.compile(r'<div class="explains" id="([^"]+)" popover>\s*<p><strong>([^<]+): </strong>([^<]+)</p>')

FILE_HELP = re.compile(r'<div class="explains" id="help-files".*?</dl>', re.DOTALL)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def manager(db: None) -> Client:
    factories.project(PEI, state="verified")
    return factories.browser(factories.official("manager", PROVINCE))


@EVERY_REPORT
def test_everything_that_is_counted_is_described(report: type[Report]) -> None:
    """Each report, measure and rate has whole sentences. Each rate says what is divided by what."""
    for part in (report, *report.measures):
        assert re.fullmatch(r"[A-Z].{8,}\.", str(part.description)), part
    for measure in report.measures:
        assert isinstance(measure, Ratio) == ("divided by" in str(measure.description)), measure


@EVERY_REPORT
def test_dimensions_are_described_where_their_label_does_not_do(report: type[Report]) -> None:
    """They have whole sentences, and no description repeats the label."""
    for dimension in report.dimensions:
        text = str(dimension.description)
        assert re.fullmatch(r"([A-Z].{8,}\.)?", text), dimension
        assert text or dimension.name not in EXPLAINED, dimension
        assert text.rstrip(".") != dimension.heading(report.model)


@EVERY_REPORT
def test_a_reports_own_filters_are_described(report: type[Report]) -> None:
    """Each filter that a report declares itself has a note, except the search."""
    own = {name: made for name, made in report.Filters.base_filters.items() if name != "q"}
    assert [name for name, made in own.items() if filter_note(report, name, made.dimension) is None] == []


def test_the_documentation_says_what_the_catalogue_says() -> None:
    """`manage.py descriptions --into docs/reports.md` writes the section."""
    page = DOCS.read_text(encoding="utf-8")
    assert with_descriptions(page, catalogue_text()) == page


def test_descriptions_are_printed_or_written_between_markers(tmp_path: Path) -> None:
    """A file without the markers is refused and stays unchanged."""
    out, path = StringIO(), tmp_path / "page.md"
    call_command("descriptions", stdout=out)
    assert "Completed investment divided by the planned investment of the year." in out.getvalue()
    path.write_text(
        "before\n<!-- descriptions: begin -->\nZQB\n<!-- descriptions: end -->\nafter\n", encoding="utf-8"
    )
    call_command("descriptions", into=path)
    written = path.read_text(encoding="utf-8")
    assert written.startswith("before\n<!--")
    assert written.endswith("-->\nafter\n")
    assert "ZQB" not in written
    path.write_text("nothing", encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("descriptions", into=path)
    assert path.read_text(encoding="utf-8") == "nothing"


@pytest.mark.parametrize("query", ["", "&by=city", "&by=city&across=action"])
def test_json_describes_what_it_holds(manager: Client, query: str) -> None:
    """It describes the report, and its measures and dimensions in use."""
    answer = json.loads(body(manager.get(f"/reports/renovation/?measure=completion&format=json{query}")))
    report = answer["report"]
    assert list(answer) == ["report", "rows", "total"]
    assert report["description"] == "Projects of the annual lists, each counted in its programme year."
    assert report["measures"] == [
        {
            "name": "completion",
            "title": "Completion rate",
            "description": "Completed investment divided by the planned investment of the year.",
        }
    ]
    assert [each["name"] for each in report["dimensions"]] == re.findall(r"(?:by|across)=(\w+)", query)


@pytest.mark.parametrize(
    ("path", "explained"),
    [
        (
            "/reports/renovation/",
            {"Completion rate", "Time-schedule progress", "County", "State", "Reported up to"},
        ),
        ("/reports/renovation/?by=city", {"City", "Total investment", "Share of the total"}),
        ("/reports/renovation/?by=city&across=action&measure=completion", {"City", "Completion rate"}),
        ("/reports/progress/?by=month", {"Month, cumulative to its end", "Completion rate"}),
        ("/reports/enterprises/?at=2024-12-31", {"Active enterprises", "GB/T 4754 division", "On the day"}),
        ("/reports/chemical-units/", {"Completed"}),
        ("/reports/parks/", {"Kind of park"}),
        ("/reports/policies/", {"Action", "Industry"}),
        ("/", {"Renovation projects", "Loans", "Total investment"}),
    ],
)
def test_signs_open_the_notes_of_the_page(manager: Client, path: str, explained: set[str]) -> None:
    """Each sign is named after its label and leads to one note on the page. Every note has its sign."""
    text, of_files = FILE_HELP.subn("", manager.get(path).content.decode())
    assert text.count('popovertarget="help-files"') == of_files  # the one note that explains no label
    notes = {key: (unescape(title), unescape(words)) for key, title, words in NOTE.findall(text)}
    assert len(notes) == text.count('class="explains"') == len(re.findall(r'id="help-', text))
    signs = [(key, label) for key, label in SIGN.findall(text) if key != "help-files"]
    assert {key for key, _label in signs} == notes.keys()
    for key, label in signs:
        assert unescape(label) == f"What does “{notes[key][0]}” mean?"
    assert explained <= {title for title, _words in notes.values()}
    assert all(words.endswith(".") for _title, words in notes.values())


def test_cross_tabs_explain_their_measure_once(manager: Client) -> None:
    """The sign stands at the column of totals, and at no other column."""
    text = manager.get("/reports/renovation/?by=city&across=action&measure=completion").content.decode()
    heads = text.split("<thead>")[1].split("</thead>")[0].split("<th ")[1:]
    explained = [bool(SIGN.search(head)) for head in heads]
    assert explained == [True, *[False] * (len(heads) - 2), True]
