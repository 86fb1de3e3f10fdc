"""The demonstration data at their default size, for all tests that only look at them."""

from collections.abc import Iterator

import pytest
from django.db import connections, transaction
from pytest_django.plugin import DjangoDbBlocker

from tests.conftest import Desk, filled, point


@pytest.fixture(scope="module")
def loaded(desk: Desk, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A database of their own, which Django sees for one module; what a test adds is rolled back."""
    name = f"{desk.name}_loaded"
    urls = filled(desk, name)
    with django_db_blocker.unblock():
        point(urls.serving)
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
        connections["default"].close()
        point(desk.urls_of(desk.name).serving)
    desk.drop(name)
