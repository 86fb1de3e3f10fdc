"""What every report costs: queries that do not grow, and an index for its totals."""

import pytest
from django.db import connection
from django.db.models import F, ForeignKey
from django.test.utils import CaptureQueriesContext

from revival.catalogue import REPORTS
from revival.reporting.dimensions import RegionDimension, field_at
from revival.reporting.filters import filter_class
from revival.reporting.report import Report
from tests.extent import combinations, every, times
from tests.reporting.contract import EVERY_REPORT, SignIn, beside, body, get

# One of them looks for the years that occur, so that a year far away adds one choice and not all between.
ASKED = [("by=city", 9), ("by=county&by={second}&across={third}", 9)]


@pytest.mark.torture
@every(("report", "asked"), [*((report, ("", 10)) for report in REPORTS), *combinations(REPORTS, ASKED)])
def test_queries_do_not_grow_with_the_rows(as_user: SignIn, report: type[Report], asked: tuple[str, int]) -> None:
    """A page takes a fixed number of queries, whatever it shows."""
    client, (query, most) = as_user(), asked
    second = beside(report, "county")
    query = query.format(second=second, third=beside(report, "county", second))
    tables = [d for d in report.dimensions if isinstance(field_at(report.model, d.source), ForeignKey)]
    most += sum(not isinstance(d, RegionDimension) for d in tables)  # their labels are read once
    with CaptureQueriesContext(connection) as found:
        assert get(client, report, query).status_code == 200
    assert len(found) <= most, [each["sql"][:90] for each in found.captured_queries]
    few = 9
    for kind in times(["json" if query else "xlsx"], ["csv", "xlsx", "json"]):
        with CaptureQueriesContext(connection) as found:
            body(get(client, report, f"{query}&format={kind}"))
        assert len(found) <= few, [each["sql"][:90] for each in found.captured_queries]


@EVERY_REPORT
def test_one_index_holds_all_that_a_total_reads(report: type[Report]) -> None:
    """Totals by any dimension can be read from one index of the model alone."""
    made: type = report
    paths = {d.source for d in report.dimensions}
    limits = [m.only[0] for m in report.aggregates() if m.only]
    paths |= {filter_class(made).base_filters[name].field_name for name in limits}
    read_too = [m.operand for m in report.aggregates()]
    if report.validity:
        paths |= {report.validity.key} - {""}
        read_too += [report.validity.valid_from, report.validity.valid_to]
    for each in read_too:
        parts = each.flatten() if hasattr(each, "flatten") else [each]
        paths |= {vars(part)["name"] if isinstance(part, F) else part for part in parts if isinstance(part, F | str)}
    read = {path.split("__")[0] for path in paths}
    held = [{*index.fields, *index.include} for index in report.model._meta.indexes if not index.condition]
    assert any(read <= columns for columns in held)
