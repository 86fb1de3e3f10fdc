"""Scores computed from records and statistics, against numbers worked out by hand."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from revival.accounts.models import Official
from revival.evaluation.models import IndexSystem, Indicator, IndicatorGroup
from revival.evaluation.scores import Reading, Result
from revival.evaluation.statistics import Statistic, StatisticValue
from revival.evaluation.tables import method, read, shown
from tests import factories
from tests.factories import GULOU, KUNSHAN, PEI, PROVINCE, SUZHOU, XUZHOU, official, region

pytestmark = pytest.mark.django_db
NANJING, WUXI, JIANGYIN = "320100", "320200", "320281"
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
    """Completion 3/4 in Xuzhou, 9/10 in Suzhou, 4/10 in Wuxi; enterprises 4, 2 and 5.

    Sets retired voluntarily 10, 20, 0, and 0, 500, 20 backward ones. The other cities have reported nothing.
    """
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
    factories.retired(JIANGYIN, category="backward", quantity=20, state="verified")


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
        """Also where an input is missing: of Wuxi no statistic is known. Sets: 10/4, 520/2 and 20/5 of 83 there."""
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
            ("zh-hans", "江苏传统产业焕新报道（付奇） (2025)", "吨标准煤"),
        ],
    )
    def test_a_statistic_is_named_with_its_source_place_and_unit(self, language: str, source: str, unit: str) -> None:
        """Without a place only the source; what was not entered has no name."""
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
            assert [part.title for part in parts] == [f"{name} ({source}, L 1)", f"{name} ({source})", ""]
            assert [part.value for part in parts] == [Decimal("8.5"), 9, None]
            assert [str(part.unit.title) if part.unit else None for part in parts] == [unit, unit, None]
            assert shown(made.indicators.get(), found.inputs["energy", XUZHOU]) == f"8.500 {unit}"

    def test_filters_count_on_either_side(self) -> None:
        """Two of the three green factories are national; one of the two designations of Suzhou is a factory.

        That of Wuxi is none: it has reported, and has 0 of them. Nanjing has not reported.
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


class TestMissing:
    def test_nothing_to_divide_by_is_missing_and_the_other_weights_are_scaled(self) -> None:
        """Suzhou planned nothing: its score is that of the half that it has. So is Wuxi's, without a record."""
        months(GULOU, 10, 9)
        months(KUNSHAN, 0, 0, total_investment=10**7)
        for code, number in ((GULOU, 1), (KUNSHAN, 3), (JIANGYIN, 2)):
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
        silent = found.inputs["completion", WUXI]
        assert (silent.value, silent.mark) == (None, None)
        assert silent.denominator is not None
        assert [silent.numerator.value, silent.denominator.value] == [None, None]
        assert [found.scores[key] for key in (XUZHOU, SUZHOU, WUXI)] == [Decimal("52.5"), 75, 50]
        completion, sets = found.indicators
        assert [found.points(each, SUZHOU) for each in (completion, sets)] == [None, 75]
        assert [found.points(each, WUXI) for each in (completion, sets)] == [None, 50]
        assert [found.ranks[key] for key in (XUZHOU, SUZHOU, WUXI)] == [2, 1, 3]

    def test_less_than_half_of_the_weight_makes_no_score(self) -> None:
        months(GULOU, 10, 9)
        factories.retired(KUNSHAN, state="verified")
        factories.retired(JIANGYIN, quantity=5, state="verified")
        made = system(
            "cities",
            indicator("completion", "renovation.completed", "renovation.planned", weight="50.01", **BOUNDS),
            indicator("sets", "retired-equipment.sets", weight="49.99", group="two"),
        )
        found = result(made)
        assert marks_of(found, "sets", SUZHOU, WUXI, XUZHOU) == [100, 0, None]
        assert (found.scores[SUZHOU], found.ranks[SUZHOU]) == (None, None)
        assert found.points(found.indicators[1], SUZHOU) is None
        assert found.group_points(found.indicators[1].group, SUZHOU) is None
        assert found.order[0] == XUZHOU
        assert SUZHOU in found.order

    def test_a_measure_that_nobody_reported_is_missing_everywhere(self) -> None:
        """Of the year; a draft is no report."""
        factories.retired(GULOU, state="verified")
        factories.retired(GULOU, retired_on="2023-06-30")
        factories.retired(GULOU, retired_on="2022-06-30", state="verified")
        made = system("cities", indicator("sets", "retired-equipment.sets", weight="100"))
        silent = result(made, 2023)
        assert {each.value for each in silent.inputs.values()} == set(silent.scores.values()) == {None}
        assert values_of(result(made, 2024), "sets", XUZHOU, SUZHOU) == [10, None]
        assert values_of(result(made, 2022), "sets", XUZHOU, SUZHOU) == [10, None]

    def test_who_has_not_reported_is_missing_and_who_has_none_that_fits_has_0(self) -> None:
        """Each for itself, by year and by the records that count: Suzhou's fit no filter, Wuxi's are drafts."""
        factories.retired(GULOU, state="verified")
        factories.retired(KUNSHAN, category="backward", state="verified")
        factories.retired(JIANGYIN)
        factories.retired(JIANGYIN, retired_on="2023-06-30", state="verified")
        made = system(
            "cities",
            indicator("fit", "retired-equipment.sets", numerator_filters="category=voluntary", weight="40"),
            indicator("all", "retired-equipment.sets", method="target", target="20", weight="60"),
        )
        cities = (XUZHOU, SUZHOU, WUXI, NANJING)
        found = result(made)
        assert values_of(found, "fit", *cities) == [10, 0, None, None]
        assert marks_of(found, "fit", *cities) == [100, 0, None, None]
        assert values_of(found, "all", *cities) == [10, 10, None, None]
        assert [found.scores[key] for key in cities] == [70, 30, None, None]
        assert values_of(result(made, 2023), "fit", *cities) == [None, None, 10, None]

    def test_where_a_filter_fits_nobody_all_who_reported_have_0_and_no_marks(self) -> None:
        """A 0 of all is no merit: by rank it has no marks, and by a target 0."""
        for code in (GULOU, KUNSHAN):
            factories.retired(code, state="verified")
        given = {"numerator_filters": "category=backward"}
        made = system(
            "cities",
            indicator("rank", "retired-equipment.sets", weight="40", **given),
            indicator("target", "retired-equipment.sets", method="target", target="20", weight="60", **given),
        )
        found = result(made)
        assert values_of(found, "rank", XUZHOU, SUZHOU, WUXI) == [0, 0, None]
        assert marks_of(found, "rank", XUZHOU, SUZHOU, WUXI) == [None, None, None]
        assert marks_of(found, "target", XUZHOU, SUZHOU, WUXI) == [0, 0, None]
        assert [found.scores[key] for key in (XUZHOU, SUZHOU, WUXI)] == [0, 0, None]
        assert found.points(found.indicators[0], XUZHOU) is None

    def test_an_industry_that_has_not_reported_is_missing_too(self) -> None:
        factories.retired(GULOU, state="verified")
        factories.retired(GULOU, industry="machinery", category="backward", state="verified")
        given = {"numerator_filters": "category=voluntary"}
        found = result(system("industries", indicator("sets", "retired-equipment.sets", weight="100", **given)))
        assert values_of(found, "sets", "textile", "machinery", "food") == [10, 0, None]

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
        energy = statistic(c320300="0", c320200="4")
        found = result(system("cities", indicator("energy", statistic=energy, weight="100")))
        assert values_of(found, "energy", XUZHOU, SUZHOU, WUXI) == [0, None, 4]
        assert marks_of(found, "energy", XUZHOU, SUZHOU, WUXI) == [0, None, 100]

    @pytest.mark.parametrize("falling", [False, True])
    def test_one_value_alone_has_no_rank_among_all(self, falling: bool) -> None:
        energy = statistic(c320300="0")
        found = result(system("cities", indicator("energy", statistic=energy, weight="100", falling=falling)))
        assert values_of(found, "energy", XUZHOU, SUZHOU) == [0, None]
        assert marks_of(found, "energy", XUZHOU, SUZHOU) == [None, None]
        assert set(found.scores.values()) == {None}


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
        """Whoever reads the province has it; a city or county has a part of the industry, and nothing of that."""
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

    def test_equals_share_a_rank_whichever_indicator_is_whose_best(self) -> None:
        """Of seven values each: sixths as marks, weighted alike, and two cities with the same ones exchanged."""
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
        # Of sixths: 0 + 5 + 1, 1 + 2 + 5, 2 + 4 + 0, 3 + 3 + 3, 4 + 1 + 2, 5 + 0 + 4 and 6 + 6 + 6, each of 18.
        expected = ["33.3333333333", "44.4444444444", "33.3333333333", "50", "38.8888888889", "50", "100"]
        assert [found.scores[code] for code in codes] == [Decimal(each) for each in expected]
        assert [found.ranks[code] for code in codes] == [6, 4, 6, 2, 5, 2, 1]


class TestForms:
    """How an input and its bounds or target are read; what is computed is the same."""

    SHARES: tuple[str, str] = ("renovation.completed", "renovation.planned")
    SETS: tuple[str, str] = ("retired-equipment.sets", "enterprises.enterprises")

    @pytest.mark.parametrize(
        ("given", "values", "input_read", "marked_by"),
        [
            (SHARES, {"form": "share", **BOUNDS}, "75.0 %", "between 50.0 % and 100.0 %"),
            (SHARES, {"form": "times", **BOUNDS}, "0.75 times", "between 0.50 times and 1.00 times"),
            (SETS, {**BOUNDS, "high": "2"}, "2.500", "between 0.5 and 2"),
            (SETS, {"form": "number", "method": "target", "target": "4.5"}, "2.500", "target 4.5"),
            (SETS, {"form": "times", "method": "target", "target": "4.5"}, "2.50 times", "target 4.50 times"),
            (SETS, {"form": "share", "method": "target", "target": "4.5"}, "250.0 %", "target 450.0 %"),
            (
                SHARES,
                {"form": "share", "falling": True, "method": "target", "target": "0.125"},
                "75.0 %",
                "target 12.5 %, less is better",
            ),
            (SETS, {"form": "share"}, "250.0 %", "rank among all"),
        ],
    )
    def test_inputs_bounds_and_targets_are_read_alike(
        self,
        three_cities: None,
        given: tuple[str, str],
        values: dict[str, Any],
        input_read: str,
        marked_by: str,
    ) -> None:
        filters = "category=voluntary" if given == self.SETS else ""
        found = result(
            system("cities", indicator("one", *given, weight="100", **{"numerator_filters": filters, **values}))
        )
        one = found.indicators[0]
        with translation.override("en"):
            assert shown(one, found.inputs["one", XUZHOU]) == input_read
            assert read(one, None) == {"share": "– %", "times": "– times", "number": ""}[one.form]
            assert method(one) == marked_by
        assert values_of(found, "one", XUZHOU) == [Decimal("0.75") if given == self.SHARES else Decimal("2.5")]

    def test_a_number_is_read_unless_said(self) -> None:
        made = system("cities", indicator("one", "enterprises.enterprises", weight="100"))
        assert made.indicators.get().form == "number"

    def test_another_form_is_refused(self) -> None:
        with pytest.raises(ValidationError, match="form"):
            system("cities", indicator("one", "enterprises.enterprises", weight="100", form="percent"))


class TestSuccession:
    """Versions are put to use in their order."""

    @staticmethod
    def version(subject: str = "cities", *, use: bool) -> IndexSystem:
        return system(subject, indicator("stock", "enterprises.enterprises", weight="100"), use=use)

    def test_a_version_is_refused_once_a_later_one_has_been_in_use(self) -> None:
        second, third = self.version(use=False), self.version(use=True)
        with translation.override("en"), pytest.raises(ValidationError, match="A later version has been in use"):
            second.put_to_use()
        fourth = self.version(use=True)
        for earlier in (second, third):
            earlier.refresh_from_db()
            with translation.override("en"), pytest.raises(ValidationError, match="A later version has been in use"):
                earlier.put_to_use()
        states = IndexSystem.objects.filter(subject="cities").values_list("version", "status")
        assert list(states) == [(1, "succeeded"), (2, "draft"), (3, "succeeded"), (fourth.version, "in-use")]

    def test_a_later_draft_and_the_other_subject_s_versions_refuse_nothing(self) -> None:
        second = self.version("industries", use=False)
        self.version("industries", use=False)
        for _ in range(2):
            self.version("cities", use=True)
        second.put_to_use()
        states = IndexSystem.objects.filter(subject="industries").values_list("version", "status")
        assert list(states) == [(1, "succeeded"), (2, "in-use"), (3, "draft")]
