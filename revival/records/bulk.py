"""Steps of review on many records at once: each is checked as if it were alone, and one bad row costs only itself."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from revival.accounts.models import Official
from revival.records import review
from revival.records.locking import lock
from revival.records.models import Record, Reviewed, Revision, StaleRecord, State
from revival.records.plausible import doubts, outdated_among
from revival.records.refusals import explained
from revival.records.revisions import apply_revision, waiting
from revival.records.triggers import STEPS


@dataclass(frozen=True)
class Outcome:
    """What becomes of one record, in words: as it was before the step, and why it was refused, if it was."""

    key: int
    version: int
    name: str
    region: str
    state: str
    submitted_by: str
    explanation: str = ""
    refused: str = ""


def take(
    rows: QuerySet[Any],
    keys: Collection[int],
    state: State,
    user: Official,
    comment: str = "",
    seen: Mapping[int, str] | None = None,
) -> list[Outcome]:
    """Take one step on all of the rows that it can be taken on, in the transaction of the caller.

    rows: those that the official reads, with what their names need. seen: the version of each as he saw it. In the
    order of the keys; a row that is gone has no outcome. The statements are as many for ten thousand rows as for
    one, but for revisions, which are applied one by one.
    """
    model: Any = rows.model
    lock(model, keys)
    read: Any = rows.filter(pk__in=keys)
    found = list(read.with_locks().select_related("submitted_by", *model.guard().follows).order_by("pk"))
    if state == State.SUBMITTED and issubclass(model, Record):
        model.read_beside(found)
    changed = waiting(model, [row for row in found if row.state == State.VERIFIED])
    seen = {row.pk: str(row.version) for row in found} if seen is None else seen
    outdated = outdated_among(found) if state == State.SUBMITTED and issubclass(model, Record) else ()
    refused = {
        row.pk: refusal(row, state, user, seen.get(row.pk), row.pk in changed, row.pk in outdated) for row in found
    }
    # What is applied to a record may change its name, and a revision its version.
    outcomes = [told(row, refused[row.pk]) for row in found]
    ready = [row for row in found if not refused[row.pk]]
    if issubclass(model, Revision) and state == State.VERIFIED:
        failed = apply_each(ready, user, comment)
    else:
        failed = write(model, [row.pk for row in ready], review.written(state, user, comment))
    return [replace(each, refused=failed[each.key]) if each.key in failed else each for each in outcomes]


def told(row: Any, refused: str) -> Outcome:
    """The outcome of a row as it is now."""
    return Outcome(
        key=row.pk,
        version=row.version,
        name=str(row),
        region=str(row.region),
        state=row.get_state_display(),
        submitted_by=str(row.submitted_by or ""),
        explanation=row.changes.get("explanation", "") if isinstance(row, Revision) else row.explanation,
        refused=refused,
    )


def refusal(
    row: Reviewed, state: State, user: Official, seen: str | None, revised: bool, outdated: bool = False
) -> str:
    """Why the step cannot be taken on the row as it is now; empty where it can."""
    if seen != str(row.version):
        return _("It was changed since the preview.")
    if not review.keeps(user, row):
        return _("It lies outside your region.")
    if row.state not in [old for old, new, _verb in STEPS if new == state]:
        return _("It is verified, and a change of it waits.") if revised else _("It is in another state.")
    if state not in review.next_states(row, user):
        return _("You submitted it yourself, so another has to review it.")
    record = row.record if isinstance(row, Revision) and state == State.VERIFIED else row
    if record is not None and record.locked:
        words = _("The reporting period %(period)s is not open for this region.")
        return words % {"period": record.locked}
    if state == State.SUBMITTED and isinstance(row, Record):
        return " ".join(doubts(row, (), outdated))
    try:
        if state == State.VERIFIED:
            row.check_verifiable()
    except ValidationError as refused:
        return " ".join(refused.messages)
    return ""


def apply_each(revisions: Sequence[Revision], user: Official, comment: str) -> dict[int, str]:
    """Apply the revisions, each in a savepoint: why those that do not fit were refused, by key."""
    refused = {}
    for revision in revisions:
        record: Any = revision.record
        try:
            apply_revision(revision, user, comment)
        except (StaleRecord, ValidationError, IntegrityError) as error:
            refused[revision.pk] = " ".join(explained(error, (type(record), Revision)).messages)
    return refused


def write(model: Any, keys: Sequence[int], values: dict[str, Any]) -> dict[int, str]:
    """Write the values into the rows in one statement: why the database refused some, by key.

    Where it refuses, the rows are written half by half, down to those that it refuses alone.
    """
    if not keys:
        return {}
    try:
        with transaction.atomic():
            model._default_manager.filter(pk__in=keys).update(**values)
    except IntegrityError as error:
        if len(keys) == 1:
            return {keys[0]: " ".join(explained(error, (model,)).messages)}
        half = len(keys) // 2
        return write(model, keys[:half], values) | write(model, keys[half:], values)
    return {}
