"""Synthetic exits. For 2024 the default size has the published 73 closed, and Changshu's 136 of a branch become 64.

Enterprises that leave are drawn separately from all others, so that no other record names them.
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
    """The number of enterprises that end in a year."""

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
# Of printing and dyeing in Changshu: the enterprises that carry on, and those merged into them.
SURVIVING, MERGED = 64, 72
FURNACES, FURNACE_CODES = 87, ("C3391", "C3130")
ENTERED = 2022  # the year in which the enterprises were entered, in autumn; exits of that year are later


class ExitRow(NamedTuple):
    """One row as it is copied to the database. Region and industry come from the enterprise."""

    enterprise_id: int
    kind: str
    merged_into_id: int | None
    exited_on: str


class Exits:
    """Draws the enterprises that leave and their exits, in addition to the other enterprises of the batch."""

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
        """Enterprises with furnaces in Jiangyan, all of which stay active."""
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
