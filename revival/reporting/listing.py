"""Lists of records by columns: the values that a query reads, the heads, and the cells of each row."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from revival.accounts.models import Official
from revival.reporting.columns import ShownColumn
from revival.reporting.grid import Cell, Grid, Head, Row
from revival.reporting.query import Query
from revival.reporting.report import Column

# The URL of a record by its key; empty if it has none.
RecordUrl = Callable[[int], str]


@dataclass(frozen=True)
class RecordListing:
    """Columns of one model of records, with the functions that their cells need.

    region_name: the name of a region by its code. url: the URL of a record, which the first cell links to.
    """

    columns: tuple[ShownColumn, ...]
    region_name: Callable[[str], str]
    url: RecordUrl

    @property
    def heads(self) -> tuple[Head, ...]:
        return tuple(Head(column.heading, column.unit) for column in self.columns)

    def read(self, rows: QuerySet[Any], *paths: str) -> QuerySet[Any]:
        """The key of each row, the values at the paths, and last those of the columns."""
        rates = {
            column.name: column.column.expression
            for column in self.columns
            if column.field is None and column.name not in rows.query.annotations
        }
        values: QuerySet[Any] = rows.annotate(**rates).values_list("pk", *paths, *(c.value for c in self.columns))
        return values

    def cells(self, key: int, values: Sequence[Any]) -> list[Cell]:
        """The cells of the record with the key."""
        texts = [column.text(value, self.region_name) for column, value in zip(self.columns, values, strict=True)]
        return [Cell(text, url="" if index else self.url(key)) for index, text in enumerate(texts)]

    def rows(self, found: Iterable[Sequence[Any]]) -> list[Row]:
        """The rows of records that were read without further paths."""
        return [Row(tuple(self.cells(key, values))) for key, *values in found]

    def grid(self, found: Iterable[Sequence[Any]]) -> Grid:
        return Grid(self.heads, tuple(self.rows(found)))


def query_listing(query: Query, columns: Sequence[Column]) -> RecordListing:
    """The listing of a query's records, for its reader and in its unit of money."""
    model = query.report.model
    shown = tuple(ShownColumn(column, model, query.money, query.user) for column in columns)
    return RecordListing(shown, query.regions.name, record_url(model, query.user))


def record_url(model: Any, user: Official) -> RecordUrl:
    """The function to the URL of a record: its page, or else its form for those who may enter the admin."""
    if hasattr(model, "get_absolute_url") or not user.is_staff:
        return lambda key: page_url(model, key)
    return lambda key: entry_url(model, key)


def page_url(model: Any, key: int) -> str:
    """The URL of a record's page; empty if its model has no pages."""
    return str(model(pk=key).get_absolute_url()) if hasattr(model, "get_absolute_url") else ""


def entry_url(model: Any, key: int) -> str:
    """The URL of a record's form in the admin."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[key])
