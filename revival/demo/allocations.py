"""Synthetic public funds. For 2024 the default size has 2.346 billion yuan for 83 projects, and 150 million."""

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from finance.models import Fund
from projects.models import Action
from revival.demo.ground import WAITING, Ground, user_places_first
from revival.demo.loans import Borrower
from revival.demo.progress import YUAN
from revival.demo.review import day_of, review
from revival.demo.shape import parts
from revival.records.models import State


class Grant(NamedTuple):
    """What a fund gave in a year, and to how many projects or enterprises."""

    fund: Fund
    year: int
    served: int
    amount: int  # 万元


GRANTS = (
    Grant(Fund.TREASURY_BOND, 2024, 83, 234_600),
    Grant(Fund.INTEREST_DISCOUNT, 2024, 126, 15_000),
    Grant(Fund.INTEREST_DISCOUNT, 2023, 88, 9_200),
    Grant(Fund.TREASURY_BOND, 2025, 46, 121_500),
    Grant(Fund.INTEREST_DISCOUNT, 2025, 61, 6_400),
)
SPREAD = (0.5, 1.5)
LEAST = 5  # 万元


class AllocationRow(NamedTuple):
    """One row as it is copied to the database. The columns of its review follow. The amount is in yuan."""

    fund: str
    enterprise_id: int
    project_id: int | None
    region_id: str
    amount: int
    allocated_on: str
    industry: str


def allocations(ground: Ground, projects: dict[int, list[Borrower]]) -> Iterator[tuple[Any, ...]]:
    """The allocations, and those that wait for review. `projects` are those of the annual lists by year."""
    for grant in GRANTS:
        served = candidates(ground, grant, projects)[: ground.scale.some(grant.served)]
        weights = [ground.random.uniform(*SPREAD) * max(one.investment, 1) for one in served]
        amounts = parts(max(ground.scale.part(grant.amount), LEAST * len(served)), weights, LEAST)
        for one, amount in zip(served, amounts, strict=True):
            yield allocation(ground, grant, one, amount, day_of(ground.random, grant.year), State.VERIFIED)
    for index, (region, state) in enumerate(WAITING):
        one = Borrower(ground.near(region), None)
        yield allocation(ground, GRANTS[-1], one, 40 + index, date(2025, 4, 9 + index), state)


def candidates(ground: Ground, grant: Grant, projects: dict[int, list[Borrower]]) -> list[Borrower]:
    """The possible receivers.

    Bonds are for projects of the year's list, equipment renewal first; discounts for enterprises.
    """
    if grant.fund == Fund.INTEREST_DISCOUNT:
        return [Borrower(firm, None) for firm in ground.pool()]
    known = ground.random.sample(projects[grant.year], len(projects[grant.year]))
    known.sort(key=lambda one: one.action != Action.EQUIPMENT_RENEWAL)
    return user_places_first(known, lambda one: one.firm.place)


def allocation(ground: Ground, grant: Grant, one: Borrower, amount: int, day: date, state: State) -> tuple[Any, ...]:
    firm = one.firm
    row = AllocationRow(
        fund=grant.fund.value,
        enterprise_id=firm.id,
        project_id=one.project,
        region_id=firm.place.code,
        amount=amount * YUAN,
        allocated_on=str(day),
        industry=firm.industry,
    )
    return (*row, *review(ground.random, state, firm.place.hands, day))
