"""The SQL of every report's page against the best SQL by hand and the plain ORM query."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.models import Count, F
from django.http import QueryDict
from psycopg import sql

from bench import world
from bench.clock import Line, Results, in_turn
from revival.accounts.models import Official
from revival.catalogue import REPORTS
from revival.embedded import DATABASE
from revival.reporting.query import Query, ask
from revival.reporting.report import Report
from revival.reporting.rollup import roll_up
from revival.reporting.sql import statement_of

BY_HAND, ORM = 1.2, 0.2
QUESTIONS = ("", "by=city", "by=county")


def reader(username: str = "province") -> Official:
    return Official.objects.get(username=username)


def question(report: type[Report], text: str) -> Query:
    return ask(report, QueryDict(text), reader())


def measure(results: Results) -> None:
    for report in REPORTS:
        for text in QUESTIONS:
            beside_hand(results, report, text)
    for report in REPORTS:
        # A stock, and a count of some rows only, has no plain query of the ORM that computes the same.
        if report.standing is None and not any(m.only for m in report.aggregates()):
            for text in QUESTIONS:
                beside_orm(results, report, text)


def beside_hand(results: Results, report: type[Report], text: str) -> None:
    query = question(report, text)
    ours, ways = statement(query), by_hand(query)
    for way in ways:
        same(query, total_of(query, ours()), last(way()))
    mine, *theirs = in_turn((ours, *ways), 3)
    best = min(theirs, key=lambda timing: timing.median)
    results.add(Line("roll-up", f"{report.name}?{text}", mine, "best SQL by hand", best, BY_HAND))


def beside_orm(results: Results, report: type[Report], text: str) -> None:
    query = question(report, text)
    distinct = any(m.distinct for m in report.aggregates())
    with django_indexes(report) as connected:
        theirs = plain_orm(query, connected)
        same(query, total_of(query, statement(query)()), last(theirs()))
        line = in_turn((whole(query), theirs), 1)
    results.add(Line("roll-up", f"{report.name}?{text}", line[0], "plain ORM", line[1], ORM if distinct else None))


def total_of(query: Query, rows: Sequence[Any]) -> Sequence[Any]:
    """The figures of the row of totals."""
    width = len(query.dimensions)
    return next(row[2 * width : -1] for row in rows if all(row[width : 2 * width]))


def last(rows: Sequence[Any]) -> Any:
    """The figures of the total, which stand at the end, without the key of the other rows."""
    return rows[-1][-1]


def same(query: Query, ours: Sequence[Any], theirs: Sequence[Any]) -> None:
    """Raise RuntimeError where two ways to one total differ: nothing is faster by being wrong."""
    few = min(len(ours), len(theirs))
    if [each or 0 for each in ours[-few:]] != [each or 0 for each in theirs[-few:]]:
        raise RuntimeError(f"{query.url()}: {ours} and {theirs}")


def whole(query: Query) -> Callable[[], Any]:
    return lambda: roll_up(query)


def statement(query: Query) -> Callable[[], Any]:
    """The page's statement, run as it is."""
    sets = [tuple(range(depth)) for depth in range(len(query.by) + 1)]
    text, params = statement_of(query, sets)
    return run(text.as_string(connection.connection), params)


def run(text: str, params: Any = None) -> Callable[[], Any]:
    def act() -> Any:
        with connection.cursor() as cursor:
            cursor.execute(text, params)
            return cursor.fetchall()

    return act


def by_hand(query: Query) -> list[Callable[[], Any]]:
    """What somebody who knows the tables would write, in the two or three ways there are.

    A SELECT for the rows and one for the total; both in one by GROUPING SETS; and of counties what adds up, by
    region first. Each gives back its answers, the total at the end.
    """
    inner, params = inner_sql(query)
    measures = query.report.aggregates()
    figures = ", ".join(figure(query, i) for i in range(len(measures)))
    total = run(f"SELECT {figures} FROM ({inner}) r", params)
    if not query.by:
        return [lambda: [total()]]
    rows = run(f"SELECT g0, {figures} FROM ({inner}) r GROUP BY g0", params)
    sets = run(f"SELECT {figures} FROM ({inner}) r GROUP BY GROUPING SETS ((g0), ()) ORDER BY GROUPING(g0)", params)
    ways: list[Callable[[], Any]] = [lambda: [rows(), total()], lambda: [[row] for row in sets()]]
    if query.by[0].name == "county" and not any(m.distinct for m in measures):
        inner, params = inner_sql(query, "region")
        named = ", ".join(f"{figure(query, i)} AS f{i}" for i in range(len(measures)))
        sums = ", ".join(f"SUM(f{i})" for i in range(len(measures)))
        first = run(
            f"SELECT {sums} FROM (SELECT g0, {named} FROM ({inner}) r GROUP BY g0) c "
            "JOIN accounts_region x ON x.code = g0 GROUP BY GROUPING SETS ((x.county_id), ()) "
            "ORDER BY GROUPING(x.county_id)",
            params,
        )
        ways.append(lambda: [[row] for row in first()])
    return ways


def inner_sql(query: Query, key: str = "") -> tuple[str, Any]:
    measures, standing = query.report.aggregates(), query.report.standing
    stock = standing is not None and all(query.report.stands(m) for m in measures)
    found = query.standing_rows() if stock else query.rows()
    source: dict[str, Any] = {f"g{i}": F(key or d.source) for i, d in enumerate(query.by)}
    source |= {f"m{i}": m.operand for i, m in enumerate(measures) if m.operand is not None}
    source |= {"w": F(measures[0].only[0])} if measures[0].only and measures[0].only[0] == "kind" else {}
    source |= {"c": F("completed_on"), "p": F("planned_year")} if query.report.name == "chemical-units" else {}
    spans = ("span_start", "span_end") if standing and not stock else ()
    text, params = found.order_by().values(*spans, **source).query.sql_with_params()
    return text, params


def figure(query: Query, index: int) -> str:
    measure = query.report.aggregates()[index]
    column = f"m{index}" if measure.operand is not None else "*"
    once = "DISTINCT " if measure.distinct else ""
    plain = f"{'COUNT' if measure.is_count else 'SUM'}({once}{column})"
    standing = query.report.standing
    if standing and not all(query.report.stands(m) for m in query.report.aggregates()):
        chosen = query.filters.get(standing.axis) or [-1_000_000]
        if query.report.stands(measure):
            last = query.last_period
            return f"{plain} FILTER (WHERE span_start <= {last} AND (span_end IS NULL OR span_end > {last}))"
        return f"{plain} FILTER (WHERE span_start BETWEEN {min(chosen)} AND {query.last_period})"
    if measure.only and measure.only[0] == "kind":
        return f"{plain} FILTER (WHERE w = '{measure.only[1]}')"
    if measure.only:
        year = "EXTRACT(YEAR FROM c)"
        return f"{plain} FILTER (WHERE {year} {'=' if measure.only[1] == 'in-year' else '>'} p)"
    return plain


@contextmanager
def django_indexes(report: type[Report]) -> Iterator[Any]:
    """A connection on which the model has only the indexes that Django makes by itself; undone at the end."""
    with world.admin(f"{DATABASE}_bench") as found:
        found.autocommit = False
        names = [index.name for index in report.model._meta.indexes]
        # Not dropped: that would lock out the other side. This transaction alone takes them for unfinished.
        found.execute("UPDATE pg_index SET indisvalid = FALSE WHERE indexrelid::regclass::text = ANY(%s)", [names])
        fields: list[Any] = list(report.model._meta.concrete_fields)
        for field in fields:
            if field.is_relation and not field.db_index:
                table, column = report.model._meta.db_table, field.column
                make = sql.SQL("CREATE INDEX ON {} ({})").format(sql.Identifier(table), sql.Identifier(column))
                found.execute(make)
        yield found
        found.rollback()


def plain_orm(query: Query, connected: Any) -> Callable[[], Any]:
    """The roll-up as Django's documentation would have it: values().annotate(), and aggregate() for the total."""
    measures = query.report.aggregates()
    figures = {f"a{i}": Count("id") if m.operand is None else m.aggregate for i, m in enumerate(measures)}
    rows = query.report.model._default_manager.filter(state__in=query.states).order_by()
    total = rows.annotate(one=F("state")).values("one").annotate(**figures)
    asked = [rows.values(query.by[0].source).annotate(**figures), total] if query.by else [total]
    statements = [each.query.sql_with_params() for each in asked]
    return lambda: [connected.execute(text, params).fetchall() for text, params in statements]
