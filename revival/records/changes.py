"""What an official wants of a record, and whether they may have it. Nothing is written here.

The form of a record, the monthly form and the action of a list propose changes as plain data, ask here, and tell a
refusal in their own words. `applying` writes what is not refused.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from revival.accounts.models import Official
from revival.records.beside import Question
from revival.records.models import Record, Reviewed, Revision, State
from revival.records.plausible import implausible_questions, labelled_question, question_token, unlikely_in
from revival.records.review import in_own_region, next_states
from revival.records.triggers import STEPS

ALLOWED_STEPS = {(old, new) for old, new, _verb in STEPS}


class RefusalReason(StrEnum):
    """Why a change is refused."""

    VERSION = "version"  # another changed the record meanwhile
    SCOPE = "scope"  # it lies outside the official's region
    STATE = "state"  # its state does not allow the step
    OWN_SUBMISSION = "own submission"
    CLOSED_PERIOD = "closed period"
    UNLIKELY_VALUES = "unlikely values"
    NOT_VERIFIABLE_YET = "not verifiable yet"
    DATABASE = "database"  # only the database found what is wrong


@dataclass(frozen=True)
class Refusal:
    """Why a change is refused, and the sentences that say so in a list; of unlikely values, a question about each."""

    reason: RefusalReason
    sentences: tuple[str, ...]
    questions: tuple[Question, ...] = ()

    def __str__(self) -> str:
        return " ".join(self.sentences)


@dataclass(frozen=True)
class Change:
    """What an official wants of one record.

    row: the record as it was read, with its new values in memory. seen: the version that the official saw, as a
    number or as it was posted; None where they saw no record. names: the data fields that change. step: the state
    that a step of review leads to. closed: the closed reporting period that the change lies in. outdated: whether
    the stored explanation was written for other values; None where nobody has looked yet. asked: the tokens of the
    questions that the page has asked before.
    """

    row: Reviewed
    seen: int | str | None
    names: Collection[str] = ()
    step: State | None = None
    comment: str = ""
    closed: str | None = None
    outdated: bool | None = None
    asked: Collection[str] = ()


def closed_period(row: Reviewed, step: State | None = None) -> str | None:
    """The closed period that a change of a stored row lies in; a revision that is verified changes its record."""
    changed = row.record if isinstance(row, Revision) and step == State.VERIFIED else row
    return None if changed is None else changed.locked


def is_submitted(row: Reviewed) -> bool:
    """Whether the record, or a change of it, is submitted, so that its data stay as they are."""
    if row.state == State.SUBMITTED:
        return True
    revision = row.open_revision if isinstance(row, Record) else None
    return revision is not None and revision.state == State.SUBMITTED


def judge(change: Change, user: Official) -> Refusal | None:
    """The first reason why the change is refused, None where it is not. The database has the last word."""
    return (
        judge_version(change)
        or judge_scope(change, user)
        or judge_step(change, user)
        or judge_period(change)
        or judge_values(change)
        or judge_verification(change)
    )


def judge_version(change: Change) -> Refusal | None:
    """The refusal of a change of another version than the one that is stored."""
    row = change.row
    is_current = change.seen is None if row.pk is None else str(change.seen) == str(row.version)
    if is_current:
        return None
    return Refusal(RefusalReason.VERSION, (_("It was changed since the preview."),))


def judge_scope(change: Change, user: Official) -> Refusal | None:
    """The refusal of a change of a record that lies outside the official's region."""
    if in_own_region(user, change.row):
        return None
    return Refusal(RefusalReason.SCOPE, (_("It lies outside your region."),))


def judge_step(change: Change, user: Official) -> Refusal | None:
    """The refusal of a step that the state of the record does not allow, or that another official has to take.

    Raises PermissionDenied where no role of the official allows it.
    """
    row, step = change.row, change.step
    if step is None:
        return None
    if (row.state, step) not in ALLOWED_STEPS:
        revised = row.state == State.VERIFIED and isinstance(row, Record) and row.open_revision is not None
        said = _("It is verified, and a change of it waits.") if revised else _("It is in another state.")
        return Refusal(RefusalReason.STATE, (said,))
    if step in next_states(row, user):
        return None
    if row.submitted_by_id != user.pk:
        raise PermissionDenied
    return Refusal(RefusalReason.OWN_SUBMISSION, (_("You submitted it yourself, so another has to review it."),))


def judge_period(change: Change) -> Refusal | None:
    """The refusal of a change in a closed reporting period."""
    if not change.closed or not (change.names or change.step):
        return None
    said = _("The reporting period %(period)s is not open for this region.") % {"period": change.closed}
    return Refusal(RefusalReason.CLOSED_PERIOD, (said,))


def judge_values(change: Change) -> Refusal | None:
    """The refusal of unlikely values that are submitted without an explanation, with a question about each."""
    row = change.row
    if not isinstance(row, Record) or not is_handed_in(change):
        return None
    questions = implausible_questions(row, change.names, change.outdated, change.asked)
    if not questions:
        return None
    sentences = tuple(labelled_question(row, each) for each in questions)
    return Refusal(RefusalReason.UNLIKELY_VALUES, sentences, tuple(questions))


def is_handed_in(change: Change) -> bool:
    """Whether the change submits values, so that they are asked about."""
    return change.step == State.SUBMITTED or (change.row.state == State.VERIFIED and bool(change.names))


def value_tokens(change: Change) -> list[str]:
    """The tokens of all questions about the values that a change submits, explained or not."""
    row = change.row
    if not isinstance(row, Record) or not is_handed_in(change):
        return []
    return [question_token(row, each) for each in unlikely_in(row)]


def judge_verification(change: Change) -> Refusal | None:
    """The refusal to verify a record that has to wait for another."""
    if change.step != State.VERIFIED:
        return None
    try:
        change.row.check_verifiable()
    except ValidationError as refused:
        return Refusal(RefusalReason.NOT_VERIFIABLE_YET, tuple(refused.messages))
    return None
