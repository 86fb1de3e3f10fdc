"""A page of the monthly form: read in a fixed number of queries, saved in one transaction."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet, Value

from projects.models import ProjectProgress, RenovationProject
from revival.accounts.models import Region
from revival.collection.board.counting import Tally, counted, total
from revival.collection.monthly.form import AMOUNTS, BLANK, OPEN, REFUSED, TYPED, Line, Outcome
from revival.records.locking import remove
from revival.records.models import State
from revival.records.periods import ReportingPeriod, locked_in
from revival.records.plausible import outdated_among
from revival.records.review import may, step
from revival.reporting.regions import Regions

ROWS = 100
FIELD = re.compile(rf"p([0-9]{{1,18}})-({'|'.join(AMOUNTS)})")


class Asked(NamedTuple):
    """What an address asks for, checked: a page of a region's projects in a month."""

    user: Any
    period: ReportingPeriod
    regions: Regions
    region: Region
    page: int


class Sheet:
    """The rows of a page, and of what was posted to it those rows that lie on another page by now.

    Keys that were posted and are of no project of the region are `gone`: forged, or moved away meanwhile.
    drafts: keys of projects whose drafts are handed in as well; those on no row of the page or post are `others`,
    and taken as if they had been posted as they are stored.
    """

    def __init__(
        self, asked: Asked, data: Mapping[str, str] | None = None, drafts: frozenset[int] = frozenset()
    ) -> None:
        self.asked, posted = asked, keys(data or {})
        listed = projects(asked).select_related("enterprise").order_by("enterprise__name", "code")
        self.page: Page[Any] = Paginator(listed, ROWS).get_page(asked.page)
        rows = list(self.page)
        elsewhere = drafts - posted - {row.pk for row in rows}
        missing = (posted | elsewhere) - {row.pk for row in rows}
        rows += listed.filter(pk__in=missing) if missing else []
        self.lines = lines(asked, rows)
        self.gone = sorted(posted - {row.pk for row in rows})
        self.others = [line for line in self.lines if line.project.pk in elsewhere]
        self.posted = [line for line in self.lines if line.project.pk in posted | elsewhere]
        for line in self.posted:
            line.bind(data or {})

    def judge(self, handing_in: bool, by_button: bool) -> None:
        """Say of each row that was posted what becomes of it. Only a button removes a draft that was made blank."""
        clearing = by_button and may(self.asked.user, "delete", ProjectProgress)
        bases = versions(line for line in self.posted if not line.current)
        outdated = outdated_among([line.row for line in self.posted if line.row]) if handing_in else ()
        for line in self.posted:
            key = (line.row.pk if line.row else None, line.version)
            line.outdated = key[0] in outdated
            line.judge(handing_in, line.stored if line.current else bases.get(key, BLANK), clearing)
        # Of other pages' rows the page then shows those that are to be mended, at most as many as a page has.
        shown = [line.prefix for line in self.others if line.outcome in REFUSED][:ROWS]
        hidden = {line.prefix for line in self.others} - {*shown}
        self.lines = [line for line in self.lines if line.prefix not in hidden]
        first = next((line for line in self.refused if line.editable), None)
        if first is not None:
            wrong = next((name for name in TYPED if name in first.form.errors), AMOUNTS[0])
            first.form.fields[wrong].widget.attrs["autofocus"] = True

    def save(self, handing_in: bool) -> list[Line]:
        """Save the rows that are ready, and remove those that were cleared: the rows that were saved or removed.

        To hand in all or none. Only within a transaction that holds `lock`.
        """
        ready = [line for line in self.posted if line.outcome == Outcome.READY]
        cleared = [line for line in self.posted if line.outcome == Outcome.CLEARED]
        if handing_in and (self.refused or self.gone):
            return []
        for line in cleared:
            remove(line.row)
            line.removed()
        for line in ready:
            record: Any = line.record
            if handing_in:
                step(record, State.SUBMITTED, self.asked.user)
            record.save()
            line.saved()
        return ready + cleared

    @property
    def refused(self) -> list[Line]:
        return [line for line in self.posted if line.outcome in REFUSED]

    @property
    def editable(self) -> bool:
        """Whether there is anything to type."""
        return any(line.editable for line in self.lines)


def keys(data: Iterable[str]) -> set[int]:
    """The keys of the projects whose amounts were posted."""
    return {int(found[1]) for found in map(FIELD.fullmatch, data) if found}


def projects(asked: Asked) -> QuerySet[RenovationProject]:
    """The verified projects of the period's year in the region, with the period that closes it, if one does.

    The guard asks the same of a row that is saved; its region is the project's.
    """
    period = asked.period
    closed = locked_in(Value(period.year), Value(period.month))
    found: Any = RenovationProject.objects.visible_to(asked.user).within(asked.region)
    return found.filter(state=State.VERIFIED, year=period.year).annotate(closed=closed)  # type: ignore[no-any-return]


def lines(asked: Asked, rows: list[Any]) -> list[Line]:
    """The projects with their months up to the period's; one query."""
    found: Any = ProjectProgress.objects.visible_to(asked.user).select_related("changed_by")
    found = found.filter(project__in=[row.pk for row in rows], month__lte=asked.period.month).order_by("month")
    by_project: dict[int, list[ProjectProgress]] = {row.pk: [] for row in rows}
    for each in found:
        by_project[each.project_id].append(each)
    made = []
    for row in rows:
        months = by_project[row.pk]
        now = months.pop() if months and months[-1].month == asked.period.month else None
        # What is read already: the region, the month of a new row, whether the official sees the enterprise.
        row.place, row.month = asked.regions.by_code[row.region_id], asked.period.month
        row.linked = asked.regions.may_ask(row.enterprise.region_id)
        if now is not None:
            now.project = row
        made.append(Line(row, now, months))
    return made


def versions(stale: Iterable[Line]) -> dict[Any, dict[str, Any]]:
    """The values of rows at each of their versions, for those that others have changed; at most one query."""
    found = [line.row.pk for line in stale if line.row]
    if not found:
        return {}
    events = ProjectProgress.events.rel.related_model.objects.filter(pgh_obj_id__in=found).order_by("pgh_id")  # type: ignore[attr-defined]
    return {(each.pgh_obj_id, each.version): {name: getattr(each, name) for name in TYPED} for each in events}


def drafts(asked: Asked) -> frozenset[int]:
    """The keys of the projects whose month can be handed in: a draft or returned, in a period that is open for it."""
    found: Any = ProjectProgress.objects.visible_to(asked.user).within(asked.region).filter(state__in=OPEN)
    found = found.filter(year=asked.period.year, month=asked.period.month)
    listed: Any = projects(asked).filter(pk__in=found.order_by().values("project_id"))
    return frozenset(listed.filter(closed=None).order_by().values_list("pk", flat=True))


def lock(asked: Asked, posted: Iterable[int]) -> None:
    """Take the posted projects, in the order of their keys, so that two officials never wait in a circle.

    Whoever changes a month takes its project first: what is read from now on is what it is when it is saved.
    """
    found = projects(asked).filter(pk__in=posted).order_by("pk").select_for_update(no_key=True)
    list(found.values_list("pk"))


def expected(asked: Asked) -> Tally:
    """What the board counts of the region: how many projects owe the month, by the state of theirs; one query."""
    codes = [region.code for region in asked.regions.by_code.values() if asked.region.holds(region)]
    return total(counted(ProjectProgress, asked.period, asked.user).by_region(codes).values())
