"""Faults and crowds at the database: a full pool, slow statements, killed connections, and one connection for all."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from itertools import islice

import pytest

from revival.database.embedded import DatabaseUrls
from revival.serving.faults import AGAIN
from tests.extent import FULL, times
from tests.site import served
from tests.torture.people import RENOVATION, Answer, Person, drafts, guarded, held_up, kill, meanwhile, query

pytestmark = pytest.mark.torture

BUSY = "no connection became free in time"
SOON = 10  # seconds within which a visitor is told


def crowd(urls: DatabaseUrls, people: list[Person], slow: int) -> list[tuple[float, Answer]]:
    """Seconds and answer of each of many at once. Their page waits until all but `slow` of them have an answer."""

    def asked(person: Person) -> tuple[float, Answer]:
        begun = time.monotonic()
        answer = person.ask(RENOVATION)
        return time.monotonic() - begun, answer

    with ThreadPoolExecutor(len(people)) as visits:
        with held_up(urls):
            begun = [visits.submit(asked, person) for person in people]
            list(islice(as_completed(begun), len(people) - slow))
        return [visit.result() for visit in begun]


def test_who_finds_no_connection_is_told_to_come_again(busy: DatabaseUrls) -> None:
    """With the pool taken by slow pages the others get 503 and when to try again. Afterwards all get pages.

    In full numbers with pools and waiting as they are shipped: nobody waits longer than ten seconds for an answer.
    """
    small = times(1, 4)
    waiting = times({"POOL_SECONDS": "1"}, {})
    # The slow pages must last as long as anybody waits, so that the lock does not break them off.
    patient = DatabaseUrls(f"{busy.serving}&options=-c%20lock_timeout%3D0", busy.owner)
    with served(patient, POOL_SIZE=str(small), WEB_CONCURRENCY="2", **waiting) as address:
        people = [Person(address, "province") for _ in range(times(12, 100))]
        found = crowd(busy, people, 2 * small)
        told = [(text, headers) for _seconds, (status, text, headers) in found if status == 503]
        slow = [status for _seconds, (status, _text, _headers) in found if status != 503]
        assert 1 <= len(slow) <= 2 * small
        assert set(slow) == {200}
        assert all(BUSY in text and headers["Retry-After"] for text, headers in told)
        if FULL:
            assert max(seconds for seconds, _answer in found) < SOON
        connected = query(
            busy,
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND usename = current_user AND backend_type = 'client backend'",
        )[0][0]
        assert connected <= 2 * small
        assert [each.ask(RENOVATION)[0] for each in people] == [200] * len(people)


@pytest.mark.parametrize(
    ("limit", "words", "again"),
    [
        ("statement_timeout", "Ask for less", None),
        ("lock_timeout", "someone else was changing the same records", str(AGAIN)),
    ],
)
def test_a_statement_that_takes_too_long_ends_in_a_readable_page(
    busy: DatabaseUrls, limit: str, words: str, again: str | None
) -> None:
    """A page cut off by the time limit of its statements or their locks says so and what to do."""
    limited = DatabaseUrls(f"{busy.serving}&options=-c%20{limit}%3D300", busy.owner)
    with served(limited) as address:
        person = Person(address, "province")
        with held_up(busy):
            status, text, headers = person.ask(RENOVATION)
        assert status == 503
        assert words in text
        assert headers["Retry-After"] == again
        assert person.ask(RENOVATION)[0] == 200


def test_killed_connections_cost_no_wrong_answer(busy: DatabaseUrls, site: str) -> None:
    """While every connection is killed repeatedly, an answer is right or a 503. All saved changes are there."""
    right = Person(site, "province").json(f"{RENOVATION}?format=json&by=city&year=2024")
    reader, clerk = Person(site, "province"), Person(site, "xuzhou-clerk")
    ((key, path),) = drafts(busy, "320300", 1)
    saved: list[str] = []
    as_owner = DatabaseUrls(busy.owner, busy.owner)  # spared by the kills below

    def read() -> None:
        status, text, _headers = reader.ask(f"{RENOVATION}?format=json&by=city&year=2024")
        assert status in (200, 503)
        if status == 200:
            assert json.loads(text) == right

    def write() -> None:
        name = f"synthetic {time.monotonic_ns()}"
        status = clerk.post(path, name=name)
        assert status in (200, 503)
        if status == 200:
            found = query(as_owner, "SELECT name FROM projects_renovationproject WHERE id = %s", key)
            assert found[0][0] == name
            saved.append(name)

    with meanwhile([guarded(read), guarded(write)]):
        for _ in range(times(5, 50)):
            kill(busy)
            threading.Event().wait(0.3)
    write()
    assert saved


def test_one_connection_serves_two_officials_and_mixes_nothing(busy: DatabaseUrls) -> None:
    """Officials who alternate on one connection see their own region, and events name the right one."""
    cities = {"xuzhou-clerk": "320300", "kunshan-clerk": "320500"}
    work = {name: drafts(busy, city, 1)[0] for name, city in cities.items()}
    keys = dict(query(busy, "SELECT username, id FROM accounts_official WHERE username = ANY(%s)", list(cities)))
    query(
        busy,
        "UPDATE projects_renovationproject SET region_id = '320583' WHERE id = %s RETURNING id",
        work["kunshan-clerk"][0],
    )
    with served(busy, POOL_SIZE="1", WEB_CONCURRENCY="1") as address:
        people = {name: Person(address, name) for name in cities}
        for turn in range(times(20, 25_000)):
            for name, city in cities.items():
                found = people[name].json(f"{RENOVATION}?format=json&by=city")
                assert {row["city"]["code"] for row in found["rows"]} == {city}
                if turn % 10 == 0:
                    assert people[name].post(work[name][1], name=f"synthetic {turn}") == 200
    for name, (key, _path) in work.items():
        rows = query(
            busy,
            "SELECT DISTINCT pgh_context ->> 'user' FROM projects_renovationprojectevent "
            "WHERE id = %s AND name LIKE 'synthetic %%' AND pgh_label = 'update'",
            key,
        )
        assert rows == [(str(keys[name]),)]
