"""A page of the monthly form: read in a fixed number of queries, saved in one transaction."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet, Value

from projects.models import ProjectProgress, RenovationProject
from revival.accounts.models import Official, Region
from revival.collection.board.counting import Tally, expected_rows, sum_of_tallies
from revival.collection.monthly.form import (
    AMOUNTS,
    BLANK,
    OPEN,
    REFUSED,
    TYPED,
    ListedProject,
    MonthRow,
    RowOutcome,
)
from revival.records.applying import apply_change, delete_record
from revival.records.beside import Beside
from revival.records.models import State
from revival.records.periods import ReportingPeriod, locked_in
from revival.records.plausible import outdated_among
from revival.records.review import may
from revival.reporting.regions import Regions

ROWS = 100
FIELD = re.compile(rf"p([0-9]{{1,18}})-({'|'.join(AMOUNTS)})")


class MonthQuestion(NamedTuple):
    """The checked question of the monthly form: a page of a region's projects in a month."""

    user: Official
    period: ReportingPeriod
    regions: Regions
    region: Region
    page: int


class MonthSheet:
    """The rows of a page, and the posted rows that lie on another page by now.

    `gone`: posted keys of no project of the region, forged or moved away meanwhile. drafts: keys of projects whose
    drafts are submitted as well. `others`: those of them that are neither on the page nor posted. They are treated as
    if their stored values had been posted.
    """

    def __init__(
        self, question: MonthQuestion, data: Mapping[str, str] | None = None, drafts: frozenset[int] = frozenset()
    ) -> None:
        self.question, posted = question, posted_keys(data or {})
        listed = listed_projects(question).select_related("enterprise").order_by("enterprise__name", "code")
        self.page: Page[Any] = Paginator(listed, ROWS).get_page(question.page)
        projects = list(self.page)
        elsewhere = drafts - posted - {project.pk for project in projects}
        missing = (posted | elsewhere) - {project.pk for project in projects}
        projects += listed.filter(pk__in=missing) if missing else []
        self.rows = month_rows(question, projects)
        self.gone = sorted(posted - {project.pk for project in projects})
        self.others = [row for row in self.rows if row.project.pk in elsewhere]
        self.posted = [row for row in self.rows if row.project.pk in posted | elsewhere]
        for row in self.posted:
            row.bind(data or {})

    def judge(self, submitting: bool, by_button: bool) -> None:
        """Set the outcome of each posted row. Only a button removes a draft that was made blank."""
        clearing = by_button and may(self.question.user, "delete", ProjectProgress)
        bases = values_by_version(row for row in self.posted if not row.current)
        stored = [row.progress for row in self.posted if row.progress]
        outdated = outdated_among(stored) if submitting else ()
        shared = Beside(row.record for row in self.posted)
        for row in self.posted:
            row.record.beside = shared
            key = (row.record.pk, row.version)
            row.outdated = row.record.pk in outdated
            row.judge(submitting, row.stored if row.current else bases.get(key, BLANK), clearing)
        # Rows of other pages are shown as well if they need correction, at most as many as a page has.
        shown = [row.prefix for row in self.others if row.outcome in REFUSED][:ROWS]
        hidden = {row.prefix for row in self.others} - {*shown}
        self.rows = [row for row in self.rows if row.prefix not in hidden]
        first = next((row for row in self.refused if row.editable), None)
        if first is not None:
            wrong = next((name for name in TYPED if name in first.form.errors), AMOUNTS[0])
            first.form.fields[wrong].widget.attrs["autofocus"] = True

    def save(self, submitting: bool) -> list[MonthRow]:
        """Save the READY rows, remove the CLEARED ones, and return both.

        All rows are submitted or none. Call it only within a transaction that holds `lock_projects`.
        """
        ready = [row for row in self.posted if row.outcome == RowOutcome.READY]
        cleared = [row for row in self.posted if row.outcome == RowOutcome.CLEARED]
        if submitting and (self.refused or self.gone):
            return []
        for row in cleared:
            delete_record(row.record, row.record.version)
            row.removed()
        for row in ready:
            apply_change(row.change(submitting), self.question.user)
            row.saved()
        return ready + cleared

    @property
    def refused(self) -> list[MonthRow]:
        return [row for row in self.posted if row.outcome in REFUSED]

    @property
    def editable(self) -> bool:
        """Whether any row has fields."""
        return any(row.editable for row in self.rows)


def posted_keys(data: Iterable[str]) -> set[int]:
    """The keys of the projects whose amounts were posted."""
    return {int(found[1]) for found in map(FIELD.fullmatch, data) if found}


def listed_projects(question: MonthQuestion) -> QuerySet[RenovationProject]:
    """The verified projects of the period's year in the region, each with the period that closes its month.

    The guard of the database checks saved rows in the same way. A row has the region of its project.
    """
    period = question.period
    closed = locked_in(Value(period.year), Value(period.month))
    found: Any = RenovationProject.objects.visible_to(question.user).within(question.region)
    return found.filter(state=State.VERIFIED, year=period.year).annotate(closed=closed)  # type: ignore[no-any-return]


def month_rows(question: MonthQuestion, projects: list[Any]) -> list[MonthRow]:
    """The rows of the projects, with their months up to the period's; one query."""
    number, regions = question.period.month, question.regions
    found: Any = ProjectProgress.objects.visible_to(question.user).select_related("changed_by")
    found = found.filter(project__in=[project.pk for project in projects], month__lte=number).order_by("month")
    by_project: dict[int, list[ProjectProgress]] = {project.pk: [] for project in projects}
    for each in found:
        by_project[each.project_id].append(each)
    rows = []
    for project in projects:
        months = by_project[project.pk]
        now = months.pop() if months and months[-1].month == number else None
        listed = ListedProject(
            project=project,
            month=number,
            place=regions.by_code[project.region_id],
            closed=project.closed,
            linked=regions.may_ask(project.enterprise.region_id),
        )
        rows.append(MonthRow(listed, now, months))
    return rows


def values_by_version(stale: Iterable[MonthRow]) -> dict[Any, dict[str, Any]]:
    """The values of stored months by key and version, for rows that others changed; at most one query."""
    found = [row.record.pk for row in stale if row.progress]
    if not found:
        return {}
    events = ProjectProgress.events.rel.related_model.objects.filter(pgh_obj_id__in=found).order_by("pgh_id")  # type: ignore[attr-defined]
    return {(each.pgh_obj_id, each.version): {name: getattr(each, name) for name in TYPED} for each in events}


def draft_keys(question: MonthQuestion) -> frozenset[int]:
    """The keys of the projects whose month can be submitted: it is a draft or returned, and its period is open."""
    found: Any = ProjectProgress.objects.visible_to(question.user).within(question.region).filter(state__in=OPEN)
    found = found.filter(year=question.period.year, month=question.period.month)
    listed: Any = listed_projects(question).filter(pk__in=found.order_by().values("project_id"))
    return frozenset(listed.filter(closed=None).order_by().values_list("pk", flat=True))


def lock_projects(question: MonthQuestion, posted: Iterable[int]) -> None:
    """Lock the posted projects in the order of their keys, so that two officials never wait for each other.

    Every change of a month locks its project first, so values read from now on stay valid until they are saved.
    """
    found = listed_projects(question).filter(pk__in=posted).order_by("pk").select_for_update(no_key=True)
    list(found.values_list("pk"))


def month_tally(question: MonthQuestion) -> Tally:
    """The tally of the board for the region: the projects that owe the month, by its state; one query."""
    codes = [region.code for region in question.regions.by_code.values() if question.region.holds(region)]
    return sum_of_tallies(expected_rows(ProjectProgress, question.period, question.user).by_region(codes).values())
