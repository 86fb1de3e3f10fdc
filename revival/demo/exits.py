"""Synthetic exits. Of 2024 the default size has the published 73 closed, and Changshu's 136 of a branch become 64.

Who leaves is drawn apart from all other enterprises, so that no other record names it.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from enterprises.models import Enterprise, ExitKind
from revival.demo.enterprises import Firm, Register
from revival.demo.ground import Ground
from revival.demo.places import APART, CHANGSHU, JIANGYAN, Place
from revival.demo.review import day_of, review
from revival.demo.words import Trade
from revival.records.models import State


class Leaving(NamedTuple):
    """So many enterprises that end in a year."""

    kind: ExitKind
    year: int
    enterprises: int


LEAVINGS = (
    Leaving(ExitKind.CLOSED, 2024, 73),
    Leaving(ExitKind.CLOSED, 2023, 58),
    Leaving(ExitKind.CLOSED, 2022, 20),
    Leaving(ExitKind.CLOSED, 2025, 21),
    Leaving(ExitKind.MERGED, 2023, 6),
    Leaving(ExitKind.MERGED, 2025, 4),
)
# Of printing and dyeing in Changshu: who carries on, and who was merged into them.
SURVIVING, MERGED = 64, 72
FURNACES, FURNACE_CODES = 87, ("C3391", "C3130")
ENTERED = 2022  # when the enterprises were entered, in autumn: who ended in that year did so after it


class ExitRow(NamedTuple):
    """One row as it is copied to the database; region and industry follow from the enterprise."""

    enterprise_id: int
    kind: str
    merged_into_id: int | None
    exited_on: str


class Exits:
    """Enters those who leave, with their exits, beside the enterprises of the batch."""

    def __init__(self, register: Register, ground: Ground) -> None:
        self.register, self.ground = register, ground
        self.rows: list[tuple[Any, ...]] = []

    def draw(self) -> list[tuple[Any, ...]]:
        scale = self.ground.scale
        for leaving in LEAVINGS:
            for place in self.ground.sites(scale.some(leaving.enterprises)):
                into = self.ground.random.choice(self.ground.firms[place.code])
                trade = self.register.some_trade(place)
                self.leave(leaving, place, trade, into if leaving.kind == ExitKind.MERGED else None)
        surviving = self.settle(SURVIVING, CHANGSHU, APART[CHANGSHU])
        merging = Leaving(ExitKind.MERGED, 2024, scale.some(MERGED))
        for index in range(merging.enterprises):
            into = surviving[index % len(surviving)]
            self.leave(merging, into.place, into.trade, into)
        return self.rows

    def furnaces(self) -> list[Firm]:
        """Enterprises with furnaces in Jiangyan, which all go on."""
        return self.settle(FURNACES, JIANGYAN, FURNACE_CODES)

    def settle(self, count: int, county: str, codes: Sequence[str]) -> list[Firm]:
        return self.register.settle(self.ground.keys(Enterprise, self.ground.scale.some(count)), county, codes)

    def leave(self, leaving: Leaving, place: Place, trade: Trade, into: Firm | None) -> None:
        random = self.ground.random
        day = day_of(random, leaving.year)
        if leaving.year == ENTERED:
            day = date(day.year, 12, day.day)
        (key,) = self.ground.keys(Enterprise, 1)
        self.register.enter(key, place, trade, until=str(day))
        row = ExitRow(key, leaving.kind.value, into.id if into else None, str(day))
        self.rows.append((*row, *review(random, State.VERIFIED, place.hands, day)))
