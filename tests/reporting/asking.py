"""Reports asked without a page: their answers, totals, files and figures."""

import json
from typing import Any

from django.http import QueryDict

from revival.reporting import views
from revival.reporting.files import file_blocks
from revival.reporting.grid import Cell
from revival.reporting.query import Query, report_query
from revival.reporting.report import Report
from tests import factories
from tests.factories import PEI, PROVINCE


def answer(report: type[Report], query: str, user: Any = None) -> dict[str, Any]:
    """The answer of the report in JSON, to a manager of the province by default."""
    user = user or factories.official("manager", PROVINCE)
    found: dict[str, Any] = json.loads(
        b"".join(file_blocks(report_query(report, QueryDict(f"{query}&format=json"), user)))
    )
    return found


def question(report: type[Report], query: str, region: str = PROVINCE) -> Query:
    """The question as a manager of the region asks it."""
    return report_query(report, QueryDict(query), factories.official("manager", region))


def enterprise(region: str = PEI, **values: Any) -> Any:
    return factories.enterprise(region, state="verified", **values)


def totals(report: type[Report], query: str) -> dict[str, Cell]:
    """The totals above the table of a page by measure."""
    asked = question(report, query)
    shown = views.answer(asked)["totals"]
    return {measure.name: cell for measure, (_title, cell, _note) in zip(asked.measures, shown, strict=True)}


def asked_by(cell: Cell) -> str:
    return cell.url.partition("?")[2]


def csv(report: type[Report], query: str) -> list[str]:
    asked = question(report, f"{query}&format=csv")
    return b"".join(file_blocks(asked)).decode("utf-8-sig").splitlines()


def counts(report: type[Report], by: str, measure: str, query: str = "year=2024") -> dict[Any, Any]:
    """The figures of a measure by the codes of a dimension, without empty ones."""
    rows = answer(report, f"{query}&by={by}")["rows"]
    return {row[by]["code"]: row[measure] for row in rows if row[measure]}
