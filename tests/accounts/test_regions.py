"""The places of regions, and that regions never move."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from revival.accounts.models import Region
from tests.factories import KUNSHAN, PROVINCE, SUZHOU, XUZHOU, browser, official, region

pytestmark = pytest.mark.django_db


def test_the_database_places_a_region() -> None:
    """City and county come from the parent, even where a statement writes others."""
    zone = Region(
        code="320583Z09", parent=region(KUNSHAN), level="zone", name_zh="合成功能区", name_en="Synthetic zone"
    )
    zone.city_id = XUZHOU
    zone.save(force_insert=True)
    zone.refresh_from_db()
    assert (zone.city_id, zone.county_id) == (SUZHOU, KUNSHAN)
    assert region("320612Z01").county_id == "320612"


@pytest.mark.parametrize(
    "change", [{"parent": XUZHOU}, {"level": "zone"}, {"city": XUZHOU}, {"county": None}, {"parent": KUNSHAN}]
)
def test_a_region_never_moves(change: dict[str, str]) -> None:
    """Its records carry its city: another parent, level, city or county is refused on any path."""
    values = {name if name == "level" else f"{name}_id": value for name, value in change.items()}
    with pytest.raises(IntegrityError, match="stays"), transaction.atomic():
        Region.objects.filter(pk=KUNSHAN).update(**values)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_region SET code = '320599' WHERE code = '320583'")
    assert Region.objects.filter(pk=KUNSHAN).update(name_en="Kunshan City") == 1


@pytest.mark.parametrize(("level", "parent"), [("county", PROVINCE), ("city", SUZHOU), ("zone", PROVINCE)])
def test_a_region_lies_in_one_of_the_level_above(level: str, parent: str) -> None:
    """A county lies in a city, a city in the province, a zone in a county or city. Form and database check it."""
    part = "subei" if level == "city" else ""
    row = Region(code="329999", parent=region(parent), level=level, name_zh="合成", name_en="Synthetic", part=part)
    with pytest.raises(ValidationError) as refused:
        row.clean()
    assert set(refused.value.message_dict) == {"parent"}
    with pytest.raises(IntegrityError, match="does not lie"), transaction.atomic():
        row.save(force_insert=True)


def test_the_form_of_a_region_does_not_move_or_delete_it() -> None:
    """Parent and level are text in the form of an existing region, and nobody deletes one."""
    page = browser(official("", PROVINCE))
    url = f"/admin/accounts/region/{KUNSHAN}/"
    text = page.get(f"{url}change/").content.decode()
    assert 'name="name_en"' in text
    assert 'name="parent"' not in text
    assert 'name="level"' not in text
    assert page.post(f"{url}delete/", {"post": "yes"}).status_code == 403


def test_an_administrator_keeps_former_codes() -> None:
    """The role has the rights for them, without being a superuser."""
    page = browser(official("administrator", PROVINCE))
    assert 'name="former_codes-TOTAL_FORMS"' in page.get(f"/admin/accounts/region/{KUNSHAN}/change/").content.decode()
