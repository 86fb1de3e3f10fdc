"""Two cities, and the pages as their officials see them."""

from collections.abc import Iterator

import pytest
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from revival.records.periods import PeriodException
from tests.factories import browser
from tests.scope.forged import PUBLISHER
from tests.world import World, two_cities


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with django_db_blocker.unblock(), two_cities() as made:
        yield made


@pytest.fixture(scope="module")
def pages(world: World) -> dict[str, Client]:
    """A client of each reader by name, and of the publisher of the province."""
    publisher = world.own[PeriodException][0].opened_by
    return {name: browser(reader) for name, reader in [*world.readers.items(), (PUBLISHER, publisher)]}
