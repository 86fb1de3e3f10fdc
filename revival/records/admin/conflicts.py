"""Two officials at one record: what the second typed is refused, kept and shown beside what is stored."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from revival.accounts.models import Official
from revival.accounts.requests import official
from revival.records.changes import Change, is_submitted, judge_version
from revival.records.display import data_fields, field_label, related_keys, related_names, value_text
from revival.records.entry import ReadField
from revival.records.fields import MoneyField, TagsField
from revival.records.models import Reviewed, Revision, State
from revival.records.review import in_own_region, may
from revival.records.revisions import revision_lines


def stale_sentences(form: Any, seen: Any, user: Official) -> list[str]:
    """The sentences that refuse a save over another version than the stored one: each field, with both values.

    The fields are those that others changed since the version that was seen. Where there is no such version, they are
    those that differ from what was typed.
    """
    row = form.instance
    base = row.events.filter(version=seen).order_by("-pgh_id").first() if isinstance(seen, int) else None
    names = related_names(related_keys(type(row), [row]), user)
    sentences = [overtaken_sentence(row.changed_by, row.changed_at)]
    for field in data_fields(type(row)):
        now, mine = value_text(field, getattr(row, field.attname), names), typed_text(form, field, user)
        changed = now != mine if base is None else getattr(base, field.attname) != getattr(row, field.attname)
        if changed:
            sentences.append(both_values(field, now, mine))
    if base is not None and base.state != row.state:
        sentences.append(_("State: now “%(now)s”") % {"now": State(row.state).label})
    return sentences


def overtaken_sentence(who: Any, when: datetime) -> str:
    """The sentence that another was faster; the values of both follow it."""
    words = {"who": who or _("Another"), "when": f"{localtime(when):%Y-%m-%d %H:%M:%S}"}
    return (
        _(
            "Nothing was saved: %(who)s changed this record at %(when)s, after you opened it. Saving again "
            "puts your values in place of these:"
        )
        % words
    )


def both_values(field: Any, now: str, mine: str) -> str:
    """The sentence with what is stored and what was typed."""
    words = {"field": capfirst(str(field_label(field))), "now": now or "-", "typed": mine or "-"}
    return _("%(field)s: now “%(now)s”, you typed “%(typed)s”") % words


def typed_text(form: Any, field: Any, user: Official) -> str:
    """What an official typed for the field, in the words of the page."""
    name = form.add_prefix(field.name)
    if isinstance(field, TagsField):
        return value_text(field, form.data.getlist(name))
    value: Any = form.data.get(name, "")
    if isinstance(field, MoneyField) or not value:
        return str(value)
    try:
        reader = form.fields.get(field.name)
        known = field.target_field if field.is_relation else reader if isinstance(reader, ReadField) else field
        value = known.to_python(value)
    except ValidationError:
        return str(value)
    keys = [(field.related_model, value)]
    names = related_names(keys, user, of_records=False) if field.is_relation else None
    return value_text(field, value, names)


def is_overtaken(row: Reviewed, request: HttpRequest, prefix: str = "") -> bool:
    """Whether data are posted for a record that, or a change of which, was submitted after its page was opened.

    A page that is opened later shows the record read-only and posts no data. A change of a verified record makes no
    new version of it. Where the posted version is that of a submitted record, its page showed no fields.
    """
    user = official(request)
    if request.method != "POST" or not is_submitted(row):
        return False
    if not (may(user, "change", row) and in_own_region(user, row)):
        return False
    if row.state == State.SUBMITTED and request.POST.get(f"{prefix}version") == str(row.version):
        return False
    return any(f"{prefix}{field.name}" in request.POST for field in data_fields(type(row)))


def overtaken_error(form: Any) -> ValidationError | None:
    """The error of a form whose record was overtaken: each field that is concerned, with both values.

    The form keeps the version that it was opened at: once the record can be changed again, it is compared with that.
    """
    row, user = form.instance, official(form.request)
    if not row.pk or not is_overtaken(row, form.request, form.add_prefix("")):
        return None
    if row.state != State.SUBMITTED:
        return waiting_change_error(form, row.open_revision, user) if form.changed_names else None
    said = _(
        "Nothing was saved: %(who)s submitted this record at %(when)s, after you opened it. What you typed is kept "
        "below. The record can be changed once it is withdrawn or returned."
    )
    return ValidationError([said % submission(row), *typed_sentences(form, form.changed_names, user)])


def waiting_change_error(form: Any, revision: Revision, user: Official) -> ValidationError:
    """The error of a form whose record another change waits for: proposed and typed values, then stored and typed."""
    said = _(
        "Nothing was saved: another change of this record waits for review; %(who)s submitted it at %(when)s. What "
        "you typed is kept below. It can be submitted once that change is verified, withdrawn or returned."
    )
    sentences = [said % submission(revision)]
    for name, line in zip(revision.changes, revision_lines([revision], user)[0], strict=True):
        mine = typed_text(form, type(form.instance)._meta.get_field(name), user) if name in form.fields else ""
        words = {"field": line.label, "proposed": line.after, "typed": mine or "-"}
        sentences.append(_("%(field)s: proposed “%(proposed)s”, you typed “%(typed)s”") % words)
    alone = [name for name in form.changed_names if name not in revision.changes]
    return ValidationError([*sentences, *typed_sentences(form, alone, user)])


def submission(row: Reviewed) -> dict[str, str]:
    """Who submitted the row, and when, for a sentence."""
    at = row.submitted_at
    return {"who": str(row.submitted_by or _("Another")), "when": f"{localtime(at):%Y-%m-%d %H:%M:%S}" if at else "-"}


def typed_sentences(form: Any, concerned: Iterable[str], user: Official) -> list[str]:
    """The sentences with the stored value of each field and what was typed."""
    row = form.instance
    fields: list[Any] = [row._meta.get_field(name) for name in concerned]
    names = related_names(related_keys(type(row), [row]), user) if fields else {}
    stored = {field: value_text(field, getattr(row, field.attname), names) for field in fields}
    return [both_values(field, now, typed_text(form, field, user)) for field, now in stored.items()]


def check_seen(row: Reviewed, version: str | None) -> None:
    """Raise ValidationError where the record has another version than the page that its deletion was confirmed on."""
    if judge_version(Change(row, version)):
        said = _("%(record)s was changed after you opened the page. Nothing was deleted; look at it again.")
        raise ValidationError(said % {"record": row})
