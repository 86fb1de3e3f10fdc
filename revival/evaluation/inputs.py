"""Inputs of indicators: measures of reports by industry or by city, checked when they are declared."""

from typing import Protocol

from django.http import QueryDict
from django.utils.translation import gettext as _

from revival import catalogue
from revival.accounts.models import Official, Region
from revival.punctuation import labelled
from revival.reporting.measures import Measure
from revival.reporting.params import BadQuery
from revival.reporting.query import SHAPE, Query, report_query
from revival.reporting.regions import Regions
from revival.reporting.report import Report

# The dimension with the values of each subject.
DIMENSION = {"industries": "industry", "cities": "city"}


class DeclaredInputs(Protocol):
    """The part of an indicator that declares its inputs."""

    numerator: str
    numerator_filters: str
    denominator: str
    denominator_filters: str


def indicator_query(
    subject: str, name: str, filters: str, year: int, reader: Official, regions: Regions | None = None
) -> Query:
    """The query of a year's measure by subject. Raises BadQuery, also for a measure that no report has any more."""
    try:
        report, measure = catalogue.measure(name)
    except LookupError as unknown:
        raise BadQuery([labelled(name, _("There is no such measure. Choose one from the list."))]) from unknown
    params = QueryDict(filters, mutable=True)
    params["year"], params["by"], params["measure"] = str(year), DIMENSION[subject], measure.name
    return report_query(report, params, reader, regions)


def province_reader() -> Official:
    """A reader of the whole province, who is not stored."""
    return Official(region=Region.objects.get(level=Region.Level.PROVINCE), is_superuser=True)


def indicator_errors(subject: str, indicator: DeclaredInputs) -> dict[str, list[str]]:
    """The errors of the inputs, by field."""
    found: dict[str, list[str]] = {}
    for field in ("numerator", "denominator"):
        name, filters = getattr(indicator, field), getattr(indicator, f"{field}_filters")
        if not name:
            if filters:
                found[f"{field}_filters"] = [_("Choose a measure, or remove the filters.")]
            continue
        report = report_of(name)
        if report is None:
            found[field] = [_("There is no such measure. Choose one from the list.")]
        elif report.dimension(DIMENSION[subject]) is None:
            found[field] = [
                _("The report of this measure cannot be grouped by this subject. Choose another measure.")
            ]
        elif wrong := wrong_filters(subject, name, filters):
            found[f"{field}_filters"] = wrong
    return found


def report_of(name: str) -> type[Report] | None:
    """The report of a measure; None where there is no such measure, or it is a rate, which takes two inputs."""
    try:
        report, measure = catalogue.measure(name)
    except LookupError:
        return None
    return report if isinstance(measure, Measure) else None


def wrong_filters(subject: str, name: str, filters: str) -> list[str]:
    params = QueryDict(filters)
    own = ("year", "state", "region", "part", "city", "county", DIMENSION[subject], *SHAPE)
    wrong = [
        _("“%(name)s” cannot be a filter of an indicator. Remove it.") % {"name": each}
        for each in params
        if each in own
    ]
    if filters and not params:
        wrong.append(_("Write filters as in the address of the report, such as kind=green-factory."))
    if not wrong:
        try:
            indicator_query(subject, name, filters, 2024, province_reader())
        except BadQuery as bad:
            wrong = bad.messages
    return wrong
