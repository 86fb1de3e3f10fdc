"""The rules of comparison, by hand and by property."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revival.publishing.compare import compared_state, fits_published, rounded_half_up
from revival.publishing.words import FigureState, Qualifier

VALUES = st.decimals("0.01", "1000000", places=2)


@pytest.mark.parametrize(
    ("published", "digits", "qualifier", "computed", "state"),
    [
        ("1363", 0, "exact", "1363", FigureState.AGREES),
        ("1363", 0, "exact", "1364", FigureState.DIFFERS),
        ("209.833", 3, "exact", "209.8334999", FigureState.AGREES),
        ("209.833", 3, "exact", "209.8335", FigureState.DIFFERS),
        ("0.972", 3, "exact", "0.97232", FigureState.AGREES),
        ("0.13", 2, "exact", "0.125", FigureState.AGREES),
        ("0.13", 2, "exact", "0.135", FigureState.DIFFERS),
        ("1300", 0, "over", "1300", FigureState.DIFFERS),
        ("1300", 0, "over", "1300.01", FigureState.WITHIN),
        ("1300", 0, "over", "1430", FigureState.WITHIN),
        ("1300", 0, "over", "1430.01", FigureState.DIFFERS),
        ("9000", 0, "nearly", "9000", FigureState.DIFFERS),
        ("9000", 0, "nearly", "8999", FigureState.WITHIN),
        ("9000", 0, "nearly", "8550", FigureState.WITHIN),
        ("9000", 0, "nearly", "8549", FigureState.DIFFERS),
        ("2", 0, "about", "1.9", FigureState.WITHIN),
        ("2", 0, "about", "2.1", FigureState.WITHIN),
        ("2", 0, "about", "2.11", FigureState.DIFFERS),
        ("100", 0, "class", "100", FigureState.WITHIN),
        ("100", 0, "class", "999", FigureState.WITHIN),
        ("100", 0, "class", "99", FigureState.DIFFERS),
        ("100", 0, "class", "1000", FigureState.DIFFERS),
        ("2", 0, "rank", "2", FigureState.DIFFERS),
    ],
)
def test_each_rule_at_its_bounds(
    published: str, digits: int, qualifier: str, computed: str, state: FigureState
) -> None:
    assert compared_state(Decimal(published), digits, qualifier, Decimal(computed)) is state


@given(VALUES)
def test_a_value_is_exactly_and_about_itself_and_neither_over_nor_nearly(value: Decimal) -> None:
    assert fits_published(value, 2, Qualifier.EXACT, value)
    assert fits_published(value, 2, Qualifier.ABOUT, value)
    assert fits_published(value, 2, Qualifier.CLASS, value)
    assert not fits_published(value, 2, Qualifier.OVER, value)
    assert not fits_published(value, 2, Qualifier.NEARLY, value)


@given(VALUES, VALUES)
def test_nothing_is_over_and_nearly_at_once(published: Decimal, computed: Decimal) -> None:
    over, nearly = (fits_published(published, 2, q, computed) for q in (Qualifier.OVER, Qualifier.NEARLY))
    assert not (over and nearly)
    assert not over or computed > published
    assert not nearly or computed < published


@given(VALUES, st.integers(0, 4))
def test_rounding_moves_by_half_a_unit_at_most(value: Decimal, digits: int) -> None:
    assert abs(rounded_half_up(value, digits) - value) <= Decimal(5).scaleb(-digits - 1)
