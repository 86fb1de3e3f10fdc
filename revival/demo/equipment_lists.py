"""Synthetic equipment lists. For 2024 the default size has demand of 3,120, supply of 2,046 and 1,420 projects."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from enterprises.models import Industry
from projects.models import EquipmentListKind
from revival.demo.ground import WAITING, Ground, user_places_first
from revival.demo.loans import Borrower
from revival.demo.progress import YUAN
from revival.demo.review import day_of, review
from revival.demo.words import MARK
from revival.records.models import State


class Sheet(NamedTuple):
    """A list of a year: its number of enterprises or projects, some of which have two entries."""

    kind: EquipmentListKind
    year: int
    listed: int
    twice: int


SHEETS = (
    Sheet(EquipmentListKind.DEMAND, 2024, 3_120, 188),
    Sheet(EquipmentListKind.SUPPLY, 2024, 2_046, 97),
    Sheet(EquipmentListKind.FINANCING, 2024, 1_420, 31),
    Sheet(EquipmentListKind.DEMAND, 2023, 1_764, 80),
    Sheet(EquipmentListKind.SUPPLY, 2023, 1_120, 42),
    Sheet(EquipmentListKind.FINANCING, 2023, 618, 12),
    Sheet(EquipmentListKind.DEMAND, 2025, 1_205, 51),
    Sheet(EquipmentListKind.SUPPLY, 2025, 866, 30),
    Sheet(EquipmentListKind.FINANCING, 2025, 402, 9),
)
OPEN = Sheet(EquipmentListKind.DEMAND, 2025, 0, 0)  # of the rows that wait for review
SUBJECTS = {
    EquipmentListKind.DEMAND: "生产线设备需求",
    EquipmentListKind.SUPPLY: "成套装备供给",
    EquipmentListKind.FINANCING: "设备更新融资需求",
}
KNOWN = 0.6  # the part of the demands with a known amount
SHARE = (0.1, 0.5)  # the part of a project's investment that needs financing


class EquipmentListingRow(NamedTuple):
    """One row as it is copied to the database. The columns of its review follow. The amount is in yuan."""

    kind: str
    enterprise_id: int
    project_id: int | None
    region_id: str
    name: str
    amount: int | None
    year: int
    industry: str


def equipment_lists(ground: Ground, projects: dict[int, list[Borrower]]) -> Iterator[tuple[Any, ...]]:
    """The entries of the lists, and those that wait for review. `projects` are those of the annual lists by year."""
    for sheet in SHEETS:
        listed = candidates(ground, sheet, projects)[: ground.scale.some(sheet.listed)]
        listed += ground.random.sample(listed, min(len(listed), ground.scale.part(sheet.twice)))
        for one in listed:
            yield entry(ground, sheet, one, day_of(ground.random, sheet.year), State.VERIFIED)
    for index, (region, state) in enumerate(WAITING):
        yield entry(ground, OPEN, Borrower(ground.near(region), None), date(2025, 3, 11 + index), state)


def candidates(ground: Ground, sheet: Sheet, projects: dict[int, list[Borrower]]) -> list[Borrower]:
    """The possible entries of the list. Projects are those of its year and of the year before."""
    if sheet.kind == EquipmentListKind.DEMAND:
        return [Borrower(firm, None) for firm in ground.pool()]
    if sheet.kind == EquipmentListKind.SUPPLY:
        return [Borrower(firm, None) for firm in ground.preferring(Industry.MACHINERY)]
    known: Sequence[Borrower] = [*projects[sheet.year], *projects.get(sheet.year - 1, [])]
    return user_places_first(ground.random.sample(known, len(known)), lambda borrower: borrower.firm.place)


def entry(ground: Ground, sheet: Sheet, one: Borrower, day: date, state: State) -> tuple[Any, ...]:
    random, firm = ground.random, one.firm
    amount: int | None = None
    if one.project is not None:
        amount = max(1, int(one.investment * random.uniform(*SHARE)))
    elif sheet.kind == EquipmentListKind.DEMAND and random.random() < KNOWN:
        amount = int(random.lognormvariate(6, 0.9)) + 10
    row = EquipmentListingRow(
        kind=sheet.kind.value,
        enterprise_id=firm.id,
        project_id=one.project,
        region_id=firm.place.code,
        name=f"{MARK}{firm.trade.product}{SUBJECTS[sheet.kind]}",
        amount=amount * YUAN if amount is not None else None,
        year=sheet.year,
        industry=firm.industry,
    )
    return (*row, *review(random, state, firm.place.hands, day))
