"""The tests' databases: on PostgreSQL, as the role that serves, which may do less than the tables' owner."""

import os
from collections.abc import Iterator
from itertools import count
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import psycopg
import pytest
from django.core.management import call_command
from django.db import connections
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from pytest_django.plugin import DjangoDbBlocker

from revival.embedded import Urls


class Desk(NamedTuple):
    """The owner's connection to the site's own database, whence the tests' databases are made and dropped."""

    connection: psycopg.Connection[Any]
    urls: Urls
    name: str

    def create(self, name: str, template: str) -> Urls:
        """Make a database anew; nobody may be connected to the template."""
        self.drop(name)
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        self.connection.execute(create.format(sql.Identifier(name), sql.Identifier(template)))
        return Urls(*(urlsplit(url)._replace(path=f"/{name}").geturl() for url in self.urls))

    def drop(self, name: str) -> None:
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        self.connection.execute(drop.format(sql.Identifier(name)))


def point(url: str) -> None:
    """Let Django's default connection open `url` from now on, in every thread."""
    parts = conninfo_to_dict(url)
    connections["default"].close()
    settings = connections["default"].settings_dict
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    settings.update({name: parts.pop(part, "") for name, part in names.items()})
    settings["OPTIONS"] = {**settings["OPTIONS"], **parts}


@pytest.fixture(scope="session")
def desk() -> Iterator[Desk]:
    """Where test databases are made, under a name that no other run of the tests uses at this moment."""
    urls = Urls(os.environ["DATABASE_URL"], os.environ["DATABASE_OWNER_URL"])
    with psycopg.connect(urls.owner, autocommit=True) as connection:
        for number in count(1):
            name = f"test_{connection.info.dbname}_{number}"
            # Held until this run ends, however it ends; the next one drops what a killed run left.
            claim = connection.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [name]).fetchone()
            if claim == (True,):
                yield Desk(connection, urls, name)
                return


@pytest.fixture(scope="session")
def django_db_setup(desk: Desk, django_test_environment: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The test database: made, migrated and filled with reference data by the owner, used as serving role.

    The environment names it too, so that a command which a test starts never meets the site's own data. Tests
    run in a transaction that is rolled back; `transaction=True` would need TRUNCATE, which the serving role
    lacks: take `site_database` for what must be committed.
    """
    urls = desk.create(desk.name, "template0")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("DATABASE_URL", urls.serving)
        environment.setenv("DATABASE_OWNER_URL", urls.owner)
        with django_db_blocker.unblock():
            point(urls.owner)
            for command in ("migrate", "roles", "reference"):
                call_command(command, verbosity=0)
            point(urls.serving)
        yield
        connections["default"].close()
    desk.drop(desk.name)


@pytest.fixture(scope="session")
def site_database(desk: Desk, django_db_setup: None) -> Iterator[Urls]:
    """URLs of a second database, a copy of the migrated one, for tests that really commit.

    For browsers, broken transfers and parallel saves. It lasts for the whole run: what one test commits the
    next one finds. Ask for it as a parameter: while a test's transaction is open it cannot be made.
    """
    connections["default"].close()
    name = f"{desk.name}_site"
    yield desk.create(name, desk.name)
    desk.drop(name)
