"""Synthetic old chemical units. For 2024 the default size has the published 281 completed of 289 planned."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from enterprises.models import Industry
from revival.demo.enterprises import Firm
from revival.demo.ground import WAITING, Ground
from revival.demo.review import day_of, review
from revival.demo.words import MARK, UNITS
from revival.records.models import State


class Plan(NamedTuple):
    """The units planned for a year, and the number of them completed in it."""

    year: int
    planned: int
    completed: int


PLANS = (Plan(2024, 289, 281), Plan(2023, 214, 205), Plan(2025, 176, 41))


class ChemicalUnitRow(NamedTuple):
    """One row as it is copied to the database. The columns of its review follow."""

    enterprise_id: int
    region_id: str
    name: str
    planned_year: int
    completed_on: str | None
    industry: str


def chemical_units(ground: Ground, numbers: Counter[str]) -> Iterator[tuple[Any, ...]]:
    """The units of the plans, and those that wait for review. A third of the enterprises have two units."""
    for plan in PLANS:
        planned = ground.scale.some(plan.planned)
        completed = min(planned, ground.scale.some(plan.completed))
        pool = ground.preferring(Industry.CHEMICAL)[: -(-planned * 3 // 4)]
        for index in range(planned):
            day = day_of(ground.random, plan.year)
            firm = pool[index % len(pool)]
            yield unit(ground, firm, numbers, day, State.VERIFIED, completed=index < completed)
    for index, (region, state) in enumerate(WAITING):
        yield unit(ground, ground.near(region), numbers, date(2025, 2, 3 + index), state, completed=index % 2 == 0)


def unit(
    ground: Ground, firm: Firm, numbers: Counter[str], day: date, state: State, *, completed: bool
) -> tuple[Any, ...]:
    numbers["units"] += 1
    row = ChemicalUnitRow(
        enterprise_id=firm.id,
        region_id=firm.place.code,
        name=f"{MARK}{ground.random.choice(UNITS)}装置{numbers['units']}号",
        planned_year=day.year,
        completed_on=str(day) if completed else None,
        industry=firm.industry,
    )
    return (*row, *review(ground.random, state, firm.place.hands, day))
