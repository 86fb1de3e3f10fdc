"""Reports of what is done for the renewal."""

from projects.reports.activity import ActivitiesReport
from projects.reports.equipment import ChemicalUnitsReport, EquipmentListsReport, RetiredEquipmentReport
from projects.reports.land import LandReport
from projects.reports.policy import PoliciesReport
from projects.reports.renovation import (
    COMPLETION,
    SCHEDULE,
    ProgressReport,
    RenovationReport,
    due_investment,
    fraction_sql,
    schedule_measure,
    schedule_points,
)

__all__ = [
    "COMPLETION",
    "SCHEDULE",
    "ActivitiesReport",
    "ChemicalUnitsReport",
    "EquipmentListsReport",
    "LandReport",
    "PoliciesReport",
    "ProgressReport",
    "RenovationReport",
    "RetiredEquipmentReport",
    "due_investment",
    "fraction_sql",
    "schedule_measure",
    "schedule_points",
]
