"""Queries of the home page to a report, within the focus that the report declares."""

from typing import Any

from django.http import QueryDict

from revival.accounts.models import Official
from revival.punctuation import comma
from revival.reporting.query import Query, report_query
from revival.reporting.regions import Regions
from revival.reporting.report import Report


def focused_query(report: type[Report], user: Official, regions: Regions, **params: Any) -> Query:
    """The query to a report within its focus."""
    asked = QueryDict(mutable=True)
    for name, value in {**report.focus, **params}.items():
        asked.setlist(name, [str(each) for each in value] if isinstance(value, list | tuple) else [str(value)])
    return report_query(report, asked, user, regions)


def focus_label(query: Query) -> str:
    """The focus of the report in words; empty if the whole report counts."""
    return comma().join(
        query.label(query.filterset.filters[name].dimension, value)
        for name, values in query.report.focus.items()
        for value in values
    )
