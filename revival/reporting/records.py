"""The record table: the records behind the numbers, in pages reached by key."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from revival.reporting.columns import ShownColumn
from revival.reporting.grid import Cell, Grid, Head, Row, sorted_head, unit_of
from revival.reporting.listing import RecordListing, query_listing
from revival.reporting.measures import Figures, Measure, Ratio
from revival.reporting.notes import head_note
from revival.reporting.params import BadQuery
from revival.reporting.query import LAST_PAGE, LISTED, Query
from revival.reporting.report import Column

PAGE = 50
MANY = 100_000  # records; above this number, a page is sorted only in the order of an index


@dataclass(frozen=True)
class RecordPage:
    """One page of records, and the URLs of the pages beside it."""

    grid: Grid
    first: str = ""
    previous: str = ""
    next: str = ""


def listing_of(query: Query) -> RecordListing:
    """The listing of a query's records by the columns that it asks for."""
    return query_listing(query, query.columns)


def sort_column(query: Query) -> Column | None:
    """The column that the records are sorted by, if one is asked for."""
    return next((c for c in query.report.columns if c.name == query.sort.removeprefix("-")), None)


def sort_path(query: Query) -> tuple[str, bool]:
    """The path that the records are sorted by, by default their key, and whether the order is descending."""
    column = sort_column(query)
    path = ShownColumn(column, query.report.model, query.money).path if column else "pk"
    return path, query.sort.startswith("-")


def listed_records(query: Query) -> QuerySet[Any]:
    """The records, with the rates that the table shows or is sorted by."""
    names = {query.sort.removeprefix("-"), *(column.name for column in query.columns)}
    made = {c.name: c.expression for c in query.report.columns if c.expression is not None and c.name in names}
    rows: QuerySet[Any] = query.listed().annotate(**made)
    return rows


def ordered_records(query: Query) -> QuerySet[Any]:
    """The records in a total order: the sort column, empty ones last, then the key."""
    path, falling = sort_path(query)
    rows = listed_records(query)
    if path == "pk":
        return rows.order_by("pk")
    last = None if query.sort_holds else True  # an index has no place for empty ones
    order = F(path).desc(nulls_last=last) if falling else F(path).asc(nulls_last=last)
    return rows.order_by(order, "-pk" if falling else "pk")


def beyond_key(query: Query, key: int, *, backwards: bool) -> Q:
    """The condition of the records after (or before) the one with the key, in the order of the table.

    Raises BadQuery if the reader can no longer see that record.
    """
    path, falling = sort_path(query)
    here = listed_records(query).filter(pk=key).values_list(path, flat=True).first() if path != "pk" else key
    if path != "pk" and not listed_records(query).filter(pk=key).exists():
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
        return Q(**{f"{path}__{'gte' if up else 'lte'}": here}) & further  # the bound at which an index begins
    return further if backwards else further | Q(**{f"{path}__isnull": True})


def record_page(query: Query, total: Figures) -> RecordPage:
    """The requested page. One more row is read, to know whether there is a next page."""
    listing = listing_of(query)
    too_many = (total[LISTED] or 0) > MANY
    column = sort_column(query)
    if too_many and column and not query.sort_holds:
        words = _("More than %(many)s records are not sorted by “%(column)s” here. Choose fewer, or take the file.")
        heading = column.heading(query.report.model)
        raise BadQuery([words % {"many": f"{MANY:,}", "column": heading}])
    rows = ordered_records(query)
    if query.after:
        rows = rows.filter(beyond_key(query, query.after, backwards=False))
    elif query.before:
        rows = rows.filter(beyond_key(query, query.before, backwards=True)).reverse()
    query = replace(query, page=min(query.page, last_page(total)))
    start = (query.page - 1) * PAGE
    found = list(listing.read(rows)[start : start + PAGE + 1])
    more, found = len(found) > PAGE, found[:PAGE]
    if query.before:
        found.reverse()
    heads = tuple(
        column_head(query, each, sorts=not too_many or query.report.holds_in_order(each.name))
        for each in listing.columns
    )
    grid = Grid(heads, (*listing.rows(found), total_row(query, listing.columns, total)))
    return with_links(query, grid, [values[0] for values in found], more)


def last_page(total: Figures) -> int:
    """The number of the last page with records. A page beyond it is answered with this one."""
    return min(LAST_PAGE, max(1, ceil(int(total[LISTED] or 0) / PAGE)))


def with_links(query: Query, grid: Grid, keys: Sequence[int], more: bool) -> RecordPage:
    """The page with its links: by number up to the 200th page, by key after it and after any page by key."""
    by_key = query.after is not None or query.before is not None
    has_next = bool(keys) and (more or query.before is not None)
    has_previous = bool(keys) and (query.after is not None or (query.before is not None and more) or query.page > 1)
    if by_key or query.page >= LAST_PAGE:
        following = query.url(after=keys[-1]) if has_next else ""
        previous = query.url(before=keys[0]) if has_previous else ""
    else:
        following = query.url(page=query.page + 1) if has_next else ""
        previous = query.url(page=query.page - 1 if query.page > 2 else None) if has_previous else ""
    return RecordPage(grid, query.url() if has_previous or by_key else "", previous, following)


def column_head(query: Query, column: ShownColumn, *, sorts: bool = True) -> Head:
    """The head of a column, with a link to the table sorted by it if that is offered."""
    if not sorts:
        return Head(column.heading, column.unit, note=head_note(query.report, column.name))
    return sorted_head(query, column.name, column.heading, column.unit)


def total_row(query: Query, columns: Sequence[ShownColumn], total: Figures) -> Row:
    """The total row: totals below the columns that a measure adds up, and the rates of all records together."""
    cells = [Cell(_("Total") if index == 0 else "") for index in range(len(columns))]
    for index, column in enumerate(columns):
        measure = sum_of_column(query, column)
        if measure and index:
            cells[index] = Cell(total[measure.name], unit_of(query, measure))
    return Row(tuple(cells), "total")


def sum_of_column(query: Query, column: ShownColumn) -> Measure | Ratio | None:
    """The measure of the sum of a column, or its rate, if the report has one."""
    if column.field is None:
        return query.report.measure(column.name)
    return next(
        (m for m in query.report.aggregates() if m.source == column.path and not m.is_count),
        None,
    )
