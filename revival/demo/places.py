"""Places: weights of cities and counties, the mix of industries, and the users who enter and verify.

The weights are rough guesses at the distribution of industry in the province. No statistics support them.
"""

from typing import NamedTuple

from enterprises.models import Industry
from revival.accounts.models import Region
from revival.demo.words import TRADES, Trade

CITIES = {
    "320100": 8.5,  # Nanjing
    "320200": 13.0,  # Wuxi
    "320300": 8.0,  # Xuzhou
    "320400": 9.0,  # Changzhou
    "320500": 16.0,  # Suzhou
    "320600": 11.0,  # Nantong
    "320700": 4.0,  # Lianyungang
    "320800": 4.0,  # Huai'an
    "320900": 6.5,  # Yancheng
    "321000": 5.5,  # Yangzhou
    "321100": 4.5,  # Zhenjiang
    "321200": 6.0,  # Taizhou
    "321300": 4.0,  # Suqian
}
# As a factor of the city's weight, and 1 for other counties. Old towns have little industry left.
COUNTIES = {
    **dict.fromkeys(("320102", "320104", "320105", "320106"), 0.2),
    **dict.fromkeys(("320213", "320302", "320303", "320404", "320508"), 0.3),
    **dict.fromkeys(("320281", "320282", "320509", "320581", "320582"), 1.8),
    "320583": 2.2,  # Kunshan
    "320612Z01": 0.3,  # Tongzhou Bay
}
CHANGSHU, JIANGYAN = "320581", "321204"
# Counties with a fixed number of enterprises of a branch, and no others of it: codes by county.
APART = {CHANGSHU: ("C1713", "C1752", "C1762")}
TAIHU = ("320200", "320400", "320500", "321100")
MIX = dict(zip(Industry.values, (10, 14, 15, 10, 9, 36, 6), strict=True))
STRENGTHS: dict[str, dict[str, float]] = {
    "320100": {"chemical": 2.2, "building-materials": 1.5, "textile": 0.4},
    "320200": {"textile": 1.8, "metallurgy": 1.8},
    "320300": {"machinery": 1.5, "metallurgy": 1.6, "building-materials": 2.0},
    "320400": {"machinery": 1.4, "metallurgy": 1.4, "building-materials": 1.5},
    "320500": {"textile": 2.0, "metallurgy": 1.5, "food": 1.4},
    "320600": {"textile": 2.2},
    "320700": {"chemical": 2.4, "food": 2.0},
    "320800": {"food": 2.2},
    "321200": {"chemical": 2.0},
    "321300": {"textile": 2.0, "food": 2.4},
}


OF_THE_PROVINCE = ("province-clerk", "province-verifier")


class Hands(NamedTuple):
    """The users who enter and submit the rows of a place, and those who verify them. Nobody does both."""

    clerk: int
    verifier: int


class Place(NamedTuple):
    """A county or a functional zone."""

    code: str
    county: str  # six digits, as in codes
    city: str
    name: str
    weight: float
    hands: Hands
    trades: list[Trade]
    trade_weights: list[float]


# The industry of each branch.
INDUSTRY_OF = {trade: industry for industry, trades in TRADES.items() for trade in trades}


def places(users: dict[str, int]) -> list[Place]:
    """All counties and zones in the order of their codes."""
    found = Region.objects.filter(level__in=(Region.Level.COUNTY, Region.Level.ZONE)).select_related("city")
    rows = list(found)
    totals = dict.fromkeys(CITIES, 0.0)
    for region in rows:
        totals[str(region.city_id)] += COUNTIES.get(region.code, 1.0)
    return [place(region, totals[str(region.city_id)], users) for region in rows]


def place(region: Region, total: float, users: dict[str, int]) -> Place:
    """One county or zone. `total` is the sum of the weights of its city's counties."""
    city = str(region.city_id)
    strengths = STRENGTHS.get(city, {})
    name = f"{region.city.name_zh.removesuffix('市')}{region.name_zh}" if region.city else region.name_zh
    return Place(
        code=region.code,
        county=str(region.county_id),
        city=city,
        name=name,
        weight=CITIES[city] * COUNTIES.get(region.code, 1.0) / total,
        hands=hands(region, users),
        trades=list(INDUSTRY_OF),
        trade_weights=[
            0.0
            if trade.code in APART.get(region.code, ())
            else MIX[industry] * strengths.get(industry, 1.0) / len(TRADES[industry])
            for trade, industry in INDUSTRY_OF.items()
        ],
    )


def office(users: dict[str, int]) -> Hands:
    """The demonstration users of the province."""
    clerk, verifier = OF_THE_PROVINCE
    return Hands(users[clerk], users[verifier])


def hands(region: Region, users: dict[str, int]) -> Hands:
    """The demonstration users of the place's own county or city, or else of the province."""
    clerk, verifier = OF_THE_PROVINCE
    if region.city_id == "320300":
        clerk, verifier = "xuzhou-clerk", "xuzhou"
    elif region.city_id == "320100":
        verifier = "nanjing"
    elif region.county_id == "320583":
        clerk = "kunshan-clerk"
    return Hands(users[clerk], users[verifier])
