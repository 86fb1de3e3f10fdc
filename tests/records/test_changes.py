"""The interface that every source of changes uses: which are refused and why, and what the others do."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from projects.models import RenovationProject
from revival.accounts.models import Official
from revival.records.applying import AppliedChange, apply_change, delete_record
from revival.records.changes import Change, RefusalReason, closed_period, judge
from revival.records.models import Revision, StaleRecord, State
from revival.records.periods import ReportingPeriod
from tests.factories import SUZHOU, XUZHOU, official, outside_requests, progress, project

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(db: None) -> Official:
    return official("clerk", XUZHOU)


@pytest.fixture
def verifier(db: None) -> Official:
    return official("verifier", XUZHOU)


def step(row: Any, state: State, **known: Any) -> Change:
    """The step on the row as it is, with what else a source knows about it."""
    known.setdefault("seen", row.version)
    return Change(row, step=state, closed=closed_period(row, state), **known)


def test_each_refusal_has_its_reason(clerk: Official, verifier: Official) -> None:
    """An allowed step has none."""
    submitted, falls = project(state=State.SUBMITTED), project(state=State.VERIFIED)
    own = project(state=State.SUBMITTED, submitted_by=verifier)
    progress(falls, month=1, completed=2_000_000)
    cases = [
        (step(submitted, State.VERIFIED), verifier, None),
        (step(submitted, State.VERIFIED, seen="2"), verifier, RefusalReason.VERSION),
        (step(submitted, State.VERIFIED, seen=None), verifier, RefusalReason.VERSION),
        (step(project(SUZHOU, state=State.SUBMITTED), State.VERIFIED), verifier, RefusalReason.SCOPE),
        (step(project(), State.VERIFIED), verifier, RefusalReason.STATE),
        (step(own, State.VERIFIED), verifier, RefusalReason.OWN_SUBMISSION),
        (step(progress(falls, month=2), State.SUBMITTED), clerk, RefusalReason.UNLIKELY_VALUES),
        (
            step(progress(submitted, state=State.SUBMITTED), State.VERIFIED),
            verifier,
            RefusalReason.NOT_VERIFIABLE_YET,
        ),
    ]
    found = [(refusal.reason if (refusal := judge(change, user)) else None) for change, user, _reason in cases]
    assert found == [reason for _change, _user, reason in cases]
    with pytest.raises(PermissionDenied):
        judge(step(submitted, State.VERIFIED), clerk)


def test_a_closed_period_refuses_data_and_steps(clerk: Official) -> None:
    row = project()
    outside_requests()
    past = timezone.localdate() - timedelta(days=1)
    ReportingPeriod.objects.create(year=2024, month=0, **dict.fromkeys(("opens", "due", "closes"), past))
    for change in (step(row, State.SUBMITTED), Change(row, 1, ["name"], closed=closed_period(row))):
        refusal = judge(change, clerk)
        assert refusal is not None
        assert refusal.reason == RefusalReason.CLOSED_PERIOD
        assert "2024" in str(refusal)
    assert judge(Change(row, 1, closed=closed_period(row)), clerk) is None


def test_what_a_change_does_depends_on_the_record(clerk: Official) -> None:
    """A draft is saved and a verified record is revised. A change without new values writes nothing."""
    draft, verified = project(), project(state=State.VERIFIED)
    draft.name = verified.name = "Another name"
    assert apply_change(Change(draft, 1), clerk) == AppliedChange.UNCHANGED
    assert apply_change(Change(draft, 1, ["name"], State.SUBMITTED), clerk) == AppliedChange.SAVED
    assert apply_change(Change(verified, 1, ["name"]), clerk) == AppliedChange.REVISED
    assert Revision.objects.get().changes == {"name": "Another name"}
    stored = RenovationProject.objects.in_bulk([draft.pk, verified.pk])
    assert (stored[draft.pk].name, stored[draft.pk].state) == ("Another name", "submitted")
    assert stored[verified.pk].name != "Another name"


def test_a_record_is_deleted_at_the_version_that_was_seen() -> None:
    row = project()
    for seen in (None, 2):
        with pytest.raises(StaleRecord):
            delete_record(row, seen)
    delete_record(row, 1)
    assert not RenovationProject.objects.exists()


def test_open_revisions_are_read_at_once(clerk: Official, django_assert_num_queries: Any) -> None:
    """Those of many rows take one query. That of a single row is read on demand."""
    rows = [project(state=State.VERIFIED) for _ in range(3)]
    rows[0].name = "Another name"
    apply_change(Change(rows[0], 1, ["name"]), clerk)
    found: Any = list(RenovationProject.objects.order_by("pk"))
    with django_assert_num_queries(1):
        RenovationProject.read_open_revisions(found)
        assert [row.open_revision is None for row in found] == [False, True, True]
    assert rows[0].open_revision == found[0].open_revision
