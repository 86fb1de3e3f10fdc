"""Synthetic activities and attendances. For 2024 the default size has 101 dockings with 8,912 attendances."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from enterprises.models import Industry
from projects.models import Activity, ActivityKind
from revival.demo.enterprises import Firm
from revival.demo.ground import PROVINCE, Ground
from revival.demo.review import day_of, review
from revival.demo.shape import parts
from revival.demo.words import MARK
from revival.records.models import State


class Docking(NamedTuple):
    """The supply-demand and bank-enterprise dockings of a year, held by the province and by cities."""

    year: int
    events: int
    attendances: int


class Round(NamedTuple):
    """The enterprises of an industry at one activity of a year. That of 2024 is one of the named activities."""

    kind: ActivityKind
    industry: Industry
    year: int
    enterprises: int


DOCKINGS = (Docking(2024, 101, 8_912), Docking(2023, 64, 5_130), Docking(2025, 38, 2_960))
NAMED = 2024
ROUNDS = (
    Round(ActivityKind.SERVICE_ROUND, Industry.TEXTILE, 2024, 20),
    Round(ActivityKind.FOOD_CLUSTER, Industry.FOOD, 2024, 62),
    Round(ActivityKind.COLD_CHAIN, Industry.FOOD, 2024, 41),
    Round(ActivityKind.GREEN_BUILDING_MATERIALS, Industry.BUILDING_MATERIALS, 2024, 57),
    Round(ActivityKind.SERVICE_ROUND, Industry.TEXTILE, 2023, 12),
    Round(ActivityKind.SERVICE_ROUND, Industry.MACHINERY, 2025, 9),
)
NAMES = {
    ActivityKind.SUPPLY_DEMAND: "供需对接活动",
    ActivityKind.BANK_ENTERPRISE: "银企对接活动",
    ActivityKind.SERVICE_ROUND: "服务型制造活动",
}
OF_PROVINCE = 3  # one in this many dockings is held by the province
SPREAD = 0.4


class ActivityRow(NamedTuple):
    """One row as it is copied to the database. The columns of its review follow."""

    id: int
    region_id: str
    name: str
    kind: str
    held_on: str


class ParticipationRow(NamedTuple):
    """One row as it is copied to the database. Everything else comes from the activity and the enterprise."""

    activity_id: int
    enterprise_id: int


class Activities:
    """Draws the activities of one batch. `numbers` counts their names, `named` are keys of the named ones by kind."""

    def __init__(self, ground: Ground, numbers: Counter[str], named: dict[str, int]) -> None:
        self.ground, self.numbers, self.named = ground, numbers, named
        self.activities: list[tuple[Any, ...]] = []
        self.participations: list[tuple[Any, ...]] = []

    def draw(self, furnaces: Sequence[Firm]) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
        for docking in DOCKINGS:
            self.dock(docking)
        for each in ROUNDS:
            firms = self.ground.of(each.industry)[: self.ground.scale.some(each.enterprises)]
            if each.year == NAMED:
                self.attend(self.named[each.kind], firms, date(each.year, 12, 31))
            elif firms:
                self.hold(each.kind, PROVINCE, firms, each.year)
        self.attend(self.named[ActivityKind.CAMPAIGN], furnaces, date(NAMED, 12, 31))
        return self.activities, self.participations

    def dock(self, docking: Docking) -> None:
        """The dockings.

        A larger pool has more attendances; at small sizes everyone in it attends and there are fewer.
        """
        random, scale = self.ground.random, self.ground.scale
        events = scale.some(docking.events)
        if not events:
            return
        drawn = self.ground.sites(events)
        cities = [PROVINCE if index % OF_PROVINCE == 0 else place.city for index, place in enumerate(drawn)]
        pools = [self.ground.pool([] if city == PROVINCE else [city]) for city in cities]
        weights = [len(pool) * random.lognormvariate(0, SPREAD) for pool in pools]
        sizes = parts(max(scale.part(docking.attendances), events), weights, 1)
        for index, (city, pool, size) in enumerate(zip(cities, pools, sizes, strict=True)):
            kind = ActivityKind.BANK_ENTERPRISE if index % 2 else ActivityKind.SUPPLY_DEMAND
            self.hold(kind, city, pool[:size], docking.year)

    def hold(self, kind: ActivityKind, region: str, firms: Sequence[Firm], year: int) -> None:
        (key,) = self.ground.keys(Activity, 1)
        day = day_of(self.ground.random, year)
        self.numbers["activities"] += 1
        row = ActivityRow(key, region, f"{MARK}{NAMES[kind]}{self.numbers['activities']}号", kind.value, str(day))
        made = review(self.ground.random, State.VERIFIED, self.ground.hands(region), day)
        self.activities.append((*row, *made))
        self.attend(key, firms, day)

    def attend(self, activity: int, firms: Sequence[Firm], day: date) -> None:
        for firm in firms:
            row = ParticipationRow(activity, firm.id)
            made = review(self.ground.random, State.VERIFIED, firm.place.hands, day)
            self.participations.append((*row, *made))
