"""The tests' databases: on PostgreSQL, as the role that serves, which may do less than the tables' owner."""

import gc
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import psycopg
import pytest
from django.core.management import call_command
from django.db import connections, transaction
from django.db.migrations.state import ProjectState
from django.test import client
from hypothesis import HealthCheck, settings
from pgtrigger.migrations import AddTrigger
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from pytest_django.plugin import DjangoDbBlocker
from whitenoise.base import WhiteNoise
from xdist.scheduler.loadfile import LoadFileScheduling

from revival.database.embedded import DatabaseUrls
from tests.site import manage

ROOT = Path(__file__).resolve().parent.parent
# The sources of a migrated database.
CODE = ("enterprises", "finance", "fixtures", "projects", "revival")
# No example fails by time, as a slow or busy machine is no fault of the code.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


class Desk(NamedTuple):
    """The owner's connection to the site's own database, from which the tests' databases are made and dropped."""

    connection: psycopg.Connection[Any]
    urls: DatabaseUrls
    name: str

    def create(self, name: str, template: str) -> DatabaseUrls:
        """Make a database again. Nobody may be connected to the template."""
        self.drop(name)
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        self.connection.execute(create.format(sql.Identifier(name), sql.Identifier(template)))
        return self.urls_of(name)

    def urls_of(self, name: str) -> DatabaseUrls:
        return DatabaseUrls(*(urlsplit(url)._replace(path=f"/{name}").geturl() for url in self.urls))

    def drop(self, name: str) -> None:
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        self.connection.execute(drop.format(sql.Identifier(name)))


def point(url: str) -> None:
    """Let Django's default connection open `url` from now on, in every thread."""
    parts = conninfo_to_dict(url)
    connections["default"].close()
    current = connections["default"].settings_dict
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    current.update({name: parts.pop(part, "") for name, part in names.items()})
    current["OPTIONS"] = {**current["OPTIONS"], **parts}


@pytest.fixture(scope="session")
def desk() -> Iterator[Desk]:
    """The place where test databases are made, with a name that no other run of the tests uses now."""
    urls = DatabaseUrls(os.environ["DATABASE_URL"], os.environ["DATABASE_OWNER_URL"])
    with psycopg.connect(urls.owner, autocommit=True) as connection:
        for number in count(1):
            name = f"test_{connection.info.dbname}_{number}"
            # Held until this run ends in any way. The next one drops the databases that a killed run left.
            claim = connection.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [name]).fetchone()
            if claim == (True,):
                yield Desk(connection, urls, name)
                return


def kept(desk: Desk, name: str, kind: str, make: Callable[[str], None]) -> DatabaseUrls:
    """A database `name`, copied from one that is made once for the code as it is.

    Migrating takes ten seconds, and the demonstration data as many; the processes of one run, and later runs,
    share them. make: fills the new database of the given name.
    """
    files = sorted(path for top in CODE for path in (ROOT / top).rglob("*") if path.suffix in (".py", ".json"))
    files += [ROOT / name for name in ("requirements.txt", "tests/conftest.py", "tests/settings.py")]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in files))
    family = f"test_{conninfo_to_dict(desk.urls.owner)['dbname']}_{kind}_"
    template = f"{family}{digest.hexdigest()[:12]}"
    desk.connection.execute("SET lock_timeout = '10min'")
    desk.connection.execute("SELECT pg_advisory_lock(hashtext(%s))", [family])
    try:
        known = desk.connection.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [family])
        names = [found for (found,) in known]
        for old in names:
            if old != template:
                desk.drop(old)
        if template not in names:
            make(f"{family}new")
            rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
            desk.connection.execute(rename.format(sql.Identifier(f"{family}new"), sql.Identifier(template)))
        return desk.create(name, template)
    finally:
        desk.connection.execute("SELECT pg_advisory_unlock(hashtext(%s))", [family])
        desk.connection.execute("RESET lock_timeout")


def note_trigger(self: AddTrigger, app_label: str, state: ProjectState) -> None:
    """Note a trigger in the state of a migration without making its models again, as no column changes.

    Making them is 15 of 26 s, for which every process of a run waits. The statements sent are the same.
    """
    options = state.models[app_label, self.model_name].options
    options["triggers"] = [*options.get("triggers", []), self.trigger]


def migrated(desk: Desk) -> DatabaseUrls:
    """A migrated database with reference data."""

    def make(name: str) -> None:
        point(desk.create(name, "template0").owner)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(AddTrigger, "state_forwards", note_trigger)
            call_command("migrate", verbosity=0)
        for command in ("roles", "reference"):
            call_command(command, verbosity=0)
        connections["default"].close()

    return kept(desk, desk.name, "migrated", make)


def filled(desk: Desk, name: str, *size: str) -> DatabaseUrls:
    """A database that commits, with the demonstration data at their default size and users with tests' password.

    size: words for another size.
    """
    connections["default"].close()

    def make(new: str) -> None:
        manage(desk.create(new, desk.name), "demo", *size)

    return kept(desk, name, "small" if size else "filled", make)


SMALL = ("--projects", "400")


@contextmanager
def looked_at(urls: DatabaseUrls, desk: Desk, blocker: DjangoDbBlocker) -> Iterator[None]:
    """Django sees this database until the block ends; what is written meanwhile is rolled back."""
    with blocker.unblock():
        point(urls.serving)
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
        point(desk.urls_of(desk.name).serving)


def open_periods(urls: DatabaseUrls) -> None:
    """Open all periods, as records of the demonstration's closed periods cannot be changed."""
    with psycopg.connect(urls.owner, autocommit=True) as connection:
        connection.execute("UPDATE records_reportingperiod SET opens = '2015-01-01', closes = '2061-12-31'")


# Folders whose files run in one process, one after the other, with one server and one browser.
TOGETHER = ("tests/browser/",)
# Folders of the longest files.
FIRST = ("browser", "torture", "scope", "records", "reporting", "evaluation")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the folders of long files first, as one process would be left alone with one at the end."""
    place = {name: at for at, name in enumerate(FIRST)}
    items.sort(key=lambda item: place.get(item.path.relative_to(ROOT / "tests").parts[0], len(FIRST)))


class FilesAndFolders(LoadFileScheduling):
    """Gives each file of tests to one process, and those that share a server and a browser to one."""

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        return next((folder for folder in TOGETHER if file.startswith(folder)), file)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> FilesAndFolders:
    return FilesAndFolders(config, log)


@pytest.fixture(scope="session", autouse=True)
def rare_collections() -> Iterator[None]:
    """Exclude imported objects from garbage collections, and make fewer. They take a twentieth of a run's time."""
    thresholds = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    yield
    gc.set_threshold(*thresholds)
    gc.unfreeze()


@pytest.fixture(scope="session", autouse=True)
def static_files() -> Iterator[None]:
    """Look up the static files once per process. Each Client builds its middleware again, which takes 0.1 s."""
    look_up, known = WhiteNoise.update_files_dictionary, dict[tuple[str, str], dict[str, Any]]()

    def once(self: WhiteNoise, root: str, prefix: str) -> None:
        assert not self.files, "there is one folder of static files"
        if (root, prefix) not in known:
            look_up(self, root, prefix)
            known[root, prefix] = dict(self.files)
        self.files.update(known[root, prefix])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoise, "update_files_dictionary", once)
        yield


@pytest.fixture(scope="session", autouse=True)
def first_contexts() -> Iterator[None]:
    """Keep the context of the first rendering of each template of an answer, as a page has hundreds of widgets.

    `response.context[name]` is that of the first rendering which has the name.
    """
    keep: Any = vars(client)["store_rendered_templates"]

    def store(found: dict[str, Any], signal: Any, sender: Any, template: Any, context: Any, **more: Any) -> None:
        known = found.setdefault("known", set())
        if template.name is None or template.name not in known:
            known.add(template.name)
            keep(found, signal, sender, template, context, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(client, "store_rendered_templates", store)
        yield


@pytest.fixture(scope="session")
def django_db_setup(desk: Desk, django_test_environment: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The test database: made, migrated and filled with reference data by the owner, used as serving role.

    The environment names it too, so that a command which a test starts never meets the site's own data. Tests
    run in a transaction that is rolled back; `transaction=True` would need TRUNCATE, which the serving role
    lacks: use a separate database (`filled`) for tests that must commit.
    """
    with django_db_blocker.unblock():
        urls = migrated(desk)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("DATABASE_URL", urls.serving)
        environment.setenv("DATABASE_OWNER_URL", urls.owner)
        point(urls.serving)
        yield
        connections["default"].close()
    desk.drop(desk.name)
