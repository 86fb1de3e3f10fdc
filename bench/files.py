"""Files over HTTP, compared with a bare COPY of the same rows in the same order and with other ways to write them."""

import csv
import io
from collections.abc import Callable
from typing import Any, LiteralString, cast

import django_tables2 as tables
from django.db import connection
from django_tables2.export.export import TableExport
from import_export.resources import modelresource_factory
from psycopg import sql

from bench import workbooks
from bench.clock import BenchLine, BenchResults, Timing
from bench.http import Visitor
from bench.rollups import bench_query
from projects.models import RenovationProject
from projects.reports import RenovationReport
from revival.reporting.query import Query
from revival.reporting.records import listing_of, ordered_records
from revival.reporting.sql import compiled_sql, copy_blocks
from tests.site import Served

FEW = 10_000  # rows that the slowest ways get
SOME = 100_000
CSV, JSON = "/reports/renovation/?format=csv", "/reports/renovation/?format=json"


def measure(results: BenchResults, site: Served) -> None:
    visitor = Visitor(site, "province")
    query = bench_query(RenovationReport, "")
    firsts: list[float] = []

    def take() -> None:
        firsts.append(visitor.get(CSV).first)

    results.compare("file", "CSV of all projects", take, "bare COPY", bare_copy(query), 1.3, rounds=3)
    results.add(
        BenchLine("file", "CSV, first block of data", Timing(tuple(firsts[1:])), "150 ms", Timing((0.15,)), 1.0)
    )
    workbooks.measure(results, visitor, lambda: peak(site))
    results.add(BenchLine("file", "JSON of all projects", Timing((visitor.get(JSON).whole,))))
    memory = Timing((peak(site),))
    results.add(
        BenchLine("file", "most memory of a serving process after these files", memory, unit="KiB", grows=1.2)
    )
    peers(results)


def bare_copy(query: Query) -> Callable[[], Any]:
    """Copy the columns as they are, without labels, units and the guard. The bytes are dropped as they arrive."""
    paths = [column.path for column in listing_of(query).columns if column.field is not None]
    made = [column.name for column in listing_of(query).columns if column.field is None]
    inner, params = compiled_sql(ordered_records(query).values_list(*paths, *made))

    def act() -> None:
        with connection.cursor() as cursor:
            text = sql.SQL("COPY ({}) TO STDOUT (FORMAT csv)").format(inner).as_string(cursor.connection)
            with cursor.cursor.copy(cast(LiteralString, cursor.cursor.mogrify(text, params))) as copy:
                sum(len(block) for block in copy)

    return act


def peak(site: Served) -> int:
    """The highest memory of the largest serving process, in KiB."""
    highest = 0
    for pid in site.processes():
        with open(f"/proc/{pid}/status", encoding="ascii") as status:
            highest = max([highest, *(int(line.split()[1]) for line in status if line.startswith("VmHWM"))])
    return highest


def peers(results: BenchResults) -> None:
    """Compare other ways to a CSV file, inside the process, each with ours for as many rows."""
    query = bench_query(RenovationReport, "")
    most = min(SOME, results.projects)
    ours = blocks(query, most)
    what = f"CSV of {most:,} rows"
    results.compare("file", what, ours, "values_list().iterator()", by_values(query, most), rounds=3)
    results.compare_slow("file", what, ours, "model iterator", by_models(most))
    few = min(FEW, results.projects)
    ours = blocks(query, few)
    what = f"CSV of {few:,} rows"
    results.compare_slow("file", what, ours, "django-tables2 export", by_tables2(few))
    results.compare_slow("file", what, ours, "django-import-export", by_import_export(few))


def blocks(query: Query, most: int) -> Callable[[], Any]:
    columns = listing_of(query).columns
    made = {f"c{index}": column.sql() for index, column in enumerate(columns)}
    last = RenovationProject.objects.order_by("pk").values_list("pk", flat=True)[most - 1]
    rows = ordered_records(query).filter(pk__lte=last).annotate(**made).values_list(*made)
    return lambda: sum(len(block) for block in copy_blocks(rows))


def by_values(query: Query, most: int) -> Callable[[], Any]:
    rows = ordered_records(query).values_list(*(column.value for column in listing_of(query).columns))[:most]

    def act() -> None:
        csv.writer(io.StringIO()).writerows(rows.iterator(chunk_size=2000))

    return act


def by_models(most: int) -> Callable[[], Any]:
    rows = RenovationProject.objects.select_related("enterprise", "city", "region__city").order_by("pk")[:most]
    names = [f.attname for f in RenovationProject._meta.concrete_fields]

    def act() -> None:
        writer = csv.writer(io.StringIO())
        for row in rows.iterator(chunk_size=2000):
            writer.writerow([str(row.enterprise), str(row.region), *(getattr(row, n) for n in names if n != "id")])

    return act


class ProjectTable(tables.Table):
    class Meta:
        model = RenovationProject
        fields = [c.name for c in RenovationReport.columns if c.path == "" and c.expression is None]


def by_tables2(most: int) -> Callable[[], Any]:
    rows = RenovationProject.objects.select_related("enterprise", "city", "region__city").order_by("pk")[:most]
    return lambda: TableExport("csv", ProjectTable(rows)).export()


def by_import_export(most: int) -> Callable[[], Any]:
    rows = RenovationProject.objects.select_related("enterprise", "city", "region__city").order_by("pk")[:most]
    resource = modelresource_factory(RenovationProject)()
    return lambda: resource.export(rows).csv
