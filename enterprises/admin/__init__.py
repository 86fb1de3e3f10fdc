"""The officials' pages of this floor, registered by being imported."""

from enterprises.admin import designation, enterprise, park

__all__ = ["designation", "enterprise", "park"]
