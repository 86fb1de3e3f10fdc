"""The monthly form as a clerk fills it in and reads it, and the months that it leaves."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

from django.test import Client
from django.utils import timezone

from projects.models import ProjectProgress, RenovationProject
from revival.records.models import State
from revival.records.periods import ReportingPeriod
from tests import factories
from tests.factories import GULOU, XUZHOU, browser, official, outside_requests

PAGE = "/monthly/2024-06/"
AUTOSAVE = {"X-Requested-With": "autosave"}


def period(month: int = 6, year: int = 2024, **days: int) -> ReportingPeriod:
    """A month that is open today. days: the distance of its dates from today."""
    outside_requests()
    given = {"opens": -5, "due": 5, "closes": 10} | days
    dates = {name: timezone.localdate() + timedelta(days=count) for name, count in given.items()}
    return ReportingPeriod.objects.create(year=year, month=month, **dates)


def close(month: ReportingPeriod) -> None:
    outside_requests()
    ReportingPeriod.objects.filter(pk=month.pk).update(due=month.opens, closes=month.opens)


def clerk(region: str = XUZHOU, language: str = "en") -> Client:
    return browser(official("clerk", region), language)


def listed(region: str = GULOU, **values: Any) -> RenovationProject:
    """A verified project of 2024: 1,000 万元 planned, 5,000 in all."""
    return factories.project(region, state=State.VERIFIED, **{"submitted_at": timezone.now(), **values})


def typed(project: RenovationProject, planned: str, completed: str, version: Any = "", **more: str) -> dict[str, str]:
    fields = {"planned": planned, "completed": completed, "version": str(version), **more}
    return {f"p{project.pk}-{name}": value for name, value in fields.items()}


def month(project: RenovationProject, number: int = 6) -> ProjectProgress | None:
    return ProjectProgress.objects.filter(project=project, month=number).first()


def kept(project: RenovationProject) -> tuple[Any, ...]:
    """The stored month, in 万元, with state and version."""
    row = month(project)
    assert row is not None
    return row.planned / 10_000, row.completed / 10_000, row.state, row.version


def save(client: Client, *rows: dict[str, str], how: str = "draft", path: str = PAGE, **more: Any) -> Any:
    data = {"save": how}
    for row in rows:
        data |= row
    return client.post(path, data, **more)


def text(response: Any) -> str:
    return unescape(response.content.decode())


def value(response: Any, project: RenovationProject, name: str) -> str | None:
    """The value of a field of the row on the page; None where there is no such field."""
    tags = re.findall(rf'<input[^>]*name="p{project.pk}-{name}"[^>]*>', response.content.decode())
    found = re.search(r'value="([^"]*)"', tags[0]) if tags else None
    return found[1] if found else ("" if tags else None)


def errors(response: Any, project: RenovationProject, name: str) -> str:
    """The message beside a field of the row, or without a field the message of the row."""
    at = f"id_p{project.pk}-{name}_error" if name else f"p{project.pk}_error"
    found = re.search(rf'<ul class="errorlist" id="{at}">(.*?)</ul>', response.content.decode(), re.S)
    return unescape(re.sub(r"<[^>]+>", "", found[1])).strip() if found else ""


def changed(row: ProjectProgress, **values: Any) -> None:
    """Another official changes a month meanwhile."""
    outside_requests()
    ProjectProgress.objects.filter(pk=row.pk).update(changed_by=official("clerk", XUZHOU, name="Li"), **values)
