"""Who visits the served product, alone or many at once, and what becomes of its connections meanwhile."""

import json
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from itertools import count
from typing import Any

import psycopg
from psycopg import sql

from projects.models import RenovationProject
from revival.database.embedded import DatabaseUrls
from tests.forms import Fields
from tests.site import PASSWORD

Answer = tuple[int, str, Any]  # status, text and headers
PATIENCE = 120  # seconds after which a visitor counts as left hanging
RENOVATION, LOGIN = "/reports/renovation/", "/accounts/login/"


class Person:
    """A signed-in visitor."""

    def __init__(self, address: str, username: str) -> None:
        self.address = address
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        # On to a page that costs nothing: home reads every report.
        assert self.post(f"{LOGIN}?next=/healthz", username=username, password=PASSWORD) == 200

    def ask(self, path: str, data: dict[str, Any] | None = None) -> Answer:
        """Status, text and headers of any answer."""
        body = urllib.parse.urlencode(data, doseq=True).encode() if data is not None else None
        request = urllib.request.Request(self.address + path, body, {"Accept-Language": "en"})
        try:
            with self.opener.open(request, timeout=PATIENCE) as response:
                assert path.startswith(LOGIN) or LOGIN not in response.url, f"{path} asked to sign in"
                return response.status, response.read().decode(), response.headers
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode(), refused.headers

    def get(self, path: str) -> str:
        status, text, _headers = self.ask(path)
        assert status == 200, f"{path}: {status}"
        return text

    def json(self, path: str) -> Any:
        return json.loads(self.get(path))

    def send(self, path: str, name: str, data: bytes) -> str:
        """Send a file by the form of a page, and give the address that the answer leads to."""
        body, kind = sent_file(self.get(path), name, data)
        request = urllib.request.Request(self.address + path, body, {"Accept-Language": "en", "Content-Type": kind})
        with self.opener.open(request, timeout=PATIENCE) as response:
            return str(urllib.parse.urlsplit(response.url).path)

    def post(self, path: str, **typed: Any) -> int:
        """Open the page of a form, change fields and post it."""
        status, text, _headers = self.ask(path)
        if status != 200:
            return status
        form = Fields()
        form.feed(text)
        return self.ask(path, {k: v for k, v in form.values.items() if "__prefix__" not in k} | typed)[0]


def sent_file(page: str, name: str, data: bytes) -> tuple[bytes, str]:
    """The body of a form of the page with a file in it, and its content type."""
    form, parted = Fields(), "synthetic-part-of-a-form"
    form.feed(page)
    token = form.values["csrfmiddlewaretoken"]
    body = (
        f'--{parted}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{token}\r\n'
        f'--{parted}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    ).encode()
    return body + data + f"\r\n--{parted}--\r\n".encode(), f"multipart/form-data; boundary={parted}"


def at_once(acts: list[Callable[[], Any]]) -> list[Any]:
    """The results of all acts, which run in parallel. Raises the first error."""
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


def guarded(act: Callable[[], None]) -> Callable[[], None]:
    """The act, for which an answer that breaks off half-way counts as no answer at all."""

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


def query(urls: DatabaseUrls, statement: str | sql.Composed, *params: Any) -> list[Any]:
    """The rows of a statement that the serving role sends."""
    with psycopg.connect(urls.serving, autocommit=True) as connection:
        return connection.execute(statement, params).fetchall()


def until(reached: Callable[[], Any]) -> None:
    """Ask repeatedly, for 30 s at most."""
    end = time.monotonic() + 30
    while not reached():
        assert time.monotonic() < end
        threading.Event().wait(0.05)


def kill(urls: DatabaseUrls) -> int:
    """End every connection of the serving role to the database, and say how many there were."""
    ended = query(
        urls,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename = current_user",
    )
    return len(ended)


@contextmanager
def held_up(urls: DatabaseUrls) -> Iterator[None]:
    """Lock projects, so that every page of them waits until the block ends."""
    with psycopg.connect(urls.owner) as owner:
        owner.execute("LOCK TABLE projects_renovationproject IN ACCESS EXCLUSIVE MODE")
        yield
        owner.rollback()


FIELDS: list[Any] = [f for f in RenovationProject._meta.concrete_fields if not f.primary_key]
# Columns that a copy of a project does not take over.
OF_ITS_OWN = ("code", "state", "completed_investment", "reported_month")
DRAFTS = count()
COPIED = [field.column for field in FIELDS if field.name not in OF_ITS_OWN]


def drafts(urls: DatabaseUrls, city: str, many: int) -> list[tuple[int, str]]:
    """Keys and pages of new draft projects of a city, a hundred at most."""
    columns = sql.SQL(", ").join(map(sql.Identifier, COPIED))
    first = 700_000 + 100 * next(DRAFTS)
    with psycopg.connect(urls.serving, autocommit=True) as connection:
        made = connection.execute(
            sql.SQL(
                "INSERT INTO projects_renovationproject (code, state, completed_investment, reported_month, {0}) "
                "SELECT left(code, 18) || ({1} + row_number() OVER ())::text, "
                "'draft', 0, 0, {0} "
                "FROM (SELECT * FROM projects_renovationproject WHERE city_id = %s LIMIT %s) p RETURNING id"
            ).format(columns, sql.Literal(first)),
            [city, many],
        ).fetchall()
    return [(key, f"/admin/projects/renovationproject/{key}/change/") for (key,) in made]
