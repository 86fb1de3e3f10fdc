"""The officials' pages of this floor, registered by being imported."""

from finance.admin import allocation, loan, product

__all__ = ["allocation", "loan", "product"]
