"""Synthetic monthly progress: cumulative amounts that never fall and reach the project's plan in December."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from random import Random
from typing import NamedTuple

from revival.demo.places import Hands
from revival.records.models import Record, State

YUAN = 10_000  # in one 万元
HALTED, NEVER_BEGUN = 0.03, 0.01


class Course(NamedTuple):
    """Planned and completed investment from January to the end of each month, in 万元."""

    planned: list[int]
    completed: list[int]
    halted: bool


class ProgressRow(NamedTuple):
    """One row as it is copied to the database. Region, industry, action and year come from the project."""

    project_id: int
    month: int
    planned: int
    completed: int
    next_month: int | None
    state: str
    submitted_by_id: int
    submitted_at: str
    verified_by_id: int | None
    verified_at: str | None
    comment: str
    created_by_id: int
    changed_by_id: int
    source: str


def course(random: Random, start_month: int, planned: int) -> Course:
    """The twelve months of a project that starts in `start_month`.

    By the end of the year, 85 to 108 % of the plan is completed. A few projects halt on the way or never begin.
    """
    bend = random.uniform(0.9, 1.4)
    lag = bend * random.uniform(1.0, 1.15)
    pace = random.triangular(0.87, 1.08, 1.04)
    last = 12
    luck = random.random()
    if luck < NEVER_BEGUN:
        last = 0
    elif luck < NEVER_BEGUN + HALTED:
        last = random.randint(start_month, 12)
    shares = [max(0, month - start_month + 1) / (13 - start_month) for month in range(13)]
    shares[0] = 0.0
    return Course(
        [int(planned * share**bend) for share in shares[1:]],
        [int(planned * pace * shares[min(month, last)] ** lag) for month in range(1, 13)],
        last < 12,
    )


def progress(
    project: int, year: int, course: Course, months: Sequence[int], verified: int, hands: Hands
) -> Iterator[ProgressRow]:
    """The monthly rows of a project. Those after the month `verified` are only submitted."""
    clerk, verifier = hands
    following = dict(pairwise(month for month in months if month <= verified))
    for month in months:
        reported = f"{year}-{month + 1:02}" if month < 12 else f"{year + 1}-01"
        done = month <= verified
        yield ProgressRow(
            project_id=project,
            month=month,
            planned=course.planned[month - 1] * YUAN,
            completed=course.completed[month - 1] * YUAN,
            next_month=following.get(month),
            state=(State.VERIFIED if done else State.SUBMITTED).value,
            submitted_by_id=clerk,
            submitted_at=f"{reported}-05 09:30+08",
            verified_by_id=verifier if done else None,
            verified_at=f"{reported}-10 15:00+08" if done else None,
            comment="",
            created_by_id=clerk,
            changed_by_id=clerk,
            source=Record.Source.SYNTHETIC.value,
        )
