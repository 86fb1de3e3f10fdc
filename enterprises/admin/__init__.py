"""Admin pages of the enterprises app. Importing the package registers them."""

from enterprises.admin import designation, enterprise, exit, park, product

__all__ = ["designation", "enterprise", "exit", "park", "product"]
