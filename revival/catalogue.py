"""The reports and the imports of the product, each as one literal tuple. What is listed here appears everywhere."""

from enterprises.imports import DESIGNATIONS, ENTERPRISES, EXITS, LISTINGS, PARK_EXPANSIONS, PARKS, PRODUCTS
from enterprises.reports import (
    DesignationsReport,
    EnterprisesReport,
    ExitsReport,
    ExpansionsReport,
    ListingsReport,
    ParksReport,
)
from finance.imports import ALLOCATIONS, DRAWINGS, LOANS
from finance.reports import AllocationsReport, LoansReport
from projects.imports import (
    ACTIVITIES,
    CHEMICAL_UNITS,
    EQUIPMENT_LISTS,
    LAND,
    PARTICIPATIONS,
    POLICIES,
    PROGRESS,
    PROJECTS,
    RETIRED_EQUIPMENT,
)
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
from revival.importing.spec import ImportSpec
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

IMPORTS: tuple[ImportSpec, ...] = (
    ENTERPRISES,
    PROJECTS,
    PROGRESS,
    RETIRED_EQUIPMENT,
    CHEMICAL_UNITS,
    DESIGNATIONS,
    PARKS,
    PARK_EXPANSIONS,
    PRODUCTS,
    LISTINGS,
    LAND,
    EXITS,
    ACTIVITIES,
    PARTICIPATIONS,
    EQUIPMENT_LISTS,
    LOANS,
    DRAWINGS,
    ALLOCATIONS,
    POLICIES,
)


def report(name: str) -> type[Report]:
    """The report of that name. Raises LookupError if there is none."""
    found = next((each for each in REPORTS if each.name == name), None)
    if found is None:
        raise LookupError(f"There is no report {name}.")
    return found


def import_spec(name: str) -> ImportSpec:
    """The kind of records in files of that name. Raises LookupError if there is none."""
    found = next((each for each in IMPORTS if each.name == name), None)
    if found is None:
        raise LookupError(f"There is no kind {name}.")
    return found


def measure(path: str) -> tuple[type[Report], Measure | Ratio]:
    """The report and the measure of a path such as `renovation.investment`. Raises LookupError if there is none."""
    report_name, _dot, measure_name = path.partition(".")
    of_report = report(report_name)
    found = of_report.measure(measure_name)
    if found is None:
        raise LookupError(f"There is no measure {path}.")
    return of_report, found
