"""Imports under kill -9 of a worker and of the database, and confirmed, sent and read by many at once."""

import csv
import io
import os
import random
import shutil
import signal
import tempfile
import threading
import time
import urllib.error
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.client import HTTPException
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from revival.database.embedded import DatabaseUrls, EmbeddedDatabase, embedded_database
from tests.conftest import SMALL, Desk, filled, open_periods
from tests.extent import FULL, times
from tests.site import Served, manage, served
from tests.torture.people import Person, at_once, drafts, query, until

pytestmark = pytest.mark.torture
ROWS = times(400, 10_000)
LONG = times(3_000, 20_000)  # rows that are read for some time
HEADS = (
    *("code", "name", "enterprise", "region", "industry", "action", "stage", "year"),
    *("total_investment", "planned_investment"),
)
NUMBERS = count()


class Place(NamedTuple):
    """A database, its server where that may be killed, and the product in front of it."""

    cluster: EmbeddedDatabase | None
    urls: DatabaseUrls
    site: Served


@contextmanager
def own_server() -> Iterator[Place]:
    """A database server that may be killed. It takes a minute to make."""
    folder = Path(tempfile.mkdtemp(prefix="revival-test-"))
    folder.chmod(0o755)  # root's server runs as another account
    cluster = embedded_database(folder / "var")
    try:
        urls = cluster.ensure()
        for words in (["migrate", "-v0"], ["roles"], ["reference"], ["demo", "--projects", "100"]):
            manage(urls, *words)
        open_periods(urls)
        with served(urls, WEB_CONCURRENCY="2") as site:
            yield Place(cluster, urls, site)
    finally:
        cluster.server.stop()
        shutil.rmtree(folder)


@contextmanager
def shared_server(desk: Desk) -> Iterator[Place]:
    """A database of the server of all tests, which nobody may kill."""
    name = f"{desk.name}_imports"
    urls = filled(desk, name, *SMALL)
    open_periods(urls)
    with served(urls, WEB_CONCURRENCY="2") as site:
        yield Place(None, urls, site)
    desk.drop(name)


@pytest.fixture(scope="module")
def place(desk: Desk, django_db_setup: None) -> Iterator[Place]:
    with own_server() if FULL else shared_server(desk) as found:
        yield found


@pytest.fixture
def clerk(place: Place) -> Person:
    return Person(place.site, "xuzhou-clerk")


def project_file(urls: DatabaseUrls, rows: int) -> bytes:
    """A file of new synthetic projects of a county of Xuzhou, and no other file like it."""
    ((firm, region, industry),) = query(
        urls,
        "SELECT credit_code, region_id, industry FROM enterprises_enterprise "
        "WHERE city_id = '320300' AND region_id ~ '^[0-9]{6}$' AND state = 'verified' ORDER BY id LIMIT 1",
    )
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADS)
    for _row in range(rows):
        number = next(NUMBERS)
        code, name = f"2602-{region}-89-02-{number:06}", f"synthetic project {number}"
        writer.writerow([code, name, firm, region, industry, "equipment-renewal", "planned", "2025", "100", "50"])
    return out.getvalue().encode()


def number_of(path: str) -> int:
    return int(path.strip("/").rpartition("/")[2])


def state(urls: DatabaseUrls, path: str) -> str:
    return str(query(urls, "SELECT state FROM importing_import WHERE id = %s", number_of(path))[0][0])


def brought(place: Place, person: Person, data: bytes) -> str:
    """The page of a file that is read to its end."""
    path = person.send("/import/projects/", "synthetic.csv", data)
    while state(place.urls, path) == "reading":
        assert person.post(path, act="read") == 200
    return path


def is_read(place: Place, person: Person, path: str) -> bool:
    """Whether a file is read to its end; if not, the next step is taken."""
    return state(place.urls, path) != "reading" or person.post(path, act="read") != 200


def written(urls: DatabaseUrls, path: str) -> tuple[int, int, int]:
    """How many records, how many events and how many of them apart the import has made."""
    table = "projects_renovationproject"
    of = number_of(path)
    ((records,),) = query(urls, f"SELECT count(*) FROM {table} WHERE import_id = %s", of)
    counted = f"SELECT count(*), count(DISTINCT (pgh_obj_id, import_row)) FROM {table}event WHERE import_id = %s"
    ((events, apart),) = query(urls, counted, of)
    return records, events, apart


def confirmed(person: Person, path: str) -> bool:
    """Whether an answer says that the import is written; False where none comes."""
    try:
        status, text, _headers = person.ask(path, {**hidden(person, path), "act": "confirm"})
    except (urllib.error.URLError, HTTPException, OSError):
        return False
    return status == 200 and "Imported:" in text


def hidden(person: Person, path: str) -> dict[str, Any]:
    """The token that every form of the page sends."""
    token = person.get(path).partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    return {"csrfmiddlewaretoken": token}


def worker_killed(place: Place) -> None:
    for pid in place.site.processes()[1:]:
        os.kill(pid, signal.SIGKILL)


def database_killed(place: Place) -> None:
    assert place.cluster is not None
    os.kill(place.cluster.server.recorded(), signal.SIGKILL)
    place.cluster.ensure()


@pytest.mark.parametrize("kill", times([worker_killed], [worker_killed, database_killed]))
def test_a_kill_leaves_all_or_nothing(place: Place, clerk: Person, kill: Callable[[Place], None]) -> None:
    """What was reported done is there, and the same file brought again completes the import and adds nothing more."""
    whole = brought(place, clerk, project_file(place.urls, ROWS))
    begun = time.monotonic()
    assert confirmed(clerk, whole)
    usual = time.monotonic() - begun
    assert written(place.urls, whole) == (ROWS, ROWS, ROWS)
    for _turn in range(times(4, 60)):
        data = project_file(place.urls, ROWS)
        path = brought(place, clerk, data)
        told: list[bool] = []
        posting = threading.Thread(target=lambda path=path, told=told: told.append(confirmed(clerk, path)))
        posting.start()
        threading.Event().wait(random.uniform(0, usual))
        kill(place)
        posting.join()
        until(lambda: clerk.ask("/healthz")[0] == 200)
        done = state(place.urls, path) == "done"
        assert state(place.urls, path) in ("checked", "done")
        assert written(place.urls, path) == ((ROWS, ROWS, ROWS) if done else (0, 0, 0))
        assert done or told == [False]
        assert brought(place, clerk, data) == path
        assert done or confirmed(clerk, path)
        assert clerk.send("/import/projects/", "again.csv", data) == path
        assert written(place.urls, path) == (ROWS, ROWS, ROWS)


def test_twenty_confirms_and_double_posts_make_one_import(place: Place, clerk: Person) -> None:
    people = [Person(place.site, "xuzhou-clerk") for _number in range(20)]
    for _turn in range(times(1, 20)):
        data = project_file(place.urls, ROWS)
        paths = set(at_once([partial(each.send, "/import/projects/", "synthetic.csv", data) for each in people[:4]]))
        (path,) = paths
        until(partial(is_read, place, clerk, path))
        fields = [{**hidden(each, path), "act": "confirm"} for each in people]
        acts: list[Callable[[], Any]] = [
            partial(each.ask, path, typed) for each, typed in zip(people, fields, strict=True)
        ]
        assert {status for status, _text, _headers in at_once(acts)} <= {200, 503}
        assert state(place.urls, path) == "done"
        assert written(place.urls, path) == (ROWS, ROWS, ROWS)


def test_parallel_steps_read_each_row_once(place: Place, clerk: Person) -> None:
    people = [Person(place.site, "xuzhou-clerk") for _number in range(3)]
    for _turn in range(times(1, 10)):
        data = project_file(place.urls, LONG)
        ((last,),) = query(place.urls, "SELECT COALESCE(max(id), 0) FROM importing_import")
        sending = threading.Thread(target=clerk.send, args=("/import/projects/", "synthetic.csv", data))
        sending.start()
        until(partial(query, place.urls, "SELECT id FROM importing_import WHERE id > %s", last))
        ((key,),) = query(place.urls, "SELECT id FROM importing_import WHERE id > %s", last)
        path = f"/import/{key}/"
        while state(place.urls, path) == "reading":
            at_once([partial(each.post, path, act="read") for each in people])
        sending.join()
        rows = query(
            place.urls,
            "SELECT count(*), count(DISTINCT line), min(line), max(line) FROM importing_importrow WHERE of_id = %s",
            key,
        )
        assert rows == [(LONG, LONG, 2, LONG + 1)]
        assert clerk.post(path, act="cancel") == 200


def test_a_change_of_another_official_is_never_lost(place: Place, clerk: Person) -> None:
    """A file that is confirmed after, or while, another official changes its record writes over nothing unseen."""
    other = Person(place.site, "province-clerk")
    ((key, page),) = drafts(place.urls, "320300", 1)
    ((code,),) = query(place.urls, "SELECT code FROM projects_renovationproject WHERE id = %s", key)
    for turn in range(times(6, 200)):
        mine, theirs = f"synthetic file {turn}", f"synthetic form {turn}"
        path = brought(place, clerk, f"code,name\n{code},{mine}\n".encode())
        typed = {**hidden(clerk, path), "act": "confirm"}
        wait = random.uniform(0, 0.2)
        acts: list[Callable[[], Any]] = [
            partial(other.post, page, name=theirs),
            partial(late, clerk, path, typed, wait),
        ]
        if turn:
            at_once(acts)
        else:
            assert [act() for act in acts] == [200, 200]
        events = query(
            place.urls,
            "SELECT name FROM projects_renovationprojectevent WHERE id = %s AND name IN (%s, %s) ORDER BY pgh_id",
            *(key, mine, theirs),
        )
        names = [name for (name,) in events]
        # A form that is opened after the file is written has seen it; a file has never seen the form.
        assert names in ([mine], [theirs], [mine, theirs])
        assert turn or names == [theirs]
        assert state(place.urls, path) == ("done" if mine in names else "checked")
        clerk.post(path, act="cancel")


def late(person: Person, path: str, typed: dict[str, Any], seconds: float) -> int:
    """Post a form after some time, and give the status of the answer."""
    threading.Event().wait(seconds)
    return person.ask(path, typed)[0]
