"""Scores computed from records and statistics, against numbers worked out by hand."""

from decimal import Decimal
from typing import Any

import pytest

from revival.accounts.models import Official
from revival.evaluation.models import IndexSystem, Indicator, IndicatorGroup, Statistic, StatisticValue
from revival.evaluation.scores import Reading, Result
from tests import factories
from tests.factories import GULOU, KUNSHAN, PEI, PROVINCE, SUZHOU, XUZHOU, official, region

pytestmark = pytest.mark.django_db
WUXI, JIANGYIN = "320200", "320281"
BOUNDS: dict[str, Any] = {"method": "bounds", "low": "0.5", "high": "1"}


def indicator(code: str, numerator: str = "", denominator: str = "", **values: Any) -> dict[str, Any]:
    """What an indicator of a test is made of: one of 50 marked by rank, in the group `one`, unless said."""
    given = {"code": code, "name_zh": f"指标 {code}", "name_en": f"Indicator {code}", "weight": "50"}
    given |= {"numerator": numerator, "denominator": denominator, "method": "rank", "group": "one"}
    return given | values


def system(subject: str, *indicators: dict[str, Any], use: bool = True) -> IndexSystem:
    """The next version with these indicators, put to use unless it is to stay a draft."""
    factories.outside_requests()
    version = IndexSystem.objects.filter(subject=subject).count() + 1
    made: IndexSystem = IndexSystem.objects.create(
        subject=subject, version=version, name_zh="试验", name_en="Trial system"
    )
    groups: dict[str, IndicatorGroup] = {}
    for values in indicators:
        code = values["group"]
        if code not in groups:
            groups[code] = IndicatorGroup.objects.create(
                system=made, code=code, name_zh=f"组 {code}", name_en=f"Group {code}", position=len(groups) + 1
            )
        row = Indicator(system=made, **values | {"group": groups[code]})
        row.full_clean()
        row.save()
    if use:
        made.put_to_use()
    return made


def statistic(subject: str = "cities", code: str = "energy", **values: str) -> Statistic:
    """A statistic of 2024 with its values by city or industry."""
    row = Statistic.objects.create(code=code, subject=subject, name_zh="能耗", name_en="Energy use")
    for key, value in values.items():
        of = {"city": region(key.removeprefix("c"))} if subject == "cities" else {"industry": key}
        given = of | {"year": 2024, "value": value, "source_id": "article-2025", "place": "L 1"}
        StatisticValue.objects.create(statistic=row, **given)
    return row


def result(made: IndexSystem, year: int = 2024, reader: Official | None = None) -> Result:
    return Reading(made.subject, reader or official("manager", PROVINCE)).evaluate(made, year)


def values_of(found: Result, code: str, *keys: str) -> list[Decimal | None]:
    return [found.inputs[code, key].value for key in keys]


def marks_of(found: Result, code: str, *keys: str) -> list[Decimal | None]:
    return [found.inputs[code, key].mark for key in keys]


def months(region_code: str, planned: int, completed: int, **values: Any) -> None:
    """A project of 2024 with a verified month: amounts in millions of yuan."""
    given = {"planned_investment": planned * 10**6, "total_investment": planned * 10**6} | values
    of = factories.project(region_code, state="verified", **given)
    factories.progress(of, planned=planned * 10**6, completed=completed * 10**6, state="verified")


@pytest.fixture
def three_cities() -> None:
    """Completion 3/4 in Xuzhou, 9/10 in Suzhou, 4/10 in Wuxi; enterprises 4, 2 and 5; sets retired 10, 20, 0."""
    for code, planned, completed in ((GULOU, 2, 1), (PEI, 2, 2), (KUNSHAN, 10, 9), (JIANGYIN, 10, 4)):
        months(code, planned, completed)
    enterprises = {GULOU: 2, PEI: 2, KUNSHAN: 2, JIANGYIN: 5}
    for code, number in enterprises.items():
        for _ in range(number):
            factories.enterprise(code, state="verified")
    factories.retired(PEI, state="verified")
    for _ in range(2):
        factories.retired(KUNSHAN, state="verified")
    factories.retired(KUNSHAN, category="backward", quantity=500, state="verified")
    factories.retired(KUNSHAN, quantity=7000)


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
        assert [found.scores[key] for key in cities] == [Decimal("47.5"), 83, 0]
        assert [found.ranks[key] for key in cities] == [2, 1, 3]
        assert found.order[:3] == [SUZHOU, XUZHOU, WUXI]
        completion, sets, every = found.indicators
        assert [found.points(each, XUZHOU) for each in (completion, sets, every)] == [30, 15, Decimal("2.5")]
        assert found.group_points(completion.group, XUZHOU) == 30
        assert found.group_points(sets.group, XUZHOU) == Decimal("17.5")

    def test_group_points_add_up_to_the_score(self, three_cities: None) -> None:
        """Also where an input is missing: of Wuxi no statistic is known."""
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
                assert abs(added - score) < Decimal("1e-20"), key
        assert found.scores[WUXI] is not None
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
        assert "2025" in found.inputs["energy", XUZHOU].numerator.title
        assert values_of(result(made, 2023), "energy", XUZHOU, SUZHOU) == [7, None]

    def test_filters_count_on_either_side(self) -> None:
        """Two of the three green factories are national; one of the two designations of Suzhou is a factory."""
        for tier in ("national", "national", "provincial"):
            factories.designation(GULOU, tier=tier, state="verified")
        factories.designation(KUNSHAN, state="verified")
        factories.designation(KUNSHAN, "green-supply-chain", state="verified")
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
        assert values_of(found, "factories", XUZHOU, SUZHOU, WUXI) == [3, 1, 0]
        two_thirds, whole, none = values_of(found, "national", XUZHOU, SUZHOU, WUXI)
        assert two_thirds is not None
        assert round(two_thirds, 4) == Decimal("0.6667")
        assert [whole, none] == [1, None]

    def test_only_verified_records_count(self) -> None:
        factories.enterprise(GULOU, state="verified")
        factories.enterprise(GULOU)
        factories.enterprise(GULOU, state="submitted")
        found = result(system("cities", indicator("all", "enterprises.enterprises", weight="100")))
        assert values_of(found, "all", XUZHOU) == [1]


class TestMissing:
    def test_nothing_to_divide_by_is_missing_and_the_other_weights_are_scaled(self) -> None:
        """Suzhou planned nothing: its score is that of the half that it has."""
        months(GULOU, 10, 9)
        for code, number in ((GULOU, 1), (KUNSHAN, 3)):
            for _ in range(number):
                factories.retired(code, state="verified")
        made = system(
            "cities",
            indicator("completion", "renovation.completed", "renovation.planned", **BOUNDS),
            indicator("sets", "retired-equipment.sets", method="target", target="40", group="two"),
        )
        found = result(made)
        missing = found.inputs["completion", SUZHOU]
        assert (missing.value, missing.mark) == (None, None)
        assert missing.denominator is not None
        assert [missing.numerator.value, missing.denominator.value] == [0, 0]
        assert [found.scores[key] for key in (XUZHOU, SUZHOU)] == [Decimal("52.5"), 75]
        completion, sets = found.indicators
        assert [found.points(each, SUZHOU) for each in (completion, sets)] == [None, 75]
        assert found.ranks[SUZHOU] == 1

    def test_less_than_half_of_the_weight_makes_no_score(self) -> None:
        months(GULOU, 10, 9)
        factories.retired(KUNSHAN, state="verified")
        made = system(
            "cities",
            indicator("completion", "renovation.completed", "renovation.planned", weight="50.01", **BOUNDS),
            indicator("sets", "retired-equipment.sets", weight="49.99", group="two"),
        )
        found = result(made)
        assert (found.scores[SUZHOU], found.ranks[SUZHOU]) == (None, None)
        assert found.points(found.indicators[1], SUZHOU) is None
        assert found.group_points(found.indicators[1].group, SUZHOU) is None
        assert found.order[0] == XUZHOU
        assert SUZHOU in found.order

    def test_a_measure_that_nobody_reported_is_missing_everywhere(self) -> None:
        """Of the year; a draft is no report. The year that has one counts the others as 0."""
        factories.retired(GULOU, state="verified")
        factories.retired(GULOU, retired_on="2023-06-30")
        factories.retired(GULOU, retired_on="2022-06-30", state="verified")
        made = system("cities", indicator("sets", "retired-equipment.sets", weight="100"))
        silent = result(made, 2023)
        assert {each.value for each in silent.inputs.values()} == set(silent.scores.values()) == {None}
        assert values_of(result(made, 2024), "sets", XUZHOU, SUZHOU) == [10, 0]
        assert values_of(result(made, 2022), "sets", XUZHOU, SUZHOU) == [10, 0]

    def test_a_denominator_that_nobody_reported_is_missing_too(self) -> None:
        factories.loan(GULOU, state="verified")
        made = system("cities", indicator("credit", "loans.credit", "renovation.investment", weight="100"))
        found = result(made).inputs["credit", XUZHOU]
        assert found.numerator.value == 10_000_000
        assert found.denominator is not None
        assert (found.denominator.value, found.value, found.mark) == (None, None, None)

    def test_without_records_nothing_is_scored(self) -> None:
        for subject in ("industries", "cities"):
            found = result(IndexSystem.objects.get(subject=subject, version=1))
            assert {each.value for each in found.inputs.values()} == {None}
            assert set(found.scores.values()) == set(found.ranks.values()) == {None}
            assert found.order == list(found.names)

    def test_statistics_divide_nothing_and_missing_ones_are_left_out_of_the_ranks(self) -> None:
        made = system("cities", indicator("energy", statistic=statistic(c320300="0"), weight="100"))
        found = result(made)
        assert values_of(found, "energy", XUZHOU, SUZHOU) == [0, None]
        assert marks_of(found, "energy", XUZHOU, SUZHOU) == [100, None]


class TestScope:
    @pytest.fixture
    def textiles(self) -> IndexSystem:
        """Sets retired by industry: in Xuzhou 10 of textiles, in Kunshan 30 of machinery and 10 of textiles."""
        factories.retired(GULOU, state="verified")
        factories.retired(KUNSHAN, state="verified")
        factories.retired(KUNSHAN, industry="machinery", quantity=30, state="verified")
        return system("industries", indicator("sets", "retired-equipment.sets", weight="100"))

    @pytest.mark.parametrize(
        ("place", "textile", "machinery"),
        [(PROVINCE, 20, 30), (XUZHOU, 10, 0), (GULOU, 10, 0), (PEI, None, None), (SUZHOU, 10, 30), (KUNSHAN, 10, 30)],
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

    def test_a_statistic_of_an_industry_is_the_same_for_all(self) -> None:
        energy = statistic("industries", "intensity", textile="2", food="3")
        made = system("industries", indicator("intensity", statistic=energy, weight="100", falling=True))
        for place in (PROVINCE, XUZHOU, PEI):
            found = result(made, reader=official("manager", place))
            assert values_of(found, "intensity", "textile", "food", "chemical") == [2, 3, None]
            assert found.order[:2] == ["textile", "food"]

    def test_cities_are_held_against_each_other_whoever_asks(self, three_cities: None) -> None:
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


class TestWeights:
    def test_other_weights_give_other_ranks_of_the_same_inputs(self, three_cities: None) -> None:
        """Xuzhou leads by the one and Suzhou by the other."""
        made = system(
            "cities",
            indicator("stock", "enterprises.enterprises", weight="70"),
            indicator("sets", "retired-equipment.sets", weight="30", group="two"),
        )
        found = result(made)
        other = found.weighted({"stock": Decimal(10), "sets": Decimal(90)})
        assert other.inputs is found.inputs
        assert found.ranks[WUXI] == 1
        assert other.ranks[SUZHOU] == 1
        assert other.ranks[WUXI] != 1

    def test_order_and_units_of_the_records_are_nothing(self, three_cities: None) -> None:
        """All amounts a hundredfold and entered the other way round give the same marks."""
        made = IndexSystem.objects.get(subject="cities", version=1)
        before = result(made, 2024)
        for code, planned, completed in ((JIANGYIN, 10, 4), (KUNSHAN, 10, 9), (PEI, 2, 2), (GULOU, 2, 1)):
            for _ in range(2):
                months(code, planned * 100, completed * 100, year=2025)
        after = result(made, 2025)
        cities = (XUZHOU, SUZHOU, WUXI)
        assert marks_of(before, "completion", *cities) == marks_of(after, "completion", *cities)
        assert marks_of(before, "completion", SUZHOU, WUXI) == [50, 0]
