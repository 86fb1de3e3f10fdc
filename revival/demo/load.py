"""Loading: COPY into temporary staging tables, then INSERT ... SELECT, batch by batch in one transaction."""

import os
from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import psycopg
from django.apps import apps
from django.db import connection, models
from psycopg import sql

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
    ProjectProgress,
    RenovationProject,
    RetiredEquipment,
)
from revival.accounts.spelling import spelling_of
from revival.demo.activities import ActivityRow, ParticipationRow
from revival.demo.allocations import AllocationRow
from revival.demo.chemical import ChemicalUnitRow
from revival.demo.designations import DesignationRow, ExpansionRow, ParkRow
from revival.demo.enterprises import EnterpriseRow
from revival.demo.equipment import EquipmentRow
from revival.demo.equipment_lists import EquipmentListingRow
from revival.demo.exits import ExitRow
from revival.demo.explained import with_explanations
from revival.demo.land import LandRow
from revival.demo.lists import Draw
from revival.demo.loans import DrawingRow, LoanRow
from revival.demo.places import office, places
from revival.demo.policies import PolicyRow
from revival.demo.products import ListingRow, ProductRow
from revival.demo.progress import ProgressRow
from revival.demo.projects import ProjectRow
from revival.demo.review import Review
from revival.demo.shape import ALL_MONTHS_UP_TO, Batch, batches
from revival.records.models import Record

# In the order of their foreign keys.
ROWS: dict[type[models.Model], tuple[str, ...]] = {
    Enterprise: EnterpriseRow._fields,
    EnterpriseExit: ExitRow._fields + Review._fields,
    RenovationProject: ProjectRow._fields,
    ProjectProgress: ProgressRow._fields,
    Park: ParkRow._fields + Review._fields,
    ParkExpansion: ExpansionRow._fields + Review._fields,
    Designation: DesignationRow._fields + Review._fields,
    Product: ProductRow._fields + Review._fields,
    Listing: ListingRow._fields + Review._fields,
    RetiredEquipment: EquipmentRow._fields + Review._fields,
    ChemicalUnit: ChemicalUnitRow._fields + Review._fields,
    LandRenewal: LandRow._fields + Review._fields,
    Activity: ActivityRow._fields + Review._fields,
    Participation: ParticipationRow._fields + Review._fields,
    EquipmentListing: EquipmentListingRow._fields + Review._fields,
    Policy: PolicyRow._fields + Review._fields,
    Loan: LoanRow._fields + Review._fields,
    Drawing: DrawingRow._fields + Review._fields,
    Allocation: AllocationRow._fields + Review._fields,
}
SPELLING = ("spelling",)  # the last column of what has a name
TABLES = {model: columns + (SPELLING if "name" in columns else ()) for model, columns in ROWS.items()}
LOCK = 0x64656D6F  # the key of PostgreSQL's advisory lock: any number that nothing else uses


class BusyError(Exception):
    """Another load is running."""


class Loaded(NamedTuple):
    """The numbers of rows that were loaded."""

    enterprises: int
    projects: int
    months: int
    others: int


def any_record() -> bool:
    """Whether there is any record."""
    return any(model._default_manager.exists() for model in apps.get_models() if issubclass(model, Record))


def any_synthetic() -> bool:
    """Whether there are demonstration data. Their projects never come without enterprises."""
    return Enterprise.objects.filter(source=Record.Source.SYNTHETIC).exists()


def load(projects: int, seed: int, users: dict[str, int]) -> Loaded:
    """Load so many projects with their enterprises and months. `users` are keys of users by name.

    Call it in a transaction, so that an interrupted load leaves nothing. Memory stays flat: it holds one batch at a
    time, and each statement checks its foreign keys instead of the commit. Raises BusyError.
    """
    total = Loaded(0, 0, 0, 0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if cursor.fetchone() != (True,):
            raise BusyError
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for model, columns in TABLES.items():
            execute(cursor, STAGE, model, columns)
        grounds = places(users)
        draw = Draw(seed, grounds, office(users), all_months=projects <= ALL_MONTHS_UP_TO)
        for batch in batches(projects, len(grounds)):
            done = load_batch(cursor, draw, batch)
            total = Loaded(*map(sum, zip(total, done, strict=True)))
        for model, columns in TABLES.items():
            execute(cursor, UNSTAGE, model, columns)
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return total


def load_batch(cursor: Any, draw: Draw, batch: Batch) -> Loaded:
    """Draw one batch and insert it."""
    keys = partial(reserve, cursor)
    population = draw.enterprises(batch, keys)
    listed = sum(each.projects for each in batch.lists)
    ids = reserve(cursor, RenovationProject, listed + batch.waiting)
    projects, months, borrowers = draw.projects(batch, population.ground.firms, ids)
    subjects = draw.subjects(population, borrowers)
    rows: dict[Any, Sequence[tuple[Any, ...]]] = {
        Enterprise: population.enterprises,
        RenovationProject: projects,
        ProjectProgress: months,
        **subjects,
    }
    regions = {
        (f"{name}_id", row[0]): row[TABLES[of].index("region_id")]
        for name, of in (("loan", Loan), ("park", Park))
        for row in rows[of]
    }
    for model, columns in TABLES.items():
        put(cursor, model, columns, [*with_explanations(model, columns, rows, regions)])
    # Triggers keep plans from when the tables were small, which would read the whole tables from then on.
    cursor.execute("DISCARD PLANS")
    return Loaded(len(population.enterprises), len(projects), len(months), sum(map(len, subjects.values())))


STAGE = "CREATE TEMPORARY TABLE {stage} ON COMMIT DROP AS SELECT {columns} FROM {table} WITH NO DATA"
COPY = "COPY {stage} ({columns}) FROM STDIN"
INSERT = "INSERT INTO {table} ({columns}) SELECT {columns} FROM {stage}"
EMPTY = "TRUNCATE {stage}"
UNSTAGE = "DROP TABLE {stage}"


def compose(text: str, model: type[models.Model], columns: Sequence[str]) -> sql.Composed:
    table = model._meta.db_table
    return sql.SQL(text).format(
        table=sql.Identifier(table),
        stage=sql.Identifier(f"stage_{table}"),
        columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
    )


def execute(cursor: Any, text: str, model: type[models.Model], columns: Sequence[str]) -> None:
    """Run one of the statements above through Django, which sets the context of the history."""
    cursor.execute(compose(text, model, columns).as_string(cursor.connection))


def reserve(cursor: Any, model: type[models.Model], count: int) -> list[int]:
    """So many new primary keys of a model, so that rows can name each other before they are inserted."""
    cursor.execute(
        "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
        [model._meta.db_table, count],
    )
    return [key for (key,) in cursor.fetchall()]


def put(cursor: Any, model: type[models.Model], columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows of the columns but the spelling, which is made of the name."""
    named = columns.index("name") if columns[-1:] == SPELLING else None
    with cursor.copy(compose(COPY, model, columns)) as copy:
        for row in rows:
            copy.write_row(row if named is None else (*row, spelling_of(row[named])))
    execute(cursor, INSERT, model, columns)
    execute(cursor, EMPTY, model, columns)


def settle() -> None:
    """Make reports fast at once, by statistics for the planner and index-only scans.

    Only the owner of the tables may do this. If the owner cannot connect, autovacuum does it within minutes. It uses
    TRUNCATE FALSE, as returning empty space would wait seconds for writers. In a test the rows are not committed and
    would be counted as none, and every later plan would read the whole tables.
    """
    if connection.in_atomic_block:
        return
    try:
        with psycopg.connect(os.environ.get("DATABASE_OWNER_URL", ""), autocommit=True) as owner:
            for model, columns in TABLES.items():
                owner.execute(compose("VACUUM (ANALYZE, TRUNCATE FALSE) {table}", model, columns))
    except psycopg.Error:
        return
