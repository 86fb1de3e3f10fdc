"""Every statement that writes a row leaves its event, while others write too."""

import json
import random
from collections import Counter
from typing import Any, LiteralString

import psycopg
import pytest
from psycopg import errors, sql

from projects.models import LandRenewal
from revival.accounts.spelling import SpellingField
from revival.database.embedded import DatabaseUrls
from tests.extent import times
from tests.torture.people import at_once, query

pytestmark = pytest.mark.torture


class Scribe:
    """Writes rows of one table in the name of an official, by every kind of statement, and counts them."""

    TABLE = "projects_landrenewal"

    def __init__(self, urls: DatabaseUrls, seed: int, person: int) -> None:
        self.random, self.person = random.Random(seed), person
        self.connection = psycopg.connect(urls.serving, autocommit=True)
        fields = [f for f in LandRenewal._meta.concrete_fields if not f.primary_key and f.name != "state"]
        self.columns = sql.SQL(", ").join(sql.Identifier(f.attname) for f in fields)
        self.done: Counter[str] = Counter()

    def __call__(self) -> None:
        try:
            with self.connection.transaction():
                context = json.dumps({"user": self.person})
                self.connection.execute("SELECT set_config('pghistory.context_metadata', %s, TRUE)", [context])
                verb, written = self.random.choice([self.insert, self.copy, self.update, self.delete])()
        except (errors.DeadlockDetected, errors.LockNotAvailable):
            return
        self.done[verb] += written

    def execute(self, statement: LiteralString, *params: Any) -> int:
        """The number of rows that the statement wrote."""
        composed = sql.SQL(statement).format(table=sql.Identifier(self.TABLE), columns=self.columns)
        return self.connection.execute(composed, params).rowcount

    def insert(self) -> tuple[str, int]:
        return "insert", self.execute(
            "INSERT INTO {table} (state, {columns}) SELECT 'draft', {columns} FROM {table} LIMIT 7"
        )

    def copy(self) -> tuple[str, int]:
        """COPY into a staging table, and insert from there."""
        self.execute("CREATE TEMPORARY TABLE staged ON COMMIT DROP AS SELECT * FROM {table} LIMIT 0")
        copied = sql.SQL("COPY (SELECT * FROM {} LIMIT 5) TO STDOUT").format(sql.Identifier(self.TABLE))
        with self.connection.cursor() as cursor:
            with cursor.copy(copied) as out:
                data = b"".join(bytes(block) for block in out)
            with cursor.copy("COPY staged FROM STDIN") as into:
                into.write(data)
        return "insert", self.execute("INSERT INTO {table} (state, {columns}) SELECT 'draft', {columns} FROM staged")

    def update(self) -> tuple[str, int]:
        return "update", self.execute(
            "UPDATE {table} SET comment = %s WHERE id IN (SELECT id FROM {table} ORDER BY id DESC LIMIT 9)",
            f"synthetic {self.random.randrange(10**9)}",
        )

    def delete(self) -> tuple[str, int]:
        return "delete", self.execute(
            "DELETE FROM {table} WHERE id IN (SELECT id FROM {table} ORDER BY id DESC LIMIT 3)"
        )


def test_every_row_that_four_write_at_once_has_its_event(busy: DatabaseUrls) -> None:
    """Insert, COPY through a staging table, update and deletion leave one event per row, with its official."""
    everywhere = "SELECT id FROM accounts_official WHERE region_id = '320000' ORDER BY id LIMIT 4"
    people = [key for (key,) in query(busy, everywhere)]
    query(busy, "DELETE FROM projects_landrenewal WHERE state = 'draft' RETURNING id")
    ((last,),) = query(busy, "SELECT coalesce(max(pgh_id), 0) FROM projects_landrenewalevent")
    scribes = [Scribe(busy, seed, person) for seed, person in enumerate(people)]
    at_once([lambda each=each: [each() for _ in range(times(40, 2_000))] for each in scribes])  # type: ignore[misc]
    for scribe in scribes:
        found = query(
            busy,
            "SELECT pgh_label, count(*) FROM projects_landrenewalevent "
            "WHERE pgh_id > %s AND pgh_context ->> 'user' = %s GROUP BY pgh_label",
            last,
            str(scribe.person),
        )
        assert dict(found) == dict(scribe.done)
        assert set(scribe.done) == {"insert", "update", "delete"}
    # The last event of every existing row has its values.
    kept = [f for f in LandRenewal._meta.concrete_fields if not isinstance(f, SpellingField)]
    columns = sql.SQL(", ").join(sql.Identifier(f.attname) for f in kept)
    different = sql.SQL(
        "SELECT {0} FROM projects_landrenewal EXCEPT SELECT {0} FROM "
        "(SELECT DISTINCT ON (id) * FROM projects_landrenewalevent ORDER BY id, pgh_id DESC) last "
        "WHERE pgh_label <> 'delete'"
    )
    assert query(busy, different.format(columns)) == []
