"""Scores of a version in a year: inputs from records or statistics, marks, points and ranks."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from enterprises.models import Industry
from revival.accounts.models import Official, Region
from revival.evaluation.inputs import indicator_query, province_reader
from revival.evaluation.models import IndexSystem, Indicator, MarkMethod
from revival.evaluation.normal import mark_between, mark_of_target, marks_by_rank, ranks_of_scores, weighted_score
from revival.evaluation.statistics import StatisticValue, Subject
from revival.punctuation import bracketed, comma
from revival.reporting.measures import Measure
from revival.reporting.regions import Regions
from revival.reporting.rollup import Rollup, roll_up
from revival.reporting.units import Unit


@dataclass(frozen=True)
class InputPart:
    """One side of an input: the counted value, its unit, and the link to its records."""

    value: Decimal | None
    title: str = ""
    report: str = ""
    unit: Unit | None = None
    url: str = ""


@dataclass(frozen=True)
class IndicatorInput:
    """The input of one indicator for one subject. value is None if the input is missing."""

    numerator: InputPart
    denominator: InputPart | None
    value: Decimal | None
    mark: Decimal | None


@dataclass(frozen=True)
class SystemResult:
    """The scores of a version in a year. names: the subjects by key, in order. inputs: by indicator and subject."""

    system: IndexSystem
    year: int
    names: Mapping[str, str]
    indicators: tuple[Indicator, ...]
    inputs: Mapping[tuple[str, str], IndicatorInput]
    weights: Mapping[str, Decimal]

    @cached_property
    def scores(self) -> dict[str, Decimal | None]:
        weights = [self.weights[each.code] for each in self.indicators]
        return {
            key: weighted_score([self.inputs[each.code, key].mark for each in self.indicators], weights)
            for key in self.names
        }

    @cached_property
    def ranks(self) -> dict[str, int | None]:
        return ranks_of_scores(self.scores)

    @cached_property
    def order(self) -> list[str]:
        """The subjects by rank. Those without a score come last."""
        return sorted(self.names, key=lambda key: (self.ranks[key] is None, self.ranks[key] or 0))

    def present(self, key: str) -> Decimal:
        """The weight of the inputs that a subject has."""
        found = (self.weights[i.code] for i in self.indicators if self.inputs[i.code, key].mark is not None)
        return sum(found, Decimal(0))

    def points(self, indicator: Indicator, key: str) -> Decimal | None:
        """The part of a subject's score that comes from an indicator. All points add up to the score."""
        mark = self.inputs[indicator.code, key].mark
        if mark is None or self.scores[key] is None:
            return None
        return mark * self.weights[indicator.code] / self.present(key)

    def group_points(self, group: Any, key: str) -> Decimal | None:
        own = [self.points(each, key) for each in self.indicators if each.group_id == group.pk]
        known = [each for each in own if each is not None]
        return sum(known, Decimal(0)) if known else None

    def weighted(self, weights: Mapping[str, Decimal]) -> "SystemResult":
        """The same inputs under other weights."""
        return SystemResult(self.system, self.year, self.names, self.indicators, self.inputs, weights)


class ScoreReading:
    """Reads the inputs of one page, each set of records once.

    Cities are compared with each other, so all of them are read for every reader. What the reader may not see is
    removed afterwards. Industries are those of the reader's own region.
    """

    def __init__(self, subject: str, reader: Official) -> None:
        self.subject = subject
        self.reader = province_reader() if subject == Subject.CITIES else reader
        self.regions = Regions(self.reader)
        self.rolled: dict[tuple[str, str, int], Rollup] = {}
        self.known: dict[tuple[str, int], set[str]] = {}

    def names(self) -> dict[str, str]:
        if self.subject == Subject.CITIES:
            return {str(code): self.regions.name(str(code)) for code in self.regions.labels("city", [])}
        return {str(value): label for value, label in scored_industries()}

    def evaluate(self, system: IndexSystem, year: int) -> SystemResult:
        """The scores of the version in the year. Each indicator takes a fixed number of queries for all subjects."""
        names = self.names()
        indicators = tuple(system.indicators.select_related("group", "statistic"))
        inputs: dict[tuple[str, str], IndicatorInput] = {}
        for indicator in indicators:
            numerators = self.numerators(indicator, year, names)
            denominators = self.parts(indicator.denominator, indicator.denominator_filters, year, names)
            values = {key: input_value(numerators[key], denominators[key] if denominators else None) for key in names}
            marks = input_marks(indicator, values)
            for key in names:
                below = denominators[key] if denominators else None
                inputs[indicator.code, key] = IndicatorInput(numerators[key], below, values[key], marks[key])
        return SystemResult(system, year, names, indicators, inputs, {each.code: each.weight for each in indicators})

    def numerators(self, indicator: Indicator, year: int, names: Mapping[str, str]) -> dict[str, InputPart]:
        if indicator.statistic:
            return self.entered(indicator, year, names)
        return self.parts(indicator.numerator, indicator.numerator_filters, year, names)

    def parts(self, name: str, filters: str, year: int, names: Mapping[str, str]) -> dict[str, InputPart]:
        """A measure by subject. A subject without a record of the report in the year has no value, and not 0."""
        if not name:
            return {}
        key = (name, filters, year)
        if key not in self.rolled:
            self.rolled[key] = roll_up(indicator_query(self.subject, name, filters, year, self.reader, self.regions))
        rolled = self.rolled[key]
        measure = rolled.query.measures[0]
        report, unit = rolled.query.report, measure.unit
        title = measure.heading(report.model)
        reported = self.reported(name, year)
        found = {}
        for each in names:
            url = rolled.query.records_url(
                {rolled.query.by[0]: each}, measure if isinstance(measure, Measure) else None
            )
            value = rolled.at(each)[measure.name] if each in reported else None
            found[each] = InputPart(None if value is None else Decimal(value), title, report.name, unit, url)
        return found

    def reported(self, name: str, year: int) -> set[str]:
        """The subjects with a record of the measure's report in the year, whatever the indicator filters by."""
        key = (name, year)
        if key not in self.known:
            query = indicator_query(self.subject, name, "", year, self.reader, self.regions)
            found = query.listed().order_by().values_list(query.by[0].source, flat=True).distinct()
            self.known[key] = {str(each) for each in found}
        return self.known[key]

    def entered(self, indicator: Indicator, year: int, names: Mapping[str, str]) -> dict[str, InputPart]:
        if self.subject == Subject.INDUSTRIES and self.regions.own.level != Region.Level.PROVINCE:
            return dict.fromkeys(
                names, InputPart(None)
            )  # they are the province's, and this ranking covers a part of it
        statistic = indicator.statistic
        unit = Unit("statistic", statistic.unit if statistic else "", digits=3)
        rows = StatisticValue.objects.filter(statistic=statistic, year=year).select_related("source")
        known = {
            row.city_id or row.industry: InputPart(
                row.value, bracketed(statistic, comma().join(filter(None, (str(row.source), row.place)))), "", unit
            )
            for row in rows
        }
        return {key: known.get(key, InputPart(None)) for key in names}


def scored_industries() -> list[tuple[str, str]]:
    """The six traditional industries. Other industries are not scored."""
    return [(str(value), str(label)) for value, label in Industry.choices if value != Industry.OTHER]


def input_value(numerator: InputPart, denominator: InputPart | None) -> Decimal | None:
    """The input; None if one of its sides is missing or the divisor is 0."""
    if numerator.value is None or denominator is None:
        return numerator.value
    return numerator.value / denominator.value if denominator.value else None


def input_marks(indicator: Indicator, values: Mapping[str, Decimal | None]) -> dict[str, Decimal | None]:
    """The marks from 0 to 100 by the indicator's method; None for a missing input."""
    falling = indicator.falling
    if indicator.method == MarkMethod.RANK:
        return marks_by_rank(values, falling=falling)
    marks: dict[str, Decimal | None] = {}
    for key, value in values.items():
        if value is None:
            marks[key] = None
        elif indicator.method == MarkMethod.TARGET and indicator.target is not None:
            marks[key] = mark_of_target(value, indicator.target, falling=falling)
        elif indicator.low is not None and indicator.high is not None:
            marks[key] = mark_between(value, indicator.low, indicator.high, falling=falling)
    return marks
