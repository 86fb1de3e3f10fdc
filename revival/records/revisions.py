"""Revisions: what a change of a verified record proposes, how it is submitted, and how it is applied."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from revival.accounts.models import Official
from revival.records.display import field_label, related_keys, related_names, value_text
from revival.records.models import Record, Revision, StaleRecord, State
from revival.records.refusals import refusal_error
from revival.records.review import take_step


class RevisionLine(NamedTuple):
    """A field that a revision changes, in words."""

    label: str
    before: str
    after: str


def revision_lines(revisions: Sequence[Revision], user: Official) -> list[list[RevisionLine]]:
    """The fields that each revision changes, in words; one query a model."""
    new = [proposed_values(revision) for revision in revisions]
    before = base_events(revisions)
    related = {(f.related_model, value) for values in new for f, value in values if f.is_relation}
    for event in before.values():
        related |= related_keys(event.pgh_tracked_model, [event])
    names = related_names({(model, value) for model, value in related if value is not None}, user)
    return [
        [
            RevisionLine(
                capfirst(str(field_label(field))),
                value_text(field, getattr(before.get(revision.pk), field.attname, None), names) or "-",
                value_text(field, value, names) or "-",
            )
            for field, value in values
        ]
        for revision, values in zip(revisions, new, strict=True)
    ]


def base_events(revisions: Sequence[Revision]) -> dict[int, Any]:
    """The event of the version that each revision changes, by the key of the revision."""
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


def proposed_values(change: Any) -> list[tuple[Any, Any]]:
    """The fields that a revision, or an event of one, changes, each with its new value."""
    model: Any = ContentType.objects.get_for_id(change.content_type_id).model_class()
    fields = [model._meta.get_field(name) for name in change.changes]
    return [(field, value_field(field).to_python(change.changes[field.name])) for field in fields]


def value_field(field: Any) -> Any:
    """The field that has the type of the stored value: of a relation, the key of the related row."""
    return field.target_field if field.is_relation else field


def submit_revision(record: Record, fields: Iterable[str], user: Official) -> Revision:
    """Submit changed fields of a verified record as one revision.

    The values are those of the instance in memory; its row stays as it is. A returned revision of the same record is
    used again. Raises ValidationError while another one waits, where nothing differs from the record, and where no
    verifier could apply it because a reporting period is closed.
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
        changes = {**revision.changes, **changes}  # what was returned stays, except for what is corrected
    revision.changes = {name: value for name, value in changes.items() if differs(kept, name, value)}
    revision.base_version = record.version
    if not revision.changes:
        raise ValidationError(
            _("Nothing differs from the verified record. A returned or withdrawn change is deleted on its own page.")
        )
    rehearse(kept, revision)
    if revision.state != State.SUBMITTED:
        take_step(revision, State.SUBMITTED, user)
    revision.full_clean(exclude=("changes",))
    revision.save()
    return revision


def differs(record: Any, name: str, value: Any) -> bool:
    """Whether a proposed value, as JSON or as typed, differs from the record's."""
    field = record._meta.get_field(name)
    return bool(field.to_python(value) != getattr(record, field.attname))


def rehearse(record: Any, revision: Revision) -> None:
    """Raise ValidationError where a closed period would refuse the change, such as that of a project's month.

    The values are saved and always rolled back. Other refusals of the database do not count here: the change may fit
    once another one that waits is applied, such as a month above the total of a project that is to rise.
    """
    try:
        with transaction.atomic():
            propose(record, revision)
            record.save()
            transaction.set_rollback(True)
    except IntegrityError as error:
        refused = refusal_error(error, (type(record),))
        if getattr(refused, "code", None) == "period":
            raise refused from error


def propose(record: Any, revision: Revision) -> None:
    """Put the values of a revision into the record in memory."""
    for name, value in revision.changes.items():
        field = record._meta.get_field(name)
        setattr(record, field.attname, field.to_python(value))


@transaction.atomic
def apply_revision(revision: Revision, user: Official, comment: str = "") -> None:
    """Verify a revision: its values become the record's, in one transaction.

    Raises StaleRecord where the record has changed since the revision was written, and ValidationError where the
    values no longer fit.
    """
    record: Any = revision.record
    if record is None or record.version != revision.base_version:
        raise StaleRecord(record)
    take_step(revision, State.VERIFIED, user, comment)
    propose(record, revision)
    # The time of submission stays: a correction makes no figure late that was on time.
    record.submitted_by = revision.submitted_by
    record.verified_by, record.verified_at = user, revision.verified_at
    record.full_clean()
    revision.save()  # first: a record that moves takes waiting changes along, and this one waits no longer
    record.save()
