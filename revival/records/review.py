"""The steps of review: who may take which, and what a step writes."""

from typing import Any

from django.contrib.auth import get_permission_codename
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from revival.accounts.models import Official
from revival.records.models import Record, Reviewed, Revision, StaleRecord, State
from revival.records.refusals import explained
from revival.records.triggers import STEPS


def may(user: Official, verb: str, model: Any) -> bool:
    """Whether one of the official's roles has the verb on the model."""
    meta = model._meta
    return user.has_perm(f"{meta.app_label}.{get_permission_codename(verb, meta)}")


def keeps(user: Official, row: Reviewed) -> bool:
    """Whether the row lies in the official's region, so that it is his to change; a new row is."""
    if row.pk is None or not row.region_id:
        return True
    return user.region.holds(row.region)


def next_states(row: Reviewed, user: Official) -> list[State]:
    """The states the official may set now: by his roles, and never his own submission to verified."""
    if not keeps(user, row):
        return []
    return [
        State(new)
        for old, new, verb in STEPS
        if old == row.state and may(user, verb, row) and not (verb == "verify" and row.submitted_by_id == user.pk)
    ]


def work(user: Official, model: Any) -> dict[str, Q]:
    """What of a kind waits for the official, and by his hand for others: conditions of rows in his scope."""
    nothing, handed_in = Q(pk__in=()), Q(state=State.SUBMITTED)
    return {
        "returned": Q(Q(submitted_by=user) | Q(created_by=user), state=State.RETURNED),
        "verify": handed_in & ~Q(submitted_by=user) if may(user, "verify", model) else nothing,
        "handed-in": handed_in & Q(submitted_by=user) if may(user, "submit", model) else nothing,
    }


def step(row: Reviewed, state: State, user: Official, comment: str = "") -> None:
    """Take one step of review on the row in memory; the caller saves it.

    Raises PermissionDenied for a step that is not the official's to take, and ValidationError for a return
    without a comment and for a row that cannot be verified yet.
    """
    if state not in next_states(row, user):
        raise PermissionDenied
    if state == State.RETURNED and not comment.strip():
        raise ValidationError({"comment": _("Say what is to be mended.")})
    if state == State.VERIFIED:
        row.check_verifiable()
    for name, value in written(state, user, comment).items():
        setattr(row, name, value)


def written(state: State, user: Official, comment: str = "") -> dict[str, Any]:
    """What a step to the state writes into a row, by field."""
    values: dict[str, Any] = {"state": state, "comment": comment}
    if state == State.SUBMITTED:
        values |= {"submitted_by": user, "submitted_at": timezone.now()}
    if state == State.VERIFIED:
        values |= {"verified_by": user, "verified_at": timezone.now()}
    return values


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
def apply(revision: Revision, user: Official, comment: str = "") -> None:
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
