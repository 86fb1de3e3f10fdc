"""The query of a URL or a command line to a report. It is checked, and never answered for more than was asked."""

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, partial
from typing import Any

from django.db.models import Count, Max, Min, QuerySet
from django.db.models import Value as Literal
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from revival.accounts.models import Official, Region
from revival.punctuation import listed
from revival.records.days import FIRST_YEAR
from revival.reporting.dimensions import NOT_STATED, Dimension, RegionDimension, Value
from revival.reporting.filters import AtFilter, ReportFilters, ValuesFilter, filter_class, filter_title
from revival.reporting.measures import Measure, MeasureKind, Ratio
from revival.reporting.params import Params, changed_url, without_blanks
from revival.reporting.period import is_axis, is_snapshot, last_period, rows_of, valid_at, with_validity
from revival.reporting.regions import Regions
from revival.reporting.report import Column, Report
from revival.reporting.units import MONEY, MONEY_UNITS, Unit, default_money_unit

# Parameters that are not filters, with their labels.
SHAPE: dict[str, Promise] = {
    "by": gettext_lazy("Rows by"),
    "across": gettext_lazy("Columns by"),
    "measure": gettext_lazy("Measures"),
    "columns": gettext_lazy("Columns"),
    "sort": gettext_lazy("Sort order"),
    "unit": gettext_lazy("Unit of money"),
    "page": gettext_lazy("Page"),
    "after": gettext_lazy("After the record"),
    "before": gettext_lazy("Before the record"),
    "format": gettext_lazy("File format"),
}
SEVERAL = ("by", "across", "measure", "columns")
FORMATS = ("xlsx", "csv", "json")
LAST_PAGE = 200
MOST_BY = 2
LISTED = "*"  # the name of the number of listed records, next to the names of measures


@dataclass(frozen=True)
class Query:
    """A checked query to a report.

    filters: the chosen values by parameter. params: the parameters as given. money: the unit of the table.
    headline_money: the unit of the totals above it, which is the same if one was asked for.
    """

    report: type[Report]
    user: Official
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
        """The dimensions that the answer is grouped by, rows first."""
        return (*self.by, self.across) if self.across else self.by

    @property
    def shown(self) -> tuple[Measure | Ratio, ...]:
        """The measures that the table shows: all, or in a cross-tab the first unless more are named."""
        return self.measures[:1] if self.across and not self.params.get("measure") else self.measures

    @property
    def sort_holds(self) -> bool:
        """Whether the requested order is offered for any number of records."""
        return not self.sort or bool(self.by) or self.report.holds_in_order(self.sort.removeprefix("-"))

    @property
    def narrow(self) -> tuple[str, ...]:
        """The parameters that a query about more records must drop."""
        return () if self.sort_holds else ("sort",)

    @property
    def states(self) -> list[str]:
        """The states of the records that count."""
        return self.filters.get("state") or list(self.report.states)

    @property
    def chosen_periods(self) -> list[Any]:
        """The chosen values on the axis of periods; empty for a report without an axis."""
        validity = self.report.validity
        return self.filters.get(validity.axis, []) if validity else []

    @property
    def last_period(self) -> Any:
        """The period that snapshots are taken at."""
        return last_period(self.report, self.chosen_periods)

    def rows(self) -> QuerySet[Any]:
        """The records that count: scoped to the reader, filtered, with their validity where the report has one."""
        rows = self.filterset.filter_queryset(rows_of(self.report, self.user)).filter(state__in=self.states)
        return with_validity(self.report, rows, self.states, on_a_day=self.on_a_day)

    @property
    def on_a_day(self) -> bool:
        """Whether the rows are those valid on one day, and not at the end of a period."""
        return any(isinstance(self.filterset.filters[name], AtFilter) for name in self.filters)

    @property
    def first(self) -> Measure | None:
        """The measure whose records are listed."""
        return next((m for m in self.measures if isinstance(m, Measure)), None)

    @cached_property
    def aggregates(self) -> list[Measure]:
        """The measures that the database computes: those of the report, and last the number of listed records."""
        kind = self.first.kind if self.first else MeasureKind.FLOW
        return [*self.report.aggregates(), Measure(LISTED, Count("*"), kind=kind)]

    def listed(self) -> QuerySet[Any]:
        """The records behind the number of the first measure: those of a snapshot are valid at the period's end."""
        first = self.first
        if first is None or not self.report.validity:
            return self.rows()
        if is_snapshot(self.report, first):
            return self.valid_rows()
        chosen = self.chosen_periods
        return self.rows().filter(valid_from__in=chosen) if chosen else self.rows()

    def valid_rows(self) -> QuerySet[Any]:
        """The records of a report with a validity that are valid at the period's end."""
        return self.rows().filter(valid_at(self.last_period))

    def labels(self, dimension: Dimension) -> dict[Value, str]:
        """The labels by value, in order, of the rows of a dimension that the filters allow."""
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

        They are taken over all records of the reader. If there is an index, each filter takes two probes of it.
        """
        made = [f.dimension for f in self.filterset.filters.values() if isinstance(f, ValuesFilter)]
        sources = {
            d.source.removesuffix("__year")
            for d in made
            if d.number and not self.regions.labels_of(d, self.report.model)
        }
        rows = rows_of(self.report, self.user).filter(state__in=self.states)
        return rows.aggregate(**{f"{end.__name__}_{source}": end(source) for source in sources for end in (Min, Max)})

    def ends(self, source: str) -> tuple[int | None, int | None]:
        """The least and the greatest number, or year, of a source in the reader's records; None for none."""
        bounds = (self.bounds[f"{end}_{source.removesuffix('__year')}"] for end in ("Min", "Max"))
        least, most = (bound.year if isinstance(bound, date) else bound for bound in bounds)
        return least, most

    def inside(self, source: str) -> range:
        """The numbers that lie between the ends of a source."""
        least, most = self.ends(source)
        return range(0) if least is None or most is None else range(least + 1, most)

    @cached_property
    def between(self) -> dict[str, list[int]]:
        """The numbers between the ends of each source that records have; at most one query, a probe for each number.

        The constraints of the tables keep the ends near enough to each other for that.
        """
        made = [f.dimension for f in self.filterset.filters.values() if isinstance(f, ValuesFilter)]
        sources = {d.source for d in made if f"Min_{d.source.removesuffix('__year')}" in self.bounds}
        found: dict[str, list[int]] = {source: [] for source in sources}
        rows = rows_of(self.report, self.user).filter(state__in=self.states).order_by()
        asked = [(source, number) for source in sorted(sources) for number in self.inside(source)]
        probes = [rows.filter(**{s: number}).values_list(Literal(s), Literal(number))[:1] for s, number in asked]
        for source, number in probes[0].union(*probes[1:], all=True) if probes else ():
            found[source].append(number)
        return found

    def numbers(self, dimension: Dimension) -> dict[Value, str]:
        """The whole numbers, or years, of the reader's records, the greatest first. Stocks have every year."""
        least, most = self.ends(dimension.source)
        if least is None or most is None:
            return {}
        numbers = {least, *self.between[dimension.source], most}
        if is_axis(self.report, dimension.name):  # rows that began long ago are valid in every year until today
            numbers = {most, *range(max(least, FIRST_YEAR), max(most, last_period(self.report, ())) + 1)}
        return {number: str(number) for number in sorted(numbers, reverse=True)}

    def label(self, dimension: Dimension, value: Value) -> str:
        """The label of one value, even if no row has it."""
        if value is None:
            return _("not stated")
        if isinstance(dimension, RegionDimension):
            parts = {str(part): str(label) for part, label in Region.Part.choices}
            label = parts.get(str(value)) or self.regions.label(str(value))
            part_of_it = self.regions.above_own(str(value))
            return _("%(region)s (own part)") % {"region": label} if part_of_it else label
        return self.regions.labels_of(dimension, self.report.model).get(value, str(value))

    def url(self, *, drop: tuple[str, ...] = (), **changes: Any) -> str:
        """The URL of this query with some parameters changed. None or "" removes one. Paging starts again."""
        return changed_url(self.report.url(), self.params, drop=drop, **changes)

    def records_url(self, slice_: dict[Dimension, Value], measure: Measure | None = None) -> str:
        """The URL of the records behind one number: the filters, and the values of its row and column.

        It is empty if there can be none: for a measure limited to one value, in the row of another value.
        """
        changes: dict[str, Any] = {}
        for dimension, value in slice_.items():
            above = isinstance(dimension, RegionDimension) and value is not None
            if above and (self.regions.above_own(str(value)) or not self.regions.may_ask(str(value))):
                continue  # the reader's own region lies in it, so their rows are all that they see of it
            filter_ = self.filterset.filters[dimension.name]
            values = filter_.narrowed(self.filters.get(dimension.name, []), value)
            changes[dimension.name] = [NOT_STATED if each is None else each for each in values]
        if measure is not None and self.report.validity:
            changes["measure"] = measure.name
        if measure is not None and measure.only:
            name, value = measure.only
            if value not in (changes.get(name) or self.filters.get(name) or [value]):
                return ""
            changes[name] = [value]
        return self.url(drop=("by", "across", "sort", "measure"), **changes)


def report_query(report: type[Report], given: QueryDict, user: Official, regions: Regions | None = None) -> Query:
    """The checked query. Raises BadQuery with everything that is wrong in it."""
    params, regions = without_blanks(given), regions or Regions(user)
    made: Any = report  # a class is hashable, whatever its instances are
    filterset = filter_class(made)(params, report.model._default_manager.none(), report=report, regions=regions)
    repeated = (name for name, each in filterset.filters.items() if isinstance(each, ValuesFilter))
    labels = {name: partial(filter_title, name, each) for name, each in filterset.filters.items()} | SHAPE
    reader = Params(given, labels, (*SEVERAL, *repeated))
    for name, errors in filterset.form.errors.items():
        for error in errors:
            reader.add(name, str(error))
    filters = {name: value for name, value in filterset.form.cleaned_data.items() if value not in (None, "", [])}
    query = Query(report, user, regions, params, filters, filterset, regions_chosen=chosen_regions(report, filters))
    query = shaped_query(query, reader)
    if query.on_a_day and (query.chosen_periods or any(is_axis(report, d.name) for d in query.dimensions)):
        words = {"day": reader.label("at"), "period": reader.label(report.validity.axis if report.validity else "")}
        reader.wrong.append(_("Choose either “%(day)s” or “%(period)s”, not both.") % words)
    reader.check()
    return query


def chosen_regions(report: type[Report], filters: dict[str, Any]) -> tuple[tuple[str, ...], ...]:
    """The chosen regions of each filter by place that is in use."""
    names = ["region", *(d.name for d in report.dimensions if isinstance(d, RegionDimension))]
    return tuple(tuple(v for v in filters[name] if v) for name in names if any(filters.get(name, ())))


def shaped_query(query: Query, reader: Params) -> Query:
    """The query with by, across, measures, columns, sort, unit, paging and format from the parameters."""
    report = query.report
    by, across = grouping_asked(report, reader)
    measures: list[Measure | Ratio] = reader.several("measure", report.measure) or list(report.measures)
    offered = {column.name: column for column in (*report.columns, *report.codes())}
    columns = reader.several("columns", offered.get) or list(report.columns)
    sortable = [each.name for each in ((*by, *measures) if by else report.columns)]
    unit, form = reader.one("unit", MONEY_UNITS, lambda each: each.title), reader.one_of("format", FORMATS)
    sums = MONEY if form == "csv" else default_money_unit(of_records=False)  # one unit in both languages
    return replace(
        query,
        by=by,
        across=across,
        measures=tuple(measures),
        columns=tuple(columns),
        sort=reader.one_of("sort", [*sortable, *(f"-{name}" for name in sortable)]),
        money=unit or (sums if by else default_money_unit(of_records=True)),
        headline_money=unit or default_money_unit(of_records=False),
        format=form,
        **paging_asked(reader),
    )


def grouping_asked(report: type[Report], reader: Params) -> tuple[tuple[Dimension, ...], Dimension | None]:
    """The dimensions of the rows, and that of the columns."""
    by, across = reader.several("by", report.dimension), reader.several("across", report.dimension)
    if len(by) > MOST_BY or len(across) > 1 or set(by) & set(across):
        reader.wrong.append(_("Choose at most two dimensions for the rows and one more for the columns."))
    if across and not by:
        reader.add("across", _("choose “%(rows)s” as well.") % {"rows": reader.label("by")})
    return tuple(by), next(iter(across), None)


def paging_asked(reader: Params) -> dict[str, Any]:
    """The requested page: its number, or the key of the record before or after it."""
    page, after, before = (reader.number(name) for name in ("page", "after", "before"))
    if len([key for key in (page, after, before) if key is not None]) > 1:
        names = listed(f"“{reader.label(name)}”" for name in ("page", "after", "before"))
        reader.wrong.append(_("Give one of %(names)s, not several.") % {"names": names})
    if page and page > LAST_PAGE:
        reader.add("page", _("the first 200 pages have numbers; follow “Next” from there on."))
    return {"page": page or 1, "after": after, "before": before}
