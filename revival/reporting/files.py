"""The answer to a question as a file: CSV or JSON, the table on screen with all its pages."""

import csv
import io
import json
from collections.abc import Iterator

from django.conf import settings
from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone

from revival.reporting.columns import BOM, guard
from revival.reporting.grid import Cell, Figures, Grid, figures
from revival.reporting.query import Query
from revival.reporting.records import head, ordered, shown_columns, total_row
from revival.reporting.rollup import grid, json_figures, json_rows, roll_up
from revival.reporting.sql import copy_blocks, grouped, one_snapshot

TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
CHUNK = 2_000


def file_response(query: Query) -> StreamingHttpResponse:
    """The file as a download that streams. An error on the way breaks it off, it never ends politely.

    The first block is read at once: a database that fails before it is still answered by a page that says so.
    """
    blocks = content(query)
    response = StreamingHttpResponse(behind(next(blocks), blocks), content_type=TYPES[query.format])
    response.headers["Content-Disposition"] = disposition(file_name(query))
    return response


def behind(first: bytes, blocks: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from blocks


def attachment(data: bytes, name: str) -> HttpResponse:
    """A small CSV file as a download."""
    disposed = {"Content-Disposition": disposition(name)}
    return HttpResponse(data, content_type=TYPES["csv"], headers=disposed)


def disposition(name: str) -> str:
    return f'attachment; filename="{name}"'


def file_name(query: Query) -> str:
    """Report, filters and date, in letters that every system takes."""
    words = [query.report.name]
    for name, values in query.params.lists():
        if name not in ("format", "page", "after", "before", "columns", "measure", "unit", "sort"):
            words += [f"{name}-{'-'.join(value for value in values if value)}"] if any(values) else []
    safe = "_".join(words)[:120]
    safe = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in safe)
    return f"{safe}_{timezone.localdate():%Y-%m-%d}.{query.format}"


def content(query: Query) -> Iterator[bytes]:
    """The bytes of the file in blocks, rows and totals from one snapshot."""
    with one_snapshot(settings.EXPORT_SECONDS):
        if query.format == "csv":
            yield from roll_up_csv(query) if query.by else records_csv(query)
        else:
            yield from roll_up_json(query) if query.by else records_json(query)


def total_of(query: Query) -> Figures:
    """The figures of all records that the question selects."""
    return figures(query, grouped(query, [()])[0].figures)


def line(cells: list[str]) -> bytes:
    """One line of CSV with LF, as COPY writes them."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(cells)
    return out.getvalue().encode()


def csv_cell(cell: Cell) -> str:
    return guard(cell.text) if cell.unit is None else cell.unit.write(cell.value)


def records_csv(query: Query) -> Iterator[bytes]:
    columns = shown_columns(query)
    expressions = {f"c{index}": column.sql() for index, column in enumerate(columns)}
    blocks = copy_blocks(ordered(query).annotate(**expressions).values_list(*expressions))
    yield BOM.encode() + line([guard(head(query, column).full) for column in columns]) + next(blocks)
    yield from blocks
    yield line([csv_cell(cell) for cell in total_row(query, columns, total_of(query)).cells])


def roll_up_csv(query: Query) -> Iterator[bytes]:
    yield grid_csv(grid(roll_up(query)))


def grid_csv(table: Grid) -> bytes:
    """A whole table as a CSV file."""
    lines = [line([guard(each.full) for each in table.heads])]
    lines += [line([csv_cell(cell) for cell in row.cells]) for row in table.rows]
    return BOM.encode() + b"".join(lines)


def roll_up_json(query: Query) -> Iterator[bytes]:
    rolled = roll_up(query)
    answer = {"rows": json_rows(rolled), "total": json_figures(query, rolled.total)}
    yield json.dumps(answer, ensure_ascii=False, default=str).encode()


def records_json(query: Query) -> Iterator[bytes]:
    columns = shown_columns(query)
    rows = ordered(query).values_list("pk", *(column.value for column in columns))
    between = b'{"rows": ['
    for values in rows.iterator(chunk_size=CHUNK):
        row = {"id": values[0]} | {
            column.name: column.json(value, query.regions.name)
            for column, value in zip(columns, values[1:], strict=True)
        }
        yield between + json.dumps(row, ensure_ascii=False).encode()
        between = b",\n"
    total = json.dumps(json_figures(query, total_of(query)))
    yield (between if between.startswith(b"{") else b"") + f'], "total": {total}}}'.encode()
