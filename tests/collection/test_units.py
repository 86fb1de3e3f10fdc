"""The reporting units: sixteen, and no region in two of them."""

from itertools import chain

import pytest

from revival.accounts.models import Region
from revival.collection.units import ReportingUnit, reporting_units
from revival.reporting.regions import Regions
from tests.factories import GULOU, KUNSHAN, PROVINCE, SUZHOU, XUZHOU, official

pytestmark = pytest.mark.django_db
DIRECT = {"320583", "321283", "321322"}


def units(region: str) -> list[ReportingUnit]:
    return reporting_units(Regions(official("manager", region)))


def codes(found: list[ReportingUnit]) -> list[str]:
    return sorted(chain.from_iterable(unit.regions for unit in found))


def test_the_province_sees_thirteen_cities_and_three_counties() -> None:
    """Records placed on the province itself have a row besides."""
    found = [unit for unit in units(PROVINCE) if not unit.own_level]
    assert len(found) == 16
    assert {unit.code for unit in found if not unit.parts} == DIRECT
    assert [unit.code for unit in units(PROVINCE) if unit.own_level] == [PROVINCE]


@pytest.mark.parametrize("region", [PROVINCE, SUZHOU, XUZHOU, KUNSHAN, GULOU])
def test_every_region_lies_in_one_unit_and_one_part(region: str) -> None:
    """Zones lie with their county, for every reader."""
    Region.objects.create(code="320583Z1", parent_id=KUNSHAN, level="zone", name_zh="Zone", name_en="Zone")
    Region.objects.create(code="320500Z1", parent_id=SUZHOU, level="zone", name_zh="Zone", name_en="Zone")
    own = Region.objects.get(pk=region)
    seen = sorted(Region.objects.below(own).values_list("pk", flat=True))
    found = units(region)
    assert codes(found) == seen
    for unit in found:
        assert not unit.parts or codes(list(unit.parts)) == sorted(unit.regions)


def test_a_direct_county_stands_beside_its_city() -> None:
    """The city's official sees both. The county is not one of the city's own counties there."""
    suzhou, kunshan = units(SUZHOU)
    assert (suzhou.code, kunshan.code) == (SUZHOU, KUNSHAN)
    assert KUNSHAN not in suzhou.regions
    assert suzhou.label == "Suzhou without Kunshan"
    assert suzhou.parts[0].label == "Suzhou itself"
    assert len(suzhou.parts) == 9


def test_a_county_and_a_zone_are_units_of_their_own() -> None:
    """Their officials see nothing else."""
    zone = Region.objects.create(code="320583Z1", parent_id=KUNSHAN, level="zone", name_zh="Zone", name_en="Zone")
    assert [(unit.code, sorted(unit.regions)) for unit in units(zone.pk)] == [(zone.pk, [zone.pk])]
    assert [(unit.code, sorted(unit.regions)) for unit in units(KUNSHAN)] == [(KUNSHAN, [KUNSHAN, zone.pk])]
    assert [unit.code for unit in units(GULOU)] == [GULOU]
