"""Faults and crowds, through the served product: a full pool, killed connections, writers beside readers.

`make torture` (TORTURE=1) runs the same in full numbers.
"""

import csv
import io
import json
import os
import random
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from functools import partial
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any, TypeVar

import psycopg
import pytest
from django.db import connections
from psycopg import errors, sql

from bench import world
from projects.models import LandRenewal, ProjectProgress, RenovationProject
from revival.embedded import Urls
from tests.conftest import Desk, open_periods
from tests.forms import Fields
from tests.site import PASSWORD, Served, manage, served

pytestmark = pytest.mark.torture

FULL = bool(os.environ.get("TORTURE"))
Size = TypeVar("Size")
PATIENCE = 120  # seconds after which a visitor counts as left hanging
RENOVATION, LOGIN = "/reports/renovation/", "/accounts/login/"


def times(small: Size, full: Size) -> Size:
    """What a test is made with in CI, or in full numbers."""
    return full if FULL else small


class Person:
    """A signed-in visitor."""

    def __init__(self, address: str, username: str) -> None:
        self.address = address
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        assert self.post(LOGIN, username=username, password=PASSWORD) == 200

    def ask(self, path: str, data: dict[str, Any] | None = None) -> tuple[int, str, Any]:
        """Status, text and headers, whatever the answer is."""
        body = urllib.parse.urlencode(data, doseq=True).encode() if data is not None else None
        request = urllib.request.Request(self.address + path, body, {"Accept-Language": "en"})
        try:
            with self.opener.open(request, timeout=PATIENCE) as response:
                assert path == LOGIN or LOGIN not in response.url, f"{path} asked to sign in"
                return response.status, response.read().decode(), response.headers
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode(), refused.headers

    def get(self, path: str) -> str:
        status, text, _headers = self.ask(path)
        assert status == 200, f"{path}: {status}"
        return text

    def json(self, path: str) -> Any:
        return json.loads(self.get(path))

    def post(self, path: str, **typed: Any) -> int:
        """Open the page of a form, change fields and post it."""
        status, text, _headers = self.ask(path)
        if status != 200:
            return status
        form = Fields()
        form.feed(text)
        return self.ask(path, {k: v for k, v in form.values.items() if "__prefix__" not in k} | typed)[0]


@pytest.fixture(scope="module")
def busy(desk: Desk, django_db_setup: None) -> Iterator[Urls]:
    """A database that commits, with a small province in it."""
    connections["default"].close()
    name = f"{desk.name}_torture"
    urls = desk.create(name, desk.name)
    manage(urls, "demo", "--projects", "400")
    open_periods(urls)
    yield urls
    desk.drop(name)


@pytest.fixture(scope="module")
def site(busy: Urls) -> Iterator[Served]:
    with served(busy) as address:
        yield address


def query(urls: Urls, statement: str, *params: Any) -> list[Any]:
    with psycopg.connect(urls.serving, autocommit=True) as connection:
        return connection.execute(statement, params).fetchall()


def at_once(acts: list[Callable[[], Any]]) -> list[Any]:
    """Run all acts side by side and give back what they returned. Raises the first error."""
    found: list[Any] = [None] * len(acts)
    failed: list[BaseException] = []

    def run(index: int) -> None:
        try:
            found[index] = acts[index]()
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return found


@contextmanager
def meanwhile(acts: list[Callable[[], Any]]) -> Iterator[None]:
    """Repeat each act, in a thread of its own, until the block ends. Raises the first error of one."""
    done = threading.Event()

    def repeat(act: Callable[[], Any]) -> Callable[[], Any]:
        def run() -> None:
            while not done.is_set():
                act()

        return run

    failed: list[BaseException] = []

    def all_of_them() -> None:
        try:
            at_once([repeat(act) for act in acts])
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=all_of_them)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
    if failed:
        raise failed[0]


@contextmanager
def held_up(urls: Urls) -> Iterator[None]:
    """Nobody can read a project: every page of them waits."""
    with psycopg.connect(urls.owner) as owner:
        owner.execute("LOCK TABLE projects_renovationproject IN ACCESS EXCLUSIVE MODE")
        yield
        owner.rollback()


def test_who_finds_no_connection_is_told_to_come_again(busy: Urls) -> None:
    """R1: with the pool taken by slow pages the others get 503 and when to try again; afterwards all is well."""
    small = times(1, 4)
    with served(busy, POOL_SIZE=str(small), POOL_SECONDS="1") as address:
        people = [Person(address, "province") for _ in range(times(12, 100))]
        with held_up(busy):
            answers = at_once([lambda each=each: each.ask(RENOVATION) for each in people])  # type: ignore[misc]
        assert {status for status, _text, _headers in answers} == {503}
        busy_ones = [h for _s, text, h in answers if "no connection to it came free in time" in text]
        assert busy_ones
        assert all(headers["Retry-After"] for headers in busy_ones)
        connected = query(
            busy,
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND usename = current_user AND backend_type = 'client backend'",
        )[0][0]
        assert connected <= 2 * small
        assert [each.ask(RENOVATION)[0] for each in people] == [200] * len(people)


def test_a_statement_that_takes_too_long_ends_in_a_readable_page(busy: Urls) -> None:
    """R3: a page cut off by the time limit of its statements says so and what to do."""
    limited = Urls(f"{busy.serving}&options=-c%20statement_timeout%3D300", busy.owner)
    with served(limited) as address:
        person = Person(address, "province")
        with held_up(busy):
            status, text, headers = person.ask(RENOVATION)
        assert status == 503
        assert "Ask for less" in text
        assert headers["Retry-After"] is None
        assert person.ask(RENOVATION)[0] == 200


def test_killed_connections_cost_no_wrong_answer(busy: Urls, site: str) -> None:
    """R2: with every connection killed again and again, an answer is right or a 503; what was saved is there."""
    right = Person(site, "province").json(f"{RENOVATION}?format=json&by=city&year=2024")
    reader, clerk = Person(site, "province"), Person(site, "xuzhou-clerk")
    ((key, path),) = drafts(busy, "320300", 1)
    saved: list[str] = []
    as_owner = Urls(busy.owner, busy.owner)  # whom the kills below spare

    def read() -> None:
        status, text, _headers = reader.ask(f"{RENOVATION}?format=json&by=city&year=2024")
        assert status in (200, 503)
        if status == 200 and text:
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


def guarded(act: Callable[[], None]) -> Callable[[], None]:
    """An answer that breaks off half-way is seen as broken by whoever asked: he has no answer at all."""

    def run() -> None:
        try:
            act()
        except TimeoutError:
            raise  # left hanging
        except urllib.error.URLError as broken:
            if isinstance(broken.reason, TimeoutError):
                raise
        except (OSError, EOFError):
            return
        except Exception as error:
            if type(error).__name__ not in ("IncompleteRead", "BadStatusLine", "RemoteDisconnected"):
                raise

    return run


def kill(urls: Urls) -> None:
    query(
        urls,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename = current_user",
    )


def drafts(urls: Urls, city: str, count: int) -> list[tuple[int, str]]:
    """Keys and pages of draft projects of a city, made where there are too few."""
    own = ("code", "state", "completed_investment", "reported_month")
    columns = sql.SQL(", ").join(sql.Identifier(f.column) for f in FIELDS if f.name not in own)
    with psycopg.connect(urls.serving, autocommit=True) as connection:
        made = connection.execute(
            sql.SQL(
                "INSERT INTO projects_renovationproject (code, state, completed_investment, reported_month, {0}) "
                "SELECT left(code, 18) || lpad((700000 + {1} + row_number() OVER ())::text, 6, '0'), "
                "'draft', 0, 0, {0} "
                "FROM (SELECT * FROM projects_renovationproject WHERE city_id = %s LIMIT %s) p RETURNING id"
            ).format(columns, sql.Literal(random.randrange(0, 200_000))),
            [city, count],
        ).fetchall()
    return [(key, f"/admin/projects/renovationproject/{key}/change/") for (key,) in made]


FIELDS: list[Any] = [f for f in RenovationProject._meta.concrete_fields if not f.primary_key]


def test_one_connection_serves_two_officials_and_mixes_nothing(busy: Urls) -> None:
    """S8: alternating officials through one connection see their own region, and sign what they change."""
    cities = {"xuzhou-clerk": "320300", "kunshan-clerk": "320500"}
    work = {name: drafts(busy, city, 1)[0] for name, city in cities.items()}
    keys = dict(query(busy, "SELECT username, id FROM accounts_official WHERE username = ANY(%s)", list(cities)))
    query(
        busy,
        "UPDATE projects_renovationproject SET region_id = '320583' WHERE id = %s RETURNING id",
        work["kunshan-clerk"][0],
    )
    with served(busy, POOL_SIZE="1") as address:
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


class Writer:
    """Enters, verifies, changes and deletes projects and months, all of them in the same few places."""

    def __init__(self, urls: Urls, seed: int) -> None:
        self.urls, self.random = urls, random.Random(seed)
        self.connection = psycopg.connect(urls.serving, autocommit=True)
        self.done: Counter[str] = Counter()
        few = "SELECT id FROM projects_renovationproject WHERE state = 'verified' ORDER BY id LIMIT 4"
        self.projects = [key for (key,) in self.connection.execute(few)]
        self.loans = [key for (key,) in self.connection.execute("SELECT loan_id FROM finance_drawing LIMIT 3")]
        own = ("id", "month", "completed", "state", "project")
        fields: list[Any] = [f for f in ProjectProgress._meta.concrete_fields if f.name not in own]
        self.months = sql.SQL(", ").join(sql.Identifier(f.column) for f in fields)

    def __call__(self) -> None:
        act = self.random.choice([self.report, self.report, self.withdraw, self.move, self.lend, self.change])
        try:
            act()
            self.done[act.__name__] += 1
        except (errors.DeadlockDetected, errors.LockNotAvailable, errors.CheckViolation):
            self.done["refused"] += 1

    def report(self) -> None:
        """A month of a project, verified at once or changed."""
        project, month = self.random.choice(self.projects), self.random.randint(1, 12)
        self.connection.execute(
            sql.SQL(
                "INSERT INTO projects_projectprogress (project_id, month, completed, state, {0}) "
                "SELECT %s, %s, %s, 'verified', {0} FROM (SELECT * FROM projects_projectprogress "
                "WHERE state = 'verified' LIMIT 1) p "
                "ON CONFLICT (project_id, month) DO UPDATE SET completed = EXCLUDED.completed"
            ).format(self.months),
            [project, month, self.random.randint(0, 1000)],
        )

    def withdraw(self) -> None:
        project, month = self.random.choice(self.projects), self.random.randint(1, 12)
        self.connection.execute(
            "DELETE FROM projects_projectprogress WHERE project_id = %s AND month = %s", [project, month]
        )

    def move(self) -> None:
        """A project to another industry; its months go with it."""
        industry = self.random.choice(["food", "textile", "chemical"])
        self.connection.execute(
            "UPDATE projects_renovationproject SET industry = %s WHERE id = %s",
            [industry, self.random.choice(self.projects)],
        )

    def change(self) -> None:
        amount = Decimal(self.random.randint(10**8, 10**9)) / 100
        self.connection.execute(
            "UPDATE projects_renovationproject SET total_investment = %s WHERE id = %s",
            [amount, self.random.choice(self.projects)],
        )

    def lend(self) -> None:
        """One fen more or less on a loan's drawings."""
        self.connection.execute(
            "UPDATE finance_drawing SET amount = %s "
            "WHERE id = (SELECT id FROM finance_drawing WHERE loan_id = %s LIMIT 1)",
            [Decimal(self.random.randint(1, 100)) / 100, self.random.choice(self.loans)],
        )


# Rows that do not agree with a recount; each is one statement, hence one moment.
RECOUNTS = {
    "last month": """
        SELECT p.id, p.completed_investment, p.reported_month, g.completed, g.month
        FROM projects_renovationproject p LEFT JOIN LATERAL (
            SELECT completed, month FROM projects_projectprogress
            WHERE project_id = p.id AND state = 'verified' ORDER BY month DESC LIMIT 1
        ) g ON TRUE
        WHERE (p.completed_investment, p.reported_month) <> (COALESCE(g.completed, 0), COALESCE(g.month, 0))""",
    "next month": """
        SELECT g.id, g.next_month FROM projects_projectprogress g
        WHERE g.next_month IS DISTINCT FROM CASE WHEN g.state = 'verified' THEN (
            SELECT min(o.month) FROM projects_projectprogress o
            WHERE o.project_id = g.project_id AND o.state = 'verified' AND o.month > g.month) END""",
    "copied": """
        SELECT g.id FROM projects_projectprogress g JOIN projects_renovationproject p ON p.id = g.project_id
        WHERE (g.region_id, g.city_id, g.industry, g.action, g.year, g.planned_investment)
            IS DISTINCT FROM (p.region_id, p.city_id, p.industry, p.action, p.year, p.planned_investment)""",
    "lent": """
        SELECT l.id FROM finance_loan l
        WHERE l.lent <> COALESCE((
            SELECT sum(amount) FROM finance_drawing d WHERE d.loan_id = l.id AND d.state = 'verified'), 0)""",
}


def test_kept_columns_equal_a_recount_beside_eight_writers(busy: Urls) -> None:
    """What triggers keep is at every moment what a recount finds, whoever else writes the same records."""
    writers = [Writer(busy, seed) for seed in range(8)]
    with meanwhile(list(writers)):
        for _ in range(times(60, 2_000)):
            for name, recount in RECOUNTS.items():
                assert query(busy, recount) == [], name
    done = sum((writer.done for writer in writers), Counter[str]())
    assert all(done[each] for each in ("report", "withdraw", "move", "change", "lend"))
    for name, recount in RECOUNTS.items():
        assert query(busy, recount) == [], name


LEVELS = ("part", "city", "county", "industry")


def test_every_level_and_file_agrees_while_records_change(busy: Urls, site: str) -> None:
    """E5: rows of counties, cities and parts add up to the total of their own page or file, at every moment."""
    reader = Person(site, "province")
    with meanwhile([Writer(busy, seed) for seed in range(100, 104)]):
        for turn in range(times(24, 1_000)):
            level = LEVELS[turn % len(LEVELS)]
            found = reader.json(f"{RENOVATION}?format=json&by={level}")
            for name in ("projects", "investment", "completed"):
                assert sum(Decimal(row[name]) for row in found["rows"]) == Decimal(found["total"][name])
            crossed = reader.json(f"/reports/progress/?format=json&by={level}&across=year&measure=completed")
            assert sum(Decimal(row["completed"]) for row in crossed["rows"]) == Decimal(crossed["total"]["completed"])
            text = reader.get(f"{RENOVATION}?format=csv&unit=yuan&columns=code,total_investment,completed_investment")
            rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
            for column in (1, 2):
                assert sum(Decimal(row[column]) for row in rows[1:-1]) == Decimal(rows[-1][column])


@pytest.fixture
def long_lists(busy: Urls) -> Iterator[Urls]:
    """A database whose largest file has 100,000 rows in full numbers."""
    if not FULL:
        yield busy
        return
    world.base()
    try:
        with world.world(100_000) as (urls, _rows, _seconds):
            yield urls
    finally:
        world.drop(world.BASE_NAME)


def held(site: Served) -> int:
    """KiB of memory that the serving processes hold."""
    status = [Path(f"/proc/{pid}/status").read_text(encoding="ascii") for pid in site.processes()]
    return sum(int(line.split()[1]) for text in status for line in text.splitlines() if line.startswith("VmRSS"))


def test_eleven_long_files_at_once_cost_no_memory_and_no_page(long_lists: Urls) -> None:
    """E6: each file is complete or refused with a page that says so, and pages are answered meanwhile."""
    with served(long_lists) as site:
        reader = Person(site, "province")
        whole = reader.get(f"{RENOVATION}?format=csv")
        before, seen = held(site), Counter[int]()
        with meanwhile([lambda: seen.update([reader.ask(f"{RENOVATION}?year=2024&by=city")[0]])]):
            files = at_once([lambda: reader.ask(f"{RENOVATION}?format=csv")] * 11)
        assert held(site) - before < 200 * 1024
    assert {status for status, _text, _headers in files} | set(seen) <= {200, 503}
    assert seen[200]
    complete = [text for status, text, _headers in files if status == 200]
    assert len(complete) >= 8
    assert set(complete) == {whole}


def answers(address: str, path: str, people: list[Person], typed: list[dict[str, Any]]) -> list[str]:
    """What each is told who opened the same page before any of them posted it, all of them at once."""
    pages = []
    for person in people:
        form = Fields()
        form.feed(person.get(path))
        pages.append({name: value for name, value in form.values.items() if "__prefix__" not in name})
    acts: list[Callable[[], Any]] = [
        partial(person.ask, path, page | more) for person, page, more in zip(people, pages, typed, strict=True)
    ]
    found = at_once(acts)
    assert {status for status, _text, _headers in found} <= {200, 404}
    return [text for _status, text, _headers in found]


SAVED, TOLD = "was changed successfully", "Nothing was saved"


def collided(texts: list[str]) -> int:
    """Which of the two was saved; the other one was told that he was not."""
    saved = [SAVED in text for text in texts]
    assert sorted(saved) == [False, True], [text[:300] for text in texts]
    assert TOLD in texts[saved.index(False)]
    return saved.index(True)


def test_of_two_who_save_at_once_one_is_told(busy: Urls, site: str) -> None:
    """W4: by the form and by a row on it; what was saved is there with its event, and nothing else is."""
    people = [Person(site, "xuzhou-clerk") for _ in range(2)]
    events = "SELECT name FROM projects_renovationprojectevent WHERE id = %s AND pgh_label = 'update' ORDER BY pgh_id"
    for turn in range(times(6, 100)):
        ((key, path),) = drafts(busy, "320300", 1)
        names = [f"synthetic {turn} of {person}" for person in range(2)]
        won = collided(answers(site, path, people, [{"name": name} for name in names]))
        assert query(busy, events, key) == [(names[won],)]
        assert query(busy, "SELECT name, version FROM projects_renovationproject WHERE id = %s", key) == [
            (names[won], 2)
        ]
    months = "SELECT completed, version FROM projects_projectprogress WHERE project_id = %s"
    for turn in range(times(4, 50)):
        ((key, path),) = drafts(busy, "320300", 1)
        new = {"progress-0-month": "1", "progress-0-planned": "1", "progress-0-completed": "1"}
        assert people[0].post(path, **new) == 200
        typed = [{"progress-0-completed": f"{turn + 2}.{person + 1}"} for person in range(2)]
        won = collided(answers(site, path, people, typed))
        wan = Decimal(typed[won]["progress-0-completed"])
        assert query(busy, months, key) == [(wan * 10_000, 2)]


def test_what_is_changed_while_others_are_deleted_is_not_lost(busy: Urls, site: str) -> None:
    """W4: an action that deletes several against a form that hands one of them in: all of it, or none and a word."""
    clerk, other = Person(site, "xuzhou-clerk"), Person(site, "xuzhou-clerk")
    where = "SELECT count(*) FROM projects_renovationproject WHERE id = ANY(%s)"
    for _turn in range(times(4, 50)):
        rows = drafts(busy, "320300", 3)
        keys = [key for key, _path in rows]
        form = Fields()
        form.feed(clerk.get(rows[1][1]))
        listed = Fields()
        listed.feed(other.get("/admin/projects/renovationproject/"))
        token = {"csrfmiddlewaretoken": listed.values["csrfmiddlewaretoken"]}
        seen = " ".join(f"{key}:1" for key in keys)
        action = token | {"action": "delete_selected", "seen": seen, "post": "yes"}
        typed = {n: v for n, v in form.values.items() if "__prefix__" not in n} | {"review": "submitted"}
        (status, text, _headers), (deleted, _text, _more) = at_once(
            [
                partial(clerk.ask, rows[1][1], typed),
                partial(other.ask, "/admin/projects/renovationproject/", action),
            ]
        )
        assert status in (200, 404)
        assert deleted in (200, 403)
        ((left,),) = query(busy, where, keys)
        handed_in = query(busy, f"{where} AND state = 'submitted'", keys)[0][0]
        assert left == (3 if SAVED in text else 0)
        assert bool(handed_in) is (SAVED in text)
        assert SAVED in text or TOLD in text or status == 404


class Scribe:
    """Writes rows of one table in the name of an official, by every kind of statement, and counts them."""

    TABLE = "projects_landrenewal"

    def __init__(self, urls: Urls, seed: int, person: int) -> None:
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

    def execute(self, statement: str) -> int:
        return self.connection.execute(
            sql.SQL(statement).format(table=sql.Identifier(self.TABLE), columns=self.columns)
        ).rowcount

    def insert(self) -> tuple[str, int]:
        return "insert", self.execute(
            "INSERT INTO {table} (state, {columns}) SELECT 'draft', {columns} FROM {table} LIMIT 7"
        )

    def copy(self) -> tuple[str, int]:
        """COPY into a staging table, and from there as any other rows."""
        self.execute("CREATE TEMPORARY TABLE staged ON COMMIT DROP AS SELECT * FROM {table} LIMIT 0")
        copied = sql.SQL("COPY (SELECT * FROM {} LIMIT 5) TO STDOUT").format(sql.Identifier(self.TABLE))
        with self.connection.cursor() as cursor:
            with cursor.copy(copied) as out:
                data = b"".join(bytes(block) for block in out)
            with cursor.copy("COPY staged FROM STDIN") as into:
                into.write(data)
        return "insert", self.execute("INSERT INTO {table} (state, {columns}) SELECT 'draft', {columns} FROM staged")

    def update(self) -> tuple[str, int]:
        mark = f"synthetic {self.random.randrange(10**9)}"
        newest = "SELECT id FROM {table} ORDER BY id DESC LIMIT 9"
        return "update", self.execute(f"UPDATE {{table}} SET comment = '{mark}' WHERE id IN ({newest})")

    def delete(self) -> tuple[str, int]:
        newest = "SELECT id FROM {table} ORDER BY id DESC LIMIT 3"
        return "delete", self.execute(f"DELETE FROM {{table}} WHERE id IN ({newest})")


def test_every_row_that_four_write_at_once_has_its_event(busy: Urls) -> None:
    """L1: by insert, COPY through a staging table, update, deletion: events = rows changed, each with who it was."""
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
    # Of every row that is there, the last event is what it is.
    columns = ", ".join(f.attname for f in LandRenewal._meta.concrete_fields)
    different = query(
        busy,
        f"SELECT {columns} FROM projects_landrenewal EXCEPT SELECT {columns} FROM "
        "(SELECT DISTINCT ON (id) * FROM projects_landrenewalevent ORDER BY id, pgh_id DESC) last "
        "WHERE pgh_label <> 'delete'",
    )
    assert different == []


def test_closing_a_period_waits_for_who_writes_in_it(busy: Urls) -> None:
    """And who comes while it is being closed waits, and is refused."""
    ((key, _path),) = drafts(busy, "320300", 1)
    ((year,),) = query(busy, "SELECT year FROM projects_renovationproject WHERE id = %s", key)
    query(
        busy,
        "INSERT INTO records_reportingperiod (year, month, opens, due, closes) "
        "VALUES (%s, 0, current_date - 9, current_date, current_date + 9) ON CONFLICT DO NOTHING RETURNING id",
        year,
    )
    write = "UPDATE projects_renovationproject SET comment = comment || ' synthetic' WHERE id = %s"
    close = "UPDATE records_reportingperiod SET due = opens, closes = current_date - 2 WHERE year = %s"
    try:
        with psycopg.connect(busy.serving) as writer, psycopg.connect(busy.serving) as publisher:
            writer.execute(write, [key])
            publisher.execute("SET lock_timeout = '300ms'")
            with pytest.raises(errors.LockNotAvailable):
                publisher.execute(close, [year])
            publisher.rollback()
            writer.commit()
            publisher.execute(close, [year])
            late = threading.Thread(target=refused_late, args=(busy, write, key))
            late.start()
            waits = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE %s"
            until(busy, waits, "%synthetic%")
            publisher.commit()
            late.join()
            assert [str(year)] == REFUSED
    finally:
        open_periods(busy)


REFUSED: list[str | None] = []


def refused_late(urls: Urls, statement: str, key: int) -> None:
    """Run a statement that is refused, and keep by which period."""
    try:
        query(urls, f"{statement} RETURNING id", key)
    except errors.CheckViolation as error:
        REFUSED.append(error.diag.message_detail)


def until(urls: Urls, statement: str, *params: Any) -> None:
    """Wait until a query finds a row; 30 s at most."""
    end = time.monotonic() + 30
    while not query(urls, statement, *params):
        assert time.monotonic() < end
        threading.Event().wait(0.05)
