"""Synthetic enterprises."""

from collections import Counter
from collections.abc import Sequence
from itertools import islice
from random import Random
from typing import NamedTuple

from revival.demo.codes import MOST_ENTERPRISES, credit_code
from revival.demo.places import INDUSTRY_OF, Place
from revival.demo.shape import parts
from revival.demo.words import Trade, enterprise_name
from revival.records.models import Record, State

FOUNDED = (1988, 2021)
ABOVE_SCALE, NOT_VERIFIED = 0.7, 0.03


class EnterpriseRow(NamedTuple):
    """One row as it is copied to the database. The fields have the names of the columns."""

    id: int
    credit_code: str
    name: str
    region_id: str
    industry: str
    industry_code: str
    above_scale: bool
    active_from: str
    active_until: str | None
    state: str
    submitted_by_id: int | None
    submitted_at: str | None
    verified_by_id: int | None
    verified_at: str | None
    comment: str
    created_by_id: int
    changed_by_id: int
    source: str


class Firm(NamedTuple):
    """What a project needs to know of its enterprise."""

    id: int
    number: int
    place: Place
    trade: Trade
    industry: str


class Register:
    """The enterprises of one batch. `numbers` counts those of each county from batch to batch."""

    def __init__(self, random: Random, places: Sequence[Place], numbers: Counter[str]) -> None:
        self.random, self.places, self.numbers = random, places, numbers
        self.rows: list[EnterpriseRow] = []
        # The verified ones that stay active, by place. Other records name only these.
        self.firms: dict[str, list[Firm]] = {place.code: [] for place in places}

    def draw(self, ids: Sequence[int]) -> None:
        """Enterprises with these ids, at least one in every place, and a few of them not verified."""
        unused = iter(ids)
        counts = parts(len(ids), [place.weight for place in self.places], least=1)
        for place, count in zip(self.places, counts, strict=True):
            for key in islice(unused, count):
                # The first of a place is verified, so that every place can have projects.
                state = State.VERIFIED
                if self.firms[place.code] and self.random.random() < NOT_VERIFIED:
                    state = self.random.choice((State.DRAFT, State.SUBMITTED))
                firm = self.enter(key, place, self.some_trade(place), state)
                if state == State.VERIFIED:
                    self.firms[place.code].append(firm)

    def settle(self, ids: Sequence[int], county: str, codes: Sequence[str]) -> list[Firm]:
        """Verified enterprises in a county, of the branches in turn."""
        place = next(place for place in self.places if place.code == county)
        trades = [trade for code in codes for trade in place.trades if trade.code == code]
        found = [self.enter(key, place, trades[index % len(trades)]) for index, key in enumerate(ids)]
        self.firms[county] += found
        return found

    def some_trade(self, place: Place) -> Trade:
        return self.random.choices(place.trades, place.trade_weights)[0]

    def enter(
        self, key: int, place: Place, trade: Trade, state: State = State.VERIFIED, until: str | None = None
    ) -> Firm:
        """A row with its own number in the county, active until the day."""
        self.numbers[place.county] += 1
        number = self.numbers[place.county]
        if number > MOST_ENTERPRISES:
            raise ValueError(f"no credit codes are left in {place.county}")
        row = enterprise(self.random, key, place, trade, number, state)
        self.rows.append(row._replace(active_until=until))
        return Firm(key, number, place, trade, INDUSTRY_OF[trade])


def enterprise(random: Random, key: int, place: Place, trade: Trade, number: int, state: State) -> EnterpriseRow:
    """One enterprise, entered in autumn 2022, before the first annual list."""
    clerk, verifier = place.hands
    day = random.randint(1, 28)
    submitted, verified = state != State.DRAFT, state == State.VERIFIED
    return EnterpriseRow(
        id=key,
        credit_code=credit_code(place.county, number),
        name=enterprise_name(place.name, trade, number),
        region_id=place.code,
        industry=INDUSTRY_OF[trade],
        industry_code=trade.code,
        above_scale=random.random() < ABOVE_SCALE,
        active_from=f"{random.randint(*FOUNDED)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}",
        active_until=None,
        state=state.value,
        submitted_by_id=clerk if submitted else None,
        submitted_at=f"2022-10-{day:02} 09:30+08" if submitted else None,
        verified_by_id=verifier if verified else None,
        verified_at=f"2022-11-{day:02} 15:00+08" if verified else None,
        comment="",
        created_by_id=clerk,
        changed_by_id=clerk,
        source=Record.Source.SYNTHETIC.value,
    )
