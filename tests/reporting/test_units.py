"""The format of numbers: the sign after rounding, six digits of a rate in files, exact amounts."""

from decimal import Decimal

import pytest

from revival.evaluation import tables
from revival.reporting import units
from revival.reporting.units import MONEY_UNITS, Unit, rate_number

UNITS = [each for module in (units, tables) for each in vars(module).values() if isinstance(each, Unit)]
UNITS += MONEY_UNITS.values()
RATES = [unit for unit in UNITS if unit.places is not None]
TINY = [Decimal(text) for text in ("-0.0000000001", "-0", "-0.00004", "0", "0.0000000001")]


@pytest.mark.parametrize("value", TINY)
def test_what_rounds_to_zero_has_no_sign(value: Decimal) -> None:
    """This holds on pages, in differences and in files, for every unit."""
    wrong = [
        (unit.name, text)
        for unit in UNITS
        for text in (unit.show(value), unit.signed(value), unit.write(value) if unit.places is not None else "")
        if text[:1] in "+-" and text.strip("+-0.") == "" and text
    ]
    assert len(UNITS) > 10
    assert wrong == []


def test_a_difference_keeps_its_sign() -> None:
    assert units.POINTS.show(Decimal("-0.0125")) == "-1.2"
    assert units.POINTS.show(Decimal("0.0125")) == "+1.2"
    assert units.COUNT.signed(-3) == "-3"


def test_rates_have_six_digits_in_files() -> None:
    """Longer quotients are rounded. JSON has as many digits."""
    third = Decimal(2) / 3
    assert len(RATES) >= 5
    assert all(len(unit.write(third).partition(".")[2]) <= 6 for unit in RATES)
    assert units.SHARE.write(third) == "66.666667"
    assert units.TIMES.write(third) == "0.666667"
    assert rate_number(third) == 0.666667
    assert str(rate_number(Decimal("-0.0000000001"))) == "0.0"


def test_amounts_stay_exact_in_files() -> None:
    """Amounts are exact to the fen in every unit of money."""
    value = Decimal("209833000000.01")
    assert [unit.write(value) for unit in MONEY_UNITS.values()] == [
        "209833000000.01",
        "20983300.000001",
        "2098.3300000001",
        "209.83300000001",
    ]
