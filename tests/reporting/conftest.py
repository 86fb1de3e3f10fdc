"""A small world of synthetic records for all reports."""

from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from revival.accounts.models import Official
from revival.database.embedded import DatabaseUrls
from tests import factories
from tests.conftest import SMALL, Desk, filled, looked_at


@pytest.fixture(scope="session")
def small_size(desk: Desk, django_db_setup: None) -> Iterator[DatabaseUrls]:
    name = f"{desk.name}_small"
    yield filled(desk, name, *SMALL)
    desk.drop(name)


@pytest.fixture(scope="module")
def world(small_size: DatabaseUrls, desk: Desk, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Four hundred projects of three years with their users; what a module writes is rolled back."""
    with looked_at(small_size, desk, django_db_blocker):
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = '60s'")
        yield


@pytest.fixture
def as_user(world: None) -> Callable[..., Client]:
    """Sign in one of the demonstration users."""

    def sign_in(username: str = "province", language: str = "en") -> Client:
        return factories.browser(Official.objects.get(username=username), language)

    return sign_in
