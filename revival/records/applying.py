"""Writing what officials want of records: one change, steps of review on many records, and deletions."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from revival.accounts.models import Official
from revival.records.changes import Change, Refusal, RefusalReason, closed_period, judge
from revival.records.locking import lock_rows
from revival.records.models import Record, Revision, StaleRecord, State
from revival.records.plausible import outdated_among
from revival.records.refusals import refusal_error
from revival.records.review import step_values, take_step
from revival.records.revisions import apply_revision, submit_revision


class AppliedChange(StrEnum):
    """What became of a change."""

    UNCHANGED = "unchanged"
    SAVED = "saved"
    REVISED = "revised"  # the record is verified: the change waits as a revision


def apply_change(change: Change, user: Official) -> AppliedChange:
    """Save a record with the step that is taken on it; of a verified record, submit the change as a revision.

    Verifying a revision writes its values into the record. What the database refuses, it raises; so does a step that
    the official may not take.
    """
    row = change.row
    if isinstance(row, Revision) and change.step == State.VERIFIED:
        apply_revision(row, user, change.comment)
        return AppliedChange.SAVED
    if isinstance(row, Record) and row.pk and change.names and row.state == State.VERIFIED:
        submit_revision(row, change.names, user)
        return AppliedChange.REVISED
    if row.pk is not None and not change.names and change.step is None:
        return AppliedChange.UNCHANGED
    if change.step is not None:
        take_step(row, change.step, user, change.comment)
    row.save()
    return AppliedChange.SAVED


def delete_record(row: Any, seen: int | None) -> None:
    """Delete the record at the version that the official saw. Raises StaleRecord where it has another."""
    row.wait_for_followed()
    if not type(row).objects.select_for_update().filter(pk=row.pk, version=seen).exists():
        raise StaleRecord(row)
    row.delete()


@dataclass(frozen=True)
class StepOutcome:
    """What becomes of one record, in words: how it was before the step, and why the step was refused, if it was."""

    key: int
    version: int
    name: str
    region: str
    state: str
    submitted_by: str
    explanation: str
    refusal: Refusal | None

    @property
    def refused(self) -> str:
        return str(self.refusal or "")


def take_steps(
    rows: QuerySet[Any],
    keys: Collection[int],
    step: State,
    user: Official,
    comment: str = "",
    seen: Mapping[int, str] | None = None,
) -> list[StepOutcome]:
    """Take one step of review on each of the rows that allows it, in the transaction of the caller.

    rows: those that the official reads, with what their names need. seen: the version of each row that the official
    saw. The outcomes are in the order of the keys; a row that is gone has none. Ten thousand rows take as many
    statements as one, except for revisions, which are applied one by one.
    """
    model: Any = rows.model
    lock_rows(model, keys)
    changes = proposed_steps(rows.filter(pk__in=keys), step, comment, seen)
    refusals = {change.row.pk: judge(change, user) for change in changes}
    # Before the step: a record may get another name by what is applied to it, and a revision another version.
    outcomes = [step_outcome(change.row, refusals[change.row.pk]) for change in changes]
    ready = [change for change in changes if not refusals[change.row.pk]]
    if issubclass(model, Revision) and step == State.VERIFIED:
        failed = apply_revisions(ready, user)
    else:
        failed = write_values(model, [change.row.pk for change in ready], step_values(step, user, comment))
    return [replace(each, refusal=failed[each.key]) if each.key in failed else each for each in outcomes]


def proposed_steps(rows: Any, step: State, comment: str, seen: Mapping[int, str] | None) -> list[Change]:
    """The same step on each of the rows, with all that judging it needs, in a fixed number of queries."""
    model = rows.model
    found = list(rows.with_locks().select_related("submitted_by", *model.guard().follows).order_by("pk"))
    outdated: Collection[int] = ()
    if issubclass(model, Record):
        model.read_open_revisions([row for row in found if row.state == State.VERIFIED])
        if step == State.SUBMITTED:
            model.read_beside(found)
            outdated = outdated_among(found)
    return [
        Change(
            row=row,
            seen=row.version if seen is None else seen.get(row.pk),
            step=step,
            comment=comment,
            closed=closed_period(row, step),
            outdated=row.pk in outdated,
        )
        for row in found
    ]


def step_outcome(row: Any, refusal: Refusal | None) -> StepOutcome:
    """The outcome of a step on the row, which is told as it is now."""
    return StepOutcome(
        key=row.pk,
        version=row.version,
        name=str(row),
        region=str(row.region),
        state=row.get_state_display(),
        submitted_by=str(row.submitted_by or ""),
        explanation=row.changes.get("explanation", "") if isinstance(row, Revision) else row.explanation,
        refusal=refusal,
    )


def apply_revisions(changes: Sequence[Change], user: Official) -> dict[int, Refusal]:
    """Apply revisions, each in a savepoint. Gives why those that do not fit are refused, by key."""
    refused = {}
    for change in changes:
        revision: Any = change.row
        record: Any = revision.record
        try:
            apply_change(change, user)
        except (StaleRecord, ValidationError, IntegrityError) as error:
            refused[revision.pk] = database_refusal(error, (type(record), Revision))
    return refused


def write_values(model: Any, keys: Sequence[int], values: dict[str, Any]) -> dict[int, Refusal]:
    """Write the same values into many rows in one statement. Gives why the database refuses some, by key.

    Where it refuses, the rows are written half by half, down to those that it refuses alone.
    """
    if not keys:
        return {}
    try:
        with transaction.atomic():
            model._default_manager.filter(pk__in=keys).update(**values)
    except IntegrityError as error:
        if len(keys) == 1:
            return {keys[0]: database_refusal(error, (model,))}
        half = len(keys) // 2
        return write_values(model, keys[:half], values) | write_values(model, keys[half:], values)
    return {}


def database_refusal(error: Exception, models: Collection[Any]) -> Refusal:
    """The refusal of the database in words; what is a fault of ours is raised again."""
    return Refusal(RefusalReason.DATABASE, tuple(refusal_error(error, models).messages))
