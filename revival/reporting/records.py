"""The record table: the records behind the numbers, in pages reached by key."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from revival.reporting.columns import Shown
from revival.reporting.grid import Cell, Grid, Head, Row, sorted_head, unit_of
from revival.reporting.measures import Figures, Measure, Ratio
from revival.reporting.params import BadQuery
from revival.reporting.query import LAST_PAGE, LISTED, Query
from revival.reporting.report import Column

PAGE = 50
MANY = 100_000  # records; above, a page is sorted only by what an index holds in order
Link = Callable[[int], str]


@dataclass(frozen=True)
class Page:
    """One page of records, and the URLs of the pages beside it."""

    grid: Grid
    first: str = ""
    previous: str = ""
    next: str = ""


def shown_columns(query: Query) -> list[Shown]:
    return [Shown(column, query.report.model, query.money, query.user) for column in query.columns]


def sort_column(query: Query) -> Column | None:
    """The column that the records are sorted by, if one is asked for."""
    return next((c for c in query.report.columns if c.name == query.sort.removeprefix("-")), None)


def sort_path(query: Query) -> tuple[str, bool]:
    """The path that the records are sorted by, and whether it falls; the key itself unless asked otherwise."""
    column = sort_column(query)
    path = Shown(column, query.report.model, query.money).path if column else "pk"
    return path, query.sort.startswith("-")


def listed(query: Query) -> QuerySet[Any]:
    """The records with the rates that the table shows or is sorted by."""
    names = {query.sort.removeprefix("-"), *(column.name for column in query.columns)}
    made = {c.name: c.expression for c in query.report.columns if c.expression is not None and c.name in names}
    rows: QuerySet[Any] = query.listed().annotate(**made)
    return rows


def ordered(query: Query) -> QuerySet[Any]:
    """The records in a total order: the sort column, empty ones last, then the key."""
    path, falling = sort_path(query)
    rows = listed(query)
    if path == "pk":
        return rows.order_by("pk")
    last = None if query.sort_holds else True  # an index has no place for empty ones
    order = F(path).desc(nulls_last=last) if falling else F(path).asc(nulls_last=last)
    return rows.order_by(order, "-pk" if falling else "pk")


def beyond(query: Query, key: int, *, backwards: bool) -> Q:
    """The records after (or before) the one with the key, in the order of the table.

    Raises BadQuery where the reader sees no such record any more.
    """
    path, falling = sort_path(query)
    here = listed(query).filter(pk=key).values_list(path, flat=True).first() if path != "pk" else key
    if path != "pk" and not listed(query).filter(pk=key).exists():
        raise BadQuery([_("The record that this page followed is no longer there. Start from the first page.")])
    up = falling == backwards
    tie = Q(**{path: here} if here is not None else {f"{path}__isnull": True}) & Q(
        **{"pk__gt" if up else "pk__lt": key}
    )
    if path == "pk":
        return Q(**{"pk__gt" if up else "pk__lt": key})
    if here is None:
        return tie | Q(**{f"{path}__isnull": False}) if backwards else tie
    further = tie | Q(**{f"{path}__{'gt' if up else 'lt'}": here})
    if query.sort_holds:
        return Q(**{f"{path}__{'gte' if up else 'lte'}": here}) & further  # where an index begins to read
    return further if backwards else further | Q(**{f"{path}__isnull": True})


def page(query: Query, total: Figures, link: Link) -> Page:
    """The page asked for. `link` gives the URL of a record's own page by its key, or nothing.

    One row more than a page is read, to know whether there is a next one.
    """
    columns = shown_columns(query)
    too_many = (total[LISTED] or 0) > MANY
    column = sort_column(query)
    if too_many and column and not query.sort_holds:
        words = _("More than %(many)s records are not sorted by “%(column)s” here. Choose fewer, or take the file.")
        heading = column.heading(query.report.model)
        raise BadQuery([words % {"many": f"{MANY:,}", "column": heading}])
    rows = ordered(query)
    if query.after:
        rows = rows.filter(beyond(query, query.after, backwards=False))
    elif query.before:
        rows = rows.filter(beyond(query, query.before, backwards=True)).reverse()
    start = (query.page - 1) * PAGE
    found = list(rows.values_list("pk", *(column.value for column in columns))[start : start + PAGE + 1])
    more, found = len(found) > PAGE, found[:PAGE]
    if query.before:
        found.reverse()
    body = [record_row(query, columns, values, link) for values in found]
    heads = tuple(head(query, each, sorts=not too_many or query.report.holds_in_order(each.name)) for each in columns)
    grid = Grid(heads, (*body, total_row(query, columns, total)))
    return with_links(query, grid, [values[0] for values in found], more)


def with_links(query: Query, grid: Grid, keys: Sequence[int], more: bool) -> Page:
    """Pages by number up to the 200th, by key from there on and from any page reached by key."""
    by_key = query.after is not None or query.before is not None
    has_next = bool(keys) and (more or query.before is not None)
    has_previous = bool(keys) and (query.after is not None or (query.before is not None and more) or query.page > 1)
    if by_key or query.page >= LAST_PAGE:
        following = query.url(after=keys[-1]) if has_next else ""
        previous = query.url(before=keys[0]) if has_previous else ""
    else:
        following = query.url(page=query.page + 1) if has_next else ""
        previous = query.url(page=query.page - 1 if query.page > 2 else None) if has_previous else ""
    return Page(grid, query.url() if has_previous or by_key else "", previous, following)


def head(query: Query, column: Shown, *, sorts: bool = True) -> Head:
    """The head of a column, which leads to the table sorted by it where that is offered."""
    if not sorts:
        return Head(column.heading, column.unit)
    return sorted_head(query, column.name, column.heading, column.unit)


def record_row(query: Query, columns: list[Shown], values: Sequence[Any], link: Link) -> Row:
    cells = []
    for index, (column, value) in enumerate(zip(columns, values[1:], strict=True)):
        text = column.show(value, query.regions.name)
        cells.append(Cell(text, url="" if index else link(values[0])))
    return Row(tuple(cells), "")


def total_row(query: Query, columns: list[Shown], total: Figures) -> Row:
    """The totals below the columns that a measure adds up, and the rates of all records together."""
    cells = [Cell(_("Total") if index == 0 else "") for index in range(len(columns))]
    for index, column in enumerate(columns):
        measure = summing(query, column)
        if measure and index:
            cells[index] = Cell(total[measure.name], unit_of(query, measure))
    return Row(tuple(cells), "total")


def summing(query: Query, column: Shown) -> Measure | Ratio | None:
    """The measure that is the sum of a column, or the rate that it holds, if the report has one."""
    if column.field is None:
        return query.report.measure(column.name)
    return next(
        (m for m in query.report.aggregates() if m.source == column.path and not m.is_count),
        None,
    )
