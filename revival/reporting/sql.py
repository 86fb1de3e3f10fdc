"""The only hand-written SQL of reports: grouping sets, and COPY, around a compiled queryset.

Django's own GROUP BY would repeat the grouping columns after the grouping sets, and the total row would be lost.
"""

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, LiteralString, NamedTuple, cast

from django.db import connection, transaction
from django.db.models import BooleanField, ExpressionWrapper, F, ForeignKey, IntegerField, QuerySet
from psycopg import Copy, sql

from revival.reporting.dimensions import Dimension, Value
from revival.reporting.measures import Measure
from revival.reporting.period import is_axis, is_snapshot
from revival.reporting.query import Query

BLOCK = 64 * 1024
SOON = 500  # rows of about one block
EVER = -1_000_000  # before every period


class Group(NamedTuple):
    """One row of a roll-up: the values of its dimensions, which of them are rolled up, and its figures."""

    values: tuple[Value, ...]
    rolled_up: tuple[bool, ...]
    figures: tuple[Any, ...]


@contextmanager
def one_snapshot(seconds: int | None = None) -> Iterator[None]:
    """A context in which all queries see the database at one moment, and none may write.

    seconds: the time limit of each query in place of the role's. A file needs a longer one, as the time that
    PostgreSQL waits for a slow reader counts.
    """
    if connection.in_atomic_block:  # a caller has opened it already
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            if seconds:
                for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
                    cursor.execute("SELECT set_config(%s, %s, TRUE)", [limit, f"{seconds}s"])
        yield


def compiled_sql(rows: QuerySet[Any]) -> tuple[sql.SQL, tuple[Any, ...]]:
    """The queryset as SQL with placeholders, and their values, even for a queryset that finds nothing."""
    text, params = rows.query.get_compiler(connection=connection, elide_empty=False).as_sql()
    return sql.SQL(cast(LiteralString, text)), tuple(params)


def name(prefix: str, index: int) -> sql.Identifier:
    """The name of a column, from a prefix and a number, so that no text of a user reaches the statement."""
    return sql.Identifier(f"{prefix}{index}")


def grouped_figures(query: Query, sets: Sequence[Sequence[int]]) -> list[Group]:
    """The figures of every measure of the report for each grouping set (indexes into the query's dimensions)."""
    statement, params = statement_of(query, sets)
    with connection.cursor() as cursor:
        cursor.execute(statement.as_string(cursor.connection), params)
        width = len(query.dimensions)
        return [
            Group(row[:width], tuple(bool(mark) for mark in row[width : 2 * width]), row[2 * width :])
            for row in cursor.fetchall()
        ]


def statement_of(query: Query, sets: Sequence[Sequence[int]]) -> tuple[sql.Composed, tuple[Any, ...]]:
    """One SELECT with GROUPING SETS over the scoped, filtered records.

    Additive measures are summed to cells first, and every level sums these few cells. Distinct counts read record by
    record, by city in the order of an index, as sorting a row for each cell and value took twice as long. The
    records are sorted before they are grouped, as GROUPING SETS over a subquery take no order from an index.
    """
    measures, report = query.aggregates, query.report
    axis = next((i for i, d in enumerate(query.dimensions) if is_axis(report, d.name)), None)
    # For one period, unless a measure counts the flows in it, the records are those valid at its end.
    snapshots = all(is_snapshot(report, measure) for measure in measures)
    dated = report.validity is not None and (axis is not None or not snapshots)
    in_cells = bool(query.dimensions) and not any(measure.distinct for measure in measures)
    source, params, whole = records(query, axis, dated, in_cells)
    if in_cells:
        source = looked_up(query, cells(query, source, axis, dated))
    keys = [key(query, i, axis, in_cells) for i in range(len(query.dimensions))]
    figures = []
    for i, measure in enumerate(measures):
        counted = sql.SQL("SUM(r.{})").format(name("a", i)) if in_cells else aggregate(measure, i)
        found = figure(query, measure, counted, axis) if dated else counted
        figures.append(sql.SQL("({})::bigint" if in_cells and i in whole else "{}").format(found))
    columns = [*keys, *(sql.SQL("GROUPING({})").format(each) for each in keys), *figures]
    select = sql.SQL("SELECT {} FROM").format(sql.SQL(", ").join(columns))
    statement, more = with_periods(query, select, source, axis, dated)
    if keys:
        groupings = [sql.SQL("({})").format(sql.SQL(", ").join(keys[i] for i in each)) for each in sets]
        statement += sql.SQL(" GROUP BY GROUPING SETS ({})").format(sql.SQL(", ").join(groupings))
    return statement, (*params, *more)


def key(query: Query, index: int, axis: int | None, in_cells: bool) -> sql.Composable:
    """The column of a dimension."""
    if index == axis:
        return sql.SQL("p.ends")
    return name("x" if in_cells and related(query, query.dimensions[index]) else "g", index)


def records(
    query: Query, axis: int | None, dated: bool, in_cells: bool
) -> tuple[sql.Composable, tuple[Any, ...], set[int]]:
    """The records with the columns of the measures, the placeholders' values, and which sums are whole numbers."""
    measures = query.aggregates
    source: dict[str, Any] = {
        f"g{i}": F(held(query, d) if in_cells else d.source) for i, d in enumerate(query.dimensions) if i != axis
    }
    source |= {f"m{i}": m.operand for i, m in enumerate(measures) if m.operand is not None}
    source |= {f"w{i}": limit(query, *m.only) for i, m in enumerate(measures) if m.only}
    found = query.rows() if dated or not query.report.validity else query.valid_rows()
    rows = found.order_by().values(*(("valid_from", "valid_to") if dated else ()), **source)
    if not in_cells and not dated:
        rows = rows.order_by(*(f"g{i}" for i in range(len(query.dimensions))))
    fields = rows.query.annotation_select
    whole = {
        i for i, m in enumerate(measures) if m.is_count or isinstance(fields[f"m{i}"].output_field, IntegerField)
    }
    return *compiled_sql(rows), whole


def cells(query: Query, source: sql.Composable, axis: int | None, dated: bool) -> sql.Composed:
    """The records summed to one row for each slice and validity."""
    keys: list[sql.Composable] = [name("g", i) for i in range(len(query.dimensions)) if i != axis]
    keys += [sql.SQL("valid_from"), sql.SQL("valid_to")] if dated else []
    sums = [
        sql.SQL("{} AS {}").format(aggregate(measure, i), name("a", i)) for i, measure in enumerate(query.aggregates)
    ]
    columns = sql.SQL(", ").join([*keys, *sums])
    return sql.SQL("SELECT {} FROM ({}) r GROUP BY {}").format(columns, source, sql.SQL(", ").join(keys))


def related(query: Query, dimension: Dimension) -> tuple[Any, str] | None:
    """The foreign key and the column beyond it that a dimension reads, such as the county of a region."""
    first, _separator, beyond = dimension.source.partition("__")
    field = query.report.model._meta.get_field(first)
    if not isinstance(field, ForeignKey) or "__" in beyond or not beyond:
        return None
    related_field: Any = field.related_model._meta.get_field(beyond)
    return field, related_field.column


def held(query: Query, dimension: Dimension) -> str:
    """The path of the dimension's column on the record itself."""
    return dimension.source.partition("__")[0] if related(query, dimension) else dimension.source


def looked_up(query: Query, source: sql.Composed) -> sql.Composed:
    """The cells with the values their keys refer to, looked up once per cell instead of once per record."""
    for i, dimension in enumerate(query.dimensions):
        found = related(query, dimension)
        if found:
            field, column = found
            target = field.target_field
            source = sql.SQL("SELECT c.*, x.{} AS {} FROM ({}) c LEFT JOIN {} x ON x.{} = c.{}").format(
                sql.Identifier(column),
                name("x", i),
                source,
                sql.Identifier(target.model._meta.db_table),
                sql.Identifier(target.column),
                name("g", i),
            )
    return source


def aggregate(measure: Measure, index: int) -> sql.Composed:
    """A measure over records."""
    column = sql.SQL("r.") + name("m", index) if measure.operand is not None else sql.SQL("*")
    once = sql.SQL("DISTINCT " if measure.distinct else "")
    plain = sql.SQL("{}({}{})").format(sql.SQL("COUNT" if measure.is_count else "SUM"), once, column)
    return plain + sql.SQL(" FILTER (WHERE r.{})").format(name("w", index)) if measure.only else plain


def figure(query: Query, measure: Measure, plain: sql.Composed, axis: int | None) -> sql.Composed:
    """The aggregate of a measure. If rows have a validity, it counts those that belong to the period of its row."""
    if not is_snapshot(query.report, measure):
        return plain + sql.SQL(" FILTER (WHERE r.valid_from BETWEEN p.begins AND p.ends)")
    valid = sql.SQL("r.valid_from <= p.ends AND (r.valid_to IS NULL OR r.valid_to > p.ends)")
    each = plain + sql.SQL(" FILTER (WHERE {})").format(valid)
    if axis is None:
        return each
    # Over several periods a snapshot is that of the last one, never their sum.
    last = plain + sql.SQL(" FILTER (WHERE {} AND p.last)").format(valid)
    return sql.SQL("CASE WHEN GROUPING(p.ends) = 0 THEN {} ELSE {} END").format(each, last)


def limit(query: Query, parameter: str, value: str) -> Any:
    """Whether a record has the value of the parameter, as an expression."""
    return ExpressionWrapper(query.filterset.filters[parameter].condition([value]), output_field=BooleanField())


def with_periods(
    query: Query, select: sql.Composed, source: sql.Composable, axis: int | None, dated: bool
) -> tuple[sql.Composed, tuple[Any, ...]]:
    """The statement up to its records, joined to the periods if rows have a validity, and its placeholders' values.

    These values follow those of the records. The chosen values form one period, unless the axis is shown: then each
    value is a period.
    """
    validity = query.report.validity
    if validity is None or not dated:
        return sql.SQL("{} ({}) r").format(select, source), ()
    chosen = query.filters.get(validity.axis)
    if axis is None:
        one = sql.SQL("{} ({}) r CROSS JOIN (SELECT %s::int AS begins, %s::int AS ends) p")
        begins = min(chosen) if chosen else EVER
        return one.format(select, source), (begins, query.last_period)
    if chosen:
        series = sql.SQL("SELECT unnest(%s::int[]) AS ends")
        more: tuple[Any, ...] = (list(chosen),)
    else:
        series = sql.SQL(
            "SELECT generate_series(MIN(valid_from)::int, LEAST(MAX(valid_from)::int, %s)) AS ends FROM base"
        )
        more = (query.last_period,)
    several = sql.SQL(
        "WITH base AS ({}), ends AS ({}), "
        "p AS (SELECT ends, ends AS begins, ends = MAX(ends) OVER () AS last FROM ends) "
        "{} base r JOIN p ON r.valid_from <= p.ends "
        "AND (r.valid_to IS NULL OR r.valid_to > p.ends OR r.valid_from >= p.begins)"
    )
    return several.format(source, series, select), more


def copy_blocks(rows: QuerySet[Any]) -> Generator[bytes, None, int]:
    """The rows as CSV, in blocks of about 64 KiB, by COPY over the queryset. Returns the number of rows.

    Two statements read them, and need one snapshot and an order without ties: the first few rows by the plan that
    gives them at once, then all others by the plan that is fastest as a whole, which may sort them first.
    """
    count = yield from copied(rows[:SOON])
    if count == SOON:
        count += yield from copied(rows[SOON:])
    return count


def copied(rows: QuerySet[Any]) -> Generator[bytes, None, int]:
    """The rows by one COPY; one empty block if there is none."""
    block, count = bytearray(), 0
    with opened_copy(*compiled_sql(rows), "csv") as copy:
        for line in copy:
            count += 1
            block += line
            if len(block) >= BLOCK:
                yield bytes(block)
                block.clear()
    yield bytes(block)
    return count


def copied_lines(inner: sql.Composable, params: tuple[Any, ...]) -> Iterator[bytes]:
    """The lines of one COPY of a statement with one column of text, in which no line has a \\ or a line break."""
    with opened_copy(inner, params, "text") as copy:
        for line in copy:
            yield bytes(line)


@contextmanager
def opened_copy(inner: sql.Composable, params: tuple[Any, ...], form: LiteralString) -> Iterator[Copy]:
    """The COPY of what a statement selects."""
    with connection.cursor() as cursor:
        statement = sql.SQL("COPY ({}) TO STDOUT (FORMAT {})").format(inner, sql.SQL(form))
        merged = cursor.cursor.mogrify(statement.as_string(cursor.connection), params)
        with cursor.cursor.copy(sql.SQL(cast(LiteralString, merged))) as copy:
            yield copy
