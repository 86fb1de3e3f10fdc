"""The officials' pages of this floor, registered by being imported."""

from projects.admin import equipment, renovation

__all__ = ["equipment", "renovation"]
