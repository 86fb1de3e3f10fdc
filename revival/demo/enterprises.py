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
ABOVE_SCALE, NOT_VERIFIED, ENDED = 0.7, 0.03, 0.02
END_YEARS = (2022, 2024)


class EnterpriseRow(NamedTuple):
    """One row as it is copied to the database: the names are those of the columns."""

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


def enterprises(
    random: Random, places: Sequence[Place], ids: Sequence[int], numbers: Counter[str]
) -> tuple[list[EnterpriseRow], dict[str, list[Firm]]]:
    """A row for each id, at least one in every place, and the verified ones by place.

    `numbers` counts the enterprises of each county from batch to batch, for their codes and names.
    """
    rows: list[EnterpriseRow] = []
    firms: dict[str, list[Firm]] = {}
    unused = iter(ids)
    for place, count in zip(places, parts(len(ids), [p.weight for p in places], least=1), strict=True):
        own = firms.setdefault(place.code, [])
        for key in islice(unused, count):
            numbers[place.county] += 1
            number = numbers[place.county]
            if number > MOST_ENTERPRISES:
                raise ValueError(f"no credit codes are left in {place.county}")
            trade = random.choices(place.trades, place.trade_weights)[0]
            # The first of a place is verified, so that every place can have projects.
            state = State.VERIFIED
            if own and random.random() < NOT_VERIFIED:
                state = random.choice((State.DRAFT, State.SUBMITTED))
            row = enterprise(random, key, place, trade, number, state)
            if own and state == State.VERIFIED and random.random() < ENDED:
                rows.append(row._replace(active_until=f"{random.randint(*END_YEARS)}-12-{random.randint(1, 28):02}"))
                continue  # nothing else names it
            rows.append(row)
            if state == State.VERIFIED:
                own.append(Firm(key, number, place, trade, INDUSTRY_OF[trade]))
    return rows, firms


def enterprise(random: Random, key: int, place: Place, trade: Trade, number: int, state: State) -> EnterpriseRow:
    """One enterprise; entered in autumn 2022, before the first annual list."""
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
