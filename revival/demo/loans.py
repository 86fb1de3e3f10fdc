"""Synthetic loans. For 2024 the default size has the published 54 projects, 601 enterprises and both sums lent."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from finance.models import Loan
from revival.demo.enterprises import Firm
from revival.demo.ground import WAITING, Ground, user_places_first
from revival.demo.progress import YUAN
from revival.demo.review import day_of, review
from revival.demo.shape import parts
from revival.records.models import State

REVITALIZATION, GREEN_FACTORY = "revitalization", "green-factory"


class Lending(NamedTuple):
    """What a product lent on the credit lines of a year, and to how many projects or enterprises."""

    year: int
    product: str
    served: int
    twice: int
    lent: int  # 万元


LENDINGS = (
    Lending(2024, REVITALIZATION, 54, 6, 217_800),
    Lending(2024, GREEN_FACTORY, 601, 38, 6_080_000),
    Lending(2023, REVITALIZATION, 21, 2, 84_600),
    Lending(2023, GREEN_FACTORY, 418, 17, 3_915_000),
    Lending(2025, REVITALIZATION, 33, 3, 126_400),
    Lending(2025, GREEN_FACTORY, 352, 14, 3_402_000),
)
SPREAD = 0.8
LEAST = 100  # 万元


class LoanRow(NamedTuple):
    """One row as it is copied to the database. The columns of its review follow. Amounts are in yuan."""

    id: int
    product_id: str
    enterprise_id: int
    project_id: int | None
    region_id: str
    industry: str
    credit: int
    granted_on: str
    lent: int


class DrawingRow(NamedTuple):
    """One row as it is copied to the database. Region and industry come from the loan."""

    loan_id: int
    drawn_on: str
    amount: int


class Borrower(NamedTuple):
    """An enterprise that borrows or is listed, with its project, if the record is for one."""

    firm: Firm
    project: int | None
    investment: int = 0  # the investment of the project, in 万元
    action: str = ""


def loans(ground: Ground, projects: dict[int, list[Borrower]]) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Loans and drawings. `projects` are those of the annual lists by year."""
    rows: list[tuple[Any, ...]] = []
    drawings: list[tuple[Any, ...]] = []
    for lending in LENDINGS:
        known = projects[lending.year]
        if lending.product == GREEN_FACTORY:
            pool = [Borrower(firm, None) for firm in ground.pool()]
        else:
            pool = user_places_first(ground.random.sample(known, len(known)), lambda borrower: borrower.firm.place)
        served = pool[: ground.scale.some(lending.served)]
        served += ground.random.sample(served, min(len(served), ground.scale.part(lending.twice)))
        weights = [ground.random.lognormvariate(0, SPREAD) for _ in served]
        amounts = parts(max(ground.scale.part(lending.lent), LEAST * len(served)), weights, LEAST)
        keys = ground.keys(Loan, len(served))
        for key, borrower, amount in zip(keys, served, amounts, strict=True):
            row, drawn = loan(ground, key, lending, borrower, amount)
            rows.append(row)
            drawings += drawn
    for key, (region, state) in zip(ground.keys(Loan, len(WAITING)), WAITING, strict=True):
        row, drawn = loan(ground, key, LENDINGS[1], Borrower(ground.near(region), None), 500, state)
        rows.append(row)
        drawings += drawn
    return rows, drawings


def loan(
    ground: Ground, key: int, lending: Lending, borrower: Borrower, lent: int, state: State = State.VERIFIED
) -> tuple[tuple[Any, ...], Iterator[tuple[Any, ...]]]:
    """A credit line slightly above what was lent on it, drawn at once or in two or three steps."""
    random, firm = ground.random, borrower.firm
    granted = day_of(random, lending.year)
    row = LoanRow(
        id=key,
        product_id=lending.product,
        enterprise_id=firm.id,
        project_id=borrower.project,
        region_id=firm.place.code,
        industry=firm.industry,
        credit=-(-int(lent * random.uniform(1, 1.3)) // LEAST) * LEAST * YUAN,
        granted_on=str(granted),
        lent=lent * YUAN if state == State.VERIFIED else 0,
    )
    steps = parts(lent, [random.uniform(1, 2) for _ in range(random.choice((1, 1, 2, 3)))], 1)
    drawn = drawings(ground, row, granted, steps, firm, state)
    return (*row, *review(random, state, firm.place.hands, granted)), drawn


def drawings(
    ground: Ground, row: LoanRow, granted: date, steps: Sequence[int], firm: Firm, state: State
) -> Iterator[tuple[Any, ...]]:
    day = granted
    for amount in steps:
        day += timedelta(ground.random.randint(3, 25))
        made = DrawingRow(row.id, str(day), amount * YUAN)
        yield (*made, *review(ground.random, state, firm.place.hands, day))
