"""How values of records read on the officials' pages: labels, choices, amounts in 万元."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from revival.accounts.models import Official, Region
from revival.punctuation import bracketed_lazy, listed
from revival.records.fields import MoneyField, TagsField, amount_in_wan
from revival.records.models import Reviewed

RelatedNames = dict[tuple[Any, Any], str]


def field_label(field: Any) -> Any:
    """The label of a field; that of an amount has its unit."""
    if isinstance(field, MoneyField):
        return bracketed_lazy(field.verbose_name, gettext_lazy("10,000 yuan"))
    return field.verbose_name


def data_fields(model: Any) -> list[Any]:
    """The fields that an official fills in."""
    return [f for f in model._meta.concrete_fields if f.editable and not f.primary_key]


def choosable_rows(model: Any, user: Official) -> Any:
    """The rows of a related model that an official may choose and read by name."""
    if issubclass(model, Reviewed):
        return model.objects.readable_by(user).named()
    if model is Region:
        return Region.objects.below(user.region).select_related("city")
    return model._default_manager.all()


def related_names(keys: Iterable[tuple[Any, Any]], user: Official) -> RelatedNames:
    """Names of related rows by model and key, in one query a model. A record outside the official's scope has none.

    Every region has a name: a record may have come from another region, and their names are no secret.
    """
    wanted = defaultdict(set)
    for model, key in keys:
        wanted[model].add(key)
    return {
        (model, row.pk): str(row)
        for model, found in wanted.items()
        for row in (Region.objects.select_related("city") if model is Region else choosable_rows(model, user)).filter(
            pk__in=found
        )
    }


def related_keys(model: Any, rows: Iterable[Any]) -> set[tuple[Any, Any]]:
    """The models and keys that rows of the model, or its events, refer to; `related_names` takes them."""
    relations = [f for f in model._meta.concrete_fields if f.is_relation]
    found = {(f.related_model, getattr(row, f.attname)) for row in rows for f in relations}
    return {(related, key) for related, key in found if key is not None}


def value_text(field: Any, value: Any, names: RelatedNames | None = None) -> str:
    """The value of a field as an official reads it; an empty text for none."""
    if value is None or value == "" or value == []:
        return ""
    if field.is_relation:
        return (names or {}).get((field.related_model, value), f"#{value}")
    if isinstance(field, MoneyField) and isinstance(value, Decimal):
        return amount_in_wan(value)
    if isinstance(field, TagsField):
        tags = dict(field.base_field.flatchoices)
        return listed(tags.get(tag, tag) for tag in value)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        return date_format(localtime(value), "DATETIME_FORMAT")
    return date_format(value, "DATE_FORMAT") if isinstance(value, date) else str(value)
