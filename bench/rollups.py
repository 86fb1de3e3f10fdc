"""The SQL of every report's page, compared with the best SQL by hand and the plain ORM query."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.models import Count, F
from django.http import QueryDict
from psycopg import sql

from bench import world
from bench.clock import Act, BenchLine, BenchResults, timings_in_turn
from revival.accounts.models import Official
from revival.catalogue import REPORTS
from revival.database.embedded import DATABASE
from revival.reporting.period import is_snapshot
from revival.reporting.query import Query, report_query
from revival.reporting.report import Report
from revival.reporting.rollup import roll_up
from revival.reporting.sql import statement_of

BY_HAND, ORM = 1.2, 0.2
ROUNDS = 3
SHORT = 0.02  # seconds; shorter statements run more often, as chance is a larger part of their time
QUESTIONS = ("", "by=city", "by=county")


def bench_reader(username: str = "province") -> Official:
    return Official.objects.get(username=username)


def bench_query(report: type[Report], text: str) -> Query:
    return report_query(report, QueryDict(text), bench_reader())


def measure(results: BenchResults) -> None:
    for report in REPORTS:
        for text in QUESTIONS:
            beside_hand(results, report, text)
    for report in REPORTS:
        # For a stock, and for a count of some rows only, no plain ORM query computes the same.
        if report.validity is None and not any(m.only for m in report.aggregates()):
            for text in QUESTIONS:
                beside_orm(results, report, text)


def beside_hand(results: BenchResults, report: type[Report], text: str) -> None:
    query = bench_query(report, text)
    ours = statement(query)
    way, seconds = fastest(query, total_of(query, ours()), by_hand(query))
    rounds = ROUNDS if seconds > SHORT else 3 * ROUNDS
    mine, theirs = timings_in_turn((ours, way), rounds, warm=False)
    results.add(BenchLine("roll-up", f"{report.name}?{text}", mine, "best SQL by hand", theirs, BY_HAND))


def fastest(query: Query, total: Sequence[Any], ways: Sequence[Act]) -> tuple[Act, float]:
    """The fastest of the ways, and its seconds, after a check that the total of each is ours.

    Each way runs once, which warms up, and twice more if it was close to the fastest. These runs only choose and do
    not count: the lowest of several medians would be below the median of its own way.
    """
    first = []
    for way in ways:
        begun = time.perf_counter()
        rows = way()
        first.append(time.perf_counter() - begun)
        require_same(query, total, last(rows))
    near = [way for way, seconds in zip(ways, first, strict=True) if seconds <= 2 * min(first) + SHORT]
    again = timings_in_turn(near, 2, warm=False)
    best, timing = min(zip(near, again, strict=True), key=lambda pair: min(pair[1].rounds))
    return best, min(timing.rounds)


def beside_orm(results: BenchResults, report: type[Report], text: str) -> None:
    query = bench_query(report, text)
    distinct = any(m.distinct for m in report.aggregates())
    with django_indexes(report) as connected:
        theirs = plain_orm(query, connected)
        require_same(query, total_of(query, statement(query)()), last(theirs()))  # this warms up as well
        mine, other = timings_in_turn((whole(query), theirs), ROUNDS, warm=False)
    results.add(BenchLine("roll-up", f"{report.name}?{text}", mine, "plain ORM", other, ORM if distinct else None))


def total_of(query: Query, rows: Sequence[Any]) -> Sequence[Any]:
    """The figures of the total's row."""
    width = len(query.dimensions)
    return next(row[2 * width : -1] for row in rows if all(row[width : 2 * width]))


def last(rows: Sequence[Any]) -> Any:
    """The figures of the total, which come last, without the key of the other rows."""
    return rows[-1][-1]


def require_same(query: Query, ours: Sequence[Any], theirs: Sequence[Any]) -> None:
    """Raise RuntimeError if two ways give different totals: a wrong one is not faster."""
    few = min(len(ours), len(theirs))
    if [each or 0 for each in ours[-few:]] != [each or 0 for each in theirs[-few:]]:
        raise RuntimeError(f"{query.url()}: {ours} and {theirs}")


def whole(query: Query) -> Callable[[], Any]:
    return lambda: roll_up(query)


def statement(query: Query) -> Callable[[], Any]:
    """The statement of the page, run as it is."""
    sets = [tuple(range(depth)) for depth in range(len(query.by) + 1)]
    text, params = statement_of(query, sets)
    return measure_rollups(text.as_string(connection.connection), params)


def measure_rollups(text: str, params: Any = None) -> Callable[[], Any]:
    def act() -> Any:
        with connection.cursor() as cursor:
            cursor.execute(text, params)
            return cursor.fetchall()

    return act


def by_hand(query: Query) -> list[Act]:
    """All the ways in which someone who knows the tables would write it. The fastest counts.

    They are: a SELECT for the rows and one for the total; both in one by GROUPING SETS; additive figures by city or
    region first, and then these few added up; distinct counts from ordered records, or by SELECT DISTINCT first. Each
    returns its answers, with the total at the end.

    They all select the same records as the product, under the same conditions, compiled from the same filter. This
    measures the way to group and to add up, over the same indexes. A slow condition is slow on both sides, and shows
    in the comparison with the plain ORM and, for the search, with LIKE. Whether the conditions are right is not
    checked here: tests/reporting/test_contract.py compares each report with SQL written by hand.
    """
    once = [i for i, m in enumerate(query.report.aggregates()) if m.distinct]
    inner, params = inner_sql(query)
    figures = listed(query)
    total = measure_rollups(f"SELECT {figures} FROM ({inner}) r", params)
    orders = [f"m{i}" for i in once[:1]]
    ways: list[Act] = [lambda: [total()]]
    if query.by:
        orders = ["g0", *(f"g0, {order}" for order in orders)] if once else []
        rows = measure_rollups(f"SELECT g0, {figures} FROM ({inner}) r GROUP BY g0", params)
        ways = [lambda: [rows(), total()], grouped(query, figures, inner, params)]
        ways += [] if once else [cells_first(query)]
    ways += [grouped(query, figures, f"{inner} ORDER BY {order}", params) for order in orders]
    return [*ways, in_steps(query, once)] if once else ways


def listed(query: Query, indexes: Iterable[int] | None = None) -> str:
    """The figures of some or all measures, as a SELECT names them."""
    return ", ".join(figure(query, i) for i in indexes or range(len(query.report.aggregates())))


def grouped(query: Query, figures: str, source: str, params: Any, key: str = "g0") -> Act:
    """The figures of a source by its key, if there is one, with the total last."""
    sets = f" GROUP BY GROUPING SETS (({key}), ()) ORDER BY GROUPING({key})" if query.by else ""
    rows = measure_rollups(f"SELECT {figures} FROM ({source}) r{sets}", params)
    return lambda: [rows()]


def cells_first(query: Query) -> Act:
    """Group by city first, or counties by region, and then add up these few."""
    county = query.by[0].name == "county"
    inner, params = inner_sql(query, "region" if county else "")
    indexes = range(len(query.report.aggregates()))
    named = ", ".join(f"{figure(query, i)} AS f{i}" for i in indexes)
    cells = f"SELECT g0, {named} FROM ({inner}) c GROUP BY g0"
    sums = ", ".join(f"SUM(f{i})" for i in indexes)
    if county:
        cells = f"SELECT c.*, x.county_id FROM ({cells}) c JOIN accounts_region x ON x.code = c.g0"
    return grouped(query, sums, cells, params, "county_id" if county else "g0")


def in_steps(query: Query, once: Sequence[int]) -> Act:
    """Count distinct values by SELECT DISTINCT first, in a statement each, and add up the rest in one more."""
    inner, params = inner_sql(query)
    several = [i for i in range(len(query.report.aggregates())) if i not in once]
    steps = {i: distinct_first(query, f"m{i}", inner, params) for i in once}
    rest = grouped(query, listed(query, several), inner, params) if several else None

    def act() -> Any:
        answers = {i: step() for i, step in steps.items()}
        total = {i: rows[-1][-1] for i, rows in answers.items()}
        added = rest() if rest else []
        total |= dict(zip(several, added[-1][-1], strict=True)) if rest else {}
        return [*answers.values(), *added, [tuple(total[i] for i in sorted(total))]]

    return act


def distinct_first(query: Query, column: str, inner: str, params: Any) -> Act:
    """A count of distinct values: each once with its group, then the groups, then the total over these few."""
    if not query.by:
        return measure_rollups(f"SELECT count({column}) FROM (SELECT DISTINCT {column} FROM ({inner}) r) d", params)
    return measure_rollups(
        f"WITH d AS (SELECT DISTINCT g0, {column} FROM ({inner}) r) "
        f"SELECT 0 AS step, g0, count({column}) FROM d GROUP BY g0 UNION ALL "
        f"SELECT 1, NULL, count({column}) FROM (SELECT DISTINCT {column} FROM d) e ORDER BY step",
        params,
    )


def inner_sql(query: Query, key: str = "") -> tuple[str, Any]:
    measures, validity = query.report.aggregates(), query.report.validity
    stock = validity is not None and all(is_snapshot(query.report, m) for m in measures)
    found = query.valid_rows() if stock else query.rows()
    source: dict[str, Any] = {f"g{i}": F(key or d.source) for i, d in enumerate(query.by)}
    source |= {f"m{i}": m.operand for i, m in enumerate(measures) if m.operand is not None}
    source |= {"w": F(measures[0].only[0])} if measures[0].only and measures[0].only[0] == "kind" else {}
    source |= {"c": F("completed_on"), "p": F("planned_year")} if query.report.name == "chemical-units" else {}
    spans = ("valid_from", "valid_to") if validity and not stock else ()
    text, params = found.order_by().values(*spans, **source).query.sql_with_params()
    return text, params


def figure(query: Query, index: int) -> str:
    measure = query.report.aggregates()[index]
    column = f"m{index}" if measure.operand is not None else "*"
    once = "DISTINCT " if measure.distinct else ""
    plain = f"{'COUNT' if measure.is_count else 'SUM'}({once}{column})"
    validity = query.report.validity
    if validity and not all(is_snapshot(query.report, m) for m in query.report.aggregates()):
        chosen = query.filters.get(validity.axis) or [-1_000_000]
        if is_snapshot(query.report, measure):
            last = query.last_period
            return f"{plain} FILTER (WHERE valid_from <= {last} AND (valid_to IS NULL OR valid_to > {last}))"
        return f"{plain} FILTER (WHERE valid_from BETWEEN {min(chosen)} AND {query.last_period})"
    if measure.only and measure.only[0] == "kind":
        return f"{plain} FILTER (WHERE w = '{measure.only[1]}')"
    if measure.only:
        year = "EXTRACT(YEAR FROM c)"
        return f"{plain} FILTER (WHERE {year} {'=' if measure.only[1] == 'in-year' else '>'} p)"
    return plain


@contextmanager
def django_indexes(report: type[Report]) -> Iterator[Any]:
    """A connection on which the model has only the indexes that Django creates. It is undone at the end."""
    with world.admin(f"{DATABASE}_bench") as found:
        found.autocommit = False
        names = [index.name for index in report.model._meta.indexes]
        # They are not dropped, which would lock out the other side. This transaction alone takes them for unfinished.
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
    """The roll-up as in Django's documentation: values().annotate(), and aggregate() for the total."""
    measures = query.report.aggregates()
    figures = {f"a{i}": Count("id") if m.operand is None else m.aggregate for i, m in enumerate(measures)}
    rows = query.report.model._default_manager.filter(state__in=query.states).order_by()
    total = rows.annotate(one=F("state")).values("one").annotate(**figures)
    asked = [rows.values(query.by[0].source).annotate(**figures), total] if query.by else [total]
    statements = [each.query.sql_with_params() for each in asked]
    return lambda: [connected.execute(text, params).fetchall() for text, params in statements]
