"""What the product reports on, as one literal tuple; a report is listed here and is everywhere."""

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
