"""Records of what is done for the renewal."""

from projects.models.activity import Activity, ActivityKind, Participation
from projects.models.chemical import ChemicalUnit
from projects.models.equipment import EquipmentCategory, EquipmentUnit, RetiredEquipment
from projects.models.equipment_list import EquipmentListing, EquipmentListKind
from projects.models.land import LandMethod, LandRenewal
from projects.models.policy import Policy, PolicyLevel
from projects.models.progress import ProjectProgress
from projects.models.renovation import Action, Programme, RenovationProject, Stage, WatchedField, check_owner

__all__ = [
    "Action",
    "Activity",
    "ActivityKind",
    "ChemicalUnit",
    "EquipmentCategory",
    "EquipmentListKind",
    "EquipmentListing",
    "EquipmentUnit",
    "LandMethod",
    "LandRenewal",
    "Participation",
    "Policy",
    "PolicyLevel",
    "Programme",
    "ProjectProgress",
    "RenovationProject",
    "RetiredEquipment",
    "Stage",
    "WatchedField",
    "check_owner",
]
