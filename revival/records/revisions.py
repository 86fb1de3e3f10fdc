"""Revisions: what a change of a verified record proposes, how it is handed in, and how it is applied."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from revival.accounts.models import Official
from revival.records.display import keys, label, look_up, shown
from revival.records.models import Record, Revision, StaleRecord, State
from revival.records.refusals import explained
from revival.records.review import step

Line = tuple[str, str, str]


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


def revise(record: Record, fields: list[str], user: Official) -> Revision:
    """Hand in changed fields of a verified record as one revision, submitted by the official.

    The values are those of the instance in memory; its row stays as it is. A returned revision of the same
    record is taken up again. Raises ValidationError while another one waits, where nothing differs from the record,
    and where no verifier could apply it as a reporting period is closed.
    """
    concrete: Any = record._meta.concrete_model
    meta = concrete._meta
    changes = {name: getattr(record, meta.get_field(name).attname) for name in fields}
    revision = Revision.objects.filter(
        content_type__app_label=meta.app_label,
        content_type__model=meta.model_name,
        object_id=record.pk,
        state__in=(State.DRAFT, State.RETURNED),
    ).first() or Revision(record=record)
    kept: Any = type(record)._default_manager.get(pk=record.pk)
    revision.region = kept.region
    if revision.base_version == record.version:
        changes = {**revision.changes, **changes}  # what was returned stands, but for what is mended
    revision.changes = {name: value for name, value in changes.items() if differs(kept, name, value)}
    revision.base_version = record.version
    if not revision.changes:
        raise ValidationError(
            _("Nothing differs from the verified record. A returned or withdrawn change is deleted on its own page.")
        )
    rehearse(kept, revision)
    if revision.state != State.SUBMITTED:
        step(revision, State.SUBMITTED, user)
    revision.full_clean(exclude=("changes",))
    revision.save()
    return revision


def differs(record: Any, name: str, value: Any) -> bool:
    """Whether a proposed value, as JSON or as typed, is another than the record's."""
    field = record._meta.get_field(name)
    return bool(field.to_python(value) != getattr(record, field.attname))


def rehearse(record: Any, revision: Revision) -> None:
    """Raise ValidationError where a closed period would refuse the change, such as one of a project's months.

    The values are saved and always rolled back. What else the database refuses may fit once another change that waits
    is applied, such as a month above the total of a project that is to rise.
    """
    try:
        with transaction.atomic():
            propose(record, revision)
            record.save()
            transaction.set_rollback(True)
    except IntegrityError as error:
        refused = explained(error, (type(record),))
        if getattr(refused, "code", None) == "period":
            raise refused from error


def propose(record: Any, revision: Revision) -> None:
    """Put the values of a change into the record in memory."""
    for name, value in revision.changes.items():
        field = record._meta.get_field(name)
        setattr(record, field.attname, field.to_python(value))


@transaction.atomic
def apply_revision(revision: Revision, user: Official, comment: str = "") -> None:
    """Verify a revision: its values become the record's, in one transaction.

    Raises StaleRecord where the record has changed since the revision was written, ValidationError where the
    values no longer fit.
    """
    record: Any = revision.record
    if record is None or record.version != revision.base_version:
        raise StaleRecord(record)
    step(revision, State.VERIFIED, user, comment)
    propose(record, revision)
    # When the record was handed in stays: a correction makes no figure late that was on time.
    record.submitted_by = revision.submitted_by
    record.verified_by, record.verified_at = user, revision.verified_at
    record.full_clean()
    revision.save()  # first: a record that moves takes the changes along that wait, and this one no longer does
    record.save()
