"""Records of what is done for the renewal."""

from projects.models.activity import Activity, ActivityKind, Participation
from projects.models.chemical import ChemicalUnit
from projects.models.equipment import Category, EquipmentUnit, RetiredEquipment
from projects.models.equipment_list import EquipmentListing, EquipmentListKind
from projects.models.land import LandRenewal, Method
from projects.models.policy import Policy, PolicyLevel
from projects.models.progress import ProjectProgress
from projects.models.renovation import Action, Programme, RenovationProject, Stage, Watch, check_owner

__all__ = [
    "Action",
    "Activity",
    "ActivityKind",
    "Category",
    "ChemicalUnit",
    "EquipmentListKind",
    "EquipmentListing",
    "EquipmentUnit",
    "LandRenewal",
    "Method",
    "Participation",
    "Policy",
    "PolicyLevel",
    "Programme",
    "ProjectProgress",
    "RenovationProject",
    "RetiredEquipment",
    "Stage",
    "Watch",
    "check_owner",
]
