"""The reporting units: thirteen cities, and three counties that report to the province directly.

Source: notices of the provincial department, addressed to the cities and to Kunshan, Taixing and Shuyang.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from revival.accounts.models import Region
from revival.punctuation import listed
from revival.reporting.regions import Regions


@dataclass(frozen=True)
class ReportingUnit:
    """Regions that are counted together. No region lies in two units, or in two parts of a unit.

    own_level: whether it stands for a province or a city itself, without its counties.
    """

    code: str
    label: str
    regions: frozenset[str]
    parts: tuple["ReportingUnit", ...] = ()
    own_level: bool = False


def reporting_units(regions: Regions) -> list[ReportingUnit]:
    """The units that the reader sees. Each of the reader's regions lies in one unit. A county is its own unit."""
    own = regions.own
    seen = [region for region in regions.by_code.values() if own.holds(region)]
    if own.level not in (Region.Level.PROVINCE, Region.Level.CITY):
        return [ReportingUnit(own.code, str(own), frozenset(region.code for region in seen))]
    direct = {region.code for region in seen if region.reports_to_province}
    found: dict[str, list[Region]] = {}
    for region in seen:
        county = region.county_id if region.county_id in direct else None
        found.setdefault(county or region.city_id or region.code, []).append(region)
    return [reporting_unit(regions, regions.by_code[code], below) for code, below in found.items()]


def reporting_unit(regions: Regions, place: Region, below: list[Region]) -> ReportingUnit:
    """The unit of a place with the regions that it reports for. The counties of a city are its parts."""
    codes = frozenset(region.code for region in below)
    if place.level == Region.Level.PROVINCE:
        return own_level_unit(place, codes)
    if place.level != Region.Level.CITY:
        return ReportingUnit(place.code, str(place), codes)
    counties: dict[str, list[str]] = {}
    for region in below:
        counties.setdefault(region.county_id or place.code, []).append(region.code)
    parts = tuple(
        own_level_unit(place, frozenset(inside))
        if code == place.code
        else ReportingUnit(code, regions.name(code), frozenset(inside))
        for code, inside in counties.items()
    )
    return ReportingUnit(place.code, city_label(place, regions.by_code.values()), codes, parts)


def own_level_unit(place: Region, codes: frozenset[str]) -> ReportingUnit:
    """The unit of a province or a city itself, without its counties."""
    return ReportingUnit(place.code, _("%(place)s itself") % {"place": place.name}, codes, own_level=True)


def city_label(city: Region, others: Iterable[Region]) -> str:
    """The name of the city, and which counties it does not report for."""
    without = [each.name for each in others if each.city_id == city.code and each.reports_to_province]
    if not without:
        return city.name
    return _("%(city)s without %(counties)s") % {"city": city.name, "counties": listed(without)}
