"""Admin pages of the finance app. Importing the package registers them."""

from finance.admin import allocation, loan, product

__all__ = ["allocation", "loan", "product"]
