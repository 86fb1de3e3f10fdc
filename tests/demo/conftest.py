"""The demonstration data at their default size, for all tests that only look at them."""

from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from revival.database.embedded import DatabaseUrls
from tests.conftest import Desk, filled, looked_at


@pytest.fixture(scope="session")
def default_size(desk: Desk, django_db_setup: None) -> Iterator[DatabaseUrls]:
    name = f"{desk.name}_loaded"
    yield filled(desk, name)
    desk.drop(name)


@pytest.fixture(scope="module")
def loaded(default_size: DatabaseUrls, desk: Desk, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A database of their own, which Django sees for one module; what a test adds is rolled back."""
    with looked_at(default_size, desk, django_db_blocker):
        yield
