"""The questions that the tests of every report ask, and their reports and dimensions."""

import csv
import io
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from revival.catalogue import REPORTS
from revival.reporting.measures import Measure
from revival.reporting.report import Report

SignIn = Callable[..., Client]
EVERY_REPORT = pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.name)
DIMENSIONS = [(report, dimension.name) for report in REPORTS for dimension in report.dimensions]
EVERY_DIMENSION = pytest.mark.parametrize(
    ("report", "by"), DIMENSIONS, ids=lambda value: getattr(value, "name", value)
)


def get(client: Client, report: type[Report], query: str) -> Any:
    return client.get(f"/reports/{report.name}/?{query}")


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def answer(client: Client, report: type[Report], query: str) -> dict[str, Any]:
    response = get(client, report, f"{query}&format=json")
    assert response.status_code == 200
    found: dict[str, Any] = json.loads(body(response))
    return found


def sheet(client: Client, report: type[Report], query: str) -> list[list[str]]:
    response = get(client, report, f"{query}&format=csv")
    assert response.status_code == 200
    data = body(response)
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig")), strict=True))


def additive(report: type[Report]) -> list[Measure]:
    return [measure for measure in report.measures if isinstance(measure, Measure) and measure.additive]


def added(report: type[Report]) -> list[Measure]:
    """The measures that add up a field of the records."""
    return [measure for measure in additive(report) if measure.source and not measure.is_count]


def beside(report: type[Report], *taken: str) -> str:
    """A dimension of the report other than the given ones."""
    names = {dimension.name for dimension in report.dimensions} - set(taken)
    return next(name for name in ("industry", "action", "kind", "level", "city", "year", "state") if name in names)


def exact(figure: Any) -> Decimal | None:
    """A figure as in JSON, where a rate or a share may be null."""
    return None if figure is None else Decimal(str(figure))
