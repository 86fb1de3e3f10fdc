"""The SQL of every report's page against the best SQL by hand and the plain ORM query."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.models import Count, F
from django.http import QueryDict
from psycopg import sql

from bench import world
from bench.clock import Results
from revival.accounts.models import Official
from revival.catalogue import REPORTS
from revival.embedded import DATABASE
from revival.reporting.query import Query, ask
from revival.reporting.report import Report
from revival.reporting.rollup import roll_up
from revival.reporting.sql import statement_of

BY_HAND, ORM = 1.2, 0.2
QUESTIONS = ("", "by=city", "by=county", "by=city&year=2024")


def reader(username: str = "province") -> Official:
    return Official.objects.get(username=username)


def question(report: type[Report], text: str) -> Query:
    return ask(report, QueryDict(text), reader())


def measure(results: Results) -> None:
    for report in REPORTS:
        for text in QUESTIONS:
            query = question(report, text)
            hand = by_hand(query)
            results.compare(
                "roll-up", f"{report.name}?{text}", statement(query), "SQL by hand", hand, BY_HAND, rounds=3
            )
    for report in REPORTS:
        distinct = any(m.distinct for m in report.aggregates())
        if report.standing is not None:
            continue
        for text in QUESTIONS[:3]:
            query = question(report, text)
            with django_indexes(report) as connected:
                theirs = plain_orm(query, connected)
                ours = whole(query)
                reach = ORM if distinct else None
                results.compare("roll-up", f"{report.name}?{text}", ours, "plain ORM", theirs, reach, rounds=3)


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


def by_hand(query: Query) -> Callable[[], Any]:
    """What somebody who knows the tables would write: one plain SELECT for the rows and one for the total.

    The faster of two ways for what is counted once: COUNT(DISTINCT) as it is, or a first level that removes what is
    there twice.
    """
    inner, params = inner_sql(query)
    measures = query.report.aggregates()
    figures = [figure(query, i) for i in range(len(measures))]
    keys = ["g0"] if query.by else []
    direct = f"SELECT {', '.join(figures)} FROM ({inner}) r"
    rows = f"SELECT g0, {', '.join(figures)} FROM ({inner}) r GROUP BY g0"
    plain = [run(rows, params), run(direct, params)] if keys else [run(direct, params)]
    return lambda: [act() for act in plain]


def inner_sql(query: Query) -> tuple[str, Any]:
    measures, standing = query.report.aggregates(), query.report.standing
    stock = standing is not None and all(query.report.stands(m) for m in measures)
    found = query.standing_rows() if stock else query.rows()
    source: dict[str, Any] = {f"g{i}": F(d.source) for i, d in enumerate(query.by)}
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
        for field in report.model._meta.concrete_fields:
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
    asked = [total, rows.values(query.by[0].source).annotate(**figures)] if query.by else [total]
    statements = [each.query.sql_with_params() for each in asked]
    return lambda: [connected.execute(text, params).fetchall() for text, params in statements]
