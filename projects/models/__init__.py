"""Records of what is done."""

from projects.models.equipment import Category, EquipmentUnit, RetiredEquipment
from projects.models.progress import ProjectProgress
from projects.models.renovation import Action, Programme, RenovationProject, Stage, Watch

__all__ = [
    "Action",
    "Category",
    "EquipmentUnit",
    "Programme",
    "ProjectProgress",
    "RenovationProject",
    "RetiredEquipment",
    "Stage",
    "Watch",
]
