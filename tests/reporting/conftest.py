"""A small world of synthetic records for all reports."""

from collections.abc import Callable, Iterator
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from revival.accounts.models import Official
from tests import factories

PROJECTS = 400


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Four hundred projects of three years with their users; rolled back after the module."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("demo", projects=PROJECTS, stdout=StringIO())
        factories.outside_requests()
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = '60s'")
        yield
        transaction.set_rollback(True)


@pytest.fixture
def as_user(world: None) -> Callable[..., Client]:
    """Sign in one of the demonstration users."""

    def sign_in(username: str = "province", language: str = "en") -> Client:
        return factories.browser(Official.objects.get(username=username), language)

    return sign_in
