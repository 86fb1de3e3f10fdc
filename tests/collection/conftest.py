"""What all tests of the collection share."""

from collections.abc import Iterator

import pytest
from django.utils import translation

from tests.collection.rows import may_of_two_cities, period


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Texts are English before the first request as well."""
    with translation.override("en"):
        yield


@pytest.fixture
def may() -> None:
    may_of_two_cities()
    period()
