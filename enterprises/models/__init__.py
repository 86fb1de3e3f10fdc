"""Records of who carries out the renewal, and where."""

from enterprises.models.designation import Designation, Kind, Tier
from enterprises.models.enterprise import Enterprise, Industry
from enterprises.models.kinds import KINDS
from enterprises.models.park import Park, ParkExpansion, ParkKind

__all__ = ["KINDS", "Designation", "Enterprise", "Industry", "Kind", "Park", "ParkExpansion", "ParkKind", "Tier"]
