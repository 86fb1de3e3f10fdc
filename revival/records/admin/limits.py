"""The admin of the limits above which an amount has to be explained."""

from typing import Any

from django import forms
from django.apps import apps
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest
from django.utils.text import capfirst

from revival.records.admin.columns import admin_column
from revival.records.admin.period import SetByProvince
from revival.records.beside import amount_fields
from revival.records.limits import AmountLimit
from revival.records.models import Record


class KindField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A choice of a kind of record, by its name alone."""

    def label_from_instance(self, obj: Any) -> str:
        return str(capfirst(obj.name))


def kinds_with_amounts() -> Any:
    """The kinds of record in which officials enter amounts of money."""
    models = [m for m in apps.get_models() if issubclass(m, Record) and not m._meta.proxy and amount_fields(m)]
    kinds = ContentType.objects.get_for_models(*models).values()
    return ContentType.objects.filter(pk__in=[kind.pk for kind in kinds])


@admin.register(AmountLimit)
class AmountLimitAdmin(SetByProvince):
    """The limits. Everybody reads from which amount on they are asked; the province sets it."""

    list_display = ("__str__", admin_column(AmountLimit, "amount"))
    list_select_related = ("kind",)
    fieldsets = ((None, {"fields": ("kind", "amount", "seen")}),)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs |= {"widget": forms.Select(), "queryset": kinds_with_amounts(), "form_class": KindField}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A limit stays that of its kind."""
        return ("kind",) if obj is not None else ()
