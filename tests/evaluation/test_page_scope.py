"""Which cities and industries the pages show to whom."""

import pytest

from revival.accounts.models import Region
from revival.evaluation.models import IndexSystem
from tests import factories
from tests.evaluation.pages import CITIES, INDUSTRIES, found, manager, page, sheet
from tests.evaluation.systems import BOUNDS, indicator, months, statistic, system
from tests.extent import every
from tests.factories import GULOU, KUNSHAN, PEI, PROVINCE, SUZHOU, XUZHOU

pytestmark = pytest.mark.django_db


class TestScope:
    @pytest.fixture
    def secret(self) -> IndexSystem:
        """Records of Suzhou with numbers that occur nowhere else."""
        months(GULOU, 10, 9)
        months(KUNSHAN, 10_000, 7777)
        for code, sets in ((PEI, 10), (KUNSHAN, 45_454)):
            factories.retired(code, quantity=sets, state="verified")
        return system(
            "cities",
            indicator(
                "completion", "renovation.completed", "renovation.planned", weight="40", form="share", **BOUNDS
            ),
            indicator("sets", "retired-equipment.sets", weight="30"),
            indicator("energy", statistic=statistic(c320300="5", c320500="6161.25"), weight="30"),
        )

    @every("language", ["en", "zh-hans"])
    def test_a_city_sees_its_own_and_no_other(self, secret: IndexSystem, language: str) -> None:
        """No page and no file has the name, the key or a number of another city."""
        client = manager(XUZHOU, language)
        query = "year=2024&compare=1"
        texts = [
            page(client, f"{CITIES}?{query}"),
            page(client, f"{CITIES}?{query}&indicator=sets&weight=90"),
            page(client, f"{CITIES}?{query}&format=json"),
            page(client, f"{CITIES}{XUZHOU}/?year=2024"),
            client.get(f"{CITIES}?{query}&format=csv").content.decode("utf-8-sig"),
        ]
        others = Region.objects.filter(level="city").exclude(pk=XUZHOU)
        assert others.count() == 12
        words = [word for city in others for word in (city.pk, city.name_en, city.name_zh)]
        score = found(manager())[SUZHOU]["score"]
        words += ["7777", "7,777", "7.777", "77.77", "77.8", "45454", "45,454", "6161", "6,161", f"{score:.1f}"]
        for text in texts:
            assert not [word for word in words if word in text]
        assert list(found(client)) == [XUZHOU]
        assert len(sheet(client)) == 2

    def test_what_it_sees_is_what_the_province_sees_of_it(self, secret: IndexSystem) -> None:
        own, whole = found(manager(XUZHOU))[XUZHOU], found(manager())
        assert own == whole[XUZHOU]
        assert (own["rank"], whole[SUZHOU]["rank"]) == (2, 1)
        text = page(manager(XUZHOU), f"{CITIES}{XUZHOU}/?year=2024")
        assert f"<dd>{own['score']:.1f}</dd>" in text
        assert "<dd>2<small>of 2</small></dd>" in text

    def test_the_numbers_of_another_are_there_to_be_seen_by_the_province(self, secret: IndexSystem) -> None:
        """The test of the city depends on that."""
        text = page(manager(), f"{CITIES}{SUZHOU}/?year=2024")
        assert "45,454" in text
        assert "6,161.250" in text
        assert "77.8 %" in text

    def test_the_page_of_another_city_is_not_there(self, secret: IndexSystem) -> None:
        client = manager(XUZHOU)
        assert client.get(f"{CITIES}{XUZHOU}/?year=2024").status_code == 200
        for key in (SUZHOU, PROVINCE, GULOU, "999999", "bogus"):
            assert client.get(f"{CITIES}{key}/?year=2024").status_code == 404, key
        for key in (PROVINCE, GULOU, "999999"):
            assert manager().get(f"{CITIES}{key}/?year=2024").status_code == 404, key

    def test_a_county_sees_no_city(self, secret: IndexSystem) -> None:
        client = manager(GULOU)
        text = page(client, f"{CITIES}?year=2024&indicator=sets&weight=90")
        assert "Your region is part of one" in text
        assert "<table" not in text
        assert found(client) == {}
        assert len(sheet(client)) == 1
        for key in (XUZHOU, SUZHOU, GULOU):
            assert client.get(f"{CITIES}{key}/?year=2024").status_code == 404

    def test_industries_are_everybody_s(self, secret: IndexSystem) -> None:
        for place in (PROVINCE, XUZHOU, GULOU):
            assert len(found(manager(place), INDUSTRIES)) == 6
            assert manager(place).get(f"{INDUSTRIES}textile/?year=2024").status_code == 200
        for key in ("other", "bogus", XUZHOU):
            assert manager().get(f"{INDUSTRIES}{key}/").status_code == 404
