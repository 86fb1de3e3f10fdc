"""Writers who change projects and months while others count them, by every step that adds or removes one."""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import psycopg
from psycopg import errors, sql

from projects.models import ProjectProgress
from revival.database.embedded import DatabaseUrls
from tests.torture.people import COPIED, meanwhile, until

OWN = 63  # projects that one writer publishes and withdraws; eight writers have about 500
REFUSED = (errors.DeadlockDetected, errors.LockNotAvailable, errors.CheckViolation)
OF_A_MONTH = ("id", "month", "completed", "state", "project")


class Writer:
    """Enters, reviews, changes and deletes: months and values of a few projects that all writers share, and its own.

    Own projects go the way of review, in the name of an official, as the database lets records go it. A verified one
    leaves `verified` only by being deleted, and is then entered again.
    """

    def __init__(self, urls: DatabaseUrls, seed: int) -> None:
        self.random, self.seed = random.Random(seed), seed
        self.connection = psycopg.connect(urls.serving, autocommit=True)
        self.done: Counter[str] = Counter()
        patterns = self.connection.execute(
            "SELECT id, region_id FROM projects_renovationproject WHERE state = 'verified' "
            "AND right(code, 6) >= '900000' ORDER BY md5(code) LIMIT 100"  # those of the demonstration
        ).fetchall()
        self.patterns, self.regions = [key for key, _region in patterns], [region for _key, region in patterns]
        self.shared: list[int] = self.patterns[:4]
        self.loans = [key for (key,) in self.connection.execute("SELECT loan_id FROM finance_drawing LIMIT 3")]
        people: list[Any] = self.connection.execute("SELECT username, id FROM accounts_official").fetchall()
        self.clerk, self.verifier = (dict(people)[f"province-{role}"] for role in ("clerk", "verifier"))
        self.own: dict[str, int] = {}  # the end of a code to the key of the project
        fields: list[Any] = [f for f in ProjectProgress._meta.concrete_fields if f.name not in OF_A_MONTH]
        self.months = sql.SQL(", ").join(sql.Identifier(f.column) for f in fields)

    def __call__(self) -> None:
        act = self.random.choice(ACTS)
        try:
            self.done[act.__name__] += act(self)
        except REFUSED:
            self.done["refused"] += 1

    def execute(self, statement: str | sql.Composed, *params: Any) -> int:
        """The number of rows that the statement wrote."""
        return self.connection.execute(statement, params).rowcount

    @contextmanager
    def acting(self, person: int) -> Iterator[None]:
        """One transaction in the name of an official."""
        with self.connection.transaction():
            context = json.dumps({"user": person})
            self.connection.execute("SELECT set_config('pghistory.context_metadata', %s, TRUE)", [context])
            yield

    def one(self) -> int:
        """A project, shared or own with equal chance."""
        own = list(self.own.values())
        return self.random.choice(own if own and self.random.random() < 0.5 else self.shared)

    def some(self) -> list[int]:
        """Half of the own projects."""
        return self.random.sample(list(self.own.values()), (len(self.own) + 1) // 2)

    def report(self) -> int:
        """Enter a verified month of a project, or change one."""
        return self.execute(
            sql.SQL(
                "INSERT INTO projects_projectprogress (project_id, month, completed, state, {0}) "
                "SELECT %s, %s, %s, 'verified', {0} FROM (SELECT * FROM projects_projectprogress "
                "WHERE state = 'verified' LIMIT 1) p "
                "ON CONFLICT (project_id, month) DO UPDATE SET completed = EXCLUDED.completed"
            ).format(self.months),
            *(self.one(), self.random.randint(1, 12), self.random.randint(0, 1000)),
        )

    def forget(self) -> int:
        """Delete a month of a project."""
        return self.execute(
            "DELETE FROM projects_projectprogress WHERE project_id = %s AND month = %s",
            *(self.one(), self.random.randint(1, 12)),
        )

    def move(self) -> int:
        """Move a project to another industry and place, and its months with it."""
        return self.execute(
            "UPDATE projects_renovationproject SET industry = %s, region_id = %s WHERE id = %s",
            *(self.random.choice(["food", "textile", "chemical"]), self.random.choice(self.regions), self.one()),
        )

    def change(self) -> int:
        """Change the amounts of a project."""
        amount = Decimal(self.random.randint(10**8, 10**9)) / 100
        return self.execute(
            "UPDATE projects_renovationproject SET total_investment = %s, planned_investment = %s WHERE id = %s",
            *(amount, amount / 2, self.one()),
        )

    def lend(self) -> int:
        """Set a drawing of a loan to some fen."""
        return self.execute(
            "UPDATE finance_drawing SET amount = %s "
            "WHERE id = (SELECT id FROM finance_drawing WHERE loan_id = %s LIMIT 1)",
            *(Decimal(self.random.randint(1, 100)) / 100, self.random.choice(self.loans)),
        )

    def enter(self) -> int:
        """Enter drafts of half of the own projects that do not exist."""
        missing = [end for n in range(OWN) if (end := str(600_000 + self.seed * 100 + n)) not in self.own]
        ends = self.random.sample(missing, (len(missing) + 1) // 2)
        columns, copied = (
            sql.SQL(", ").join(sql.Identifier(*table, column) for column in COPIED) for table in ((), ("p",))
        )
        statement = sql.SQL(
            "INSERT INTO projects_renovationproject (code, state, completed_investment, reported_month, {}) "
            "SELECT left(p.code, 18) || n.ending, 'draft', 0, 0, {} FROM unnest(%s::text[], %s::bigint[]) "
            "n (ending, pattern) JOIN projects_renovationproject p ON p.id = n.pattern RETURNING right(code, 6), id"
        ).format(columns, copied)
        with self.acting(self.clerk):
            patterns = self.random.choices(self.patterns, k=len(ends))
            made = self.connection.execute(statement, [ends, patterns]).fetchall()
        self.own |= dict(made)
        return len(made)

    def step(self, person: int, column: str, old: list[str], new: str) -> int:
        """Take a step of review on own projects. column: where it names the person."""
        statement = sql.SQL(
            "UPDATE projects_renovationproject SET state = %s, {} = %s WHERE id = ANY(%s) AND state = ANY(%s)"
        ).format(sql.Identifier(column))
        with self.acting(person):
            return self.execute(statement, new, person, self.some(), old)

    def submit(self) -> int:
        return self.step(self.clerk, "submitted_by_id", ["draft", "returned"], "submitted")

    def withdraw(self) -> int:
        return self.step(self.clerk, "changed_by_id", ["submitted"], "draft")

    def verify(self) -> int:
        return self.step(self.verifier, "verified_by_id", ["submitted"], "verified")

    def send_back(self) -> int:
        return self.step(self.verifier, "changed_by_id", ["submitted"], "returned")

    def remove(self) -> int:
        """Delete verified projects with their months."""
        with self.acting(self.clerk):
            chosen = self.some()
            self.execute("DELETE FROM projects_projectprogress WHERE project_id = ANY(%s)", chosen)
            gone = self.connection.execute(
                "DELETE FROM projects_renovationproject WHERE id = ANY(%s) AND state = 'verified' RETURNING id",
                [chosen],
            ).fetchall()
        self.own = {end: key for end, key in self.own.items() if (key,) not in gone}
        return len(gone)


ACTS: tuple[Callable[[Writer], int], ...] = (
    *(Writer.report, Writer.forget, Writer.move, Writer.change, Writer.lend),
    *(Writer.enter, Writer.submit, Writer.submit, Writer.withdraw, Writer.verify, Writer.verify, Writer.send_back),
    Writer.remove,
)


@contextmanager
def writing(urls: DatabaseUrls, seeds: Iterable[int]) -> Iterator[None]:
    """A writer of each seed at work until the block ends; it begins when each act has written rows."""
    writers = [Writer(urls, seed) for seed in seeds]
    try:
        with meanwhile(list(writers)):
            until(lambda: all(any(writer.done[act.__name__] for writer in writers) for act in ACTS))
            yield
    finally:
        for writer in writers:
            writer.connection.close()
