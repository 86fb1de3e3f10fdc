"""Synthetic renovation projects."""

from collections import Counter
from random import Random
from typing import NamedTuple

from projects.models import Action, Programme, Stage, WatchedField
from revival.demo.codes import MOST_PROJECTS, project_code
from revival.demo.enterprises import Firm
from revival.demo.progress import YUAN, Course
from revival.demo.words import COMMENTS, LARGE, WORKS, project_name
from revival.records.limits import USUAL_LIMIT
from revival.records.models import Record, State

LAST_MONTH = (2025, 6)  # the month in which the data end
START_MONTHS = (6, 7, 13, 11, 10, 11, 7, 6, 8, 8, 7, 6)
# The five actions in their order, by industry where the mix differs.
ACTIONS: dict[str, tuple[int, ...]] = {
    "chemical": (12, 30, 28, 16, 14),
    "metallurgy": (13, 38, 28, 15, 6),
    "building-materials": (14, 36, 32, 12, 6),
}
OTHER_ACTIONS = (8, 46, 18, 21, 7)


class ProjectRow(NamedTuple):
    """One row as it is copied to the database. The fields have the names of the columns, and amounts are in yuan."""

    id: int
    code: str
    name: str
    enterprise_id: int
    region_id: str
    industry: str
    action: str
    stage: str
    year: int
    total_investment: int
    planned_investment: int
    completed_investment: int
    reported_month: int
    start_date: str
    finish_date: str
    key_support_year: int | None
    programmes: list[str]
    watch: list[str]
    state: str
    submitted_by_id: int | None
    submitted_at: str | None
    verified_by_id: int | None
    verified_at: str | None
    comment: str
    created_by_id: int
    changed_by_id: int
    source: str
    explanation: str


class Schedule(NamedTuple):
    """The start of a project (in its programme year) and its finish."""

    start_month: int
    day: int
    length: int  # months, at least 4

    def finish(self, year: int) -> tuple[int, int]:
        """The year and the month of the finish."""
        years, month = divmod(self.start_month - 1 + self.length, 12)
        return year + years, month + 1


def schedule(random: Random) -> Schedule:
    return Schedule(
        random.choices(range(1, 13), START_MONTHS)[0],
        random.randint(1, 28),
        int(random.triangular(4, 27, 10)),
    )


def planned_in_year(random: Random, total: int, when: Schedule) -> int:
    """The part of the total (万元) that is planned for the programme year; all of it if the project ends then."""
    months = 13 - when.start_month
    if when.length < months:
        return total
    return max(1, min(total, int(total * months / when.length * random.uniform(0.8, 1.1))))


def stage(random: Random, year: int, when: Schedule, course: Course, reported: int) -> Stage:
    """The stage that fits the dates and the progress reported up to a month of the programme year."""
    if course.halted and course.completed[reported - 1] > 0:
        return Stage.SUSPENDED
    if (year, when.start_month) > LAST_MONTH or course.completed[reported - 1] == 0:
        return Stage.PLANNED
    if when.finish(year) <= LAST_MONTH:
        return random.choice((Stage.COMPLETED, Stage.IN_PRODUCTION, Stage.IN_PRODUCTION))
    return Stage.STARTED


def programmes(random: Random, taihu: bool) -> list[str]:
    found = [Programme.TAIHU_BASIN.value] if taihu else []
    if random.random() < 0.18:
        found.append(Programme.DIGITAL_RENOVATION.value)
    if random.random() < 0.05:
        found.append(Programme.SERVICE_MANUFACTURING.value)
    return found


def watch(random: Random, action: str) -> list[str]:
    """The watch tags of a project. They are more frequent where capacity is to go."""
    often = 0.25 if action == Action.ELIMINATING_BACKWARDNESS else 0.05
    return [random.choice(WatchedField.values)] if random.random() < often else []


def next_code(random: Random, year: int, county: str, numbers: Counter[tuple[str, str]]) -> str:
    """A new code. Projects are filed with the authorities in the year before their annual list."""
    filed = f"{year % 100 - 1}{random.randint(1, 12):02}"
    numbers[filed, county] += 1
    if numbers[filed, county] > MOST_PROJECTS:
        raise ValueError(f"no project codes are left in {county}")
    return project_code(filed, county, numbers[filed, county])


def project(
    random: Random, key: int, firm: Firm, year: int, total: int, numbers: Counter[tuple[str, str]]
) -> tuple[ProjectRow, Schedule]:
    """A draft without progress. `numbers` counts the codes of a month and county from batch to batch."""
    place = firm.place
    when = schedule(random)
    finish_year, finish_month = when.finish(year)
    action = random.choices(Action.values, ACTIONS.get(firm.industry, OTHER_ACTIONS))[0]
    return ProjectRow(
        id=key,
        code=next_code(random, year, place.county, numbers),
        name=project_name(firm.trade, firm.number, random.choice(WORKS[action])),
        enterprise_id=firm.id,
        region_id=place.code,
        industry=firm.industry,
        action=action,
        stage=Stage.PLANNED.value,
        year=year,
        total_investment=total * YUAN,
        planned_investment=planned_in_year(random, total, when) * YUAN,
        completed_investment=0,
        reported_month=0,
        start_date=f"{year}-{when.start_month:02}-{when.day:02}",
        finish_date=f"{finish_year}-{finish_month:02}-{when.day:02}",
        key_support_year=None,
        programmes=[],
        watch=watch(random, action),
        state=State.DRAFT.value,
        submitted_by_id=None,
        submitted_at=None,
        verified_by_id=None,
        verified_at=None,
        comment="",
        created_by_id=place.hands.clerk,
        changed_by_id=place.hands.clerk,
        source=Record.Source.SYNTHETIC.value,
        explanation=LARGE if total * YUAN > USUAL_LIMIT else "",
    ), when


def reviewed(row: ProjectRow, state: State, random: Random, firm: Firm) -> ProjectRow:
    """The row after its review. The annual list is submitted in January and verified in February."""
    if state == State.DRAFT:
        return row
    clerk, verifier = firm.place.hands
    day = random.randint(6, 28)
    row = row._replace(state=state.value, submitted_by_id=clerk, submitted_at=f"{row.year}-01-{day:02} 09:30+08")
    if state == State.VERIFIED:
        return row._replace(verified_by_id=verifier, verified_at=f"{row.year}-02-{day:02} 15:00+08")
    return row._replace(comment=random.choice(COMMENTS)) if state == State.RETURNED else row
