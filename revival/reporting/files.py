"""The answer to a query as an XLSX, CSV or JSON file: the table of the page, with all its pages."""

import csv
import io
import json
from collections.abc import Generator, Iterator
from hashlib import sha256
from itertools import islice
from time import monotonic
from urllib.parse import quote

from axes.helpers import get_client_ip_address
from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone

from revival.accounts.models import Export
from revival.accounts.requests import official
from revival.reporting.columns import BOM, formula_safe_text
from revival.reporting.grid import Cell, Grid
from revival.reporting.query import Query
from revival.reporting.records import column_head, listing_of, ordered_records, total_row
from revival.reporting.rollup import json_figures, json_report, json_rows, roll_up, rollup_grid, total_of
from revival.reporting.sheets import Provenance, grid_sheets, query_sheets
from revival.reporting.sql import copy_blocks, one_snapshot
from revival.reporting.xlsx import XLSX, Tally, xlsx_blocks

TYPES = {"xlsx": XLSX, "csv": "text/csv; charset=utf-8", "json": "application/json"}
GRIDS = ("xlsx", "csv")  # the formats of small tables
LONGEST_NAME = 80  # characters, each three bytes of the 255 that a file name may have
CHUNK, BATCH = 2_000, 100  # rows that are fetched, and sent, at once
to_text = json.JSONEncoder(ensure_ascii=False).encode
# The bytes of a file, and at the end the number of its rows.
Blocks = Generator[bytes, None, int]


def file_response(query: Query, request: HttpRequest) -> StreamingHttpResponse:
    """The file as a streamed download. An error during the transfer breaks it off, so nobody takes it for complete.

    The first block is read at once, so that an error before it is still answered with a page.
    """
    file = export_blocks(file_blocks(query), export_entry(request))
    next(file)
    response = StreamingHttpResponse(file)
    response["Content-Type"] = TYPES[query.format]
    response["Content-Disposition"] = content_disposition(file_name(query))
    return response


def export_blocks(blocks: Blocks, export: Export) -> Iterator[bytes]:
    """The blocks of the file. The export is logged before the file ends; if that fails, the file breaks off.

    An empty block comes first, once the first real one is read, so that the file can be closed before it is sent.
    Raises TimeoutError after EXPORT_SECONDS, since each of a file's statements has that limit for itself.
    """
    digest, end = sha256(), monotonic() + settings.EXPORT_SECONDS
    try:
        block = next(blocks)
        yield b""
        while True:
            digest.update(block)
            export.size += len(block)
            yield block
            if monotonic() > end:
                raise TimeoutError(f"{export.path} was not read within {settings.EXPORT_SECONDS} s")
            block = next(blocks)
    except StopIteration as last:
        export.rows = last.value
    finally:
        blocks.close()
    export.sha256 = digest.hexdigest()
    export.save()


def export_entry(request: HttpRequest) -> Export:
    """The log entry of a file, without the values that are known only at its end."""
    user = official(request)
    return Export(
        official=user,
        address=get_client_ip_address(request),
        path=request.path[:200],
        query=request.META.get("QUERY_STRING", ""),
        size=0,
    )


def grid_attachment(request: HttpRequest, table: Grid, form: str, name: str, about: Provenance) -> HttpResponse:
    """The response with a small table as a download in one of GRIDS. It is logged as an export.

    name: that of the file, to which the day is added. about: what the table answers.
    """
    data, export = grid_file(table, form, about), export_entry(request)
    export.rows, export.size, export.sha256 = table.count, len(data), sha256(data).hexdigest()
    export.save()
    disposed = {"Content-Disposition": content_disposition(f"{name}_{timezone.localdate():%Y-%m-%d}.{form}")}
    return HttpResponse(data, content_type=TYPES[form], headers=disposed)


def grid_file(table: Grid, form: str, about: Provenance) -> bytes:
    """A small table as a whole file in one of GRIDS."""
    return grid_csv(table) if form == "csv" else b"".join(xlsx_blocks(grid_sheets(table, about, Tally())))


def content_disposition(name: str) -> str:
    """The header that names a download: in full by RFC 6266, and in ASCII for older programs."""
    plain = "".join(char if char.isascii() else "-" for char in name)
    full = "" if plain == name else f"; filename*=UTF-8''{quote(name, safe='')}"
    return f'attachment; filename="{plain}"{full}'


def file_name(query: Query) -> str:
    """The name of the file: report, filters and date. Characters that systems refuse are replaced by hyphens."""
    words = [query.report.name]
    for name, values in query.params.lists():
        if name not in ("format", "page", "after", "before", "columns", "measure", "unit", "sort"):
            words += [f"{name}-{'-'.join(value for value in values if value)}"] if any(values) else []
    safe = "".join(c if c.isalnum() or c in "-_" else "-" for c in "_".join(words)[:LONGEST_NAME])
    return f"{safe}_{timezone.localdate():%Y-%m-%d}.{query.format}"


def file_blocks(query: Query) -> Blocks:
    """The bytes of the file in blocks, from one snapshot. Returns the number of rows without totals."""
    with one_snapshot(settings.EXPORT_SECONDS):
        if query.format == "xlsx":
            return (yield from query_xlsx(query))
        if query.format == "csv":
            return (yield from roll_up_csv(query) if query.by else records_csv(query))
        return (yield from roll_up_json(query) if query.by else records_json(query))


def query_xlsx(query: Query) -> Blocks:
    tally = Tally()
    yield from xlsx_blocks(query_sheets(query, tally))
    return tally.rows


def csv_line(cells: list[str]) -> bytes:
    """One line of CSV ending in LF, as COPY writes them.

    The writer uses CR LF: with LF alone it leaves a CR in a text unquoted, and programs begin a new line there.
    """
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue().removesuffix("\r\n").encode() + b"\n"


def csv_cell(cell: Cell) -> str:
    return (cell.file or formula_safe_text(cell.text)) if cell.unit is None else cell.unit.write(cell.value)


def records_csv(query: Query) -> Blocks:
    columns = listing_of(query).columns
    expressions = {f"c{index}": column.sql() for index, column in enumerate(columns)}
    blocks = copy_blocks(ordered_records(query).annotate(**expressions).values_list(*expressions))
    heads = csv_line([formula_safe_text(column_head(query, column).full) for column in columns])
    yield BOM.encode() + heads + next(blocks)
    count = yield from blocks
    yield csv_line([csv_cell(cell) for cell in total_row(query, columns, total_of(query)).cells])
    return count


def roll_up_csv(query: Query) -> Blocks:
    table = rollup_grid(roll_up(query))
    yield grid_csv(table)
    return table.count


def grid_csv(table: Grid) -> bytes:
    """The whole table as a CSV file."""
    lines = [csv_line([formula_safe_text(each.full) for each in table.heads])]
    lines += [csv_line([csv_cell(cell) for cell in row.cells]) for row in table.rows]
    return BOM.encode() + b"".join(lines)


def roll_up_json(query: Query) -> Blocks:
    rolled = roll_up(query)
    rows = json_rows(rolled)
    answer = {"report": json_report(query), "rows": rows, "total": json_figures(query, rolled.total)}
    yield json.dumps(answer, ensure_ascii=False, default=str).encode()
    return len(rows)


def records_json(query: Query) -> Blocks:
    """The records as JSON, one row per line. A block has BATCH rows, as a block costs the server more than a row."""
    listing, count = listing_of(query), 0
    made = [(column.name, column.to_json(query.regions.name)) for column in listing.columns]
    rows = listing.read(ordered_records(query)).iterator(chunk_size=CHUNK)
    between = f'{{"report": {to_text(json_report(query))}, "rows": ['
    while batch := list(islice(rows, BATCH)):
        lines = (
            to_text({"id": key} | {name: to_json(value) for (name, to_json), value in zip(made, values, strict=True)})
            for key, *values in batch
        )
        yield (between + ",\n".join(lines)).encode()
        between = ",\n"
        count += len(batch)
    total = to_text(json_figures(query, total_of(query)))
    yield f'{"" if count else between}], "total": {total}}}'.encode()
    return count
