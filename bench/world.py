"""The databases of the benchmark: any number of synthetic records, on the embedded server.

`manage.py demo` makes 10,000 projects with everything around them. SQL makes more by copying these with new keys and
codes, as drawing millions one by one would take an hour. Histories are not copied.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import models
from psycopg import sql

from enterprises.models import Enterprise
from projects.models import ProjectProgress
from revival.database.embedded import DATABASE, OWNER, SERVING, DatabaseUrls, embedded_database
from revival.database.server import SUPERUSER
from revival.demo.load import TABLES
from tests.site import manage

BASE = 10_000  # projects that `manage.py demo` draws
BASE_NAME = f"{DATABASE}_bench_base"
# The most rows for each project. Every other table has one.
MOST: dict[type[models.Model], int] = {Enterprise: 2, ProjectProgress: 4}
# Columns with a different value in each copy, from the base's row number `n` of all `most` and the copy's number `j`.
UNIQUE = {
    "credit_code": "left(t.credit_code, 8) || 'Y' || lpad(j::text, 3, '0') || right(t.credit_code, 6)",
    "code": "left(t.code, 18) || lpad((100000 + j * most + n)::text, 6, '0')",
    "enterprises_park.name": "t.name || ' ' || j",
}
NUMBERED = """(
    SELECT *, row_number() OVER (PARTITION BY left(code, 18) ORDER BY id) AS n,
        (SELECT max(c) FROM (SELECT count(*) AS c FROM projects_renovationproject GROUP BY left(code, 18)) s) AS most
    FROM projects_renovationproject
)"""


def urls(name: str) -> DatabaseUrls:
    found = embedded_database().ensure()
    return DatabaseUrls(*(url.replace(f"/{DATABASE}?", f"/{name}?") for url in found))


def admin(name: str) -> psycopg.Connection[Any]:
    """A connection as the server's superuser, who copies without triggers and foreign keys."""
    return embedded_database().opened(SUPERUSER, name)


def create(name: str, template: str = "template0") -> DatabaseUrls:
    """Create a database anew."""
    with admin("postgres") as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        make = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY file_copy")
        server.execute(make.format(*map(sql.Identifier, (name, OWNER, template))))
    return urls(name)


def drop(name: str) -> None:
    with admin("postgres") as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def base() -> DatabaseUrls:
    """The database from which every other one is copied."""
    found = create(BASE_NAME)
    for words in (["migrate", "-v0"], ["roles"], ["reference"], ["demo", "--projects", str(BASE)]):
        manage(found, *words)
    return found


@contextmanager
def world(projects: int) -> Iterator[tuple[DatabaseUrls, dict[str, int], float]]:
    """A database of about so many projects: its URLs, the rows of each table, and the seconds it took."""
    name, begun = f"{DATABASE}_bench", time.monotonic()
    found = create(name, BASE_NAME)
    with admin(name) as connection:
        for role in (SERVING, OWNER):  # measured statements may take longer than a page may
            limit = sql.SQL("ALTER ROLE {} IN DATABASE {} SET statement_timeout = '1h'")
            connection.execute(limit.format(sql.Identifier(role), sql.Identifier(name)))
        multiply(connection, projects)
        settle(connection)
        rows = {model._meta.db_table: count(connection, model) for model in TABLES}
    try:
        yield found, rows, time.monotonic() - begun
    finally:
        drop(name)


def count(connection: psycopg.Connection[Any], model: type[models.Model]) -> int:
    row = connection.execute(
        sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(model._meta.db_table))
    ).fetchone()
    return int(row[0]) if row else 0


def multiply(connection: psycopg.Connection[Any], projects: int) -> None:
    """Copy the base's rows until there are so many projects, and about as many rows of everything else.

    A table gets no more copies than the tables it refers to, so that every key leads somewhere.
    """
    times: dict[type[models.Model], int] = {}
    connection.execute("SET session_replication_role = replica")
    connection.execute("SET maintenance_work_mem = '1GB'")
    for model in TABLES:
        most = projects * MOST.get(model, 1)
        named = [times[related] for related in named_by(model) if related in times]
        times[model] = max(1, min(projects // BASE, most // max(1, count(connection, model)), *named, 10**9))
    strides = {model: stride(connection, model) for model in TABLES}
    for model, many in times.items():
        if many > 1:
            copies(connection, model, strides, many)
    connection.execute("RESET session_replication_role")


def named_by(model: type[models.Model]) -> list[Any]:
    return [f.related_model for f in model._meta.concrete_fields if f.related_model in TABLES]


def stride(connection: psycopg.Connection[Any], model: type[models.Model]) -> int:
    """The distance of a copy's keys from those of the original."""
    row = connection.execute(
        sql.SQL("SELECT max(id) FROM {}").format(sql.Identifier(model._meta.db_table))
    ).fetchone()
    return int(row[0]) if row and row[0] else 0


def copies(
    connection: psycopg.Connection[Any], model: type[models.Model], strides: dict[type[models.Model], int], many: int
) -> None:
    """Insert the copies of one table. Its indexes are built after them, which is several times faster."""
    table = model._meta.db_table
    found = connection.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s AND indexname NOT IN "
        "(SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass)",
        [table, table],
    ).fetchall()
    for index, _definition in found:
        connection.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(index)))
    fields: list[Any] = list(model._meta.concrete_fields)
    columns: list[str] = [f.column for f in fields]
    values = [value(model, f, strides) for f in fields]
    numbered = "code" in columns
    statement = sql.SQL("INSERT INTO {table} ({columns}) SELECT {values} FROM {rows} t, generate_series(1, %s) j")
    rows = sql.SQL(NUMBERED) if numbered else sql.Identifier(table)
    parts = {"table": sql.Identifier(table), "rows": rows}
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    connection.execute(statement.format(**parts, columns=names, values=sql.SQL(", ").join(values)), [many - 1])
    for _index, definition in found:
        connection.execute(definition)
    last = sql.SQL("SELECT setval(pg_get_serial_sequence(%s, 'id'), (SELECT max(id) FROM {}))")
    connection.execute(last.format(sql.Identifier(table)), [table])


def value(model: type[models.Model], field: Any, strides: dict[type[models.Model], int]) -> sql.Composable:
    """The value of a copy in a column."""
    column = sql.SQL("t.") + sql.Identifier(field.column)
    moved = model if field.primary_key else field.related_model
    if moved in strides:
        return column + sql.SQL(f" + j * {strides[moved]}")
    for name in (field.column, f"{model._meta.db_table}.{field.column}"):
        if name in UNIQUE:
            return sql.SQL(UNIQUE[name])
    return column


def settle(connection: psycopg.Connection[Any]) -> None:
    """Update statistics and visibility, as autovacuum would do."""
    for model in TABLES:
        connection.execute(sql.SQL("VACUUM (ANALYZE) {}").format(sql.Identifier(model._meta.db_table)))
    connection.execute("CHECKPOINT")


def size(name: str = f"{DATABASE}_bench") -> int:
    """The bytes of the database on disk."""
    with admin(name) as connection:
        row = connection.execute("SELECT pg_database_size(%s)", [name]).fetchone()
    return int(row[0]) if row else 0
