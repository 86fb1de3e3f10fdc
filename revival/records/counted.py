"""What the lists of records say about totals. Reports are not known here: the admin of a floor names them."""

from collections.abc import Callable, Collection, Iterable
from typing import Any, NamedTuple, Protocol, TypeVar

from django.db import transaction
from django.db.models import QuerySet

from revival.accounts.models import Official

Result = TypeVar("Result")


class FigureChange(NamedTuple):
    """A figure that a step changes, in words; the difference has its sign."""

    figure: str
    unit: str
    before: str
    after: str
    difference: str


class FigureChanges(NamedTuple):
    """The figures of one report and year that change, by place: the official's region, then cities and counties."""

    heading: str
    url: str
    places: list[tuple[str, list[FigureChange]]]


class CountedTotals(Protocol):
    """The totals that records count in."""

    @property
    def name(self) -> str:
        """The name of the question; two with the same name ask the same."""

    def years(self, rows: QuerySet[Any]) -> set[int | None]:
        """The years whose figures the rows can change, None where no year is asked for; empty for none."""

    def figures(self, user: Official, years: Collection[int | None]) -> Any:
        """All figures of the official's region by place, as they are at this moment."""

    def changes(self, before: Any, after: Any) -> list[FigureChanges]:
        """What differs between two answers of `figures`, year by year."""


CountedRows = Iterable[tuple[CountedTotals, QuerySet[Any]]]


def rehearse_effect(
    act: Callable[[], Result], counted: Callable[[], CountedRows], user: Official
) -> tuple[Result, list[FigureChanges]]:
    """What an act gives, and the figures that it would change: it is done, the totals are read, it is rolled back.

    counted: the totals that change with the records of the act, each with those records. They are asked for before
    and after the act, as a revision may change the year itself.
    """
    concerned = concerned_totals(counted())
    point = transaction.savepoint()
    try:
        result = act()
        for name, (_totals, years) in concerned_totals(counted()).items():
            concerned[name][1].update(years)
        asked = [(totals, years) for totals, years in concerned.values() if years]
        after = [totals.figures(user, years) for totals, years in asked]
    finally:
        transaction.savepoint_rollback(point)
    before = [totals.figures(user, years) for totals, years in asked]
    changes = zip((totals for totals, _years in asked), before, after, strict=True)
    return result, [each for totals, was, becomes in changes for each in totals.changes(was, becomes)]


def concerned_totals(counted: CountedRows) -> dict[str, tuple[CountedTotals, set[int | None]]]:
    """The totals by name, each once, with the years that the records change."""
    found: dict[str, tuple[CountedTotals, set[int | None]]] = {}
    for totals, rows in counted:
        found.setdefault(totals.name, (totals, set()))[1].update(totals.years(rows))
    return found
