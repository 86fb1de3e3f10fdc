"""What the home page counts of a report that holds more than its name says."""

from typing import Any

from django.http import QueryDict

from revival.reporting.query import Query, ask
from revival.reporting.regions import Regions
from revival.reporting.report import Report

# What the cards and charts of a report count, where it holds more than its name says.
FOCUS: dict[str, dict[str, str | tuple[str, ...]]] = {
    "green-factories": {"kind": "green-factory", "tier": "national"},
    "retired-equipment": {"category": "voluntary"},
    "parks": {"kind": "characteristic"},
    "listings": {"kind": "key-innovative"},
    "activities": {"kind": ("supply-demand", "bank-enterprise")},
    "equipment-lists": {"kind": "demand"},
    "allocations": {"fund": "treasury-bond"},
}


def question(report: type[Report], user: Any, regions: Regions, **params: Any) -> Query:
    """A question to a report within its focus."""
    asked = QueryDict(mutable=True)
    for name, value in (FOCUS.get(report.name, {}) | params).items():
        asked.setlist(name, [str(each) for each in value] if isinstance(value, list | tuple) else [str(value)])
    return ask(report, asked, user, regions)


def focus(query: Query) -> str:
    """What of the report counts, in words; empty where all of it does."""
    return ", ".join(
        query.label(query.filterset.filters[name].dimension, each)
        for name, value in FOCUS.get(query.report.name, {}).items()
        for each in ([value] if isinstance(value, str) else value)
    )
