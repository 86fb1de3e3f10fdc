"""What differs between two states of a record, for a refused save and for a revision."""

from typing import Any

from django.core.exceptions import ValidationError
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
    lines = [
        _(
            "Nothing was saved: %(who)s changed this record at %(when)s, after you opened it. Saving again "
            "puts your values in place of these:"
        )
        % {"who": row.changed_by or _("Another"), "when": f"{localtime(row.changed_at):%Y-%m-%d %H:%M:%S}"}
    ]
    for field in data_fields(type(row)):
        now, mine = shown(field, getattr(row, field.attname), names), typed(form, field, user)
        changed = now != mine if base is None else getattr(base, field.attname) != getattr(row, field.attname)
        if changed:
            words = {"field": capfirst(str(label(field))), "now": now or "-", "typed": mine or "-"}
            lines.append(_("%(field)s: now “%(now)s”, you typed “%(typed)s”") % words)
    if base is not None and base.state != row.state:
        lines.append(_("State: now “%(now)s”") % {"now": State(row.state).label})
    return lines


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


def lines(revision: Revision, user: Any) -> list[Line]:
    """Label, value before and new value of each field that a revision changes."""
    model: Any = revision.content_type.model_class()
    fields = [model._meta.get_field(name) for name in revision.changes]
    new = {field: key(field).to_python(revision.changes[field.name]) for field in fields}
    event = model.events.rel.related_model
    before: Any = (
        event.objects.filter(pgh_obj_id=revision.object_id, version=revision.base_version).order_by("-pgh_id").first()
    )
    related = {(f.related_model, value) for f, value in new.items() if f.is_relation and value is not None}
    names = look_up(related | keys(model, [before] if before else []), user)
    return [
        (
            capfirst(str(label(field))),
            shown(field, getattr(before, field.attname, None), names) or "-",
            shown(field, new[field], names) or "-",
        )
        for field in fields
    ]


def key(field: Any) -> Any:
    """The field whose type the stored value has."""
    return field.target_field if field.is_relation else field
