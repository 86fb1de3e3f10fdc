"""Kinds of files about what is done."""

from projects.models import (
    Activity,
    ChemicalUnit,
    EquipmentListing,
    LandRenewal,
    Participation,
    Policy,
    ProjectProgress,
    RenovationProject,
    RetiredEquipment,
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

PROJECTS = ImportSpec("projects", RenovationProject, key=("code",), report=RenovationReport)
PROGRESS = ImportSpec("progress", ProjectProgress, key=("project", "month"), report=ProgressReport)
RETIRED_EQUIPMENT = ImportSpec(
    "retired-equipment",
    RetiredEquipment,
    key=("enterprise", "name", "category", "quantity", "unit", "retired_on"),
    report=RetiredEquipmentReport,
)
CHEMICAL_UNITS = ImportSpec("chemical-units", ChemicalUnit, key=("enterprise", "name"), report=ChemicalUnitsReport)
LAND = ImportSpec("land", LandRenewal, key=("name", "enterprise", "renewed_on", "area"), report=LandReport)
ACTIVITIES = ImportSpec("activities", Activity, key=("name", "kind", "held_on", "region"))
PARTICIPATIONS = ImportSpec(
    "participations",
    Participation,
    key=("activity", "enterprise"),
    cites={"activity": ("held_on",)},
    report=ActivitiesReport,
)
EQUIPMENT_LISTS = ImportSpec(
    "equipment-lists",
    EquipmentListing,
    key=("enterprise", "name", "kind", "year", "project"),
    report=EquipmentListsReport,
)
POLICIES = ImportSpec("policies", Policy, key=("name", "level", "year", "region"), report=PoliciesReport)
