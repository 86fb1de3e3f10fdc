"""The board: what the reporting units have submitted for a period."""

import csv
import io
import re
from datetime import time, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from revival.accounts.models import Export
from revival.records.periods import PeriodException, ReportingPeriod
from tests import factories
from tests.collection.rows import at, lines, manager, may_of_two_cities, numbers, owed, period
from tests.factories import GULOU, KUNSHAN, PEI, PROVINCE, SUZHOU, XUZHOU, browser, official, outside_requests
from tests.test_stylesheet import SHEET

pytestmark = pytest.mark.django_db
NAMES = ("Expected", "Not started", "Draft", "Returned", "Submitted", "Verified", "Late")


def page(client: Client, query: str = "") -> str:
    response = client.get(f"/board/?{query}")
    assert response.status_code == 200
    return response.content.decode()


def test_a_month_is_counted_by_reporting_unit(may: None) -> None:
    """Each verified project of the year has one state. A county that reports itself is not part of its city."""
    found = numbers(page(manager()))
    assert len(found) == 17
    assert found["Xuzhou"] == ["6", "2", "1", "1", "1", "1", "0", "33.3", "33.3"]
    assert found["Suzhou without Kunshan"] == ["1", "0", "0", "0", "0", "1", "0", "100.0", "100.0"]
    assert found["Kunshan, Suzhou"] == ["3", "1", "0", "0", "1", "1", "0", "66.7", "66.7"]
    assert found["Wuxi"] == ["0", "0", "0", "0", "0", "0", "0", "–", "–"]
    assert found["Total"] == ["10", "3", "1", "1", "2", "3", "0", "50.0", "50.0"]


def test_a_unit_opens_into_its_counties(may: None) -> None:
    """Records placed on the city itself have a row. The total is the unit's."""
    client = manager()
    link = lines(page(client))["Xuzhou"][0][1]
    found = numbers(client.get(link).content.decode())
    assert found["Xuzhou itself"][:2] == ["1", "1"]
    assert found["Gulou District"][:6] == ["4", "1", "1", "0", "1", "1"]
    assert found["Pei County"][:6] == ["1", "0", "0", "1", "0", "0"]
    assert found["Total"] == ["6", "2", "1", "1", "1", "1", "0", "33.3", "33.3"]
    assert "Suzhou" not in " ".join(found)


@pytest.mark.parametrize(
    ("region", "names", "total"),
    [
        (XUZHOU, {"Xuzhou itself", "Gulou District", "Pei County"}, ["6", "2"]),
        (SUZHOU, {"Suzhou without Kunshan", "Suzhou itself", "Kunshan, Suzhou"}, ["4", "1"]),
        (KUNSHAN, {"Kunshan, Suzhou"}, ["3", "1"]),
        (PEI, {"Pei County, Xuzhou"}, ["1", "0"]),
    ],
)
def test_officials_see_their_own_region(may: None, region: str, names: set[str], total: list[str]) -> None:
    """A city's official sees it with its counties, a county's official the county. Other cities are not shown."""
    found = numbers(page(manager(region)))
    assert {name for name, row in found.items() if row[0] != "0"} == names | {"Total"}
    assert found["Total"][:2] == total


@pytest.mark.parametrize("query", ["", "period=2024&subject=policy", "period=2024&subject=renovationproject"])
def test_the_units_add_up_to_the_province(may: None, query: str) -> None:
    """Every column adds up, with records placed on the province itself. Counties add up to their unit."""
    factories.policy(PROVINCE, level="province")
    factories.policy(XUZHOU, level="city", state="submitted")
    factories.policy(KUNSHAN, state="verified")
    period(0)
    client = manager()
    found = lines(page(client, query))
    total = found.pop("Total")
    assert ("Jiangsu itself" in found) == ("policy" in query)
    for column in [index for index, name in enumerate(NAMES, 1) if total[index][0].isdigit()]:
        assert sum(int(row[column][0]) for row in found.values()) == int(total[column][0]), NAMES[column - 1]
    below = lines(client.get(found["Xuzhou"][0][1]).content.decode())
    assert below["Total"][1][0] == found["Xuzhou"][1][0]


@pytest.mark.parametrize(
    ("region", "query", "least"),
    [
        (PROVINCE, "", 25),
        (PROVINCE, "period=2024&subject=policy", 6),
        (XUZHOU, "", 15),
        (SUZHOU, "", 10),
        (KUNSHAN, "period=2024-05&subject=loan", 3),
    ],
)
def test_every_number_leads_to_as_many_records(region: str, query: str, least: int) -> None:
    """So do cells of units, counties and totals. A zero has no link."""
    may_of_two_cities()
    factories.policy(PROVINCE, level="province")
    factories.policy(XUZHOU, level="city", state="returned")
    factories.loan(KUNSHAN, granted_on="2024-05-31", state="submitted")
    factories.loan(KUNSHAN, granted_on="2024-06-01", state="submitted")
    factories.loan(KUNSHAN, granted_on="2024-04-30", state="submitted")
    for month in (0, 4, 5):
        period(month, due=-3)
    client, followed = manager(region), set[str]()
    found = list(lines(page(client, query)).values())
    found += [
        row for cells in found if cells[0][1] for row in lines(client.get(cells[0][1]).content.decode()).values()
    ]
    for cells in found:
        for text, link in cells[1:8]:
            assert bool(link) == (text.isdigit() and text != "0")
            if link and link not in followed:
                listed = client.get(link)
                assert listed.context["count"] == len(lines(listed.content.decode())) == int(text), link
                followed.add(link)
    assert len(followed) >= least


def test_late_begins_on_the_day_after_the_due_day() -> None:
    """On the due day nothing is late. A day later everything is late that is not submitted."""
    for state in ("verified", "submitted", "draft", "returned", ""):
        owed(GULOU, state)
    for due, late in ((0, "0"), (-1, "3")):
        made = period(due=due)
        assert numbers(page(manager()))["Xuzhou"][6] == late
        made.delete()


def test_on_time_is_what_was_submitted_by_the_due_day_in_beijing() -> None:
    """The day ends at midnight there. The rate divides by all that is expected."""
    due = timezone.localdate() - timedelta(1)
    owed(GULOU, "submitted", submitted_at=at(due, time(23, 59, 59)))
    owed(GULOU, "verified", submitted_at=at(due + timedelta(1), time(0, 0)))
    owed(GULOU, "returned", submitted_at=at(due, time(12, 0)))
    owed(GULOU, "")
    period(due=-1)
    assert numbers(page(manager()))["Xuzhou"][7:] == ["50.0", "25.0"]


def test_records_of_a_year_stand_for_what_is_expected() -> None:
    """For other kinds the expected number is unknown. A unit without any record is marked."""
    factories.project(GULOU)
    factories.project(PEI, state="verified")
    factories.project(PEI, year=2023)
    period(0, due=-1)
    found = numbers(page(manager(), "period=2024"))
    assert found["Xuzhou"] == ["2", "", "1", "0", "0", "1", "1", "50.0", "0.0"]
    assert found["Wuxi"][:2] == ["0", "no record"]
    assert found["Total"][1] == ""


def test_the_file_is_the_table(may: None) -> None:
    """File and table agree cell by cell, and the export is in the log."""
    client = manager()
    for query in ("period=2024-05", "period=2024-05&unit=320300"):
        response = client.get(f"/board/?{query}&format=csv")
        assert "collection_2024-05_projectprogress" in response.headers["Content-Disposition"]
        sheet = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), strict=True))
        shown = numbers(page(client, query))
        assert [row[0] for row in sheet[1:]] == list(shown)
        assert [row[1:8] for row in sheet[1:]] == [row[:7] for row in shown.values()]
        assert sheet[0][-2:] == ["Completeness (%)", "On time (%)"]
        assert Export.objects.latest("pk").rows == len(sheet) - 2


def test_it_opens_on_the_latest_open_month() -> None:
    """Without one it opens on the latest period. Neighbours of the same kind are one click away."""
    period(3, opens=-60, due=-50, closes=-40)
    assert "2024-03" in page(manager())
    period(1)
    period(2)
    period(0)
    text = page(manager())
    assert "Collection · 2024-02" in text
    assert re.findall(r'rel="(?:prev|next)" href="([^"&]*)', text) == [
        "/board/?period=2024-01",
        "/board/?period=2024-03",
    ]
    assert not re.search(r'rel="(?:prev|next)"', page(manager(), "period=2024"))


def test_a_tracker_without_periods_says_so() -> None:
    """It shows no counts."""
    text = page(manager())
    assert "No reporting period has been set up yet." in text
    assert "<table" not in text
    assert manager().get("/board/records/").status_code == 400


def test_exceptions_in_force_are_shown_to_those_they_concern() -> None:
    """Exceptions of the region, above it or in it are shown, with the reason, the day and who opened it."""
    made, today = period(opens=-60, due=-50, closes=-40), timezone.localdate()
    opener = official("publisher", PROVINCE, name="Opener Li")
    for region, reason, days in ((PEI, "flood", 0), (SUZHOU, "elsewhere", 5), (XUZHOU, "expired", -1)):
        PeriodException.objects.create(
            period=made, region_id=region, reason=reason, until=today + timedelta(days), opened_by=opener
        )
    text = page(manager(XUZHOU))
    assert "opened by Opener Li: flood" in text
    assert not re.search("elsewhere|expired", text)
    assert "flood" not in page(manager(GULOU))
    assert "<dd>closed</dd>" in text
    assert {"flood", "elsewhere"} <= set(re.findall("flood|elsewhere", page(manager())))


def test_clerks_are_led_to_the_form_of_the_month(may: None) -> None:
    """Clerks have the link while the month is open. Readers do not have it."""
    assert 'href="/monthly/2024-05/"' in page(browser(official("clerk", PEI)))
    assert "/monthly/" not in page(manager(PEI))
    period(2, opens=-60, due=-50, closes=-40)
    assert "/monthly/" not in page(browser(official("clerk", PEI)), "period=2024-02")


def leave(made: ReportingPeriod, region: str, days: int, reason: str = "flood") -> PeriodException:
    """An exception that ends so many days from today."""
    until, opener = timezone.localdate() + timedelta(days), official("publisher", PROVINCE)
    return PeriodException.objects.create(period=made, region_id=region, reason=reason, until=until, opened_by=opener)


def test_an_exception_for_a_year_is_shown_on_its_months() -> None:
    """It leads to their forms. An exception for a month is not shown on another month, the year or another year."""
    year, may, other = (period(month, opens=-60, due=-50, closes=-40) for month in (0, 5, 4))
    leave(year, XUZHOU, 0, "all year")
    leave(other, XUZHOU, 0, "April alone")
    leave(period(5, opens=-60, due=-50, closes=-40, year=2023), XUZHOU, 0, "last year")
    client = browser(official("clerk", PEI))
    text = page(client, f"period={may.key}")
    assert re.findall("all year|April alone|last year", text) == ["all year"]
    assert 'href="/monthly/2024-05/"' in text
    assert re.findall("all year|April alone|last year", page(client, "period=2024")) == ["all year"]
    assert "/monthly/" not in page(browser(official("clerk", KUNSHAN)), f"period={may.key}")


def test_a_project_that_came_later_owes_no_closed_month() -> None:
    """Expected are projects submitted by the last day in Beijing, and others that have a row of the month."""
    made = period(opens=-60, due=-50, closes=-10)
    for day, clock in ((made.closes, time(23, 59, 59)), (made.closes + timedelta(1), time(0, 0))):
        factories.project(GULOU, state="verified", submitted_at=at(day, clock))
    late = factories.project(GULOU, state="verified")
    client = manager()
    found = numbers(page(client))
    assert found["Xuzhou"][:2] == ["1", "1"]
    assert client.get("/board/records/?state=late").context["count"] == int(found["Xuzhou"][6]) == 1
    leave(made, XUZHOU, 0)
    outside_requests()
    factories.progress(late, month=5)
    found = numbers(page(client))
    assert found["Xuzhou"][:3] == ["2", "1", "1"]
    for state, count in (("", 2), ("not-started", 1), ("draft", 1), ("late", 2)):
        assert client.get(f"/board/records/?state={state}").context["count"] == count


def test_the_whole_table_is_shown() -> None:
    """The table has no scroll bar of its own, as its total would then cover the last units."""
    period()
    assert '<div class="tight whole"><div class="table-wrap"' in page(manager())
    assert ".page .whole .table-wrap { max-height: none; }" in SHEET.read_text(encoding="utf-8")
