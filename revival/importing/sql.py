"""The SQL of imports that the ORM does not write: periods of many rows at once, and records made of rows."""

from collections.abc import Sequence
from typing import Any, LiteralString, cast

from django.db import connection
from psycopg import sql

LOCKED = (
    "SELECT records_locked(region, year, month) "
    "FROM unnest(%s::varchar[], %s::integer[], %s::integer[]) AS asked(region, year, month)"
)


def locking_periods(asked: Sequence[tuple[str, int, int | None]]) -> dict[tuple[str, int, int | None], str]:
    """The closed period of each region, year and month that lies in one; month: None for a whole year."""
    if not asked:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(LOCKED, [[each[at] for each in asked] for at in range(3)])
        found = [period for (period,) in cursor.fetchall()]
    return {each: period for each, period in zip(asked, found, strict=True) if period}


def copy_rows(table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Add rows to a table that has no history."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def written_column(field: Any, at: int) -> sql.Composed:
    """The value of a written field, cast from the text of a planned row; an answer is the explanation."""
    value = sql.SQL("r.record[{}]::{}").format(sql.Literal(at + 1), column_type(field))
    if field.name == "explanation":
        return sql.SQL("CASE WHEN r.answer = '' THEN {} ELSE r.answer END").format(value)
    return value


def column_type(field: Any) -> sql.SQL:
    """The type of a column, as the model declares it."""
    return sql.SQL(cast(LiteralString, field.db_type(connection)))


def insert_records(model: Any, fields: Sequence[Any], constants: dict[str, Any], of: int) -> int:
    """Add the records of the new rows of an import; gives how many there are now. constants: other columns."""
    columns = [*(field.column for field in fields), *constants, "import_row"]
    values: list[sql.Composable] = [written_column(field, at) for at, field in enumerate(fields)]
    values += [*(sql.Placeholder() for _name in constants), sql.SQL("r.line")]
    statement = sql.SQL(
        "INSERT INTO {table} ({columns}) SELECT {values} FROM importing_importrow r "
        "WHERE r.of_id = %s AND r.outcome = 'new' ORDER BY r.line"
    ).format(
        table=sql.Identifier(model._meta.db_table),
        columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
        values=sql.SQL(", ").join(values),
    )
    return run(statement, [*constants.values(), of])


def update_records(model: Any, fields: Sequence[Any], constants: dict[str, Any], of: int) -> int:
    """Change the records of the changed rows of an import that still have the version and state they were read at."""
    pairs = [
        sql.SQL("{} = {}").format(sql.Identifier(field.column), written_column(field, at))
        for at, field in enumerate(fields)
    ]
    pairs += [sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder()) for name in constants]
    statement = sql.SQL(
        "UPDATE {table} t SET {pairs}, import_row = r.line FROM importing_importrow r "
        "WHERE r.of_id = %s AND r.outcome = 'changed' AND NOT r.revises AND t.id = r.target "
        "AND t.version = r.version AND t.state IN ('draft', 'returned')"
    ).format(table=sql.Identifier(model._meta.db_table), pairs=sql.SQL(", ").join(pairs))
    return run(statement, [*constants.values(), of])


def restore_records(model: Any, fields: Sequence[Any], constants: dict[str, Any], of: int) -> int:
    """Give the changed records of an import the values from before it, where nobody has changed them since."""
    pairs = [
        sql.SQL("{} = r.before[{}]::{}").format(sql.Identifier(field.column), sql.Literal(at + 1), column_type(field))
        for at, field in enumerate(fields)
    ]
    pairs += [sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder()) for name in constants]
    statement = sql.SQL(
        "UPDATE {table} t SET {pairs} FROM importing_importrow r WHERE r.of_id = %s AND r.outcome = 'changed' "
        "AND NOT r.revises AND t.id = r.target AND t.version = r.version + 1"
    ).format(table=sql.Identifier(model._meta.db_table), pairs=sql.SQL(", ").join(pairs))
    return run(statement, [*constants.values(), of])


def run(statement: sql.Composed, params: Sequence[Any]) -> int:
    """Run a statement through Django, which sets the context of the history; gives the number of rows."""
    with connection.cursor() as cursor:
        cursor.execute(statement.as_string(cursor.connection), params)
        return int(cursor.rowcount)


def allow_seconds(seconds: int) -> None:
    """Let the statements of this transaction take longer than those of a page."""
    with connection.cursor() as cursor:
        for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
            cursor.execute("SELECT set_config(%s, %s, TRUE)", [limit, f"{seconds}s"])
