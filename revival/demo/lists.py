"""The rows of one batch: enterprises, the annual lists of their projects, and the rows that wait for review."""

from collections import Counter
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any, NamedTuple

from enterprises.models import (
    Designation,
    Enterprise,
    EnterpriseExit,
    Listing,
    Park,
    ParkExpansion,
    Product,
)
from finance.models import Allocation, Drawing, Loan
from projects.models import (
    Activity,
    ChemicalUnit,
    EquipmentListing,
    LandRenewal,
    Participation,
    Policy,
    RetiredEquipment,
)
from revival.demo.activities import Activities
from revival.demo.allocations import allocations
from revival.demo.chemical import chemical_units
from revival.demo.designations import Parks
from revival.demo.enterprises import EnterpriseRow, Firm, Register
from revival.demo.equipment import equipment
from revival.demo.equipment_lists import equipment_lists
from revival.demo.exits import Exits
from revival.demo.facts import Facts
from revival.demo.ground import Ground, Keys
from revival.demo.land import Land
from revival.demo.loans import Borrower, loans
from revival.demo.places import TAIHU, Hands, Place
from revival.demo.policies import policies
from revival.demo.products import Products
from revival.demo.progress import YUAN, Course, ProgressRow, course, progress
from revival.demo.projects import ProjectRow, programmes, project, reviewed, stage
from revival.demo.shape import ONE_IN, Batch, YearList, parts
from revival.records.models import State

LEAST_INVESTMENT = 300  # 万元
MEAN_INVESTMENT, SPREAD = 15_000, 1.1
HEAVY = {"metallurgy": 2.0, "chemical": 1.8, "building-materials": 1.3, "textile": 0.8, "food": 0.7}
JULY = 7
# Region and state in turn, so that the demonstration users of Xuzhou, Kunshan and Nanjing each find work.
WAITING: tuple[tuple[str, State], ...] = (
    ("320300", State.SUBMITTED),
    ("320583", State.RETURNED),
    ("320100", State.SUBMITTED),
    ("320300", State.RETURNED),
    ("", State.SUBMITTED),
    ("320583", State.DRAFT),
    ("", State.DRAFT),
    ("320300", State.DRAFT),
    ("", State.RETURNED),
    ("320583", State.SUBMITTED),
    ("320100", State.RETURNED),
    *(("", state) for state in (State.SUBMITTED, State.DRAFT, State.RETURNED, State.SUBMITTED)),
    *(("", state) for state in (State.DRAFT, State.SUBMITTED, State.RETURNED, State.DRAFT)),
)


class Population(NamedTuple):
    """The enterprises of a batch, the exits of those that ended, and the ground of those that stay active."""

    enterprises: list[EnterpriseRow]
    exits: list[tuple[Any, ...]]
    furnaces: list[Firm]
    ground: Ground


class ListedProject(NamedTuple):
    """A verified project, with what its monthly rows are made from."""

    row: ProjectRow
    course: Course
    firm: Firm

    def borrower(self) -> Borrower:
        """The project as loans, funds and lists choose it."""
        return Borrower(self.firm, self.row.id, self.row.total_investment // YUAN, self.row.action)


class DrawnProjects(NamedTuple):
    """The projects of a batch, their monthly rows, and the enterprises of the listed ones by year."""

    projects: list[ProjectRow]
    months: list[ProgressRow]
    borrowers: dict[int, list[Borrower]]


class Draw:
    """Draws one batch after another from one source of randomness. The same seed and sizes give the same rows."""

    def __init__(self, seed: int, places: Sequence[Place], office: Hands, all_months: bool) -> None:
        self.random = Random(seed)  # noqa: S311  # data to look at, not secrets
        self.places, self.office = places, office
        self.all_months = all_months
        self.enterprise_numbers: Counter[str] = Counter()
        self.project_numbers: Counter[tuple[str, str]] = Counter()
        self.names: Counter[str] = Counter()
        self.named_activities: dict[str, int] = {}  # known after the first batch

    def enterprises(self, batch: Batch, keys: Keys) -> Population:
        """The enterprises of the batch: the general ones, those counted in one place, and those that end."""
        register = Register(self.random, self.places, self.enterprise_numbers)
        ground = Ground(self.random, self.places, register.firms, batch.scale, keys, self.office)
        register.draw(keys(Enterprise, batch.enterprises))
        leaving = Exits(register, ground)
        furnaces, exits = leaving.furnaces(), leaving.draw()
        return Population(register.rows, exits, furnaces, ground)

    def projects(self, batch: Batch, firms: dict[str, list[Firm]], ids: Sequence[int]) -> DrawnProjects:
        """The projects of the batch."""
        rows, months, borrowers = DrawnProjects([], [], {})
        for each in batch.lists:
            listed = self.annual_list(each, firms, ids[len(rows) : len(rows) + each.projects])
            rows += (one.row for one in listed)
            borrowers[each.year] = [one.borrower() for one in listed]
            for index, one in enumerate(listed):
                months += self.months(each, one, index)
        rows += self.waiting(firms, ids[len(rows) :])
        return DrawnProjects(rows, months, borrowers)

    def subjects(
        self, population: Population, borrowers: dict[int, list[Borrower]]
    ) -> dict[Any, list[tuple[Any, ...]]]:
        """The other records of the batch's enterprises: rows by model."""
        ground = population.ground
        facts = self.facts(ground)
        parks = Parks(ground, self.names).draw()
        products, listings = Products(ground, self.names).draw()
        activities, participations = Activities(ground, self.names, self.named_activities).draw(population.furnaces)
        lent, drawings = loans(ground, borrowers)
        rows: dict[Any, list[tuple[Any, ...]]] = {
            EnterpriseExit: population.exits,
            Park: parks.parks,
            ParkExpansion: parks.expansions,
            Designation: parks.designations,
            Product: products,
            Listing: listings,
            RetiredEquipment: list(equipment(ground)),
            ChemicalUnit: list(chemical_units(ground, self.names)),
            LandRenewal: list(Land(ground, self.names).draw()),
            Activity: activities,
            Participation: participations,
            EquipmentListing: list(equipment_lists(ground, borrowers)),
            Loan: lent,
            Drawing: drawings,
            Allocation: list(allocations(ground, borrowers)),
        }
        return {model: [*facts.get(model, []), *rows.get(model, [])] for model in (*rows, Policy)}

    def facts(self, ground: Ground) -> dict[Any, list[tuple[Any, ...]]]:
        """The named facts and the answers to the named policies, in the first batch only."""
        if ground.scale.number:
            return {}
        facts = Facts(ground)
        self.named_activities = facts.activities
        facts.rows[Policy] += policies(ground, facts.policies)
        return facts.rows

    def annual_list(self, each: YearList, firms: dict[str, list[Firm]], ids: Sequence[int]) -> list[ListedProject]:
        """The verified projects of a year. Their investments add up to that of the list."""
        weights = [place.weight for place in self.places]
        least = 1 if each.projects >= 2 * len(weights) else 0
        counts = parts(each.projects, weights, least)
        chosen = [
            self.choose(firms[place.code])
            for place, count in zip(self.places, counts, strict=True)
            for _ in range(count)
        ]
        sizes = [HEAVY.get(firm.industry, 1.0) * self.random.lognormvariate(0, SPREAD) for firm in chosen]
        totals = parts(each.investment, sizes, LEAST_INVESTMENT)
        key_support = self.key_support(each, totals)
        taihu = self.taihu(each, chosen)
        return [
            self.listed(each, key, firm, total, (index in key_support, index in taihu))
            for index, (key, firm, total) in enumerate(zip(ids, chosen, totals, strict=True))
        ]

    def choose(self, firms: list[Firm]) -> Firm:
        """One enterprise of each place.

        The first ones are chosen more often: some get several projects, some none.
        """
        return firms[int(len(firms) * self.random.random() ** 1.4)]

    def key_support(self, each: YearList, totals: list[int]) -> set[int]:
        """The projects on the key-support list: some of the large ones."""
        by_size = sorted(range(len(totals)), key=lambda index: -totals[index])
        return set(self.random.sample(by_size[: each.key_support * 3], each.key_support))

    def taihu(self, each: YearList, chosen: list[Firm]) -> set[int]:
        """The projects of the Taihu basin programme: textile projects in the cities around the lake."""
        fitting = [
            index for index, firm in enumerate(chosen) if firm.industry == "textile" and firm.place.city in TAIHU
        ]
        return set(self.random.sample(fitting, min(each.taihu, len(fitting))))

    def listed(self, each: YearList, key: int, firm: Firm, total: int, marks: tuple[bool, bool]) -> ListedProject:
        """One verified project. Its completed investment is that of its last verified month."""
        random = self.random
        row, when = project(random, key, firm, each.year, total, self.project_numbers)
        found = course(random, when.start_month, row.planned_investment // YUAN)
        on_key_support, on_taihu = marks
        row = row._replace(
            stage=stage(random, each.year, when, found, each.months).value,
            completed_investment=found.completed[each.months - 1] * YUAN,
            reported_month=each.months,
            key_support_year=each.year if on_key_support else None,
            programmes=programmes(random, on_taihu),
        )
        return ListedProject(reviewed(row, State.VERIFIED, random, firm), found, firm)

    def months(self, each: YearList, one: ListedProject, index: int) -> Iterator[ProgressRow]:
        """The verified months of the project, and in the current year sometimes a July that is not verified."""
        first = 1 if self.all_months or index % ONE_IN == 0 else each.months
        months = list(range(first, each.months + 1))
        if each.months < JULY and index % 10 == 0:
            months.append(JULY)
        return progress(one.row.id, each.year, one.course, months, each.months, one.firm.place.hands)

    def waiting(self, firms: dict[str, list[Firm]], ids: Sequence[int]) -> list[ProjectRow]:
        """Projects in draft, submitted and returned: one in three of 2024, the others of 2025."""
        rows = []
        for index, key in enumerate(ids):
            region, state = WAITING[index % len(WAITING)]
            near = [p for p in self.places if region in ("", p.city, p.county)]
            place = self.random.choices(near, [p.weight for p in near])[0]
            firm = self.choose(firms[place.code])
            total = LEAST_INVESTMENT + int(MEAN_INVESTMENT / 2 * self.random.lognormvariate(0, SPREAD))
            year = 2024 if index % 3 == 0 else 2025
            row, _when = project(self.random, key, firm, year, total, self.project_numbers)
            rows.append(reviewed(row, state, self.random, firm))
        return rows
