"""What all tests of the collection share."""

from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Words are English before the first request as well."""
    with translation.override("en"):
        yield
