"""A small province that commits, in front of which the product is served."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from pytest_django.plugin import DjangoDbBlocker

from revival.database.embedded import DatabaseUrls
from tests.conftest import SMALL, Desk, filled, open_periods, point
from tests.site import Served, served


@pytest.fixture(scope="module")
def busy(desk: Desk, django_db_setup: None) -> Iterator[DatabaseUrls]:
    """A database that commits, with a small province in it."""
    name = f"{desk.name}_torture"
    urls = filled(desk, name, *SMALL)
    open_periods(urls)
    yield urls
    desk.drop(name)


@pytest.fixture(scope="module")
def site(busy: DatabaseUrls) -> Iterator[Served]:
    with served(busy) as address:
        yield address


@contextmanager
def pointed(urls: DatabaseUrls, desk: Desk, blocker: DjangoDbBlocker) -> Iterator[None]:
    """Django's connection of this process opens this database, until the block ends."""
    with blocker.unblock():
        point(urls.serving)
        yield
        point(desk.urls_of(desk.name).serving)


@pytest.fixture
def inside(busy: DatabaseUrls, desk: Desk, django_db_blocker: DjangoDbBlocker) -> Iterator[DatabaseUrls]:
    """The small province as Django sees it in this process."""
    with pointed(busy, desk, django_db_blocker):
        yield busy
