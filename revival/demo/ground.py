"""The enterprises of a batch, from which the other subjects choose."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any, NamedTuple

from revival.demo.enterprises import Firm
from revival.demo.places import Hands, Place
from revival.demo.shape import Scale
from revival.records.models import State

PROVINCE, XUZHOU, KUNSHAN, NANJING = "320000", "320300", "320583", "320100"
# The places in which something of each subject waits, so that every demonstration user finds work.
WAITING: tuple[tuple[str, State], ...] = (
    (XUZHOU, State.SUBMITTED),
    (KUNSHAN, State.RETURNED),
    (NANJING, State.SUBMITTED),
    (XUZHOU, State.DRAFT),
    (KUNSHAN, State.DRAFT),
    (XUZHOU, State.RETURNED),
)
# New primary keys of a model, so that rows can name each other before they are inserted.
Keys = Callable[[Any, int], Sequence[int]]


class Ground(NamedTuple):
    """The enterprises, places and users from which the rows of a batch are drawn."""

    random: Random
    places: Sequence[Place]
    firms: dict[str, list[Firm]]
    scale: Scale
    keys: Keys
    office: Hands  # the users of the province

    def pool(self, cities: Sequence[str] = (), but: Sequence[str] = ()) -> list[Firm]:
        """All enterprises of the cities in random order, each once. One of Kunshan and one of Xuzhou come first."""
        fitting = [
            firm
            for place in self.places
            if (not cities or place.city in cities) and place.city not in but
            for firm in self.firms[place.code]
        ]
        return user_places_first(self.random.sample(fitting, len(fitting)), lambda firm: firm.place)

    def preferring(self, industry: str) -> list[Firm]:
        """One enterprise of Kunshan, one of Xuzhou, and then all others; those of the industry come first."""
        fitting = sorted(self.pool(), key=lambda firm: firm.industry != industry)
        return user_places_first(fitting, lambda firm: firm.place)

    def of(self, industry: str, cities: Sequence[str] = ()) -> list[Firm]:
        """The enterprises of the industry in random order."""
        return [firm for firm in self.pool(cities) if firm.industry == industry]

    def sites(self, count: int, cities: Sequence[str] = ()) -> list[Place]:
        """So many places of the cities or counties, each as often as its weight demands."""
        fitting = [place for place in self.places if not cities or {place.city, place.county} & {*cities}]
        drawn = self.random.choices(fitting, [place.weight for place in fitting], k=count)
        fixed = [p for p in fitting if p.county == KUNSHAN][:1] + [p for p in fitting if p.city == XUZHOU][:1]
        return [*fixed, *drawn][:count] if count > 1 else drawn

    def hands(self, region: str) -> Hands:
        """The users who enter and verify the records of the province, a city or a county."""
        return next((p.hands for p in self.places if region in (p.city, p.county)), self.office)

    def near(self, region: str) -> Firm:
        """An enterprise of the city or county."""
        fitting = [place for place in self.places if region in (place.city, place.county)]
        return self.random.choice(self.firms[self.random.choice(fitting).code])


def user_places_first(items: list[Any], place_of: Callable[[Any], Place]) -> list[Any]:
    """The items, with one of Kunshan and one of Xuzhou first if there are such items."""
    first = [next((i for i in items if place_of(i).county == KUNSHAN), None)]
    first.append(next((i for i in items if place_of(i).city == XUZHOU), None))
    chosen = [item for item in first if item is not None]
    return chosen + [item for item in items if item not in chosen]
