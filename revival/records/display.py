"""How values of records read on the officials' pages: labels, choices, amounts in 万元."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from revival.accounts.models import Official, Region
from revival.punctuation import bracketed_lazy, listed
from revival.records.fields import MoneyField, TagsField, amount_in_wan
from revival.records.models import Reviewed, State

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


def is_readable(row: Any, user: Official) -> bool:
    """Whether the official may read the row: as `readable_by` says, without a query."""
    if row.pk is None or user.region.holds(row.region):
        return True
    return bool(type(row).shared and row.state == State.VERIFIED and row.region.holds(user.region))


def choice_text(row: Any, user: Official) -> str:
    """A related record as a choice: all that tells it apart, and of one outside the scope its name and code only.

    It needs rows that are `named`.
    """
    parts = [str(row)]
    if not isinstance(row, Reviewed):
        return parts[0]
    codes = (getattr(row, f.attname) for f in row._meta.concrete_fields if f.unique and not f.primary_key)
    parts += [code for code in codes if code not in parts[0]]
    if is_readable(row, user):
        owners = (str(related_at(row, path)) for path in row.named_by if related_at(row, path) is not None)
        parts += [owner for owner in owners if owner not in parts[0]]
        parts += [str(row.region), str(row.get_state_display())]
        if (end := getattr(row, "active_until", None)) is not None:
            ended = _("ended on %(day)s") if end <= localdate() else _("ends on %(day)s")
            parts.append(ended % {"day": date_format(end)})
    return " · ".join(parts)


def related_at(row: Any, path: str) -> Any:
    """The related record at a path of foreign keys; None where there is none."""
    for name in path.split("__"):
        row = getattr(row, name, None)
    return row


class BareName(str):
    """The name of a record that the reader does not open."""


def related_names(keys: Iterable[tuple[Any, Any]], user: Official, *, of_records: bool = True) -> RelatedNames:
    """Names of related rows by model and key, in one query a model. A record outside the official's scope has none.

    Every region has a name: a record may have come from another region, and their names are no secret. Neither are
    those of enterprises to whose name a full code leads. of_records: whether the keys are those that records of the
    official's region have; what was only typed gets no such name.
    """
    wanted = defaultdict(set)
    for model, key in keys:
        wanted[model].add(key)
    found: RelatedNames = {}
    for model, some in wanted.items():
        bare = of_records and getattr(model, "open_code", None) is not None
        rows: Any = Region.objects.select_related("city") if model is Region else choosable_rows(model, user)
        for row in (model.objects.named() if bare else rows).filter(pk__in=some):
            hidden = bare and not is_readable(row, user)
            found[model, row.pk] = BareName(choice_text(row, user)) if hidden else str(row)
    return found


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
