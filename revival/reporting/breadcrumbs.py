"""Breadcrumbs: the regions from the reader's own down to the one that a question is about, and those right below."""

from dataclasses import dataclass

from revival.accounts.models import Region
from revival.reporting.dimensions import RegionDimension
from revival.reporting.query import Query

# The levels right below each level, as readers pick them.
BELOW = {"province": ("part", "city"), "part": ("city",), "city": ("county",)}
NARROWER = ("part", "city", "county")


@dataclass(frozen=True)
class Crumb:
    label: str
    url: str


@dataclass(frozen=True)
class Breadcrumbs:
    """`steps`: the regions from the reader's own down to the chosen place. `below`: the regions right below it."""

    steps: tuple[Crumb, ...]
    below: tuple[Crumb, ...]


def breadcrumbs(query: Query) -> Breadcrumbs:
    """The breadcrumbs of a query. Each links to the same query about that region."""
    regions, here = query.regions, chosen_place(query)
    region = regions.by_code.get(here)
    way = [regions.part_of(region), region.city_id, region.county_id, here] if region else [here]
    way = [code for code in dict.fromkeys(way) if code and code != regions.own.code and regions.may_ask(code)]
    steps = [Crumb(str(regions.own), region_url(query, ""))]
    steps += [Crumb(place_name(query, code), region_url(query, code)) for code in way]
    below = [
        Crumb(place_name(query, str(code)), region_url(query, str(code)))
        for level in BELOW.get(level_of(query, here), ())
        for code in regions.labels(level, [[here]])
    ]
    return Breadcrumbs(tuple(steps), tuple(below))


def chosen_place(query: Query) -> str:
    """The smallest chosen region that lies in all the others, or else the reader's own."""
    chosen = {value for name in ("region", *NARROWER) for value in query.filters.get(name, ())}
    found = (code for code in chosen if code and chosen <= query.regions.path.get(code, set()))
    return next(found, query.regions.own.code)


def level_of(query: Query, code: str) -> str:
    return "part" if code in Region.Part.values else str(query.regions.by_code[code].level)


def place_name(query: Query, code: str) -> str:
    """The name of a part of the province, or the bare name of a region."""
    return str(Region.Part(code).label) if code in Region.Part.values else query.regions.name(code)


def region_url(query: Query, code: str) -> str:
    """The URL of the query about that region alone. Rows by region change to the regions in it."""
    level = level_of(query, code) if code else ""
    changes = {level if level in NARROWER else "region": code} if code else {}
    first, *more = [dimension.name for dimension in query.by] or [""]
    if level in NARROWER and query.by and isinstance(query.by[0], RegionDimension):
        deeper = min(max(NARROWER.index(level) + 1, NARROWER.index(first)), len(NARROWER) - 1)
        by = dict.fromkeys([NARROWER[deeper], *more])
        return query.url(drop=("region", *NARROWER, "sort"), **changes, by=list(by))
    return query.url(drop=("region", *NARROWER, *query.narrow), **changes)
