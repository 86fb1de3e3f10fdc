"""The questions that the tests of every report ask, and their reports and dimensions."""

import csv
import io
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.test import Client

from revival.catalogue import REPORTS
from revival.reporting.measures import Measure
from revival.reporting.report import Report
from tests.extent import every, times

SignIn = Callable[..., Client]
EVERY_REPORT = every("report", REPORTS)
DIMENSIONS = [(report, dimension.name) for report in REPORTS for dimension in report.dimensions]
EVERY_DIMENSION = every(("report", "by"), DIMENSIONS)


def each_once(pairs: list[tuple[type[Report], str]]) -> list[tuple[type[Report], str]]:
    """Of pairs so many that each report and each dimension is among them; another dimension for each report."""
    found: list[tuple[type[Report], str]] = []
    for at, report in enumerate(REPORTS):
        names = [name for each, name in pairs if each is report]
        new = [name for name in names if name not in {known for _report, known in found}]
        found += [(report, name) for name in new or names[at % len(names) :][:1]]
    return found


# Dear ones, in full numbers for each dimension of each report.
EACH_DIMENSION_ONCE = every(("report", "by"), times(each_once(DIMENSIONS), DIMENSIONS))


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
