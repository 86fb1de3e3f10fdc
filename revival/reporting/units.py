"""Units of measures: the name of a unit in heads, and the form of its values on pages and in files."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

RATE_DIGITS = 6  # decimals of a rate in files, as JSON has them


@dataclass(frozen=True)
class Unit:
    """A unit that values are shown in.

    factor: the unit in units of the database. digits: decimals on pages. places: decimals in files, None for exact
    values. exact: whether sums are exact decimals, which JSON holds as strings since its numbers are not exact.
    """

    name: str
    title: Promise | str
    factor: Decimal = Decimal(1)
    digits: int = 0
    places: int | None = None
    exact: bool = False

    def scaled(self, value: Decimal | int) -> Decimal:
        """The exact value in this unit."""
        return Decimal(value) / self.factor

    def convert(self, value: Decimal | int) -> Decimal:
        """The value in this unit as in files, without trailing zeros after the point."""
        exact = self.scaled(value)
        return plain_decimal(exact if self.places is None else round(exact, self.places))

    def show(self, value: Decimal | int | None) -> str:
        """The rounded value for readers; a dash for no value. A value that rounds to zero has no sign."""
        return "–" if value is None else f"{self.scaled(value):z,.{self.digits}f}"

    def signed(self, value: Decimal | int) -> str:
        """The rounded difference with its sign; without one if it rounds to zero."""
        number = self.scaled(value)
        return f"{number:{'+' if round(number, self.digits) else ''}z,.{self.digits}f}"

    def write(self, value: Decimal | int | None) -> str:
        """The value as in files; empty for no value."""
        return "" if value is None else f"{self.convert(value):zf}"


def rate_number(value: Decimal | float) -> float:
    """The rate as a JSON number, with as many decimals as in files; never minus zero."""
    return round(float(value), RATE_DIGITS) + 0.0


def plain_decimal(value: Decimal) -> Decimal:
    """The value without trailing zeros after the point."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


@dataclass(frozen=True)
class Share(Unit):
    """A rate, stored as a fraction, shown and written in percent."""

    places: int | None = RATE_DIGITS

    def scaled(self, value: Decimal | int) -> Decimal:
        return Decimal(value) * 100


@dataclass(frozen=True)
class Points(Share):
    """A difference of two rates, with its sign."""

    def show(self, value: Decimal | int | None) -> str:
        return "–" if value is None else self.signed(value)


COUNT = Unit("count", "")
MONEY = Unit("yuan", _("yuan"), digits=2, exact=True)
MU = Unit("mu", _("mu"), digits=2, exact=True)
TIMES = Unit("times", _("times"), digits=2, places=RATE_DIGITS)
SHARE = Share("share", "%", digits=1)
POINTS = Points("points", _("percentage points"), digits=1)
CHANGE = Points("change", "%", digits=1)

MONEY_UNITS = {
    unit.name: unit
    for unit in (
        MONEY,
        Unit("wan", _("10,000 yuan"), Decimal(10_000), 2),
        Unit("yi", _("100 million yuan"), Decimal(100_000_000), 2),
        Unit("billion", _("billion yuan"), Decimal(1_000_000_000), 3),
    )
}


def default_money_unit(of_records: bool) -> Unit:
    """The default unit of money: 万元 for single records, as on forms; 亿元 (in English billion yuan) for sums."""
    if of_records:
        return MONEY_UNITS["wan"]
    return MONEY_UNITS["yi" if (get_language() or "zh").startswith("zh") else "billion"]
