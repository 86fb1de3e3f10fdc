"""Admin pages of the projects app. Importing the package registers them."""

from projects.admin import activity, chemical, equipment, land, policy, renovation

__all__ = ["activity", "chemical", "equipment", "land", "policy", "renovation"]
