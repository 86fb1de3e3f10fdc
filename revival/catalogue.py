"""What the product reports on, as one literal tuple; a report is listed here and is everywhere."""

from enterprises.reports import DesignationsReport, EnterprisesReport
from finance.reports import LoansReport
from projects.reports import ProgressReport, RenovationReport, RetiredEquipmentReport
from revival.reporting.report import Report

REPORTS: tuple[type[Report], ...] = (
    RenovationReport,
    ProgressReport,
    RetiredEquipmentReport,
    DesignationsReport,
    LoansReport,
    EnterprisesReport,
)
