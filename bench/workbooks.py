"""Workbooks compared with the CSV file of the same rows and with XlsxWriter, in time of processors and in memory."""

import resource
from collections.abc import Callable
from pathlib import Path
from tempfile import NamedTemporaryFile
from time import perf_counter
from typing import Any

import xlsxwriter
from django.db import connection

from bench.clock import BenchLine, BenchResults, Timing
from bench.http import Visitor
from bench.rollups import bench_query
from projects.reports import RenovationReport
from revival.reporting.files import file_blocks
from revival.reporting.query import Query
from revival.reporting.records import listing_of, ordered_records
from revival.reporting.sheets import column_style
from revival.reporting.xlsx import Sheet, SheetColumn, Tally, xlsx_blocks
from revival.reporting.xml_rows import record_rows

XLSX = "/reports/renovation/?format=xlsx"
SOME = 100_000
GROWTH = 15 * 1024  # KiB that a serving process may take more than for CSV
ROUNDS = 3


def measure(results: BenchResults, visitor: Visitor, peak: Callable[[], int]) -> None:
    """Compare after the CSV file has been taken, so that the memory of the process is that of a CSV file."""
    before = peak()
    firsts = [visitor.get(XLSX).first for _round in range(ROUNDS + 1)][1:]
    results.add(BenchLine("file", "XLSX, first block of data", Timing(tuple(firsts)), "150 ms", Timing((0.15,)), 1.0))
    more = max(peak() - before, 0)
    what = "memory that a serving process takes more for XLSX"
    results.add(BenchLine("file", what, Timing((more,)), "15 MiB", Timing((GROWTH,)), 1.0, unit="KiB"))
    ours, theirs = ([processors(blocks(form)) for _round in range(ROUNDS)] for form in ("xlsx", "csv"))
    what = f"XLSX of {results.projects:,} rows, time of both processors"
    results.add(BenchLine("file", what, Timing(tuple(ours)), "CSV", Timing(tuple(theirs)), 2.0))
    many = min(SOME, results.projects)
    what = f"XLSX of {many:,} rows"
    query = bench_query(RenovationReport, "")
    ours = [seconds(first_blocks(query, many)) for _round in range(ROUNDS)]
    peer = Timing((seconds(by_xlsxwriter(query, many)),))
    results.add(BenchLine("file", what, Timing(tuple(ours)), "XlsxWriter, constant memory", peer, 0.25))


def blocks(form: str) -> Callable[[], Any]:
    """The file of all records."""
    query = bench_query(RenovationReport, f"format={form}")
    return lambda: sum(len(block) for block in file_blocks(query))


def first_blocks(query: Query, many: int) -> Callable[[], Any]:
    """The workbook of the first records alone."""
    shown = listing_of(query).columns
    made = {f"c{index}": column.sql(guarded=False) for index, column in enumerate(shown)}
    last = ordered_records(query).values_list("pk", flat=True)[many - 1]
    rows = ordered_records(query).filter(pk__lte=last).annotate(**made).values_list(*made)
    heads, styles = [SheetColumn(column.heading) for column in shown], [column_style(column) for column in shown]
    return lambda: sum(len(block) for block in xlsx_blocks([Sheet("a", heads, record_rows(rows, styles, Tally()))]))


def seconds(act: Callable[[], Any]) -> float:
    begun = perf_counter()
    act()
    return perf_counter() - begun


def processors(act: Callable[[], Any]) -> float:
    """The seconds of processors that the act takes in this process and in its server's."""
    begun = used()
    act()
    return used() - begun


def used() -> float:
    connection.ensure_connection()
    pid = connection.connection.info.backend_pid
    words = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    own = resource.getrusage(resource.RUSAGE_SELF)
    return own.ru_utime + own.ru_stime + sum(map(int, words[11:13])) / 100


def by_xlsxwriter(query: Query, many: int) -> Callable[[], Any]:
    """A workbook of the same values by XlsxWriter, which writes each row as it comes and keeps none."""
    rows = ordered_records(query).values_list(*(column.value for column in listing_of(query).columns))[:many]

    def act() -> None:
        with NamedTemporaryFile(suffix=".xlsx") as file:
            book = xlsxwriter.Workbook(file.name, {"constant_memory": True, "default_date_format": "yyyy-mm-dd"})
            sheet = book.add_worksheet()
            for index, values in enumerate(rows.iterator(chunk_size=2000)):
                sheet.write_row(index, 0, values)
            book.close()

    return act
