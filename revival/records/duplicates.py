"""Whether a record is there already: the records of the same thing, and the question about them.

Officials are told of records that they may see. Of others they learn only that there is one: with the same code, or
an enterprise with nearly the same name in their own city.
"""

from collections import defaultdict
from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from revival.accounts.models import Official
from revival.records.display import choice_text, is_readable
from revival.records.likeness import Folded, folded
from revival.records.models import State
from revival.records.review import may

Key = tuple[Any, ...]


class Duplicate(NamedTuple):
    """A record that seems to be the same as another one. field: where the question stands."""

    field: str
    row: Any

    def token(self, user: Official) -> str:
        """What stands for the record in a form that was asked about it; of a hidden one not even its key."""
        return f"{self.field}:{self.row.pk if is_readable(self.row, user) else ''}"


def likely_duplicates(rows: Sequence[Any], user: Official) -> list[list[Duplicate]]:
    """The records that are like each of the rows, which are of one model, as far as the official is told of them.

    Rows are also like the rows before them. It takes one query, and another where something is found, however many
    rows there are.
    """
    found: list[list[Duplicate]] = [[] for _row in rows]
    groups = type(rows[0]).alike if rows else ()
    keys = {group: [likeness(row, group) for row in rows] for group in groups}
    stored = stored_like(type(rows[0])._meta.concrete_model, keys, user) if groups else []
    for group in groups:
        known: dict[Key | None, list[Any]] = defaultdict(list)
        for each in stored:
            known[likeness(each, group)].append(each)
        for row, key, duplicates in zip(rows, keys[group], found, strict=True):
            if key is None:
                continue
            met = {each.row.pk for each in duplicates} | {row.pk}
            like = [each for each in known[key] if each is not row and (each.pk is None or each.pk not in met)]
            duplicates += [Duplicate(group[0], each) for each in like]
            known[key].append(row)
    return found


def likeness(row: Any, names: Sequence[str]) -> Key | None:
    """The values in which records of the same thing agree; None where the first is not filled in."""
    key = tuple(value_of(row, name) for name in names)
    return None if key[0] in (None, "") else key


def value_of(row: Any, name: str) -> Any:
    """The value of a field, a text folded. The city, which the database sets, is that of the region."""
    if name == "city":
        return row.region.city_id if row.region_id else None
    field = row._meta.get_field(name)
    value = getattr(row, field.attname)
    return folded(value) if is_text(field) and value is not None else value


def is_text(field: Any) -> bool:
    """Whether the field holds words, which are compared as they are folded."""
    return field.get_internal_type() == "CharField" and not field.choices


def stored_like(model: Any, keys: dict[tuple[str, ...], list[Key | None]], user: Official) -> list[Any]:
    """The stored records that may have one of the keys of a group of fields, the oldest first."""
    told = model.objects.within(user.region.city or user.region) if model.told_in_city else None
    scope = model.objects.readable_by(user) if told is None else told
    if model.guard().reported_in:
        scope = scope.filter(state__in=State.values)  # the covering index of the kind begins with the state
    texts = {name for group in keys for name in group if is_text(model._meta.get_field(name))}
    conditions = [condition(model, group, {*asked} - {None}) for group, asked in keys.items() if any(asked)]
    if not conditions:
        return []
    like = scope.alias(**{f"folded_{name}": Folded(name) for name in texts}).filter(reduce(or_, conditions))
    found = list(like.order_by().values_list("pk", flat=True))
    return list(model.objects.named().filter(pk__in=found).order_by("pk")) if found else []


def condition(model: Any, group: Sequence[str], keys: set[Any]) -> Q:
    """The condition of rows whose values are among those of the keys."""
    every = Q()
    for name, values in zip(group, zip(*keys, strict=True), strict=True):
        field = model._meta.get_field(name)
        path = f"folded_{name}" if is_text(field) else field.attname
        given = {value for value in values if value is not None}
        among = Q(**{f"{path}__in": given}) if given else Q()
        every &= among | Q(**{f"{path}__isnull": True}) if None in values else among
    return every


def duplicate_question(found: Duplicate, user: Official) -> str:
    """The question about a record that is there already, with a link to it if the official may see it."""
    label = capfirst(str(type(found.row)._meta.get_field("explanation").verbose_name))
    answer = _("Correct it; or, if this is another one, say why under “%(explanation)s” and save again.")
    return format_html("{} {}", duplicate_sentence(found, user), answer % {"explanation": label})


def duplicate_sentence(found: Duplicate, user: Official) -> str:
    """That a record is there already, with a link to it if the official may see it."""
    row = found.row
    if not is_readable(row, user):
        return _("In your city a record that looks the same is there already; it lies outside your region.")
    if row.pk is None:
        return _("Another row of this page looks the same.")
    said = _("A record that looks the same is there already: {record}.")
    return format_html(said, record=record_link(row, user))


def same_code_sentence(model: Any, name: str, value: Any, user: Official) -> str:
    """The refusal of a code that another record has, with a link to it if the official may see it."""
    row = model.objects.readable_by(user).named().filter(**{name: value}).first()
    if row is None:
        return _("A record with this code is there already; it lies outside your region. Check the code.")
    said = _("A record with this code is there already: {record}. Change that record, or check the code.")
    return format_html(said, record=record_link(row, user))


def record_link(row: Any, user: Official) -> str:
    """The name of a record, as a link to its page in a new tab, so that what is typed stays."""
    meta = row._meta
    if not (may(user, "view", row) and user.is_staff):
        return choice_text(row, user)
    url = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])
    return format_html('<a href="{}" target="_blank" rel="noopener">{}</a>', url, choice_text(row, user))
