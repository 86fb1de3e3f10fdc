"""A grid as an HTML table: django-tables2 draws the heads, and each row is drawn at once.

For single cells django-tables2 reads the signature of a function each time, which took half the time of a page.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import django_tables2 as tables
from django.utils.html import format_html

from revival.reporting.grid import Cell, Grid, Head, Row


class GridColumn(tables.Column):
    """A column of ready cells."""

    def __init__(self, head: Head) -> None:
        self.head = head
        super().__init__(verbose_name=head.text, orderable=False)


class TableRow(NamedTuple):
    """A row as HTML cells."""

    kind: str
    cells: list[Any]


class GridTable(tables.Table):
    class Meta:
        template_name = "reporting/table.html"
        attrs = {"class": "report"}

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        columns = [(f"c{index}", GridColumn(head)) for index, head in enumerate(grid.heads)]
        super().__init__(grid.rows, extra_columns=columns)

    def body(self) -> Iterator[TableRow]:
        """The rows without the totals."""
        return (self.line(row) for row in self.grid.rows if row.kind != "total")

    def foot(self) -> Iterator[TableRow]:
        """The totals."""
        return (self.line(row) for row in self.grid.rows if row.kind == "total")

    def line(self, row: Row) -> TableRow:
        pairs = zip(self.grid.heads, row.cells, strict=True)
        return TableRow(row.kind, [cell_html(head, cell, index == 0) for index, (head, cell) in enumerate(pairs)])


def cell_html(head: Head, cell: Cell, is_first: bool) -> Any:
    """The cell as HTML. A cell with a URL is a link, and the first cell is the head of its row."""
    content = format_html('<a href="{}">{}</a>', cell.url, cell.text) if cell.url else cell.text
    if is_first:
        return format_html('<th scope="row">{}</th>', content)
    return format_html('<td class="num">{}</td>' if head.numeric else "<td>{}</td>", content)


def grid_table(grid: Grid) -> GridTable:
    """The grid as a table that a template renders with {{ table.as_html }} or {% render_table %}."""
    return GridTable(grid)
