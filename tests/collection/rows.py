"""A month for tests of the collection: projects in two cities and a direct county, in all states."""

import re
from datetime import date, datetime, time, timedelta
from html import unescape
from typing import Any

from django.test import Client
from django.utils import timezone

from projects.models import ProjectProgress
from revival.records.periods import ReportingPeriod
from tests import factories
from tests.factories import GULOU, KUNSHAN, PEI, PROVINCE, SUZHOU, XUZHOU, browser, official

Cells = list[tuple[str, str]]


def period(month: int = 5, *, due: int = 5, opens: int = -20, closes: int = 20, year: int = 2024) -> ReportingPeriod:
    """A month, or the year for 0. Its days are counted from today."""
    days = {name: timezone.localdate() + timedelta(n) for name, n in (("opens", opens), ("due", due))}
    closes_on = timezone.localdate() + timedelta(closes)
    factories.outside_requests()
    return ReportingPeriod.objects.create(year=year, month=month, closes=closes_on, **days)


def at(day: date, clock: time) -> datetime:
    """A moment in Beijing."""
    return timezone.make_aware(datetime.combine(day, clock))


def owed(region: str = GULOU, state: str = "", **values: Any) -> ProjectProgress | None:
    """A verified project of 2024, with its month of May in the state or without that month."""
    hands = {name: value for name, value in values.items() if name in ("enterprise", "submitted_by", "verified_by")}
    project = factories.project(region, state="verified", **hands)
    unfit = {"enterprise"} if state == "verified" else {"enterprise", "verified_by"}
    given = {name: value for name, value in values.items() if name not in unfit}
    return factories.progress(project, month=5, state=state, **given) if state else None


def may_of_two_cities() -> None:
    """Gulou 4, Pei 1 and Xuzhou itself 1; Suzhou itself 1 and Kunshan 3; and records that May does not count."""
    hands = {
        "enterprise": factories.enterprise(PEI),
        "submitted_by": factories.official("clerk", PROVINCE),
        "verified_by": factories.official("verifier", PROVINCE),
    }
    for region, states in (
        (GULOU, ("verified", "submitted", "draft", "")),
        (PEI, ("returned",)),
        (XUZHOU, ("",)),
        (SUZHOU, ("verified",)),
        (KUNSHAN, ("submitted", "")),
    ):
        for state in states:
            owed(region, state, **hands)
    factories.progress(factories.project(GULOU, state="draft"), month=5)
    factories.progress(factories.project(GULOU, state="verified", year=2023), month=5, state="verified")
    of_april = factories.project(KUNSHAN, state="verified")
    for month in (4, 5):
        factories.progress(of_april, month=month, state="verified")


def lines(text: str) -> dict[str, Cells]:
    """The rows of the table on a page: text and link of each cell, by the first one's text."""
    found: dict[str, Cells] = {}
    for row in re.findall(r"<tr[^>]*>(.*?)</tr>", text.split("<tbody>")[1].split("</table>")[0], re.S):
        cells: Cells = []
        for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S):
            link = re.search(r'href="([^"]*)"', cell)
            cells.append((unescape(re.sub(r"<[^>]+>", "", cell)), unescape(link.group(1)) if link else ""))
        found[cells[0][0]] = cells
    return found


def numbers(text: str) -> dict[str, list[str]]:
    """The rows of the table on a page without their links."""
    return {name: [value for value, _link in cells[1:]] for name, cells in lines(text).items()}


def manager(region: str = PROVINCE, language: str = "en") -> Client:
    return browser(official("manager", region), language)
