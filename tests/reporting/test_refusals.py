"""What every report refuses: wrong questions, regions elsewhere, readers who have not signed in."""

import pytest
from django.test import Client

from revival.catalogue import REPORTS
from revival.reporting.report import Report
from tests.extent import combinations, every, times
from tests.reporting.contract import EVERY_REPORT, SignIn, answer, get, sheet

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


@pytest.mark.torture
@EVERY_REPORT
def test_wrong_questions_have_no_numbers(as_user: SignIn, report: type[Report]) -> None:
    """A wrong name or value is answered 400 on page and file, with no number and no row."""
    client = as_user()
    for index, query in enumerate(WRONG, REPORTS.index(report)):  # each as page and as file, of one report or another
        if index % times(5, 1):
            continue
        shape = ("", "&format=csv", "&format=json")[index % 3]
        response = get(client, report, query if "format" in query else query + shape)
        text = response.content.decode()
        assert (response.status_code, "<table" in text, "messages" in text) == (400, False, True), query


OUTSIDE = [("xuzhou", q) for q in ("city=320100", "region=320583", "county=320583", "part=subei", "region=320000")]
OUTSIDE += [("kunshan-clerk", q) for q in ("city=320500", "county=320581", "region=320500", "city=320100")]


@pytest.mark.torture
@every(("report", "asked"), combinations(REPORTS, OUTSIDE))
def test_region_outside_scope_is_an_error(as_user: SignIn, report: type[Report], asked: tuple[str, str]) -> None:
    """Asking for a region outside the reader's own is an error, not an empty answer."""
    user, query = asked
    assert get(as_user(user), report, query).status_code == 400


@pytest.mark.torture
@every(("report", "user"), combinations(REPORTS, ["xuzhou", "kunshan-clerk"]))
def test_rows_of_other_regions_are_absent(as_user: SignIn, report: type[Report], user: str) -> None:
    """There are no rows outside the reader's region, not even zeros."""
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
    """Nobody reads a report without signing in. Only safe methods are answered."""
    assert get(client, report, "").status_code == 302
    assert as_user().post(f"/reports/{report.name}/").status_code == 405
