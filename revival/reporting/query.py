"""A question put to a report: what a URL, or a command line, asks for, checked and never widened."""

from collections.abc import Container
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from revival.accounts.models import Region
from revival.reporting.dimensions import NOT_STATED, Dimension, RegionDimension, Value
from revival.reporting.filters import AtFilter, ReportFilters, ValuesFilter, filter_class
from revival.reporting.measures import Kind, Measure, Ratio
from revival.reporting.regions import Regions
from revival.reporting.report import Column, Report
from revival.reporting.units import MONEY_UNITS, Unit, default_money_unit

# Parameters that are not filters.
SHAPE = ("by", "across", "measure", "columns", "sort", "unit", "page", "after", "before", "format")
ONCE = ("sort", "unit", "page", "after", "before", "format")
FORMATS = ("csv", "json")
LAST_PAGE = 200
MOST_BY = 2
LISTED = "*"  # the name, beside those of measures, of how many records a question lists


class BadQuery(Exception):
    """The question cannot be answered as it was put; `messages` say which parameter and why."""

    def __init__(self, messages: list[str]) -> None:
        self.messages = messages
        super().__init__(" ".join(messages))


@dataclass(frozen=True)
class Query:
    """A checked question. `filters` holds the values chosen by parameter, `params` the parameters as given.

    money is the unit of the table, headline_money that of the totals above it: the same if one was asked for.
    """

    report: type[Report]
    user: Any
    regions: Regions
    params: QueryDict
    filters: dict[str, Any]
    filterset: ReportFilters
    by: tuple[Dimension, ...] = ()
    across: Dimension | None = None
    measures: tuple[Measure | Ratio, ...] = ()
    columns: tuple[Column, ...] = ()
    sort: str = ""
    money: Unit = MONEY_UNITS["yuan"]
    headline_money: Unit = MONEY_UNITS["yuan"]
    page: int = 1
    after: int | None = None
    before: int | None = None
    format: str = ""
    regions_chosen: tuple[tuple[str, ...], ...] = ()

    @cached_property
    def dimensions(self) -> tuple[Dimension, ...]:
        """What the answer is grouped by, rows first."""
        return (*self.by, self.across) if self.across else self.by

    @property
    def shown(self) -> tuple[Measure | Ratio, ...]:
        """The measures that a table shows: all, and across columns only the first unless more are named."""
        return self.measures[:1] if self.across and not self.params.get("measure") else self.measures

    @property
    def sort_holds(self) -> bool:
        """Whether the order asked for is offered of any number of records."""
        return not self.sort or bool(self.by) or self.report.holds_in_order(self.sort.removeprefix("-"))

    @property
    def narrow(self) -> tuple[str, ...]:
        """Parameters that a question about more records has to leave out."""
        return () if self.sort_holds else ("sort",)

    @property
    def states(self) -> list[str]:
        """The states of the records that count."""
        return self.filters.get("state") or list(self.report.states)

    @property
    def last_period(self) -> Any:
        """The period of the axis that stock and latest measures are taken at."""
        standing = self.report.standing
        if standing is None:
            return None
        chosen = self.filters.get(standing.axis)
        return max(chosen) if chosen else standing.until()

    def rows(self) -> QuerySet[Any]:
        """The records that count: scoped to the reader, filtered; of standing reports with their span."""
        rows = self.report.model._default_manager.visible_to(self.user)
        rows = self.filterset.filter_queryset(rows).filter(state__in=self.states)
        return self.report.with_span(rows, self.states, on_a_day=self.on_a_day)

    @property
    def on_a_day(self) -> bool:
        """Whether the rows are those that stand on one day, in place of a period's end."""
        return any(isinstance(self.filterset.filters[name], AtFilter) for name in self.filters)

    @property
    def first(self) -> Measure | None:
        """The measure whose records are listed."""
        return next((m for m in self.measures if isinstance(m, Measure)), None)

    @cached_property
    def aggregates(self) -> list[Measure]:
        """What the database computes: the measures of the report, and last how many records are listed."""
        kind = self.first.kind if self.first else Kind.FLOW
        return [*self.report.aggregates(), Measure(LISTED, Count("*"), kind=kind)]

    def listed(self) -> QuerySet[Any]:
        """The records behind the number of the first measure: of a stock, those that stand at the period's end."""
        first, rows = self.first, self.rows()
        if first is None or not self.report.standing:
            return rows
        chosen = self.filters.get(self.report.standing.axis)
        if not self.report.stands(first):
            return rows.filter(span_start__in=chosen) if chosen else rows
        return self.standing_rows()

    def standing_rows(self) -> QuerySet[Any]:
        """The records of a standing report that stand at the period's end."""
        stands = Q(span_end__isnull=True) | Q(span_end__gt=self.last_period)
        return self.rows().filter(stands, span_start__lte=self.last_period)

    def labels(self, dimension: Dimension) -> dict[Value, str]:
        """Value to label of the rows of a dimension, in order: those that the filters leave possible."""
        if isinstance(dimension, RegionDimension):
            labels = self.regions.labels(dimension.level, self.regions_chosen)
        else:
            labels = self.regions.labels_of(dimension, self.report.model)
        chosen = self.filters.get(dimension.name)
        if dimension.name == "state":
            chosen = self.states
        return {value: label for value, label in labels.items() if not chosen or value in chosen}

    @cached_property
    def bounds(self) -> dict[str, Any]:
        """The least and greatest value of every filter by numbers that has no labels, in one query.

        They are taken over the reader's records, filters apart: two probes of an index each where there is one.
        """
        made = [f.dimension for f in self.filterset.filters.values() if isinstance(f, ValuesFilter)]
        sources = {
            d.source.removesuffix("__year")
            for d in made
            if d.number and not self.regions.labels_of(d, self.report.model)
        }
        rows = self.report.model._default_manager.visible_to(self.user).filter(state__in=self.states)
        return rows.aggregate(**{f"{end.__name__}_{source}": end(source) for source in sources for end in (Min, Max)})

    def numbers(self, dimension: Dimension) -> dict[Value, str]:
        """The whole numbers, or years, from the greatest to the least in the reader's records."""
        source = dimension.source.removesuffix("__year")
        bounds = (self.bounds[f"{end}_{source}"] for end in ("Min", "Max"))
        least, most = (bound.year if isinstance(bound, date) else bound for bound in bounds)
        standing = self.report.standing
        if most is not None and standing and standing.axis == dimension.name:
            most = max(most, standing.until())  # what began long ago stands today
        return {} if least is None else {number: str(number) for number in range(most, least - 1, -1)}

    def label(self, dimension: Dimension, value: Value) -> str:
        """The label of one value, also of one that the rows would leave out."""
        if value is None:
            return _("not stated")
        if isinstance(dimension, RegionDimension):
            parts = {str(part): str(label) for part, label in Region.Part.choices}
            label = parts.get(str(value)) or self.regions.label(str(value))
            part_of_it = self.regions.above_own(str(value))
            return _("%(region)s (own part)") % {"region": label} if part_of_it else label
        return self.regions.labels_of(dimension, self.report.model).get(value, str(value))

    def url(self, *, drop: tuple[str, ...] = (), **changes: Any) -> str:
        """The URL of this question with some parameters changed; None or "" removes one, paging starts anew."""
        params = self.params.copy()
        for name in ("page", "after", "before", "format", *drop):
            params.pop(name, None)
        for name, value in changes.items():
            values = value if isinstance(value, list) else [value]
            params.setlist(name, [str(each) for each in values if each is not None])
        for name in [name for name, values in params.lists() if not any(values)]:
            del params[name]
        return f"{self.report.url()}?{params.urlencode()}" if params else self.report.url()

    def records_url(self, slice_: dict[Dimension, Value], measure: Measure | None = None) -> str:
        """The URL of the records behind one number: the filters, and the values of its row and column.

        Empty where there are none by definition: a measure limited to one value, in the row of another.
        """
        changes: dict[str, Any] = {}
        for dimension, value in slice_.items():
            above = isinstance(dimension, RegionDimension) and value is not None
            if above and (self.regions.above_own(str(value)) or not self.regions.may_ask(str(value))):
                continue  # the reader's own region lies in it: his rows are all there are for him
            filter_ = self.filterset.filters[dimension.name]
            values = filter_.narrowed(self.filters.get(dimension.name, []), value)
            changes[dimension.name] = [NOT_STATED if each is None else each for each in values]
        if measure is not None and self.report.standing:
            changes["measure"] = measure.name
        if measure is not None and measure.only:
            name, value = measure.only
            if value not in (changes.get(name) or self.filters.get(name) or [value]):
                return ""
            changes[name] = [value]
        return self.url(drop=("by", "across", "sort", "measure"), **changes)


def ask(report: type[Report], params: QueryDict, user: Any, regions: Regions | None = None) -> Query:
    """Check a question and give it back parsed. Raises BadQuery with everything that is wrong in it."""
    regions = regions or Regions(user)
    made: Any = report  # a class is hashable, whatever its instances are
    filterset = filter_class(made)(params, report.model._default_manager.none(), report=report, regions=regions)
    wrong = [
        _("“%(name)s” is not a parameter of this report.") % {"name": name[:80]}
        for name in params
        if name not in filterset.filters and name not in SHAPE
    ]
    wrong += [
        _("“%(name)s” is given more than once.") % {"name": name}
        for name, values in params.lists()
        if (name in ONCE or (name in filterset.filters and not isinstance(filterset.filters[name], ValuesFilter)))
        and len([v for v in values if v]) > 1
    ]
    for name, errors in filterset.form.errors.items():
        wrong += [f"{name}: {error}" for error in errors]
    filters = {name: value for name, value in filterset.form.cleaned_data.items() if value not in (None, "", [])}
    query = Query(report, user, regions, params, filters, filterset, regions_chosen=chosen(report, filters))
    try:
        query = shape(query)
        wrong += periods_wrong(query)
    except BadQuery as bad:
        wrong += bad.messages
    if wrong:
        raise BadQuery(wrong)
    return query


def periods_wrong(query: Query) -> list[str]:
    """A day stands in place of periods, so none is chosen or grouped by beside it."""
    axis = query.report.standing.axis if query.report.standing else ""
    both = query.on_a_day and (query.filters.get(axis) or any(d.name == axis for d in query.dimensions))
    return [_("“at” and “%(period)s” exclude each other.") % {"period": axis}] if both else []


def chosen(report: type[Report], filters: dict[str, Any]) -> tuple[tuple[str, ...], ...]:
    """The sets of regions that the filters leave, one per filter in use."""
    names = ["region", *(d.name for d in report.dimensions if isinstance(d, RegionDimension))]
    return tuple(tuple(v for v in filters[name] if v) for name in names if any(filters.get(name, ())))


def shape(query: Query) -> Query:
    """Fill in by, across, measures, columns, sort, unit, paging and format. Raises BadQuery."""
    report, reader = query.report, Reader(query.params)
    by, across = grouping(report, reader)
    measures = reader.several("measure", report.measure) or list(report.measures)
    columns = reader.several("columns", {c.name: c for c in report.columns}.get) or list(report.columns)
    sortable = {m.name for m in measures} | {d.name for d in by} if by else {c.name for c in report.columns}
    unit = reader.several("unit", MONEY_UNITS.get)
    shaped = replace(
        query,
        by=by,
        across=across,
        measures=tuple(measures),
        columns=tuple(columns),
        sort=reader.one_of("sort", {*sortable, *(f"-{name}" for name in sortable)}),
        money=unit[0] if unit else default_money_unit(of_records=not by),
        headline_money=unit[0] if unit else default_money_unit(of_records=False),
        format=reader.one_of("format", FORMATS),
        **paging(reader),
    )
    if reader.wrong:
        raise BadQuery(reader.wrong)
    return shaped


def grouping(report: type[Report], reader: "Reader") -> tuple[tuple[Dimension, ...], Dimension | None]:
    """The dimensions of the rows, and that of the columns."""
    by, across = reader.several("by", report.dimension), reader.several("across", report.dimension)
    if len(by) > MOST_BY or len(across) > 1 or set(by) & set(across):
        reader.wrong.append(_("Group by two dimensions, and across a third, at the most."))
    if across and not by:
        reader.wrong.append(_("“across” goes with “by”."))
    return tuple(by), next(iter(across), None)


def paging(reader: "Reader") -> dict[str, Any]:
    """The page asked for: by its number, or by the key of the record before or after it."""
    page, after, before = (reader.number(name) for name in ("page", "after", "before"))
    if len([key for key in (page, after, before) if key is not None]) > 1:
        reader.wrong.append(_("“page”, “after” and “before” exclude each other."))
    if page and page > LAST_PAGE:
        reader.wrong.append(_("Pages after the 200th are reached by “after”."))
    return {"page": page or 1, "after": after, "before": before}


class Reader:
    """Reads parameters by name and collects what is wrong with them."""

    def __init__(self, params: QueryDict) -> None:
        self.params = params
        self.wrong: list[str] = []

    def refuse(self, name: str, value: str) -> None:
        unknown = _("“%(value)s” is not one of the values.") % {"value": value[:80]}
        self.wrong.append(f"{name}: {unknown}")

    def one_of(self, name: str, known: Container[str]) -> str:
        """The value of a parameter that takes one of a few; empty where it is not given."""
        value = self.params.get(name, "")
        if value and value not in known:
            self.refuse(name, value)
        return value

    def several(self, name: str, find: Any) -> list[Any]:
        """What the values of a parameter name, in order and once each; commas part them too."""
        values = [v for text in self.params.getlist(name) for v in text.split(",") if v]
        found = []
        for value in dict.fromkeys(values):
            item = find(value)
            if item is None:
                self.refuse(name, value)
            else:
                found.append(item)
        return found

    def number(self, name: str) -> int | None:
        """A positive whole number, or None where the parameter is not given."""
        text = self.params.get(name, "")
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and 0 < int(text[:20]) < 2**63):
            self.refuse(name, text)
            return None
        return int(text)
