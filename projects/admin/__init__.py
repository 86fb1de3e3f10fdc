"""The officials' pages of this floor, registered by being imported."""

from projects.admin import activity, chemical, equipment, land, policy, renovation

__all__ = ["activity", "chemical", "equipment", "land", "policy", "renovation"]
