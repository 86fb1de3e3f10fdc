"""The reports of the product as one literal tuple. A report that is listed here appears everywhere."""

from enterprises.reports import (
    DesignationsReport,
    EnterprisesReport,
    ExitsReport,
    ExpansionsReport,
    ListingsReport,
    ParksReport,
)
from finance.reports import AllocationsReport, LoansReport
from projects.reports import (
    ActivitiesReport,
    ChemicalUnitsReport,
    EquipmentListsReport,
    LandReport,
    PoliciesReport,
    ProgressReport,
    RenovationReport,
    RetiredEquipmentReport,
)
from revival.reporting.measures import Measure, Ratio
from revival.reporting.report import Report

REPORTS: tuple[type[Report], ...] = (
    RenovationReport,
    ProgressReport,
    RetiredEquipmentReport,
    ChemicalUnitsReport,
    DesignationsReport,
    ParksReport,
    ExpansionsReport,
    ListingsReport,
    LandReport,
    ExitsReport,
    EnterprisesReport,
    ActivitiesReport,
    EquipmentListsReport,
    LoansReport,
    AllocationsReport,
    PoliciesReport,
)


def report(name: str) -> type[Report]:
    """The report of that name. Raises LookupError if there is none."""
    found = next((each for each in REPORTS if each.name == name), None)
    if found is None:
        raise LookupError(f"There is no report {name}.")
    return found


def measure(path: str) -> tuple[type[Report], Measure | Ratio]:
    """The report and the measure of a path such as `renovation.investment`. Raises LookupError if there is none."""
    report_name, _dot, measure_name = path.partition(".")
    of_report = report(report_name)
    found = of_report.measure(measure_name)
    if found is None:
        raise LookupError(f"There is no measure {path}.")
    return of_report, found
