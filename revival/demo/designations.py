"""Synthetic parks and designations. For 2024 the default size has the published numbers of each kind."""

from collections import Counter
from datetime import date
from typing import Any, NamedTuple

from enterprises.models import DesignationKind, Park, Tier
from enterprises.models.park import ParkKind
from revival.demo.enterprises import Firm
from revival.demo.ground import WAITING, Ground
from revival.demo.places import INDUSTRY_OF, Place
from revival.demo.review import day_of, review
from revival.demo.words import MARK
from revival.records.models import State

WUXI, SUZHOU = "320200", "320500"
GREEN_PARKS = ((2024, 18), (2023, 4), (2022, 6), (2021, 7), (2020, 8), (2019, 9), (2025, 3))
REVOKED = date(2023, 11, 30)  # for the first ones of 2019, so that 51 are in force at the end of 2024
SMART_PARKS = 3
CHARACTERISTIC = ((2024, 34), (2023, 21), (2025, 9))
NAMES = {DesignationKind.CLUSTER: "先进制造业集群", DesignationKind.DEMONSTRATION_CASE: "改造升级典型案例"}
# The city or county and the year of each expansion, in addition to the named ones of 2024.
EXPANSIONS = (("320300", 2024), ("320583", 2024), ("320300", 2023), ("320900", 2025))


class Grant(NamedTuple):
    """The number of designations of enterprises, or of names, in a year."""

    kind: DesignationKind
    tier: Tier
    counts: tuple[tuple[int, int], ...]  # by year, the most important first
    cities: tuple[str, ...] = ()


GRANTS = (
    Grant(DesignationKind.GREEN_FACTORY, Tier.NATIONAL, ((2024, 95), (2023, 82), (2022, 71), (2021, 58), (2025, 37))),
    Grant(DesignationKind.GREEN_FACTORY, Tier.PROVINCIAL, ((2022, 45), (2025, 20))),
    Grant(DesignationKind.GREEN_SUPPLY_CHAIN, Tier.NATIONAL, ((2024, 14), (2023, 11), (2022, 8), (2025, 5))),
    Grant(DesignationKind.NEAR_ZERO_CARBON, Tier.CITY, ((2024, 40), (2025, 12)), (SUZHOU,)),
    Grant(DesignationKind.FOUNDRY_STANDARD, Tier.NATIONAL, ((2024, 27), (2023, 19), (2025, 8))),
    Grant(DesignationKind.CLUSTER, Tier.PROVINCIAL, ((2024, 2), (2023, 3))),
    Grant(DesignationKind.DEMONSTRATION_CASE, Tier.PROVINCIAL, ((2024, 6), (2023, 4))),
)


class ParkRow(NamedTuple):
    """One row as it is copied to the database. The columns of its review follow."""

    id: int
    name: str
    kinds: list[str]
    region_id: str
    industry: str
    active_from: str


class ExpansionRow(NamedTuple):
    """One row as it is copied to the database. Region and industry come from the park."""

    park_id: int
    approved_on: str
    area: int | None


class DesignationRow(NamedTuple):
    """One row as it is copied to the database. The columns of its review follow."""

    kind: str
    tier: str
    enterprise_id: int | None
    park_id: int | None
    name: str
    region_id: str
    industry: str
    year: int
    revoked_on: str | None


class Subjects(NamedTuple):
    parks: list[tuple[Any, ...]]
    expansions: list[tuple[Any, ...]]
    designations: list[tuple[Any, ...]]


class Parks:
    """Draws the parks and designations of one batch. `numbers` counts names from batch to batch."""

    def __init__(self, ground: Ground, numbers: Counter[str]) -> None:
        self.ground, self.numbers = ground, numbers
        self.found = Subjects([], [], [])

    def draw(self) -> Subjects:
        scale = self.ground.scale
        for year, count in GREEN_PARKS:
            for index, place in enumerate(self.ground.sites(scale.some(count))):
                park = self.park(place, ParkKind.INDUSTRIAL, date(2006 + index % 9, 5, 8))
                revoked = REVOKED if (year, index) == (2019, 0) else None
                self.designate(DesignationKind.GREEN_PARK, Tier.NATIONAL, year, park=park, revoked=revoked)
        for place in self.ground.sites(scale.some(SMART_PARKS), (WUXI,)):
            park = self.park(place, ParkKind.CHEMICAL, date(2008, 3, 20))
            self.designate(DesignationKind.SMART_CHEMICAL_PARK, Tier.NATIONAL, 2024, park=park)
        for year, count in CHARACTERISTIC:
            for place in self.ground.sites(scale.some(count, least=2)):
                self.park(place, ParkKind.CHARACTERISTIC, day_of(self.ground.random, year))
        for city, year in EXPANSIONS:
            self.expand(self.park(self.ground.sites(1, (city,))[0], ParkKind.CHEMICAL, date(2010, 6, 1)), year)
        for grant in GRANTS:
            self.grant(grant)
        self.waiting()
        return self.found

    def park(self, place: Place, kind: ParkKind, day: date, state: State = State.VERIFIED) -> tuple[ParkRow, Place]:
        (key,) = self.ground.keys(Park, 1)
        random = self.ground.random
        self.numbers["parks"] += 1
        trade = random.choices(place.trades, place.trade_weights)[0]
        row = ParkRow(
            id=key,
            name=f"{place.name}{MARK}{self.numbers['parks']}号园区",
            kinds=[kind.value],
            region_id=place.code,
            industry="chemical" if kind == ParkKind.CHEMICAL else INDUSTRY_OF[trade],
            active_from=str(day),
        )
        self.found.parks.append((*row, *review(random, state, place.hands, day)))
        return row, place

    def expand(self, park: tuple[ParkRow, Place], year: int) -> None:
        row, place = park
        random, day = self.ground.random, day_of(self.ground.random, year)
        made = ExpansionRow(row.id, str(day), random.randint(8, 30) * 100)
        self.found.expansions.append((*made, *review(random, State.VERIFIED, place.hands, day)))

    def grant(self, grant: Grant) -> None:
        """The designations of a grant. Each enterprise gets one for a kind and tier, whatever the year."""
        pool = iter(self.ground.pool(grant.cities))
        for year, count in grant.counts:
            for _ in range(self.ground.scale.some(count)):
                firm = next(pool, None)
                if firm is not None:
                    self.designate(grant.kind, grant.tier, year, firm=firm)

    def designate(
        self,
        kind: DesignationKind,
        tier: Tier,
        year: int,
        *,
        firm: Firm | None = None,
        park: tuple[ParkRow, Place] | None = None,
        revoked: date | None = None,
        state: State = State.VERIFIED,
    ) -> None:
        """A designation of a park or an enterprise.

        Clusters and cases have a name, and the region of their enterprise.
        """
        name = ""
        if kind in NAMES:
            self.numbers[kind] += 1
            name = f"{MARK}{NAMES[kind]}{self.numbers[kind]}号"
        place = park[1] if park else firm.place if firm else None
        industry = park[0].industry if park else firm.industry if firm else ""
        if place is None:
            raise ValueError("a designation needs a park or an enterprise")
        row = DesignationRow(
            kind=kind.value,
            tier=tier.value,
            enterprise_id=firm.id if firm and not name else None,
            park_id=park[0].id if park else None,
            name=name,
            region_id=place.code,
            industry=industry,
            year=year,
            revoked_on=str(revoked) if revoked else None,
        )
        day = day_of(self.ground.random, year)
        self.found.designations.append((*row, *review(self.ground.random, state, place.hands, day)))

    def waiting(self) -> None:
        """The designations and parks that wait for review, in each state and region."""
        for region, state in WAITING:
            firm = self.ground.near(region)
            if all(row[2] != firm.id or row[1] != Tier.CITY for row in self.found.designations):
                self.designate(DesignationKind.GREEN_FACTORY, Tier.CITY, 2025, firm=firm, state=state)
        for region, state in WAITING[3:5]:
            self.park(self.ground.near(region).place, ParkKind.INDUSTRIAL, date(2025, 4, 2), state)
