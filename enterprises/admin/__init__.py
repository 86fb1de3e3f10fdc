"""The officials' pages of this floor, registered by being imported."""

from enterprises.admin import designation, enterprise, exit, park, product

__all__ = ["designation", "enterprise", "exit", "park", "product"]
