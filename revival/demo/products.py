"""Synthetic products and the lists that include them. For 2024 the default size has the published entries of each."""

from collections import Counter
from datetime import date
from itertools import cycle
from typing import Any, NamedTuple

from enterprises.models import Industry, ListKind, Product
from revival.demo.enterprises import Firm
from revival.demo.ground import WAITING, Ground
from revival.demo.review import day_of, review
from revival.demo.words import MARK
from revival.records.models import State


class Catalogue(NamedTuple):
    """The number of entries on a list of a year, and of the products that are also on an earlier list."""

    kind: ListKind
    year: int
    entries: int
    again: int = 0
    national: int | None = None
    industry: str = ""  # the industry of most of the enterprises


CATALOGUES = (
    Catalogue(ListKind.KEY_INNOVATIVE, 2023, 214),
    Catalogue(ListKind.PROMOTED, 2023, 902, 40),
    Catalogue(ListKind.INDEPENDENT_INNOVATION, 2023, 190, 20),
    Catalogue(ListKind.FOR_THE_ELDERLY, 2023, 19, industry=Industry.TEXTILE),
    Catalogue(ListKind.KEY_INNOVATIVE, 2024, 337, 12),
    Catalogue(ListKind.PROMOTED, 2024, 1_483, 96),
    Catalogue(ListKind.INDEPENDENT_INNOVATION, 2024, 278, 45),
    Catalogue(ListKind.FAMOUS_CONSUMER_PRODUCT, 2024, 12, industry=Industry.FOOD),
    Catalogue(ListKind.FOR_THE_ELDERLY, 2024, 36, national=277, industry=Industry.TEXTILE),
    Catalogue(ListKind.KEY_INNOVATIVE, 2025, 168),
    Catalogue(ListKind.PROMOTED, 2025, 655, 30),
    Catalogue(ListKind.INDEPENDENT_INNOVATION, 2025, 124, 11),
    Catalogue(ListKind.FAMOUS_CONSUMER_PRODUCT, 2025, 7, industry=Industry.FOOD),
)


class ProductRow(NamedTuple):
    """One row as it is copied to the database. The columns of its review follow."""

    id: int
    enterprise_id: int
    region_id: str
    name: str
    industry: str


class ListingRow(NamedTuple):
    """One row as it is copied to the database. Region and industry come from the product."""

    product_id: int
    kind: str
    year: int
    national_total: int | None


class MadeProduct(NamedTuple):
    """A product and the enterprise that makes it."""

    id: int
    firm: Firm


class Products:
    """Draws the products and listings of one batch. `numbers` counts types from batch to batch."""

    def __init__(self, ground: Ground, numbers: Counter[str]) -> None:
        self.ground, self.numbers = ground, numbers
        self.products: list[tuple[Any, ...]] = []
        self.listings: list[tuple[Any, ...]] = []

    def draw(self) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
        listed: list[MadeProduct] = []
        for catalogue in CATALOGUES:
            count = self.ground.scale.some(catalogue.entries)
            again = min(self.ground.scale.part(catalogue.again), len(listed), count)
            new = self.new(catalogue, count - again)
            for made in (*new, *self.ground.random.sample(listed, again)):
                self.list(catalogue, made)
            listed += new
        for key, (region, state) in zip(self.ground.keys(Product, len(WAITING)), WAITING, strict=True):
            self.product(key, self.ground.near(region), day_of(self.ground.random, 2025), state)
        return self.products, self.listings

    def new(self, catalogue: Catalogue, count: int) -> list[MadeProduct]:
        """Products that are on no list yet.

        If there are more of them than enterprises, some enterprises have several.
        """
        industry = catalogue.industry
        pool = self.ground.preferring(industry) if industry else self.ground.pool()
        return [
            self.product(key, firm, day_of(self.ground.random, catalogue.year))
            for key, firm in zip(self.ground.keys(Product, count), cycle(pool), strict=False)
        ]

    def product(self, key: int, firm: Firm, day: date, state: State = State.VERIFIED) -> MadeProduct:
        self.numbers["products"] += 1
        row = ProductRow(
            id=key,
            enterprise_id=firm.id,
            region_id=firm.place.code,
            name=f"{MARK}{firm.trade.product}{self.numbers['products']}型",
            industry=firm.industry,
        )
        self.products.append((*row, *review(self.ground.random, state, firm.place.hands, day)))
        return MadeProduct(key, firm)

    def list(self, catalogue: Catalogue, made: MadeProduct) -> None:
        """The listings of the products. The size of a national list is scaled, and is the same in all batches."""
        total = self.ground.scale.total(catalogue.national) if catalogue.national else None
        row = ListingRow(made.id, catalogue.kind.value, catalogue.year, total)
        day = day_of(self.ground.random, catalogue.year)
        self.listings.append((*row, *review(self.ground.random, State.VERIFIED, made.firm.place.hands, day)))
