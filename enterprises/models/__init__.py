"""Records of who carries out the renewal, and where."""

from enterprises.models.designation import Designation, DesignationKind, Tier
from enterprises.models.enterprise import Enterprise, Industry
from enterprises.models.exit import EnterpriseExit, ExitKind
from enterprises.models.kinds import KINDS
from enterprises.models.park import Park, ParkExpansion, ParkKind
from enterprises.models.product import Listing, ListKind, Product

__all__ = [
    "KINDS",
    "Designation",
    "DesignationKind",
    "Enterprise",
    "EnterpriseExit",
    "ExitKind",
    "Industry",
    "ListKind",
    "Listing",
    "Park",
    "ParkExpansion",
    "ParkKind",
    "Product",
    "Tier",
]
