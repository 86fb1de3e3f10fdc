"""Scores computed from records and statistics, against numbers worked out by hand."""

from decimal import Decimal

import pytest
from django.utils import translation

from revival.evaluation.models import IndexSystem
from revival.evaluation.statistics import Statistic, StatisticValue
from revival.evaluation.tables import input_text
from revival.punctuation import bracketed, comma
from tests import factories
from tests.evaluation.systems import (
    BOUNDS,
    JIANGYIN,
    NANJING,
    WUXI,
    indicator,
    marks_of,
    months,
    result,
    statistic,
    system,
    values_of,
)
from tests.factories import GULOU, KUNSHAN, PEI, SUZHOU, XUZHOU, region

pytestmark = pytest.mark.django_db


class TestByHand:
    def test_scores_points_and_ranks(self, three_cities: None) -> None:
        """Bounds: (0.75 - 0.5) / 0.5 of 60. Rank: 10/4 sets against 20/2 and 0/5 of 30. Target: sets of 40, 10."""
        made = system(
            "cities",
            indicator("completion", "renovation.completed", "renovation.planned", weight="60", **BOUNDS),
            indicator(
                "sets",
                "retired-equipment.sets",
                "enterprises.enterprises",
                numerator_filters="category=voluntary",
                weight="30",
                group="two",
            ),
            indicator(
                "all",
                "retired-equipment.sets",
                numerator_filters="category=voluntary",
                method="target",
                target="40",
                weight="10",
                group="two",
            ),
        )
        found = result(made)
        cities = (XUZHOU, SUZHOU, WUXI)
        assert values_of(found, "completion", *cities) == [Decimal("0.75"), Decimal("0.9"), Decimal("0.4")]
        assert marks_of(found, "completion", *cities) == [50, 80, 0]
        assert values_of(found, "sets", *cities) == [Decimal("2.5"), 10, 0]
        assert marks_of(found, "sets", *cities) == [50, 100, 0]
        assert marks_of(found, "all", *cities) == [25, 50, 0]
        assert values_of(found, "all", NANJING) == values_of(found, "sets", NANJING) == [None]
        assert [found.scores[key] for key in cities] == [Decimal("47.5"), 83, 0]
        assert [found.ranks[key] for key in cities] == [2, 1, 3]
        assert found.order[:3] == [SUZHOU, XUZHOU, WUXI]
        completion, sets, every = found.indicators
        assert [found.points(each, XUZHOU) for each in (completion, sets, every)] == [30, 15, Decimal("2.5")]
        assert found.group_points(completion.group, XUZHOU) == 30
        assert found.group_points(sets.group, XUZHOU) == Decimal("17.5")

    def test_group_points_add_up_to_the_score(self, three_cities: None) -> None:
        """Also where an input is missing: Wuxi has no statistic. Sets: 10/4, 520/2 and 20/5 of 83 there."""
        made = system(
            "cities",
            indicator("completion", "renovation.completed", "renovation.planned", weight="60", **BOUNDS),
            indicator("sets", "retired-equipment.sets", "enterprises.enterprises", weight="23", group="two"),
            indicator("energy", statistic=statistic(c320300="5", c320500="9"), weight="17", group="three"),
        )
        found = result(made)
        groups = list(dict.fromkeys(each.group for each in found.indicators))
        for key, score in found.scores.items():
            points = [found.group_points(group, key) for group in groups]
            if score is None:
                assert points == [None, None, None]
            else:
                added = sum((each for each in points if each is not None), Decimal(0))
                assert added.quantize(Decimal("1e-10")) == score, key
                assert abs(added - score) <= Decimal("5e-11"), key
        assert [found.scores[key] for key in (XUZHOU, SUZHOU)] == [30, 88]
        assert found.scores[WUXI] == Decimal("13.8554216867")  # 23 x 50 / 83
        assert found.group_points(groups[2], WUXI) is None

    def test_less_is_better_by_every_method(self, three_cities: None) -> None:
        cities = (XUZHOU, SUZHOU, WUXI)
        given = ("renovation.completed", "renovation.planned")
        made = system(
            "cities",
            indicator("bounds", *given, weight="40", falling=True, **BOUNDS),
            indicator("target", *given, weight="40", falling=True, method="target", target="0.6"),
            indicator("rank", *given, weight="20", falling=True),
        )
        found = result(made)
        assert marks_of(found, "bounds", *cities) == [50, 20, 100]
        assert marks_of(found, "rank", *cities) == [50, 0, 100]
        first, second, third = marks_of(found, "target", *cities)
        assert [first, third] == [80, 100]
        assert second is not None
        assert round(second, 4) == Decimal("66.6667")
        assert [found.ranks[key] for key in cities] == [2, 3, 1]

    def test_a_statistic_is_read_for_its_year_with_its_source(self) -> None:
        energy = statistic(c320300="8.5", c320500="9")
        StatisticValue.objects.create(
            statistic=energy, city=region(XUZHOU), year=2023, value=7, source_id="article-2025"
        )
        made = system("cities", indicator("energy", statistic=energy, weight="100", falling=True))
        found = result(made)
        assert values_of(found, "energy", XUZHOU, SUZHOU, WUXI) == [Decimal("8.5"), 9, None]
        assert [found.scores[key] for key in (XUZHOU, SUZHOU, WUXI)] == [100, 0, None]
        before = result(made, 2023)
        assert values_of(before, "energy", XUZHOU, SUZHOU) == [7, None]

    @pytest.mark.parametrize(
        ("language", "source", "unit"),
        [
            ("en", "Report on the renewal of Jiangsu's traditional industries (Fu Qi) (2025)", "tce"),
            ("zh-hans", "江苏传统产业焕新报道（付奇）（2025）", "吨标准煤"),
        ],
    )
    def test_a_statistic_is_named_with_its_source_place_and_unit(self, language: str, source: str, unit: str) -> None:
        """Without a place only the source is named. A value that was not entered has no name."""
        energy = statistic(c320300="8.5")
        Statistic.objects.filter(pk=energy.pk).update(unit_zh="吨标准煤", unit_en="tce")
        StatisticValue.objects.create(
            statistic=energy, city=region(SUZHOU), year=2024, value=9, source_id="article-2025"
        )
        made = system("cities", indicator("energy", statistic=energy, weight="100"))
        with translation.override(language):
            found = result(made)
            parts = [found.inputs["energy", key].numerator for key in (XUZHOU, SUZHOU, WUXI)]
            name = {"en": "Energy use", "zh-hans": "能耗"}[language]
            assert [part.title for part in parts] == [
                bracketed(name, f"{source}{comma()}L 1"),
                bracketed(name, source),
                "",
            ]
            assert [part.value for part in parts] == [Decimal("8.5"), 9, None]
            assert [str(part.unit.title) if part.unit else None for part in parts] == [unit, unit, None]
            assert input_text(made.indicators.get(), found.inputs["energy", XUZHOU]) == f"8.500 {unit}"

    def test_filters_count_on_either_side(self) -> None:
        """Two of the three green factories are national; one of the two designations of Suzhou is a factory.

        The designation of Wuxi is no factory: Wuxi has reported, and has 0. Nanjing has not reported.
        """
        for tier in ("national", "national", "provincial"):
            factories.designation(GULOU, tier=tier, state="verified")
        factories.designation(KUNSHAN, state="verified")
        factories.designation(KUNSHAN, "green-supply-chain", state="verified")
        factories.designation(JIANGYIN, "green-supply-chain", state="verified")
        made = system(
            "cities",
            indicator(
                "national",
                "green-factories.stock",
                "green-factories.stock",
                numerator_filters="kind=green-factory&tier=national",
                denominator_filters="kind=green-factory",
            ),
            indicator("factories", "green-factories.stock", numerator_filters="kind=green-factory"),
        )
        found = result(made)
        assert values_of(found, "factories", XUZHOU, SUZHOU, WUXI, NANJING) == [3, 1, 0, None]
        assert marks_of(found, "factories", XUZHOU, SUZHOU, WUXI, NANJING) == [100, 50, 0, None]
        two_thirds, whole, none = values_of(found, "national", XUZHOU, SUZHOU, WUXI)
        assert two_thirds is not None
        assert round(two_thirds, 4) == Decimal("0.6667")
        assert [whole, none] == [1, None]
        sides = found.inputs["national", WUXI]
        assert sides.denominator is not None
        assert [sides.numerator.value, sides.denominator.value] == [0, 0]

    def test_only_verified_records_count(self) -> None:
        factories.enterprise(GULOU, state="verified")
        factories.enterprise(GULOU)
        factories.enterprise(GULOU, state="submitted")
        found = result(system("cities", indicator("all", "enterprises.enterprises", weight="100")))
        assert values_of(found, "all", XUZHOU) == [1]


class TestWeights:
    def test_other_weights_give_other_ranks_of_the_same_inputs(self, three_cities: None) -> None:
        """Wuxi leads by the one and Suzhou by the other. Stock: 4, 2, 5, so 50, 0, 100. Sets: 10, 520, 20."""
        made = system(
            "cities",
            indicator("stock", "enterprises.enterprises", weight="70"),
            indicator("sets", "retired-equipment.sets", weight="30", group="two"),
        )
        found = result(made)
        other = found.weighted({"stock": Decimal(10), "sets": Decimal(90)})
        assert other.inputs is found.inputs
        cities = (XUZHOU, SUZHOU, WUXI)
        assert marks_of(found, "stock", *cities) == [50, 0, 100]
        assert marks_of(found, "sets", *cities) == [0, 100, 50]
        assert [found.scores[key] for key in cities] == [35, 30, 85]
        assert [found.ranks[key] for key in cities] == [2, 3, 1]
        assert [other.scores[key] for key in cities] == [5, 90, 55]
        assert [other.ranks[key] for key in cities] == [3, 1, 2]

    def test_order_and_units_of_the_records_are_nothing(self, three_cities: None) -> None:
        """A hundredfold of all amounts, entered in the opposite order, gives the same marks."""
        made = IndexSystem.objects.get(subject="cities", version=1)
        before = result(made, 2024)
        for code, planned, completed in ((JIANGYIN, 10, 4), (KUNSHAN, 10, 9), (PEI, 2, 2), (GULOU, 2, 1)):
            for _ in range(2):
                months(code, planned * 100, completed * 100, year=2025)
        after = result(made, 2025)
        cities = (XUZHOU, SUZHOU, WUXI)
        assert marks_of(before, "completion", *cities) == marks_of(after, "completion", *cities)
        assert marks_of(before, "completion", SUZHOU, WUXI) == [50, 0]

    def test_equals_share_a_rank_whichever_indicator_is_whose_best(self) -> None:
        """Seven values give sixths as marks of equal weight. Two cities have the same ones for other indicators."""
        codes = [NANJING, WUXI, XUZHOU, "320400", SUZHOU, "320600", "320700"]
        orders = [(0, 1, 2, 3, 4, 5, 6), (5, 2, 4, 3, 1, 0, 6), (1, 5, 0, 3, 2, 4, 6)]
        rows = [
            statistic("cities", f"s{at}", **{f"c{code}": str(n) for code, n in zip(codes, order, strict=True)})
            for at, order in enumerate(orders)
        ]
        weights = ("33.33", "33.33", "33.34")
        made = system(
            "cities",
            *(indicator(f"i{at}", statistic=row, weight=weights[at]) for at, row in enumerate(rows)),
        )
        found = result(made).weighted({f"i{at}": Decimal(100) / 3 for at in range(3)})
        # Sums of sixths: 0 + 5 + 1, 1 + 2 + 5, 2 + 4 + 0, 3 + 3 + 3, 4 + 1 + 2, 5 + 0 + 4 and 6 + 6 + 6, each of 18.
        expected = ["33.3333333333", "44.4444444444", "33.3333333333", "50", "38.8888888889", "50", "100"]
        assert [found.scores[code] for code in codes] == [Decimal(each) for each in expected]
        assert [found.ranks[code] for code in codes] == [6, 4, 6, 2, 5, 2, 1]
