"""What the product reports on, as one literal tuple; a report is listed here and is everywhere."""

from projects.reports import ProgressReport, RenovationReport
from revival.reporting.report import Report

REPORTS: tuple[type[Report], ...] = (RenovationReport, ProgressReport)
