"""A grid drawn as an HTML table, by django-tables2."""

from typing import Any

import django_tables2 as tables
from django.utils.html import format_html

from revival.reporting.grid import Cell, Grid, Head, Row


class GridColumn(tables.Column):
    """A column of ready cells; a cell with an URL is a link."""

    def __init__(self, head: Head, index: int) -> None:
        self.head = head
        self.index = index
        css = {"class": "num"} if head.numeric else {}
        super().__init__(
            verbose_name=head.text, accessor=f"cells__{index}", orderable=False, attrs={"th": css, "td": css}
        )

    def render(self, value: Cell) -> Any:
        if not value.url:
            return value.text
        return format_html('<a href="{}">{}</a>', value.url, value.text)


class GridTable(tables.Table):
    class Meta:
        template_name = "reporting/table.html"
        attrs = {"class": "report"}


def kind_of(record: Row) -> str:
    return record.kind


def table(grid: Grid) -> GridTable:
    """The grid as a table that a template renders with {{ table.as_html }} or {% render_table %}."""
    columns = [(f"c{index}", GridColumn(head, index)) for index, head in enumerate(grid.heads)]
    return GridTable(grid.rows, extra_columns=columns, row_attrs={"class": kind_of})
