"""Stock and cumulative measures, on a report declared here, and rates."""

import pytest
from django.core.management import call_command
from django.db.models import Count, Sum
from django.db.models.functions import ExtractYear
from django.http import QueryDict
from django.utils import translation

from enterprises.models import Enterprise
from projects.models import RenovationProject
from projects.reports import ProgressReport, RenovationReport
from revival.reporting.checks import check_reports
from revival.reporting.dimensions import CITY, COUNTY, STATE, Dimension
from revival.reporting.files import file_blocks
from revival.reporting.measures import Measure, MeasureKind, Ratio
from revival.reporting.period import Validity
from revival.reporting.query import report_query
from revival.reporting.report import Column, Report
from tests import factories
from tests.factories import KUNSHAN, PEI, PROVINCE
from tests.reporting.asking import answer

pytestmark = pytest.mark.django_db


class EnterpriseReport(Report):
    """Enterprises active at the end of a year, and those founded in it."""

    name, title = "test-enterprises", "Enterprises"
    model = Enterprise
    validity = Validity("year", ExtractYear("active_from"), lambda: 2026, valid_to=ExtractYear("active_until"))
    dimensions = (CITY, COUNTY, Dimension("industry"), Dimension("year", "active_from__year", number=True), STATE)
    measures = (
        Measure("active", Count("*"), "Active", kind=MeasureKind.STOCK),
        Measure("founded", Count("*"), "Founded"),
    )
    columns = (Column("name"), Column("city"), Column("industry"))


@pytest.fixture
def enterprises() -> None:
    """Three in Pei County, from 2010, 2012 to 2023 and from 2024, and one in Kunshan, 2023 to 2024."""
    spans = (("2010-01-01", None), ("2012-05-01", "2023-06-30"), ("2024-02-01", None))
    for begins, ends in spans:
        factories.enterprise(PEI, active_from=begins, active_until=ends, state="verified")
    factories.enterprise(KUNSHAN, active_from="2023-01-01", active_until="2024-12-31", state="verified")


@pytest.mark.parametrize(
    ("year", "active", "founded"),
    [(2009, 0, 0), (2010, 1, 1), (2012, 2, 1), (2022, 2, 0), (2023, 2, 1), (2024, 2, 1)],
)
def test_stock_counts_the_end_of_the_year_and_flow_the_year(
    enterprises: None, year: int, active: int, founded: int
) -> None:
    """A stock ignores when the period began; a flow counts what is dated in it."""
    assert answer(EnterpriseReport, f"year={year}")["total"] == {"active": active, "founded": founded}


def test_stock_by_year_is_a_series_and_its_total_the_last_year(enterprises: None) -> None:
    """By year a stock is taken at the end of each. The total is that of the last year, never the sum."""
    found = answer(EnterpriseReport, "by=year&year=2010&year=2023&year=2024")
    assert [(row["year"]["code"], row["active"], row["founded"]) for row in found["rows"]] == [
        (2010, 1, 1),
        (2023, 2, 1),
        (2024, 2, 1),
    ]
    assert found["total"] == {"active": 2, "founded": 3}


def test_stock_across_years_has_the_last_year_in_its_row_total(enterprises: None) -> None:
    """In a cross-tab with years the row total of a stock is its last year, of a flow the sum."""
    user = factories.official("manager", PROVINCE)
    query = report_query(EnterpriseReport, QueryDict("by=city&across=year&measure=active,founded&format=csv"), user)
    with translation.override("en"):
        lines = b"".join(file_blocks(query)).decode("utf-8-sig").splitlines()
    xuzhou = next(line for line in lines if line.startswith("Xuzhou")).split(",")
    assert xuzhou[-2:] == ["2", "3"]
    assert xuzhou[-4:-2] == ["2", "1"]


@pytest.mark.parametrize("measure", ["active", "founded"])
@pytest.mark.parametrize("year", [2012, 2023, 2024])
def test_list_behind_a_stock_follows_its_rule(enterprises: None, measure: str, year: int) -> None:
    """The record list of a stock holds the valid records, and that of a flow those dated in the year."""
    found = answer(EnterpriseReport, f"year={year}&measure={measure}")
    assert len(found["rows"]) == found["total"][measure]


def test_latest_takes_the_last_verified_month_of_each_project() -> None:
    """Cumulative rows count once per project: the last verified month up to the one asked for."""
    first, second = factories.project(PEI, state="verified"), factories.project(KUNSHAN, state="verified")
    for month, completed in ((1, 10), (3, 30), (5, 50)):
        factories.progress(first, month=month, completed=completed * 10_000, planned=0, state="verified")
    factories.progress(second, month=2, completed=70_000, planned=0, state="verified")
    factories.progress(second, month=4, completed=90_000, planned=0, state="submitted")
    by_month = answer(ProgressReport, "year=2024&by=month")
    assert [(row["month"]["code"], row["completed"]) for row in by_month["rows"]] == [
        (1, "100000.00"),
        (2, "170000.00"),
        (3, "370000.00"),
        (4, "370000.00"),
        (5, "570000.00"),
    ]
    assert by_month["total"]["completed"] == "570000.00"
    assert answer(ProgressReport, "year=2024&month=4")["total"]["completed"] == "370000.00"
    listed = answer(ProgressReport, "year=2024&month=4")["rows"]
    assert sorted((row["month"]["code"], row["completed"]) for row in listed) == [(2, "70000.00"), (3, "300000.00")]
    both = answer(ProgressReport, "year=2024&state=verified&state=submitted&month=4")
    assert both["total"]["completed"] == "390000.00"
    assert answer(ProgressReport, "year=2024&by=city&across=month")["total"]["completed"] == "570000.00"


def test_rate_divides_sums_and_is_null_without_denominator() -> None:
    """A rate of a total divides the sums of its pair. Without a plan there is none."""
    for planned, completed in ((100, 50), (300, 300)):
        factories.project(
            PEI,
            state="verified",
            planned_investment=planned * 10_000,
            completed_investment=completed * 10_000,
        )
    assert answer(RenovationReport, "")["total"]["completion"] == 0.875
    assert answer(RenovationReport, "year=2019")["total"]["completion"] is None


def test_distinct_count_is_not_added_up() -> None:
    """A distinct count is computed again at every level."""

    class Firms(Report):
        name, title = "test-firms", "Firms"
        model = RenovationProject
        dimensions = (CITY, Dimension("action"))
        measures = (
            Measure("firms", Count("enterprise", distinct=True), "Firms"),
            Measure("sum", Sum("year"), "Sum"),
            Ratio("rate", "Rate", "sum", "firms"),
        )
        columns = (Column("code"),)

    owner = factories.enterprise(PEI, state="verified")
    for action in ("equipment-renewal", "green-transformation"):
        factories.project(PEI, enterprise=owner, action=action, state="verified")
    found = answer(Firms, "by=action")
    assert sum(row["firms"] for row in found["rows"]) == 2
    assert found["total"]["firms"] == 1


def test_wrong_declarations_are_refused_at_the_start() -> None:
    """A path across a to-many relation, a taken name, an unknown part of a rate, a missing axis, and a limit or a
    focus on no value of a filter are errors.
    """

    class Wrong(Report):
        name, title = "wrong", "Wrong"
        model = RenovationProject
        columns = (Column("code"),)
        dimensions = (Dimension("progress__month"), Dimension("by", "year"))
        measures = (
            Measure("stock", Count("*"), "Stock", kind=MeasureKind.STOCK),
            Ratio("rate", "Rate", "stock", "nothing"),
            Measure("limited", Count("*"), "Limited", only=("action", "nothing")),
        )
        headline = ("nothing",)
        focus = {"action": ("nothing",)}
        search = ("enterprise__nowhere",)

    found = {error.id for error in check_reports((Wrong, Wrong))}
    assert found == {f"revival.E00{number}" for number in (1, 2, 3, 4, 5, 6, 7)}
    call_command("check")


@pytest.mark.parametrize(
    ("only", "right"),
    [
        (("action", "equipment-renewal"), True),
        (("stage", "started"), True),
        (("action", "nothing"), False),
        (("year", "2024"), False),
        (("q", "x"), False),
        (("nothing", "x"), False),
    ],
)
def test_a_measure_is_limited_to_a_value_of_a_filter(only: tuple[str, str], right: bool) -> None:
    """The filter has named values. Reports with an axis of periods have no such measure."""

    class Limited(Report):
        name, title = "test-limited", "Limited"
        model = RenovationProject
        dimensions = (CITY, Dimension("action"), Dimension("stage"), Dimension("year", number=True))
        measures = (Measure("limited", Count("*"), "Limited", only=only),)
        columns = (Column("code"),)
        search = ("name",)

    class Stands(Report):
        name, title = "test-stands", "Stands"
        model = Enterprise
        validity = EnterpriseReport.validity
        dimensions = EnterpriseReport.dimensions
        measures = (Measure("limited", Count("*"), "Limited", only=("industry", "textile")),)
        columns = (Column("name"),)

    assert [error.id for error in check_reports((Limited,))] == ([] if right else ["revival.E006"])
    assert [error.id for error in check_reports((Stands,))] == ["revival.E006"]
