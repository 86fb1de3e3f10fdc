"""The arithmetic of an index, by hand and by property."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from itertools import pairwise, permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revival.evaluation.normal import (
    mark_between,
    mark_of_target,
    marks_by_rank,
    ranks_of_scores,
    rescaled_weights,
    weighted_score,
)

VALUES = st.decimals("0", "1000000", places=2)
SOME = st.decimals("0.01", "1000000", places=2)
MARKS = st.decimals("0", "100", places=2)
WEIGHTS = st.decimals("0.01", "100", places=2)
TWELFTHS = st.integers(1, 12).map(lambda part: Decimal(100) * part / 12)
FALLING = st.booleans()
BY_KEY = st.dictionaries(st.text("abcdefgh", min_size=1, max_size=3), st.none() | VALUES, max_size=8)
PAIRS = st.lists(st.tuples(st.none() | MARKS, WEIGHTS), min_size=1, max_size=8)
# The rounding error of a decimal of 28 digits.
EXACT = Decimal("1e-18")


def near(one: Decimal | None, other: Decimal | None) -> bool:
    return one is other if one is None or other is None else abs(one - other) <= EXACT


def decimals(values: Mapping[str, str | None]) -> dict[str, Decimal | None]:
    return {key: None if value is None else Decimal(value) for key, value in values.items()}


class TestByHand:
    @pytest.mark.parametrize(
        ("value", "rising", "falling"),
        [("0.8", "0", "100"), ("0.7", "0", "100"), ("0.85", "25", "75"), ("1", "100", "0"), ("1.3", "100", "0")],
    )
    def test_between_two_bounds(self, value: str, rising: str, falling: str) -> None:
        low, high = Decimal("0.8"), Decimal(1)
        assert mark_between(Decimal(value), low, high, falling=False) == Decimal(rising)
        assert mark_between(Decimal(value), low, high, falling=True) == Decimal(falling)

    @pytest.mark.parametrize(
        ("value", "rising", "falling"),
        [("0", "0", "100"), ("1", "25", "100"), ("4", "100", "100"), ("5", "100", "80"), ("16", "100", "25")],
    )
    def test_attainment_of_a_target(self, value: str, rising: str, falling: str) -> None:
        assert mark_of_target(Decimal(value), Decimal(4), falling=False) == Decimal(rising)
        assert mark_of_target(Decimal(value), Decimal(4), falling=True) == Decimal(falling)

    @pytest.mark.parametrize(
        ("values", "rising", "falling"),
        [
            (
                {"a": "5", "b": "9", "c": "1", "d": None},
                {"a": "50", "b": "100", "c": "0", "d": None},
                {"a": "50", "b": "0", "c": "100", "d": None},
            ),
            (
                {"a": "5", "b": "5", "c": "1"},
                {"a": "50", "b": "50", "c": "0"},
                {"a": "0", "b": "0", "c": "100"},
            ),
            (
                {"a": "5", "b": "2", "c": "2", "d": "2", "e": "1"},
                {"a": "100", "b": "25", "c": "25", "d": "25", "e": "0"},
                {"a": "0", "b": "25", "c": "25", "d": "25", "e": "100"},
            ),
            (
                {"a": "0", "b": "0", "c": "7", "d": None, "e": "0", "f": "9"},
                {"a": "0", "b": "0", "c": "75", "d": None, "e": "0", "f": "100"},
                {"a": "50", "b": "50", "c": "25", "d": None, "e": "50", "f": "0"},
            ),
            ({"a": "3", "b": None}, {"a": None, "b": None}, {"a": None, "b": None}),
            ({"a": "0", "b": "0"}, {"a": None, "b": None}, {"a": None, "b": None}),
            (
                {"a": "4", "b": "4.0", "c": "4.00", "d": None},
                {"a": None, "b": None, "c": None, "d": None},
                {"a": None, "b": None, "c": None, "d": None},
            ),
            ({"a": None}, {"a": None}, {"a": None}),
            ({}, {}, {}),
        ],
    )
    def test_rank_among_all(
        self, values: Mapping[str, str | None], rising: Mapping[str, str | None], falling: Mapping[str, str | None]
    ) -> None:
        """Equal values share the lower mark. Where all are equal, or there is only one, there are no marks."""
        assert marks_by_rank(decimals(values), falling=False) == decimals(rising)
        assert marks_by_rank(decimals(values), falling=True) == decimals(falling)

    @pytest.mark.parametrize(
        ("marks", "weights", "expected"),
        [
            (["100", "50"], ["60", "40"], "80"),
            (["100", "50", None], ["30", "20", "50"], "80"),
            (["100", "50", None], ["30", "19.99", "50.01"], None),
            (["0", None], ["50", "50"], "0"),
            (["0", "100"], ["75", "25"], "25"),
            ([None, None], ["50", "50"], None),
            ([], [], None),
        ],
    )
    def test_score(self, marks: list[str | None], weights: list[str], expected: str | None) -> None:
        """Half of the weight is enough for a score. Less is not."""
        found = weighted_score(
            [None if mark is None else Decimal(mark) for mark in marks], [Decimal(w) for w in weights]
        )
        assert found == (None if expected is None else Decimal(expected))

    @pytest.mark.parametrize(
        ("marks", "weights", "expected"),
        [
            (["100", "0", "0"], ["1", "1", "1"], "33.3333333333"),
            (["100", "100", "0"], ["1", "1", "1"], "66.6666666667"),
            (["100", None, "0"], ["5", "6", "7"], "41.6666666667"),
            (["80", "80"], ["60", "40"], "80.0000000000"),
        ],
    )
    def test_score_has_ten_decimals(self, marks: list[str | None], weights: list[str], expected: str) -> None:
        found = weighted_score(
            [None if mark is None else Decimal(mark) for mark in marks], [Decimal(w) for w in weights]
        )
        assert str(found) == expected

    def test_equal_scores_share_a_rank_in_any_order_of_the_indicators(self) -> None:
        """The same twelfths are summed in different orders: (1 + 5 + 7 x 2 + 11) / 5 of 100 / 12."""
        twelfths = [
            (Decimal(100) * part / 12, Decimal(100) * of / 12) for part, of in ((1, 1), (5, 1), (7, 2), (11, 1))
        ]
        found: dict[str, Decimal | None] = {}
        rough = set()
        for order in permutations(twelfths):
            marks, weights = [mark for mark, _weight in order], [weight for _mark, weight in order]
            found[str(len(found))] = weighted_score(marks, weights)
            rough.add(sum((m * w for m, w in order), Decimal(0)) / sum(weights, Decimal(0)))
        assert len(rough) > 1, "these marks tell nothing: their sums are equal as they are"
        assert len(found) == 24
        assert set(found.values()) == {Decimal("51.6666666667")}
        assert ranks_of_scores(found | {"better": Decimal("51.6666666668"), "worse": Decimal("51.6666666666")}) == {
            **dict.fromkeys(found, 2),
            "better": 1,
            "worse": 26,
        }

    def test_a_weight_tried_at_nothing_bears_nothing(self) -> None:
        assert weighted_score([Decimal(70), Decimal(30)], [Decimal(0), Decimal(100)]) == 30
        assert weighted_score([Decimal(70), None], [Decimal(0), Decimal(100)]) is None

    def test_marks_and_weights_go_together(self) -> None:
        with pytest.raises(ValueError, match="argument"):
            weighted_score([Decimal(1)], [])

    def test_ranks(self) -> None:
        """Equal scores share a rank, and the next rank after them is left out."""
        scores = decimals({"a": "70", "b": "90", "c": "70", "d": None, "e": "10"})
        assert ranks_of_scores(scores) == {"a": 2, "b": 1, "c": 2, "d": None, "e": 4}

    def test_reweighted(self) -> None:
        """The others keep their proportion."""
        weights = {"a": Decimal(20), "b": Decimal(50), "c": Decimal(30)}
        assert rescaled_weights(weights, "a", Decimal(60)) == {"a": 60, "b": 25, "c": 15}
        assert rescaled_weights(weights, "a", Decimal(0)) == {"a": 0, "b": Decimal("62.5"), "c": Decimal("37.5")}
        assert rescaled_weights(weights, "b", Decimal(50)) == weights


def by_bounds(value: Decimal, *, falling: bool) -> Decimal:
    return mark_between(value, Decimal(100), Decimal(500_000), falling=falling)


def by_target(value: Decimal, *, falling: bool) -> Decimal:
    return mark_of_target(value, Decimal(1000), falling=falling)


def by_rank(value: Decimal, *, falling: bool) -> Decimal:
    """The mark of a value among three others that stay the same."""
    others = {"x": Decimal(10), "y": Decimal(1000), "z": Decimal(1000)}
    mark = marks_by_rank({"own": value, **others}, falling=falling)["own"]
    assert mark is not None
    return mark


@pytest.mark.parametrize("method", [by_bounds, by_target, by_rank])
class TestMarks:
    @given(value=VALUES, falling=FALLING)
    def test_lie_from_0_to_100(self, method: Callable[..., Decimal], value: Decimal, falling: bool) -> None:
        assert 0 <= method(value, falling=falling) <= 100

    @given(values=st.lists(VALUES, min_size=2, max_size=6))
    def test_follow_the_input(self, method: Callable[..., Decimal], values: list[Decimal]) -> None:
        """A greater value never lowers the mark, and where less is better never raises it."""
        rising = [method(value, falling=False) for value in sorted(values)]
        falling = [method(value, falling=True) for value in sorted(values)]
        assert all(one <= other for one, other in pairwise(rising))
        assert all(one >= other for one, other in pairwise(falling))


class TestRanked:
    @given(BY_KEY, FALLING, st.randoms())
    def test_order_of_the_subjects_is_nothing(
        self, values: dict[str, Decimal | None], falling: bool, random: Random
    ) -> None:
        keys = list(values)
        random.shuffle(keys)
        assert marks_by_rank({key: values[key] for key in keys}, falling=falling) == marks_by_rank(
            values, falling=falling
        )
        assert ranks_of_scores({key: values[key] for key in keys}) == ranks_of_scores(values)

    @given(BY_KEY, SOME, FALLING)
    def test_units_are_nothing(self, values: dict[str, Decimal | None], factor: Decimal, falling: bool) -> None:
        other = {key: None if value is None else value * factor for key, value in values.items()}
        assert marks_by_rank(other, falling=falling) == marks_by_rank(values, falling=falling)

    @given(VALUES, SOME, SOME, st.integers(-6, 8), FALLING)
    def test_units_of_both_sides_of_a_ratio_are_nothing(
        self, above: Decimal, below: Decimal, target: Decimal, power: int, falling: bool
    ) -> None:
        """With every method, fen or billions on both sides of the ratio give the same marks."""
        one, other = above / below, above.scaleb(power) / below.scaleb(power)
        assert near(by_bounds(one, falling=falling), by_bounds(other, falling=falling))
        assert near(by_rank(one, falling=falling), by_rank(other, falling=falling))
        assert near(mark_of_target(one, target, falling=falling), mark_of_target(other, target, falling=falling))

    @given(BY_KEY, FALLING)
    def test_agree_with_sorting(self, values: dict[str, Decimal | None], falling: bool) -> None:
        """The last in order has 0, the first 100 unless it has an equal. Equals have the mark of their last."""
        marks = marks_by_rank(values, falling=falling)
        known = {key: value for key, value in values.items() if value is not None}
        differ = len(set(known.values())) > 1
        assert {key for key, mark in marks.items() if mark is not None} == (set(known) if differ else set())
        assert set(marks) == set(values)
        order = sorted(known, key=lambda key: known[key], reverse=not falling)
        for key in order if differ else ():
            last = max(at for at, other in enumerate(order) if known[other] == known[key])
            assert near(marks[key], 100 - Decimal(100 * last) / (len(order) - 1))

    @given(VALUES, st.integers(1, 13), st.integers(0, 3), FALLING)
    def test_what_all_have_earns_no_marks(self, value: Decimal, number: int, missing: int, falling: bool) -> None:
        """A 0 that all have is not the best, and a single value is neither first nor last."""
        values: dict[str, Decimal | None] = {f"has-{at}": value for at in range(number)}
        values |= {f"lacks-{at}": None for at in range(missing)}
        assert marks_by_rank(values, falling=falling) == dict.fromkeys(values)

    @given(st.lists(SOME, min_size=1, max_size=8), st.integers(1, 5))
    def test_a_common_0_has_0_marks(self, values: list[Decimal], number: int) -> None:
        """The mark does not depend on how many share it."""
        others = {f"has-{at}": value for at, value in enumerate(values)}
        marks = marks_by_rank({**others, **{f"none-{at}": Decimal(0) for at in range(number)}}, falling=False)
        assert [marks[f"none-{at}"] for at in range(number)] == [0] * number


class TestScore:
    @given(PAIRS)
    def test_lies_among_the_marks(self, pairs: list[tuple[Decimal | None, Decimal]]) -> None:
        marks, weights = [mark for mark, _weight in pairs], [weight for _mark, weight in pairs]
        found, known = weighted_score(marks, weights), [mark for mark in marks if mark is not None]
        if found is not None:
            assert min(known) <= found <= max(known)

    @given(PAIRS, WEIGHTS)
    def test_what_is_missing_moves_nothing(
        self, pairs: list[tuple[Decimal | None, Decimal]], weight: Decimal
    ) -> None:
        """Without a mark the score is that of the others, or none where less than half of the weight is left."""
        marks, weights = [mark for mark, _weight in pairs], [own for _mark, own in pairs]
        found = weighted_score([*marks, None], [*weights, weight])
        present = sum((own for mark, own in pairs if mark is not None), Decimal(0))
        if 2 * present < sum(weights) + weight:
            assert found is None
        else:
            assert found == weighted_score(
                [mark for mark in marks if mark is not None], [w for m, w in pairs if m is not None]
            )
            assert found is not None

    @given(PAIRS, st.integers(0, 7), st.lists(MARKS, min_size=2, max_size=2, unique=True))
    def test_a_better_mark_is_never_worse(
        self, pairs: list[tuple[Decimal | None, Decimal]], place: int, both: list[Decimal]
    ) -> None:
        marks, weights = [mark for mark, _weight in pairs], [weight for _mark, weight in pairs]
        place %= len(marks)
        before, after = (
            weighted_score([*marks[:place], mark, *marks[place + 1 :]], weights) for mark in (min(both), max(both))
        )
        assert (before is None) == (after is None)
        assert before is None or after is None or after > before

    @given(st.permutations(range(4)), st.lists(st.tuples(st.none() | MARKS, WEIGHTS), min_size=4, max_size=4))
    def test_order_of_the_indicators_is_nothing(
        self, order: list[int], pairs: list[tuple[Decimal | None, Decimal]]
    ) -> None:
        one = weighted_score([mark for mark, _weight in pairs], [weight for _mark, weight in pairs])
        assert one == weighted_score([pairs[at][0] for at in order], [pairs[at][1] for at in order])

    @given(st.permutations(range(5)), st.lists(st.tuples(st.none() | TWELFTHS, TWELFTHS), min_size=5, max_size=5))
    def test_order_of_twelfths_is_nothing(
        self, order: list[int], pairs: list[tuple[Decimal | None, Decimal]]
    ) -> None:
        """The rounding error of a mark by rank does not part equal scores."""
        one = weighted_score([mark for mark, _weight in pairs], [weight for _mark, weight in pairs])
        other = weighted_score([pairs[at][0] for at in order], [pairs[at][1] for at in order])
        assert one == other
        assert ranks_of_scores({"one": one, "other": other}) == dict.fromkeys(
            ("one", "other"), None if one is None else 1
        )


@given(BY_KEY)
def test_ranks_agree_with_sorting(scores: dict[str, Decimal | None]) -> None:
    """The rank is the place of the first equal among the sorted, and none without a score."""
    found = ranks_of_scores(scores)
    order = sorted((value for value in scores.values() if value is not None), reverse=True)
    assert found == {key: None if value is None else order.index(value) + 1 for key, value in scores.items()}


@given(st.dictionaries(st.sampled_from("abcdef"), WEIGHTS, min_size=2), st.decimals("0", "0.99", places=2))
def test_reweighted_weights_add_up_as_before(weights: dict[str, Decimal], part: Decimal) -> None:
    """One weight is the one asked for. The others keep their order and stay above 0."""
    code, whole = min(weights), sum(weights.values())
    found = rescaled_weights(weights, code, whole * part)
    assert found[code] == whole * part
    assert near(sum(found.values(), Decimal(0)), Decimal(whole))
    others = sorted((key for key in weights if key != code), key=lambda key: weights[key])
    assert all(found[one] <= found[other] for one, other in pairwise(others))
    assert all(found[key] > 0 for key in others)


def test_the_only_weight_has_no_others_to_make_room() -> None:
    """Its score is that of the one indicator, with every weight."""
    found = rescaled_weights({"a": Decimal(100)}, "a", Decimal(40))
    assert weighted_score([Decimal(70)], list(found.values())) == 70
