"""Measures: the figures that a report adds up, and the rates of two of them."""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any

from django.db.models import Aggregate, Count, Model
from django.db.models.expressions import Star
from django.utils.functional import Promise
from django.utils.text import capfirst

from revival.reporting.dimensions import field_at
from revival.reporting.units import COUNT, SHARE, Unit

# The values of measures by name, None for a rate of nothing.
Figures = dict[str, Decimal | int | None]


class MeasureKind(Enum):
    """The relation of a measure to the period.

    A flow counts the rows dated in it. A stock counts the rows active at its end, whatever began before. A cumulative
    measure counts the last row up to its end. A stock and a cumulative measure are never summed over periods.
    """

    FLOW = "flow"
    STOCK = "stock"
    CUMULATIVE = "cumulative"


@dataclass(frozen=True)
class Measure:
    """A figure computed by one aggregate: Count("*"), Sum("path"), Count("path", distinct=True) or a sum of an
    expression over paths, exact in each record.

    Its title is by default that of the field it adds up. only: a parameter of the report, and the one value that
    the measure is limited to, in SQL and in links. description: a sentence that says what it counts.
    """

    name: str
    aggregate: Aggregate
    title: Promise | str = ""
    unit: Unit = COUNT
    kind: MeasureKind = MeasureKind.FLOW
    only: tuple[str, str] | None = None
    description: Promise | str = ""

    def heading(self, model: type[Model]) -> str:
        return capfirst(str(self.title or field_at(model, self.source).verbose_name))

    @property
    def operand(self) -> Any:
        """The expression that is added up or counted; None for Count("*")."""
        expression: Any = self.aggregate.get_source_expressions()[0]
        return None if isinstance(expression, Star) else expression

    @property
    def source(self) -> str:
        """The ORM path that is added up or counted; empty where there is none, or an expression over several."""
        return getattr(self.operand, "name", "")

    @property
    def is_count(self) -> bool:
        return isinstance(self.aggregate, Count)

    @property
    def distinct(self) -> bool:
        return bool(getattr(self.aggregate, "distinct", False))

    @property
    def additive(self) -> bool:
        """Whether its values in slices of the records add up to its value in all of them."""
        return not self.distinct


@dataclass(frozen=True)
class Ratio:
    """A rate of two measures: every total divides their sums. It is None if the denominator is 0.

    The two are measures of the report, by name, or measures of the rate itself that no table shows.
    description: a sentence that says what it divides by what.
    """

    name: str
    title: Promise | str
    numerator: str | Measure
    denominator: str | Measure
    unit: Unit = SHARE
    description: Promise | str = ""

    @property
    def pair(self) -> tuple[str, str]:
        """The names of numerator and denominator."""
        both = (self.numerator, self.denominator)
        top, bottom = (each.name if isinstance(each, Measure) else each for each in both)
        return top, bottom

    @property
    def own(self) -> list[Measure]:
        return [each for each in (self.numerator, self.denominator) if isinstance(each, Measure)]

    def heading(self, model: type[Model]) -> str:
        return str(self.title)
