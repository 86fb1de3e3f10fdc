"""The steps of review: which official may take which step, and what a step writes."""

from collections.abc import Collection, Iterable
from typing import Any

from django.contrib.auth import get_permission_codename
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from revival.accounts.models import Official, Region
from revival.punctuation import listed
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


def verifying_regions(model: Any, places: Iterable[Region], user: Official) -> set[Region]:
    """The regions whose officials may verify records of the model in some of the places, apart from the official."""
    keys = {key for place in places for key in (place.pk, place.county_id, place.city_id) if key}
    people = Official.objects.filter(Q(region__in=keys) | Q(region__level=Region.Level.PROVINCE), is_active=True)
    may_verify = people.exclude(pk=user.pk).filter(
        groups__permissions__codename=get_permission_codename("verify", model._meta),
        groups__permissions__content_type__app_label=model._meta.app_label,
    )
    return {each.region for each in may_verify.select_related("region__city")}


def verifying_region(place: Region, found: Collection[Region]) -> Region | None:
    """The nearest of the regions that holds the place; None where none does."""
    near = (region for key in (place.pk, place.county_id, place.city_id) for region in found if region.pk == key)
    return next(near, next((region for region in found if region.level == Region.Level.PROVINCE), None))


def submitted_sentence(model: Any, keys: Collection[int], user: Official) -> str:
    """To whom the records of the model were submitted; "" for no records. It takes two queries."""
    if not keys:
        return ""
    places = list(Region.objects.filter(pk__in=model._default_manager.filter(pk__in=keys).values("region")))
    found = verifying_regions(model, places, user)
    to = {place: verifying_region(place, found) for place in sorted(places, key=lambda place: place.pk)}
    named = dict.fromkeys(str(region) for region in to.values() if region)
    nobody = [str(place) for place, region in to.items() if region is None]
    said = [_("Submitted to the verifiers of %(regions)s.") % {"regions": listed(named)}] if named else []
    if nobody:
        said.append(_("Nobody is appointed yet to verify records of %(regions)s.") % {"regions": listed(nobody)})
    return " ".join(said)
