"""Whose records and statistics a score is computed from."""

from decimal import Decimal

import pytest

from revival.evaluation.models import IndexSystem
from tests import factories
from tests.evaluation.systems import BOUNDS, WUXI, indicator, marks_of, result, statistic, system, values_of
from tests.extent import every
from tests.factories import GULOU, KUNSHAN, PEI, PROVINCE, SUZHOU, XUZHOU, official

pytestmark = pytest.mark.django_db


class TestScope:
    @pytest.fixture
    def textiles(self) -> IndexSystem:
        """Sets retired by industry: in Xuzhou 10 of textiles, in Kunshan 30 of machinery and 10 of textiles."""
        factories.retired(GULOU, state="verified")
        factories.retired(KUNSHAN, state="verified")
        factories.retired(KUNSHAN, industry="machinery", quantity=30, state="verified")
        return system("industries", indicator("sets", "retired-equipment.sets", weight="100"))

    @every(
        ("place", "textile", "machinery"),
        [
            (PROVINCE, 20, 30),
            (XUZHOU, 10, None),
            (GULOU, 10, None),
            (PEI, None, None),
            (SUZHOU, 10, 30),
            (KUNSHAN, 10, 30),
        ],
    )
    def test_industries_are_those_of_the_reader_s_region(
        self, textiles: IndexSystem, place: str, textile: int | None, machinery: int | None
    ) -> None:
        found = result(textiles, reader=official("manager", place))
        assert values_of(found, "sets", "textile", "machinery") == [textile, machinery]

    def test_the_six_industries_are_scored_and_the_rest_is_not(self, textiles: IndexSystem) -> None:
        factories.retired(GULOU, industry="other", quantity=999, state="verified")
        found = result(textiles)
        assert list(found.names) == ["food", "textile", "chemical", "metallurgy", "building-materials", "machinery"]
        assert found.ranks["machinery"] == 1

    def test_a_statistic_of_an_industry_is_the_province_s(self) -> None:
        """Readers of the province have it. A city or county has a part of the industry, and no such statistic."""
        energy = statistic("industries", "intensity", textile="2", food="3")
        factories.enterprise(GULOU, state="verified")
        made = system(
            "industries",
            indicator("intensity", statistic=energy, weight="50", falling=True),
            indicator("stock", "enterprises.enterprises", method="target", target="4", weight="50"),
        )
        for reader in (official("manager", PROVINCE), official("", PROVINCE)):
            found = result(made, reader=reader)
            assert values_of(found, "intensity", "textile", "food", "chemical") == [2, 3, None]
            assert marks_of(found, "intensity", "textile", "food", "chemical") == [100, 0, None]
            assert [found.scores[key] for key in ("textile", "food", "chemical")] == [Decimal("62.5"), 0, None]
            assert found.order[:2] == ["textile", "food"]
        for place in (XUZHOU, GULOU, PEI, SUZHOU):
            found = result(made, reader=official("manager", place))
            parts = [found.inputs["intensity", key].numerator for key in found.names]
            assert {(part.value, part.title, part.unit, part.url) for part in parts} == {(None, "", None, "")}
            assert set(marks_of(found, "intensity", *found.names)) == {None}
        found = result(made, reader=official("manager", GULOU))
        assert [found.scores[key] for key in ("textile", "food")] == [25, None]

    def test_a_statistic_of_a_city_is_the_same_for_all(self) -> None:
        made = system("cities", indicator("energy", statistic=statistic(c320300="2", c320500="3"), weight="100"))
        for place in (PROVINCE, XUZHOU, SUZHOU, PEI):
            found = result(made, reader=official("manager", place))
            assert values_of(found, "energy", XUZHOU, SUZHOU, WUXI) == [2, 3, None]
            assert found.order[:2] == [SUZHOU, XUZHOU]

    def test_cities_are_held_against_each_other_anyone_asks(self, three_cities: None) -> None:
        made = system(
            "cities",
            indicator("completion", "renovation.completed", "renovation.planned", **BOUNDS),
            indicator("stock", "enterprises.enterprises"),
        )
        whole = result(made)
        assert len(whole.names) == 13
        assert whole.scores[XUZHOU] is not None
        for place in (XUZHOU, SUZHOU, PEI):
            found = result(made, reader=official("manager", place))
            assert (found.scores, found.ranks) == (whole.scores, whole.ranks)
