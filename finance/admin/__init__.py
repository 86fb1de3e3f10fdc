"""The officials' pages of this floor, registered by being imported."""

from finance.admin import loan, product

__all__ = ["loan", "product"]
