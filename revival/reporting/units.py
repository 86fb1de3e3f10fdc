"""Units of measures: how a value is named in heads, shown on pages and written into files."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Unit:
    """A unit that values are shown in.

    factor: what one unit is in the unit of the database. digits: decimals on pages; files are exact. exact: whether
    sums are decimals that JSON, whose numbers are not, holds as strings.
    """

    name: str
    title: Promise | str
    factor: Decimal = Decimal(1)
    digits: int = 0
    exact: bool = False

    def convert(self, value: Decimal) -> Decimal:
        """The exact value in this unit, without trailing zeros beyond the point."""
        exact = Decimal(value) / self.factor
        return exact.quantize(Decimal(1)) if exact == exact.to_integral_value() else exact.normalize()

    def show(self, value: Decimal | int | None) -> str:
        """The rounded value as people read it; a dash where there is none."""
        if value is None:
            return "–"
        return f"{self.convert(Decimal(value)):,.{self.digits}f}"

    def signed(self, value: Decimal | int) -> str:
        """A rounded difference, with its sign."""
        return f"{self.convert(Decimal(value)):+,.{self.digits}f}"

    def write(self, value: Decimal | int | None) -> str:
        """The exact value as files hold it; empty where there is none."""
        return "" if value is None else f"{self.convert(Decimal(value)):f}"


@dataclass(frozen=True)
class Share(Unit):
    """A rate, held as a fraction, shown and written in percent."""

    def convert(self, value: Decimal) -> Decimal:
        return round(Decimal(value) * 100, 6).normalize()


@dataclass(frozen=True)
class Points(Share):
    """A difference of two rates, with its sign."""

    def show(self, value: Decimal | int | None) -> str:
        return "–" if value is None else self.signed(value)


COUNT = Unit("count", "")
MONEY = Unit("yuan", _("yuan"), digits=2, exact=True)
MU = Unit("mu", _("mu"), digits=2, exact=True)
TIMES = Unit("times", _("times"), digits=2)
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
    """万元 for single records, as on the forms; 亿元 (in English billion yuan) for sums."""
    if of_records:
        return MONEY_UNITS["wan"]
    return MONEY_UNITS["yi" if (get_language() or "zh").startswith("zh") else "billion"]
