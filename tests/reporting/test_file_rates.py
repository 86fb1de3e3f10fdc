"""Files of rates: at most six decimals, no minus zero, the same number as the page; and the names of files."""

import re
from urllib.parse import unquote

import pytest
from django.utils import translation

from revival.accounts.models import Official, Region
from revival.catalogue import REPORTS
from revival.reporting.measures import Ratio
from revival.reporting.regions import Regions
from revival.reporting.report import Report
from tests.factories import XUZHOU
from tests.reporting.contract import SignIn, get, sheet

RATED = [report for report in REPORTS if any(isinstance(measure, Ratio) for measure in report.measures)]
NUMBER = re.compile(r"-?\d+\.\d+")


@pytest.mark.parametrize("report", RATED, ids=lambda report: report.name)
def test_no_file_has_more_than_six_digits_of_a_rate(as_user: SignIn, report: type[Report]) -> None:
    """Rolled up and as records, whatever the quotient."""
    client, seen = as_user(), 0
    with translation.override("en"):
        ratios = [m.heading(report.model) for m in report.measures if isinstance(m, Ratio)]
    for query in ("by=city", "by=year", "year=2024"):
        heads, *rows = sheet(client, report, query)
        at = [i for i, head in enumerate(heads) if any(head.startswith(name) for name in ratios)]
        for row in rows:
            for cell in (row[i] for i in at):
                seen += bool(cell)
                assert len(cell.partition(".")[2]) <= 6, cell
                assert not re.fullmatch(r"-0(\.0*)?", cell)
    assert seen > 5


def test_evaluation_files_keep_to_six_digits(as_user: SignIn) -> None:
    for subject in ("cities", "industries"):
        text = as_user().get(f"/evaluation/{subject}/?year=2024&format=csv").content.decode()
        numbers = NUMBER.findall(text)
        assert numbers
        assert [number for number in numbers if len(number.partition(".")[2]) > 6] == []


def test_no_page_shows_minus_zero(as_user: SignIn) -> None:
    """Not as a rate, not as a difference."""
    client = as_user()
    urls = ["/", "/evaluation/cities/?year=2024", *(f"/reports/{report.name}/?year=2024&by=city" for report in RATED)]
    for url in urls:
        text = client.get(url).content.decode()
        assert re.findall(r"[>\s]-0(?:\.0*)?[<\s%]", text) == [], url


@pytest.mark.parametrize(
    ("query", "name", "plain"),
    [
        ("q=%E5%8D%97%E4%BA%AC", "renovation_q-南京_", "renovation_q---_"),
        ("q=%E5%8D%97%E4%BA%AC%20%2F..%5C%22x%22", "renovation_q-南京------x-_", "renovation_q---------x-_"),
        ("year=2024&city=320300", "renovation_year-2024_city-320300_", "renovation_year-2024_city-320300_"),
    ],
)
def test_a_file_keeps_the_chinese_of_its_filters(as_user: SignIn, query: str, name: str, plain: str) -> None:
    """RFC 6266 names it in full; the old form beside it is plain letters."""
    response = get(as_user(), REPORTS[0], f"{query}&format=csv")
    header = response.headers["Content-Disposition"]
    first = re.search(r'filename="([^"]*)"', header)
    full = re.search(r"filename\*=UTF-8''(\S+)", header)
    assert first
    assert re.fullmatch(re.escape(plain) + r"\d{4}-\d\d-\d\d\.csv", first[1])
    assert bool(full) == (name != plain)
    if full:
        assert re.fullmatch(re.escape(name) + r"\d{4}-\d\d-\d\d\.csv", unquote(full[1]))
    assert header.isascii()


def test_a_long_search_makes_a_name_that_systems_take(as_user: SignIn) -> None:
    """255 bytes at most, however many Chinese letters were typed."""
    response = get(as_user(), REPORTS[0], f"q={'%E5%8D%97' * 100}&format=csv")
    full = re.search(r"filename\*=UTF-8''(\S+)", response.headers["Content-Disposition"])
    assert full
    assert len(unquote(full[1]).encode()) <= 255


def test_regions_leave_their_reader_as_they_are(world: None) -> None:
    """Reading the regions of a reader writes nothing into the user that was given."""
    reader = Official(region_id=XUZHOU)
    own = Regions(reader).own
    assert own == Region.objects.get(pk=XUZHOU)
    assert not Official.region.is_cached(reader)
