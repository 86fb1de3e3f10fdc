"""The review of synthetic rows: who entered, submitted and verified them, and when."""

from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from revival.demo.places import Hands
from revival.demo.words import COMMENTS
from revival.records.models import Record, State

# Days from the event to its submission, and from there to its verification.
ENTERED, CHECKED = 12, 9


class Review(NamedTuple):
    """The columns of a row that its review sets."""

    state: str
    submitted_by_id: int | None
    submitted_at: str | None
    verified_by_id: int | None
    verified_at: str | None
    comment: str
    created_by_id: int
    changed_by_id: int
    source: str
    explanation: str = ""


def review(random: Random, state: State, hands: Hands, day: date) -> Review:
    """The review of something that happened on the day, in the given state."""
    submitted, verified = day + timedelta(ENTERED), day + timedelta(ENTERED + CHECKED)
    return Review(
        state=state.value,
        submitted_by_id=None if state == State.DRAFT else hands.clerk,
        submitted_at=None if state == State.DRAFT else f"{submitted} 09:30+08",
        verified_by_id=hands.verifier if state == State.VERIFIED else None,
        verified_at=f"{verified} 15:00+08" if state == State.VERIFIED else None,
        comment=random.choice(COMMENTS) if state == State.RETURNED else "",
        created_by_id=hands.clerk,
        changed_by_id=hands.clerk,
        source=Record.Source.SYNTHETIC.value,
    )


def day_of(random: Random, year: int) -> date:
    """A day of the year. In 2025 it is before the summer, as the data end in June."""
    return date(year, random.randint(1, 5 if year == LAST_YEAR else 12), random.randint(1, 28))


LAST_YEAR = 2025
