"""Results as tables, a chart and JSON, limited to what the reader may see of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from revival.evaluation.models import Indicator, IndicatorGroup, InputForm
from revival.evaluation.scores import IndicatorInput, InputPart, SystemResult
from revival.punctuation import labelled
from revival.reporting.charts import Chart, ChartItem, stacked_chart
from revival.reporting.grid import Cell, Grid, Head, Row
from revival.reporting.table import grid_table
from revival.reporting.units import COUNT, MONEY, RATE_DIGITS, SHARE, TIMES, Unit, default_money_unit, rate_number


@dataclass(frozen=True)
class SignedUnit(Unit):
    """A difference, shown with its sign."""

    def show(self, value: Decimal | int | None) -> str:
        if value is not None and not round(Decimal(value), self.digits):
            return "0"
        return "–" if value is None else self.signed(value)


MARKS = Unit("marks", "", digits=1, places=RATE_DIGITS)
CHANGE, PLACES = SignedUnit("change", "", digits=1, places=RATE_DIGITS), SignedUnit("places", "")
PLAIN = Unit("plain", "", digits=3)


@dataclass(frozen=True)
class ComparedResult:
    """A result to compare with the one shown, with its names on pages and in JSON."""

    title: str
    result: SystemResult
    key: str = ""


def difference(new: Any, old: Any) -> Any:
    return None if new is None or old is None else new - old


def groups_of(result: SystemResult) -> list[IndicatorGroup]:
    """The groups that have indicators, in order."""
    return list(dict.fromkeys(each.group for each in result.indicators))


def ranking_grid(
    result: SystemResult, keys: Sequence[str], beside: Sequence[ComparedResult], urls: Mapping[str, str]
) -> Grid:
    """Rank, subject, score, points of each group, and the differences to other results."""
    groups = groups_of(result)
    heads = [Head(_("Rank"), COUNT), Head(_("Name")), Head(_("Score"), MARKS)]
    heads += [Head(group.name, MARKS) for group in groups]
    for other in beside:
        heads += [
            Head(_("Rank, %(title)s") % {"title": other.title}, COUNT),
            Head(_("places"), PLACES),
            Head(_("Score, %(title)s") % {"title": other.title}, MARKS),
            Head(_("points"), CHANGE),
        ]
    rows = []
    for key in keys:
        cells = [
            Cell(result.ranks[key], COUNT),
            Cell(result.names[key], url=urls.get(key, "")),
            Cell(result.scores[key], MARKS),
            *(Cell(result.group_points(group, key), MARKS) for group in groups),
        ]
        for other in beside:
            before = other.result
            cells += [
                Cell(before.ranks[key], COUNT),
                Cell(difference(before.ranks[key], result.ranks[key]), PLACES),
                Cell(before.scores[key], MARKS),
                Cell(difference(result.scores[key], before.scores[key]), CHANGE),
            ]
        rows.append(Row(tuple(cells)))
    return Grid(tuple(heads), tuple(rows))


def ranking_chart(result: SystemResult, keys: Sequence[str], urls: Mapping[str, str]) -> Chart:
    """The points of each group as stacked bars, the best first."""
    groups = groups_of(result)
    lines = [
        (marks_item(result.names[key], result.scores[key], urls.get(key, "")), group_items(result, groups, key, urls))
        for key in keys
        if result.scores[key] is not None
    ]
    words = (
        _("%(system)s, %(year)s: points by group") % {"system": result.system.name, "year": result.year},
        _("One bar for each, the highest score first; its parts are the points of the groups."),
    )
    legend = [group.name for group in groups]
    return stacked_chart("scores", words, lines, legend, grid_table(ranking_grid(result, keys, (), urls)))


def marks_item(label: str, value: Decimal | None, url: str) -> ChartItem:
    return ChartItem(label, value, MARKS.show(value), url)


def group_items(
    result: SystemResult, groups: Sequence[IndicatorGroup], key: str, urls: Mapping[str, str]
) -> list[ChartItem]:
    return [marks_item(group.name, result.group_points(group, key), urls.get(key, "")) for group in groups]


def score_grid(result: SystemResult, key: str) -> Grid:
    """The score of one subject by indicator, each with its counted values and the links to their records."""
    heads = (
        Head(_("Group")),
        Head(_("Indicator")),
        Head(_("Weight"), MARKS),
        Head(_("Counted")),
        Head(_("Divided by")),
        Head(_("Input")),
        Head(_("Marked by")),
        Head(_("Marks"), MARKS),
        Head(_("Points"), MARKS),
    )
    rows = [score_row(result, each, key) for each in result.indicators]
    whole = sum((result.weights[each.code] for each in result.indicators), Decimal(0))
    total = (Cell(_("Score")), Cell(""), Cell(whole, MARKS), *[Cell("")] * 5, Cell(result.scores[key], MARKS))
    return Grid(heads, (*rows, Row(total, "total")))


def score_row(result: SystemResult, indicator: Indicator, key: str) -> Row:
    found = result.inputs[indicator.code, key]
    value = _("missing") if found.value is None else input_text(indicator, found)
    return Row(
        (
            Cell(indicator.group.name),
            Cell(indicator.name),
            Cell(result.weights[indicator.code], MARKS),
            counted_cell(found.numerator),
            counted_cell(found.denominator),
            Cell(value),
            Cell(method_text(indicator)),
            Cell(found.mark, MARKS),
            Cell(result.points(indicator, key), MARKS),
        )
    )


def counted_cell(part: InputPart | None) -> Cell:
    """The counted value with its name and unit, as a link to its records."""
    if part is None:
        return Cell("")
    if part.value is None:
        return Cell(_("missing"), url=part.url)
    unit = default_money_unit(of_records=False) if part.unit is MONEY else part.unit or PLAIN
    number = f"{unit.show(part.value)} {unit.title}".strip()
    return Cell(labelled(part.title, number) if part.title else number, url=part.url)


def input_text(indicator: Indicator, found: IndicatorInput) -> str:
    """The input in the form in which the indicator is shown."""
    if indicator.form != InputForm.NUMBER:
        return value_text(indicator, found.value)
    above, below = found.numerator, found.denominator
    unit = default_money_unit(of_records=below is not None) if above.unit is MONEY else above.unit
    divided = below is not None and (above.unit is not MONEY or below.unit is MONEY)
    kept = PLAIN if divided or unit is None else unit
    return f"{kept.show(found.value)} {kept.title}".strip()


def value_text(indicator: Indicator, value: Decimal | None) -> str:
    """A bound, a target or an input with its unit. A plain number is shown as it is stored."""
    unit = {InputForm.SHARE: SHARE, InputForm.TIMES: TIMES}.get(InputForm(indicator.form))
    return number_text(value) if unit is None else f"{unit.show(value)} {unit.title}"


def method_text(indicator: Indicator) -> str:
    """The way in which the input became marks, in words."""
    words = {name: value_text(indicator, getattr(indicator, name)) for name in ("low", "high", "target")}
    how = {
        "bounds": _("between %(low)s and %(high)s"),
        "target": _("target %(target)s"),
        "rank": _("rank among all"),
    }[indicator.method] % words
    return _("%(how)s, less is better") % {"how": how} if indicator.falling else how


def number_text(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():zf}"


def ranking_json(
    result: SystemResult, keys: Sequence[str], beside: Sequence[ComparedResult], region: str
) -> dict[str, Any]:
    """The page as numbers: scores and points from 0 to 100, inputs in the units of the database."""
    return {
        "system": str(result.system.name),
        "version": result.system.version,
        "year": result.year,
        "region": region,
        "rows": [json_row(result, key, beside) for key in keys],
    }


def json_row(result: SystemResult, key: str, beside: Sequence[ComparedResult]) -> dict[str, Any]:
    return {
        "key": key,
        "name": result.names[key],
        "rank": result.ranks[key],
        "score": json_number(result.scores[key]),
        "groups": {group.code: json_number(result.group_points(group, key)) for group in groups_of(result)},
        **{other.key: json_beside(other.result, key) for other in beside},
        "indicators": [json_input(result, each, key) for each in result.indicators],
    }


def json_beside(result: SystemResult, key: str) -> dict[str, Any]:
    return {
        "year": result.year,
        "version": result.system.version,
        "rank": result.ranks[key],
        "score": json_number(result.scores[key]),
    }


def json_input(result: SystemResult, indicator: Indicator, key: str) -> dict[str, Any]:
    found = result.inputs[indicator.code, key]
    below = found.denominator
    return {
        "code": indicator.code,
        "weight": json_number(result.weights[indicator.code]),
        "numerator": json_number(found.numerator.value),
        "denominator": json_number(below.value) if below else None,
        "value": json_number(found.value),
        "missing": found.value is None,
        "mark": json_number(found.mark),
        "points": json_number(result.points(indicator, key)),
    }


def json_number(value: Decimal | None) -> float | None:
    return None if value is None else rate_number(value)
