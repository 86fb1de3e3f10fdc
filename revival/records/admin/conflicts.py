"""When two officials meet on one record: what was typed is refused, kept and shown beside what is stored."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from revival.records.display import data_fields, keys, label, look_up, shown
from revival.records.fields import MoneyField, TagsField
from revival.records.models import Reviewed, Revision, State
from revival.records.review import keeps, may
from revival.records.revisions import lines


def conflict(form: Any, posted: Any, user: Any) -> list[str]:
    """Sentences for a save over a version that is no longer the record's: each field, both values.

    The fields are those that others changed since the posted version; where there is no such version, those
    that differ from what was typed.
    """
    row = form.instance
    base = row.events.filter(version=posted).order_by("-pgh_id").first() if isinstance(posted, int) else None
    names = look_up(keys(type(row), [row]), user)
    lines = [overtaken_message(row.changed_by, row.changed_at)]
    for field in data_fields(type(row)):
        now, mine = shown(field, getattr(row, field.attname), names), typed(form, field, user)
        changed = now != mine if base is None else getattr(base, field.attname) != getattr(row, field.attname)
        if changed:
            lines.append(both(field, now, mine))
    if base is not None and base.state != row.state:
        lines.append(_("State: now “%(now)s”") % {"now": State(row.state).label})
    return lines


def overtaken_message(who: Any, when: datetime) -> str:
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


def handed_in(row: Reviewed) -> bool:
    """Whether the record, or a change of it, waits for review."""
    revision: Revision | None = getattr(row, "open_revision", None)
    return row.state == State.SUBMITTED or (revision is not None and revision.state == State.SUBMITTED)


def overtaken(row: Reviewed, request: Any, prefix: str = "") -> bool:
    """Whether data are posted for a record that was, or of which a change was, handed in since its page was opened.

    A page that was opened after that shows the record read-only and posts none. A change of a verified record makes
    no new version of it; of a record that bears the version that was posted, the page showed no fields.
    """
    user = request.user
    if request.method != "POST" or not handed_in(row) or not (may(user, "change", row) and keeps(user, row)):
        return False
    if row.state == State.SUBMITTED and request.POST.get(f"{prefix}version") == str(row.version):
        return False
    return any(f"{prefix}{field.name}" in request.POST for field in data_fields(type(row)))


def refusal(form: Any) -> ValidationError | None:
    """Why a form is not saved whose record was overtaken: each field that is concerned, with both values.

    The form keeps the version that it was opened at: once the record is free again, it is held against that.
    """
    row, user = form.instance, form.request.user
    if not row.pk or not overtaken(row, form.request, form.add_prefix("")):
        return None
    if row.state != State.SUBMITTED:
        return waits(form, row.open_revision, user) if form.changed_names else None
    said = _(
        "Nothing was saved: %(who)s handed this record in at %(when)s, after you opened it. What you typed is kept "
        "below. The record can be changed once it is withdrawn or returned."
    )
    return ValidationError([said % by(row), *compared(form, form.changed_names, user)])


def waits(form: Any, revision: Revision, user: Any) -> ValidationError:
    said = _(
        "Nothing was saved: another change of this record waits for review; %(who)s handed it in at %(when)s. What "
        "you typed is kept below. It can be handed in once that change is verified, withdrawn or returned."
    )
    sentences = [said % by(revision)]
    for name, (title, _before, proposed) in zip(revision.changes, lines([revision], user)[0], strict=True):
        mine = typed(form, type(form.instance)._meta.get_field(name), user) if name in form.fields else ""
        words = {"field": title, "proposed": proposed, "typed": mine or "-"}
        sentences.append(_("%(field)s: proposed “%(proposed)s”, you typed “%(typed)s”") % words)
    alone = [name for name in form.changed_names if name not in revision.changes]
    return ValidationError([*sentences, *compared(form, alone, user)])


def by(row: Reviewed) -> dict[str, str]:
    """Who handed it in, and when."""
    at = row.submitted_at
    return {"who": str(row.submitted_by or _("Another")), "when": f"{localtime(at):%Y-%m-%d %H:%M:%S}" if at else "-"}


def compared(form: Any, concerned: Iterable[str], user: Any) -> list[str]:
    """The stored value of each field, and what was typed."""
    row = form.instance
    fields: list[Any] = [row._meta.get_field(name) for name in concerned]
    names = look_up(keys(type(row), [row]), user) if fields else {}
    return [
        both(field, shown(field, getattr(row, field.attname), names), typed(form, field, user)) for field in fields
    ]


def check_seen(row: Any, version: str | None) -> None:
    """Raise ValidationError where the record is not the one that the page which asks to delete it showed."""
    if version != str(row.version):
        said = _("%(record)s was changed after you opened the page. Nothing was deleted; look at it again.")
        raise ValidationError(said % {"record": row})
