"""Missing inputs, and the scores that are computed without them."""

from decimal import Decimal

import pytest

from revival.evaluation.models import IndexSystem
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
from tests.factories import GULOU, KUNSHAN, SUZHOU, XUZHOU

pytestmark = pytest.mark.django_db


class TestMissing:
    def test_nothing_to_divide_by_is_missing_and_the_other_weights_are_scaled(self) -> None:
        """Suzhou planned nothing, so its score is that of the other half. So is Wuxi's, which has no record."""
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
        """Only the year counts, and a draft is no report."""
        factories.retired(GULOU, state="verified")
        factories.retired(GULOU, retired_on="2023-06-30")
        factories.retired(GULOU, retired_on="2022-06-30", state="verified")
        made = system("cities", indicator("sets", "retired-equipment.sets", weight="100"))
        silent = result(made, 2023)
        assert {each.value for each in silent.inputs.values()} == set(silent.scores.values()) == {None}
        assert values_of(result(made, 2024), "sets", XUZHOU, SUZHOU) == [10, None]
        assert values_of(result(made, 2022), "sets", XUZHOU, SUZHOU) == [10, None]

    def test_who_has_not_reported_is_missing_and_who_has_none_that_fits_has_0(self) -> None:
        """Cities differ by year and by records that count: Suzhou's fit no filter, Wuxi's are drafts."""
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
        """Where all have 0, a rank gives no marks, and a target gives 0."""
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
