"""Values of records as the officials' pages show them: labels, choices, amounts in 万元."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.text import format_lazy
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from revival.accounts.models import Region
from revival.records.fields import MoneyField, TagsField, in_wan
from revival.records.models import Reviewed

Names = dict[tuple[Any, Any], str]


def label(field: Any) -> Any:
    """The field's label, of an amount with its unit."""
    if isinstance(field, MoneyField):
        return format_lazy("{} ({})", field.verbose_name, gettext_lazy("10,000 yuan"))
    return field.verbose_name


def data_fields(model: Any) -> list[Any]:
    """The fields that an official fills in."""
    return [f for f in model._meta.concrete_fields if f.editable and not f.primary_key]


def choices(model: Any, user: Any) -> Any:
    """The rows of a related model that an official may choose and read by name."""
    if issubclass(model, Reviewed):
        return model.objects.readable_by(user).named()
    if model is Region:
        return Region.objects.below(user.region).select_related("city")
    return model._default_manager.all()


def look_up(keys: Iterable[tuple[Any, Any]], user: Any) -> Names:
    """Names of related rows, one query a model. A record outside the official's scope has none.

    Every region has one: a record may have come from another, and their names are no secret.
    """
    wanted = defaultdict(set)
    for model, key in keys:
        wanted[model].add(key)
    return {
        (model, row.pk): str(row)
        for model, found in wanted.items()
        for row in (Region.objects.select_related("city") if model is Region else choices(model, user)).filter(
            pk__in=found
        )
    }


def keys(model: Any, rows: Iterable[Any]) -> set[tuple[Any, Any]]:
    """What `look_up` needs for the foreign keys of rows of the model, or of its events."""
    relations = [f for f in model._meta.concrete_fields if f.is_relation]
    found = {(f.related_model, getattr(row, f.attname)) for row in rows for f in relations}
    return {(related, key) for related, key in found if key is not None}


def shown(field: Any, value: Any, names: Names | None = None) -> str:
    """A value as an official reads it; empty for none."""
    if value is None or value == "" or value == []:
        return ""
    if field.is_relation:
        return (names or {}).get((field.related_model, value), f"#{value}")
    if isinstance(field, MoneyField) and isinstance(value, Decimal):
        return in_wan(value)
    if isinstance(field, TagsField):
        tags = dict(field.base_field.flatchoices)
        return ", ".join(str(tags.get(tag, tag)) for tag in value)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        return date_format(localtime(value), "DATETIME_FORMAT")
    return date_format(value, "DATE_FORMAT") if isinstance(value, date) else str(value)
