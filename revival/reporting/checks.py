"""Start-up checks of the declared reports, so that a wrong path fails before a wrong number is shown."""

from collections.abc import Iterator, Sequence

from django.core.checks import CheckMessage, Error

from revival.reporting.dimensions import field_at
from revival.reporting.filters import ValuesFilter, filter_class
from revival.reporting.measures import Measure, MeasureKind, Ratio
from revival.reporting.period import is_snapshot
from revival.reporting.query import SHAPE
from revival.reporting.report import Report


def check_reports(reports: Sequence[type[Report]]) -> list[CheckMessage]:
    """The errors in the declarations, with ids from revival.E001 to revival.E007."""
    found: list[CheckMessage] = [error for report in reports for error in check_report(report)]
    names = [report.name for report in reports]
    if len(set(names)) < len(names):
        found.append(Error("Two reports have one name.", id="revival.E005"))
    return found


def check_report(report: type[Report]) -> Iterator[Error]:
    paths = [d.source for d in report.dimensions] + list(report.search)
    paths += [c.source for c in report.columns if c.expression is None]
    paths += [m.source for m in report.aggregates() if m.source]
    for path in paths:
        try:
            field_at(report.model, path)
        except LookupError as error:
            yield Error(str(error), hint="Use a path of to-one steps.", obj=report, id="revival.E001")
    for dimension in report.dimensions:
        if dimension.name in SHAPE or dimension.name in ("region", "q"):
            yield Error(f"{dimension.name} has a meaning of its own.", obj=report, id="revival.E002")
    measures = {m.name for m in report.aggregates()}
    for measure in report.measures:
        if isinstance(measure, Ratio) and not set(measure.pair) <= measures:
            yield Error(f"{measure.name} divides unknown measures.", obj=report, id="revival.E003")
        if isinstance(measure, Measure) and not is_snapshot(report, measure) and measure.kind is not MeasureKind.FLOW:
            yield Error(f"{measure.name} needs the report's time axis.", obj=report, id="revival.E004")
    for each in report.aggregates():
        if each.only and (report.validity or not is_filter_value(report, *each.only)):
            yield Error(f"{each.name} is limited to no value of a filter.", obj=report, id="revival.E006")
    for name, values in report.focus.items():
        if not all(is_filter_value(report, name, value) for value in values):
            yield Error(f"The focus {name} is no value of a filter.", obj=report, id="revival.E007")
    for name in report.headline:
        if report.measure(name) is None:
            yield Error(f"There is no measure {name}.", obj=report, id="revival.E003")


def is_filter_value(report: type[Report], parameter: str, value: str) -> bool:
    """Whether a filter of the report has the value among its labels."""
    made: type = report
    found = filter_class(made).base_filters.get(parameter)
    return isinstance(found, ValuesFilter) and value in found.dimension.labels(report.model)
