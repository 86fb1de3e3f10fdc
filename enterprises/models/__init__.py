"""Records of who carries out the renewal, and where."""

from enterprises.models.designation import Designation, Kind, Tier
from enterprises.models.enterprise import Enterprise, Industry
from enterprises.models.exit import EnterpriseExit, ExitKind
from enterprises.models.kinds import KINDS
from enterprises.models.park import Park, ParkExpansion, ParkKind
from enterprises.models.product import Listing, ListKind, Product

__all__ = [
    "KINDS",
    "Designation",
    "Enterprise",
    "EnterpriseExit",
    "ExitKind",
    "Industry",
    "Kind",
    "ListKind",
    "Listing",
    "Park",
    "ParkExpansion",
    "ParkKind",
    "Product",
    "Tier",
]
