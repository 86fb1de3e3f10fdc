"""What the lists of records say about totals, without knowing the reports: a floor's admin names those."""

from collections.abc import Collection
from typing import Any, NamedTuple, Protocol

from django.db.models import QuerySet


class Change(NamedTuple):
    """A figure that a step changes, in words; the difference has its sign."""

    figure: str
    unit: str
    before: str
    after: str
    difference: str


class Changes(NamedTuple):
    """The figures of one report and year that change, by place: the official's region, then cities and counties."""

    heading: str
    url: str
    places: list[tuple[str, list[Change]]]


class Counted(Protocol):
    """The totals that records count in."""

    @property
    def name(self) -> str:
        """The same for what is the same question."""

    def years(self, rows: QuerySet[Any]) -> set[int | None]:
        """The years whose figures the rows can change, None where no year is asked for; empty for none."""

    def figures(self, user: Any, years: Collection[int | None]) -> Any:
        """All figures of the official's region by place, as they are at this moment."""

    def changes(self, before: Any, after: Any) -> list[Changes]:
        """What differs between two answers of `figures`, year by year."""
