"""What differs between two states of a record, for a refused save and for a revision."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from revival.records.admin_display import data_fields, keys, label, look_up, shown
from revival.records.fields import MoneyField, TagsField
from revival.records.models import Record, Revision, State

Line = tuple[str, str, str]


def conflict(form: Any, posted: Any, user: Any) -> list[str]:
    """Sentences for a save over a version that is no longer the record's: each field, both values.

    The fields are those that others changed since the posted version; where there is no such version, those
    that differ from what was typed.
    """
    row = form.instance
    base = row.events.filter(version=posted).order_by("-pgh_id").first() if isinstance(posted, int) else None
    names = look_up(keys(type(row), [row]), user)
    lines = [overtaken(row.changed_by, row.changed_at)]
    for field in data_fields(type(row)):
        now, mine = shown(field, getattr(row, field.attname), names), typed(form, field, user)
        changed = now != mine if base is None else getattr(base, field.attname) != getattr(row, field.attname)
        if changed:
            lines.append(both(field, now, mine))
    if base is not None and base.state != row.state:
        lines.append(_("State: now “%(now)s”") % {"now": State(row.state).label})
    return lines


def overtaken(who: Any, when: datetime) -> str:
    """That another was faster, above the values of both."""
    words = {"who": who or _("Another"), "when": f"{localtime(when):%Y-%m-%d %H:%M:%S}"}
    return (
        _(
            "Nothing was saved: %(who)s changed this record at %(when)s, after you opened it. Saving again "
            "puts your values in place of these:"
        )
        % words
    )


def both(field: Any, now: str, mine: str) -> str:
    """What is stored and what was typed, in words."""
    words = {"field": capfirst(str(label(field))), "now": now or "-", "typed": mine or "-"}
    return _("%(field)s: now “%(now)s”, you typed “%(typed)s”") % words


def typed(form: Any, field: Any, user: Any) -> str:
    """What an official typed for the field, in the words of the page."""
    name = form.add_prefix(field.name)
    if isinstance(field, TagsField):
        return shown(field, form.data.getlist(name))
    value: Any = form.data.get(name, "")
    if isinstance(field, MoneyField) or not value:
        return str(value)
    try:
        value = field.target_field.to_python(value) if field.is_relation else field.to_python(value)
    except ValidationError:
        return str(value)
    return shown(field, value, look_up([(field.related_model, value)], user) if field.is_relation else None)


def waiting(model: Any, rows: list[Any]) -> dict[int, Revision]:
    """The open revision of each of the records that has one."""
    if not rows or not issubclass(model, Record):
        return {}
    kept = model._meta.concrete_model._meta
    found = Revision.objects.filter(
        content_type__app_label=kept.app_label,
        content_type__model=kept.model_name,
        object_id__in=[row.pk for row in rows],
    )
    return {revision.object_id: revision for revision in found.exclude(state=State.VERIFIED)}


def lines(revisions: Sequence[Revision], user: Any) -> list[list[Line]]:
    """Of each revision label, value before and new value of each field that it changes; one query a model."""
    new = [proposed(revision) for revision in revisions]
    before = bases(revisions)
    related = {(f.related_model, value) for values in new for f, value in values if f.is_relation}
    for event in before.values():
        related |= keys(event.pgh_tracked_model, [event])
    names = look_up({(model, value) for model, value in related if value is not None}, user)
    return [
        [
            (
                capfirst(str(label(field))),
                shown(field, getattr(before.get(revision.pk), field.attname, None), names) or "-",
                shown(field, value, names) or "-",
            )
            for field, value in values
        ]
        for revision, values in zip(revisions, new, strict=True)
    ]


def bases(revisions: Sequence[Revision]) -> dict[int, Any]:
    """The event of the version that each revision changes, by its key."""
    wanted: defaultdict[Any, Q] = defaultdict(Q)
    for each in revisions:
        wanted[each.content_type.model_class()] |= Q(pgh_obj_id=each.object_id, version=each.base_version)
    found = {
        (model, event.pgh_obj_id, event.version): event
        for model, condition in wanted.items()
        for event in model.events.rel.related_model.objects.filter(condition).order_by("pgh_id")
    }
    at = ((each.pk, (each.content_type.model_class(), each.object_id, each.base_version)) for each in revisions)
    return {key: found[place] for key, place in at if place in found}


def proposed(change: Any) -> list[tuple[Any, Any]]:
    """The fields that a revision, or an event of one, is to change, with its values."""
    model: Any = ContentType.objects.get_for_id(change.content_type_id).model_class()
    fields = [model._meta.get_field(name) for name in change.changes]
    return [(field, key(field).to_python(change.changes[field.name])) for field in fields]


def key(field: Any) -> Any:
    """The field whose type the stored value has."""
    return field.target_field if field.is_relation else field
