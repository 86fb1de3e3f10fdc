"""Admin pages of loan products, which an administrator maintains."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from finance.models import LoanProduct
from revival.accounts.admin_strict import StrictAdmin


@admin.register(LoanProduct)
class LoanProductAdmin(StrictAdmin):
    list_display = ("code", "name_zh", "name_en", "bank_zh", "bank_en")
    fields = ("code", "name_zh", "name_en", "bank_zh", "bank_en")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The code of an existing product, since URLs and loans use it."""
        return () if obj is None else ("code",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
