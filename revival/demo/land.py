"""Synthetic land renewals. For 2024 the default size has the published areas of Jiangyan, Liyang and Wujiang."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from enterprises.models import Industry
from projects.models import LandMethod
from revival.demo.ground import KUNSHAN, WAITING, XUZHOU, Ground
from revival.demo.places import JIANGYAN
from revival.demo.progress import YUAN
from revival.demo.review import day_of, review
from revival.demo.shape import parts
from revival.demo.words import MARK
from revival.records.models import State

LIYANG, WUJIANG = "320481", "320509"


class Area(NamedTuple):
    """The land that was renewed in a year, in one county or spread over a city."""

    region: str
    method: LandMethod
    year: int
    hundredths: int  # of a mu
    sites: int
    before: int = 0  # the tax of all sites in 2020, in 万元; 0 if it is not known
    after: int = 0  # in the year of the renewal


AREAS = (
    Area(JIANGYAN, LandMethod.TWO_BREAKS, 2024, 51_850, 9),
    Area(LIYANG, LandMethod.VILLAGE_PARK, 2024, 72_400, 6),
    Area(WUJIANG, LandMethod.INEFFICIENT_LAND, 2024, 4_500_000, 48, 225_000, 456_750),
    Area(XUZHOU, LandMethod.INEFFICIENT_LAND, 2024, 318_600, 15, 9_600, 17_800),
    Area(KUNSHAN, LandMethod.INEFFICIENT_LAND, 2024, 206_500, 12, 14_500, 26_300),
    Area("320600", LandMethod.VILLAGE_PARK, 2024, 93_250, 8),
    Area("320900", LandMethod.TWO_BREAKS, 2024, 31_400, 6),
    Area("320200", LandMethod.INEFFICIENT_LAND, 2024, 541_000, 19, 31_900, 55_200),
    Area(WUJIANG, LandMethod.INEFFICIENT_LAND, 2023, 1_860_000, 24, 93_000, 171_500),
    Area(XUZHOU, LandMethod.TWO_BREAKS, 2023, 24_800, 5),
    Area(LIYANG, LandMethod.VILLAGE_PARK, 2023, 30_600, 3),
    Area(KUNSHAN, LandMethod.VILLAGE_PARK, 2023, 61_200, 5),
    Area(JIANGYAN, LandMethod.TWO_BREAKS, 2025, 14_300, 3),
    Area(WUJIANG, LandMethod.INEFFICIENT_LAND, 2025, 720_000, 11),
    Area("321000", LandMethod.INEFFICIENT_LAND, 2025, 88_000, 6),
)
SPREAD = 0.6
LEAST = 5_000  # hundredths of a mu, if there is so much
BEFORE = 2020


class LandRow(NamedTuple):
    """One row as it is copied to the database. The columns of its review follow. Amounts are in yuan."""

    name: str
    enterprise_id: int | None
    region_id: str
    method: str
    area: Decimal  # mu
    renewed_on: str
    tax_before: int | None
    year_before: int | None
    tax_after: int | None
    year_after: int | None
    industry: str


class Site(NamedTuple):
    """The part of an area that is one site."""

    hundredths: int
    before: int  # 万元
    after: int


class Land:
    """Draws the sites of one batch. `numbers` counts their names from batch to batch."""

    def __init__(self, ground: Ground, numbers: Counter[str]) -> None:
        self.ground, self.numbers = ground, numbers

    def draw(self) -> Iterator[tuple[Any, ...]]:
        """The sites of the areas, and those that wait for review."""
        for area in AREAS:
            for site in self.sites(area):
                yield self.row(area, site, day_of(self.ground.random, area.year))
        for index, (region, state) in enumerate(WAITING):
            waiting = Area(region, LandMethod.VILLAGE_PARK, 2025, 0, 1)
            yield self.row(waiting, Site(4_000 + 125 * index, 0, 0), date(2025, 4, 7 + index), state)

    def sites(self, area: Area) -> list[Site]:
        """The sites of an area. Their taxes are roughly in proportion to their areas."""
        scale, random = self.ground.scale, self.ground.random
        count, whole = scale.some(area.sites), scale.some(area.hundredths)
        if not count:
            return []
        weights = [random.lognormvariate(0, SPREAD) for _ in range(count)]
        areas = parts(whole, weights, min(LEAST, whole // count))
        befores = parts(scale.part(area.before), [each * random.uniform(0.7, 1.4) for each in areas])
        yields = [each * random.uniform(0.8, 1.25) + 1 for each in befores]
        return [Site(*each) for each in zip(areas, befores, parts(scale.part(area.after), yields), strict=True)]

    def row(self, area: Area, site: Site, day: date, state: State = State.VERIFIED) -> tuple[Any, ...]:
        """The row of a site. Every second site belonged to one enterprise and keeps its industry."""
        self.numbers["sites"] += 1
        firm, number = self.ground.near(area.region), self.numbers["sites"]
        taxed, owned = bool(area.before), number % 2 == 0
        row = LandRow(
            name=f"{firm.place.name}{MARK}{number}号地块",
            enterprise_id=firm.id if owned else None,
            region_id=firm.place.code,
            method=area.method.value,
            area=Decimal(site.hundredths) / 100,
            renewed_on=str(day),
            tax_before=site.before * YUAN if taxed else None,
            year_before=BEFORE if taxed else None,
            tax_after=site.after * YUAN if taxed else None,
            year_after=day.year if taxed else None,
            industry=firm.industry if owned else self.ground.random.choice((firm.industry, Industry.OTHER.value)),
        )
        return (*row, *review(self.ground.random, state, firm.place.hands, day))
