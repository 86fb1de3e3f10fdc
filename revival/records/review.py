"""The steps of review: which official may take which step, and what a step writes."""

from typing import Any

from django.contrib.auth import get_permission_codename
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from revival.accounts.models import Official
from revival.records.models import Reviewed, State
from revival.records.triggers import STEPS

# The fields that steps of review write, in the order in which pages show them.
REVIEWED = ("state", "submitted_by", "submitted_at", "verified_by", "verified_at", "comment")


def may(user: Official, verb: str, model: Any) -> bool:
    """Whether one of the official's roles has the verb on the model."""
    meta = model._meta
    return user.has_perm(f"{meta.app_label}.{get_permission_codename(verb, meta)}")


def in_own_region(user: Official, row: Reviewed) -> bool:
    """Whether the row lies in the official's region, so that they may change it. A new row does."""
    if row.pk is None or not row.region_id:
        return True
    return user.region.holds(row.region)


def next_states(row: Reviewed, user: Official) -> list[State]:
    """The states that the official may set now. Nobody verifies or returns their own submission."""
    if not in_own_region(user, row):
        return []
    return [
        State(new)
        for old, new, verb in STEPS
        if old == row.state and may(user, verb, row) and not (verb == "verify" and row.submitted_by_id == user.pk)
    ]


def work_conditions(user: Official, model: Any) -> dict[str, Q]:
    """Conditions of rows in the official's scope: returned to them, waiting for them or others, and their drafts."""
    nothing, submitted = Q(pk__in=()), Q(state=State.SUBMITTED)
    return {
        "returned": Q(Q(submitted_by=user) | Q(created_by=user), state=State.RETURNED),
        "verify": submitted & ~Q(submitted_by=user) if may(user, "verify", model) else nothing,
        "submitted": submitted & Q(submitted_by=user) if may(user, "submit", model) else nothing,
        "drafts": Q(state=State.DRAFT, created_by=user) if may(user, "submit", model) else nothing,
    }


def take_step(row: Reviewed, state: State, user: Official, comment: str = "") -> None:
    """Take one step of review on the row in memory; the caller saves it.

    Raises PermissionDenied where the official may not take the step, and ValidationError for a return without a
    comment and for a row that cannot be verified yet.
    """
    if state not in next_states(row, user):
        raise PermissionDenied
    if state == State.RETURNED and not comment.strip():
        raise ValidationError({"comment": _("Say what is to be corrected.")})
    if state == State.VERIFIED:
        row.check_verifiable()
    for name, value in step_values(state, user, comment).items():
        setattr(row, name, value)


def step_values(state: State, user: Official, comment: str = "") -> dict[str, Any]:
    """The values that a step to the state writes into a row, by field."""
    values: dict[str, Any] = {"state": state, "comment": comment}
    if state == State.SUBMITTED:
        values |= {"submitted_by": user, "submitted_at": timezone.now()}
    if state == State.VERIFIED:
        values |= {"verified_by": user, "verified_at": timezone.now()}
    return values
