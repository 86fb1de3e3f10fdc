"""Synthetic old equipment. For 2024 the default size has the published 3,396 sets and, separately, 47."""

from collections.abc import Iterator
from typing import NamedTuple

from projects.models import EquipmentCategory, EquipmentUnit
from revival.demo.enterprises import Firm
from revival.demo.ground import WAITING, XUZHOU, Ground
from revival.demo.review import Review, day_of, review
from revival.demo.shape import parts
from revival.demo.words import MACHINES, MARK
from revival.records.models import State


class Lot(NamedTuple):
    """The sets that went in a year, in Xuzhou or elsewhere, and their number of entries."""

    year: int
    category: EquipmentCategory
    xuzhou: bool
    sets: int
    entries: int


LOTS = (
    Lot(2024, EquipmentCategory.VOLUNTARY, True, 1_342, 118),
    Lot(2024, EquipmentCategory.VOLUNTARY, False, 2_054, 224),
    Lot(2024, EquipmentCategory.BACKWARD, False, 47, 21),
    Lot(2023, EquipmentCategory.VOLUNTARY, True, 1_024, 96),
    Lot(2023, EquipmentCategory.VOLUNTARY, False, 1_783, 190),
    Lot(2023, EquipmentCategory.BACKWARD, False, 63, 26),
    Lot(2023, EquipmentCategory.LOW_QUALITY, False, 214, 40),
    Lot(2025, EquipmentCategory.VOLUNTARY, True, 655, 60),
    Lot(2025, EquipmentCategory.VOLUNTARY, False, 1_118, 118),
    Lot(2025, EquipmentCategory.BACKWARD, False, 19, 9),
    Lot(2025, EquipmentCategory.LOW_QUALITY, False, 96, 22),
)
SPREAD = 1.2


class EquipmentRow(NamedTuple):
    """One row as it is copied to the database. The columns of its review follow."""

    enterprise_id: int
    region_id: str
    industry: str
    name: str
    category: str
    quantity: int
    unit: str
    retired_on: str


def equipment(ground: Ground) -> Iterator[tuple[object, ...]]:
    """The equipment of the lots, and the rows that wait for review."""
    for lot in LOTS:
        sets = ground.scale.some(lot.sets)
        entries = min(sets, ground.scale.some(lot.entries))
        pool = ground.pool([XUZHOU]) if lot.xuzhou else ground.pool(but=[XUZHOU])
        weights = [ground.random.lognormvariate(0, SPREAD) for _ in range(entries)]
        for index, quantity in enumerate(parts(sets, weights, least=1)):
            yield entry(ground, pool[index % len(pool)], lot.year, lot.category, quantity, State.VERIFIED)
    for index, (region, state) in enumerate(WAITING):
        yield entry(ground, ground.near(region), 2024 + index % 2, EquipmentCategory.VOLUNTARY, 4 + index, state)


def entry(
    ground: Ground, firm: Firm, year: int, category: EquipmentCategory, quantity: int, state: State
) -> tuple[object, ...]:
    random, day = ground.random, day_of(ground.random, year)
    row = EquipmentRow(
        enterprise_id=firm.id,
        region_id=firm.place.code,
        industry=firm.industry,
        name=f"{MARK}{random.choice(MACHINES[firm.industry])}",
        category=category.value,
        quantity=quantity,
        unit=random.choices(EquipmentUnit.values, (20, 15, 60, 5))[0],
        retired_on=str(day),
    )
    made: Review = review(random, state, firm.place.hands, day)
    return (*row, *made)
