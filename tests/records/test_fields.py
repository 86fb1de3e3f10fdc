"""Amounts typed in 万元 and kept in yuan."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from revival.records.entry import WanField

YUAN = st.decimals(min_value=0, max_value=Decimal("99999999999999.99"), places=2)


@given(YUAN)
def test_an_amount_comes_back_as_it_was(yuan: Decimal) -> None:
    """Shown in 万元 and read again, not a fen is lost, and the form has not changed."""
    field = WanField()
    assert field.clean(field.prepare_value(yuan)) == yuan
    assert not field.has_changed(yuan, field.prepare_value(yuan))


@given(YUAN)
def test_spellings_of_an_amount_are_one(yuan: Decimal) -> None:
    """Thousands commas and full-width digits are read."""
    field = WanField()
    plain = field.prepare_value(yuan)
    wide = plain.translate({ord(str(n)): 0xFF10 + n for n in range(10)})
    assert field.clean(f"{Decimal(plain):,f}") == field.clean(wide) == field.clean(f" {plain} ") == yuan


@given(YUAN, YUAN)
def test_another_amount_is_a_change(one: Decimal, two: Decimal) -> None:
    """The same amount with one more decimal zero is no change."""
    field = WanField()
    assert field.has_changed(one, field.prepare_value(two)) == (one != two)
    assert not field.has_changed(one, f"{one / 10_000:.6f}")


@pytest.mark.parametrize(
    "typed", ["1e5", "1_000", "NaN", "Infinity", "0x10", "1,00", "1.0000001", "--1", "一", "1 000"]
)
def test_what_is_no_plain_number_is_refused(typed: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(ValidationError):
        WanField().clean(typed)
