"""The effect of a step of review on a report: its figures before and after, by place."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from revival.accounts.models import Official, Region
from revival.records.counted import FigureChange, FigureChanges
from revival.reporting.grid import unit_of
from revival.reporting.query import Query, report_query
from revival.reporting.report import Report
from revival.reporting.rollup import ALL, Rollup, roll_up
from revival.reporting.units import POINTS, Share, Unit

MOST_DIGITS = 6


@dataclass(frozen=True)
class ReportEffect:
    """A report that records count in.

    year: the path from a record to the year whose figures it changes, by default that of the report's own records;
    empty if today's figures are compared. only: parameters that narrow the totals, with their values.
    """

    report: type[Report]
    year: str | None = None
    only: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        return f"{self.report.name} {self.only}"

    @property
    def path(self) -> str:
        dimension = self.report.dimension("year")
        return self.year if self.year is not None else dimension.source if dimension else ""

    def years(self, rows: QuerySet[Any]) -> set[int | None]:
        if not self.path:
            return {None} if rows.exists() else set()
        stated = rows.filter(**{f"{self.path}__isnull": False})
        return set(stated.order_by().values_list(self.path, flat=True).distinct())

    def figures(self, user: Official, years: Collection[int | None]) -> Rollup:
        """The figures by place and year, in one statement."""
        return roll_up(report_query(self.report, self.params(years), user))

    def params(self, years: Collection[int | None]) -> QueryDict:
        """The parameters of the query. Amounts are in 万元, as a single record hardly shows in larger units."""
        params = QueryDict(mutable=True)
        for name, value in (*self.only, ("by", "city"), ("by", "county"), ("unit", "wan")):
            params.appendlist(name, value)
        stated = sorted(year for year in years if year is not None)
        if stated:
            params["across"] = "year"
            params.setlist("year", [str(year) for year in stated])
        return params

    def changes(self, before: Rollup, after: Rollup) -> list[FigureChanges]:
        query, keys = after.query, {**before.cells, **after.cells}.keys()
        found = []
        for rest in sorted({key[2:] for key in keys if ALL not in key[2:]}):
            places = [
                (name, changed)
                for name, place in places_in_scope(query, {key[:2] for key in keys})
                if (changed := list(figure_changes(query, before.at(*place, *rest), after.at(*place, *rest))))
            ]
            heading = " · ".join([self.report.heading(), *map(str, rest)])
            year = {"year": rest[0]} if rest else {}
            if places:
                found.append(FigureChanges(heading, query.url(drop=("across", "year", "unit"), **year), places))
        return found


def places_in_scope(query: Query, keys: Collection[tuple[Any, Any]]) -> list[tuple[str, tuple[Any, Any]]]:
    """The reader's region and the cities and counties in it, each by name, in the order of their codes."""
    level, regions = query.regions.own.level, query.regions
    found: list[tuple[str, tuple[Any, Any]]] = [(str(regions.own), (ALL, ALL))]
    cities = sorted({city for city, _county in keys if city is not ALL and city is not None})
    for city in cities:
        if level == Region.Level.PROVINCE:
            found.append((regions.label(city), (city, ALL)))
        if level in (Region.Level.PROVINCE, Region.Level.CITY):
            counties = {county for of, county in keys if of == city} - {ALL, None}
            found += [(regions.label(county), (city, county)) for county in sorted(counties)]
    return found


def figure_changes(query: Query, before: Any, after: Any) -> Iterator[FigureChange]:
    """The changed figures of one place."""
    for measure in query.report.measures:
        was, becomes = before[measure.name], after[measure.name]
        if was == becomes:
            continue
        unit = distinguishing_unit(unit_of(query, measure), was, becomes)
        yield FigureChange(
            measure.heading(query.report.model),
            str(unit.title),
            unit.show(was),
            unit.show(becomes),
            "–" if was is None or becomes is None else difference_text(unit, Decimal(becomes) - Decimal(was)),
        )


def distinguishing_unit(unit: Unit, was: Any, becomes: Any) -> Unit:
    """The unit with enough decimals to tell the two values apart."""
    while unit.show(was) == unit.show(becomes) and unit.digits < MOST_DIGITS:
        unit = replace(unit, digits=unit.digits + 1)
    return unit


def difference_text(unit: Unit, value: Decimal) -> str:
    """The difference with its sign; for rates in percentage points."""
    points = f" {POINTS.title}" if isinstance(unit, Share) and unit.name != POINTS.name else ""
    return unit.signed(value) + points
