"""Review from a list: choosing an action, confirming it, and its result."""

from datetime import date, timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from revival.records.periods import ReportingPeriod
from tests.factories import (
    outside_requests,
)
from tests.forms import fields
from tests.records.models import url


def choose(client: Client, model: Any, action: str, rows: list[Any], query: str = "", **more: Any) -> Any:
    """The preview of an action on rows of the list."""
    data = {"action": action, "index": 0, "_selected_action": [row.pk for row in rows]} | more
    return client.post(url(model, "changelist") + query, data)


def confirm(client: Client, model: Any, preview: Any, query: str = "", **typed: Any) -> Any:
    return client.post(url(model, "changelist") + query, fields(preview) | typed)


def run(client: Client, model: Any, action: str, rows: list[Any], **typed: Any) -> Any:
    """The result of an action that is previewed and confirmed."""
    return confirm(client, model, choose(client, model, action, rows), **typed)


def refused(page: Any) -> dict[int, str]:
    return {each.key: each.refused for each in page.context["outcomes"] if each.refused}


def states(rows: list[Any]) -> list[str]:
    return [type(row).objects.get(pk=row.pk).state for row in rows]


def closed(year: int, month: int) -> None:
    """A reporting period that closed yesterday."""
    outside_requests()
    past = timezone.localdate() - timedelta(days=1)
    ReportingPeriod.objects.create(year=year, month=month, opens=date(2024, 1, 1), due=past, closes=past)
